# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records in answers, changed on their way, as both transports carry them."""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable

import pytest
from hostile import ERROR_RECORD, NASTY
from pypsrp.messages import Message
from pypsrp.serializer import Serializer
from records import RecordChanger, with_fragment_length

OUTPUT, ERROR, STATE = 0x00041004, 0x00041005, 0x00041006


def fragment(kind: int, clixml: bytes) -> bytes:
    message = struct.pack("<II", 1, kind) + bytes(32) + clixml
    return struct.pack(">QQBI", 1, 0, 3, len(message)) + message


def over_psrp(*records: bytes) -> bytes:
    fragments = [*(fragment(OUTPUT, record) for record in records), fragment(STATE, b"<Obj><MS /></Obj>")]
    return b"".join(
        b'<rsp:Stream Name="stdout" CommandId="1">%s</rsp:Stream>' % base64.b64encode(one) for one in fragments
    )


def over_winrs(*records: bytes) -> bytes:
    lines = b"".join(b"ucops.lync: output %s\r\n" % base64.b64encode(record) for record in records)
    return b'<rsp:Stream Name="stdout" CommandId="1">%s</rsp:Stream>' % base64.b64encode(b"noise\r\n" + lines)


def records(body: bytes) -> list[tuple[str, bytes]]:
    """Kind and CLIXML of each record in an answer."""
    found = []
    for part in body.split(b"</rsp:Stream>")[:-1]:
        data = base64.b64decode(part.rpartition(b">")[2])
        if b"ucops.lync: " in data:
            lines = [line.split(b" ") for line in data.splitlines() if line.startswith(b"ucops")]
            found += [(kind.decode(), base64.b64decode(text)) for _mark, kind, text in lines]
        else:
            kind, length = struct.unpack_from("<I", data, 25)[0], struct.unpack_from(">I", data, 17)[0]
            assert length == len(data) - 21
            found.append(({OUTPUT: "output", ERROR: "error", STATE: "state"}[kind], data[61:]))
    return found


BOTH = pytest.mark.parametrize("carried", [over_psrp, over_winrs])


@BOTH
def test_only_the_first_record_is_changed(carried: Callable[..., bytes]) -> None:
    changed = RecordChanger(lambda clixml: clixml.replace(b"a", b"bb"))(carried(b"<S>x</S>", b"<S>a</S>", b"<S>a</S>"))
    assert [clixml for _kind, clixml in records(changed)][:3] == [b"<S>x</S>", b"<S>bb</S>", b"<S>a</S>"]


@BOTH
def test_or_all_are(carried: Callable[..., bytes]) -> None:
    changed = RecordChanger(lambda clixml: clixml.replace(b"a", b"b"), everywhere=True)(
        carried(b"<S>a</S>", b"<S>a</S>")
    )
    assert [clixml for _kind, clixml in records(changed)][:2] == [b"<S>b</S>", b"<S>b</S>"]


@BOTH
def test_a_record_becomes_an_error(carried: Callable[..., bytes]) -> None:
    changed = RecordChanger(lambda _clixml: b"<Obj />", error=True)(carried(b"<S>a</S>", b"<S>b</S>"))
    assert records(changed)[:2] == [("error", b"<Obj />"), ("output", b"<S>b</S>")]


@BOTH
def test_an_answer_without_anything_to_change_stays(carried: Callable[..., bytes]) -> None:
    assert RecordChanger(lambda clixml: clixml)(carried(b"<S>a</S>")) == carried(b"<S>a</S>")


def test_a_fragment_lies_about_its_length() -> None:
    data = base64.b64decode(with_fragment_length(over_psrp(), 7).partition(b">")[2].partition(b"<")[0])
    assert struct.unpack_from(">I", data, 17)[0] == len(data) - 21 + 7


def test_an_error_with_control_characters_is_one_that_clients_read() -> None:
    parsed = Message.unpack(struct.pack("<II", 1, ERROR) + bytes(32) + ERROR_RECORD, Serializer())
    assert NASTY in str(parsed.data)
