# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session over PSRP with a server that means harm, or is broken: time, size, redirects, and answers that cannot be read."""

from __future__ import annotations

import dataclasses
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    SessionFailed,
    SessionLost,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.incoming import Kind
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.session import PsrpSession
from ansible_collections.ucops.lync.plugins.plugin_utils._session import logon_gate
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils import hostile
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._action.test_connection import endpoint
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils.hostile import HostileServer
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils.recordings import fragments, message_of

GET = Cmdlet("Get-CsThing")
SET = Cmdlet("Set-CsThing")


@pytest.fixture(autouse=True)
def gate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(logon_gate, "RUN", logon_gate.LogonGate(tmp_path / "logons"))


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        yield running


def session(server: HostileServer, ca: Path | None = None, **settings: Any) -> PsrpSession:
    found = endpoint(**hostile.psrp_options(server.port, ca))
    return PsrpSession(dataclasses.replace(found, **settings))


def test_it_behaves_where_nothing_else_is_said(server: HostileServer) -> None:
    server.output = ['<Obj RefId="0"><TN RefId="0"><T>Lync.Thing</T></TN><Props><S N="Identity">a</S></Props></Obj>']
    one = session(server)
    (record,) = one.invoke([GET]).records
    one.close()
    assert (record.short_type, record.properties) == ("Thing", {"Identity": "a"})
    assert server.steps == ["create", "open", "command", "receive", "delete"]


# One deadline


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile.certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(params=["http", "https"])
def either(request: pytest.FixtureRequest, ca: Path) -> Iterator[tuple[HostileServer, Path | None]]:
    used = ca if request.param == "https" else None
    with HostileServer(used) as running:
        yield running, used


ANSWER = hostile.response(b" " * 500)


def nothing_new(write: hostile.Write, relates: str) -> None:
    """The command still runs, says the server, at once and each time."""
    time.sleep(0.01)
    hostile.answers(hostile.streamed(b""))(write, relates)


@pytest.mark.parametrize("step", ["create", "receive"])
@pytest.mark.parametrize("slow", ["silence", "header", "body"])
def test_a_command_ends_at_its_deadline_however_slowly_bytes_come(
    either: tuple[HostileServer, Path | None], step: str, slow: str
) -> None:
    server, ca = either
    if slow == "silence":
        server.instead[step] = lambda write, relates: server.pause(30)
    else:
        server.instead[step] = hostile.trickles(server, ANSWER, after=0 if slow == "header" else len(ANSWER) - 400)
    expired(session(server, ca, command_timeout=1), step)


def test_a_server_that_answers_at_once_and_never_ends_is_no_exception(server: HostileServer) -> None:
    server.instead["receive"] = nothing_new
    expired(session(server, command_timeout=1), "receive")


def test_the_handshake_of_tls_has_the_same_deadline(ca: Path) -> None:
    with HostileServer() as server:
        server.connection = hostile.trickles(server, b"\x16\x03\x03\x0f\x00" + b"\x02\x00\x0e\xfc" + b"\0" * 3_000)
        expired(session(server, ca, command_timeout=1), "create")


def expired(one: PsrpSession, step: str) -> None:
    started = time.monotonic()
    with pytest.raises(SessionFailed) as failed:
        one.invoke([SET])
    took = time.monotonic() - started
    assert 0.9 < took < 2.5  # the machine that tests may be busy
    if step in ("create", "open"):
        assert f"{one.where} did not open a session within 1 s" in failed.value.message
    else:
        assert isinstance(failed.value, SessionLost)
        assert f"{one.where} did not answer Set-CsThing within 1 s" in failed.value.message


# A bound on an answer


def test_an_endless_answer_is_cut_off(either: tuple[HostileServer, Path | None]) -> None:
    server, ca = either
    server.instead["receive"] = hostile.endless
    started = time.monotonic()
    unreadable(session(server, ca), SET, "its answer is larger than 8 MiB at once")
    assert time.monotonic() - started < 5


def test_many_answers_are_one(server: HostileServer) -> None:
    text = "<S>" + "a" * 700_000 + "</S>"
    still_running = hostile.received([(Kind.PIPELINE_OUTPUT, text)])
    server.instead["receive"] = hostile.answers(still_running)
    unreadable(
        session(server, answer_limit=2**21), SET, r"its answer is larger than 2 MiB \(host variable lync_answer_limit\)"
    )
    assert server.steps.count("receive") == 3


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<Obj RefId='0'><MS>" + "<S N='a'>b</S>" * 20_000 + "</MS></Obj>", "larger than 2 MiB"),
        ("<Obj RefId='0'><LST>" + "<I32>1</I32>" * 20_000 + "</LST></Obj>", "larger than 2 MiB"),
        ("<S>" + "a" * 700_000 + "\U0001f600" + "</S>", "larger than 2 MiB"),
        ("<Obj " + " ".join(f"a{number}='b'" for number in range(30_000)) + "/>", "larger than 2 MiB"),
    ],
    ids=["properties", "a list", "wide text", "attributes"],
)
def test_what_is_small_on_the_wire_and_large_in_memory(server: HostileServer, text: str, reason: str) -> None:
    server.instead["receive"] = hostile.writes(text)
    unreadable(session(server, answer_limit=2**21), GET, reason)


def test_references_do_not_multiply(server: HostileServer) -> None:
    """Ten lists, each of ten times the one before: a billion values, if they were written out."""
    lists = "".join(
        f'<Obj RefId="{number}"><LST>' + f'<Ref RefId="{number - 1}" />' * 10 + "</LST></Obj>"
        for number in range(1, 10)
    )
    first = '<Obj RefId="0"><LST>' + "<S>aaaaaaaaaa</S>" * 10 + "</LST></Obj>"
    server.instead["receive"] = hostile.writes(f'<Obj RefId="99"><LST>{first}{lists}</LST></Obj>')
    unreadable(session(server), GET, "larger than 64 MiB")


def test_fragments_are_bounded_like_what_they_hold(server: HostileServer) -> None:
    pieces = b"".join(fragments(1, message_of(Kind.PIPELINE_OUTPUT, "<S>" + "a" * 12_000), 1)[:-1])
    server.instead["receive"] = hostile.answers(hostile.streamed(pieces))
    unreadable(session(server, answer_limit=2**21), GET, "larger than 2 MiB")


def test_a_compressed_answer_is_refused(server: HostileServer) -> None:
    server.instead["receive"] = hostile.says(hostile.response(b"\x1f\x8b", Content_Encoding="gzip"))
    unreadable(session(server), SET, "its answer is compressed, which was not asked for")
    assert all("accept-encoding: identity" in headers.lower() for headers in server.headers)


# Redirects


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "303 See Other", "307 T", "308 P"])
@pytest.mark.parametrize("step", ["create", "command"])
def test_a_redirect_is_never_followed(server: HostileServer, status: str, step: str) -> None:
    with HostileServer() as other:
        target = f"http://127.0.0.1:{other.port}/wsman?token=hunter2"
        server.instead[step] = hostile.says(hostile.response(b"", status, Location=target))
        with pytest.raises(SessionFailed) as failed:
            session(server).invoke([SET])
        assert other.headers == []
    assert isinstance(failed.value, SessionLost) is (step == "command")
    assert server.steps.count(step) == 1


def test_nor_is_one_to_itself(server: HostileServer) -> None:
    server.instead["command"] = hostile.says(hostile.response(b"", "307 Again", Location="/wsman"))
    with pytest.raises(SessionLost):
        session(server).invoke([SET])
    assert server.steps.count("command") == 1


# Answers that cannot be read


def entities(depth: int) -> str:
    """Nested entities: ten times as much with each level."""
    declared = "".join(f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, depth))
    return f'<!DOCTYPE a [<!ENTITY e0 "aaaaaaaaaa">{declared}]>'


def of_message(data: bytes) -> hostile.Answer:
    return hostile.answers(hostile.streamed(data))


def fragment(data: bytes, number: int = 0, flags: int = 3, length: int | None = None) -> bytes:
    size = len(data) if length is None else length
    return (1).to_bytes(8, "big") + number.to_bytes(8, "big") + bytes([flags]) + size.to_bytes(4, "big") + data


TEXT = message_of(Kind.PIPELINE_OUTPUT, "<S>a</S>")
FAILED = '<Obj RefId="0"><MS><I32 N="PipelineState">{}</I32></MS></Obj>'
NOT_SOAP = [
    b"",
    b"<html><body>Sign in</body></html>",
    b"<!DOCTYPE html><html>",
    b"\xff\xfe\x00garbage",
    hostile.soap("", "x")[:-20],
    entities(9).encode() + hostile.soap("&e8;", "x"),
    b'<?xml version="1.0" encoding="cp037"?>' + hostile.soap("", "x"),
    hostile.soap("<a>" * 200 + "</a>" * 200, "x"),
]
NOT_PSRP = [
    (hostile.answers("<a/>" * 20_000), "its envelope has too many parts"),
    (
        hostile.answers("<rsp:ReceiveResponse><rsp:Stream Name='other'>YQ==</rsp:Stream></rsp:ReceiveResponse>"),
        "it is not as",
    ),
    (
        hostile.answers("<rsp:ReceiveResponse><rsp:Stream Name='stdout'>Y</rsp:Stream></rsp:ReceiveResponse>"),
        "it is not as",
    ),
    (of_message(b"abc"), "a fragment is cut short"),
    (of_message(fragment(TEXT, length=len(TEXT) + 1)), "a fragment is shorter than it says"),
    (of_message(fragment(TEXT, length=len(TEXT) - 1)), "a fragment is cut short"),
    (of_message(fragment(TEXT, length=2**32 - 1)), "a fragment is shorter than it says"),
    (of_message(fragment(TEXT, number=3)), "its fragments are not in order"),
    (of_message(fragment(TEXT, flags=2)), "its fragments are not in order"),
    (of_message(fragment(TEXT, flags=1) + fragment(TEXT, flags=1)), "its fragments are not in order"),
    (of_message(fragment(TEXT[:30])), "a message is cut short"),
    (of_message(fragment(TEXT[:40] + b"<S>\xff</S>")), "it is no text in UTF-8"),
    (of_message(fragment(TEXT[:40] + b"<S>\xed\xa0\x80</S>")), "it is no text in UTF-8"),
    (
        hostile.answers(hostile.received([(Kind.PIPELINE_STATE, FAILED.format(5))])),
        "ended in state 5 without an error",
    ),
    (
        hostile.answers(hostile.received([(Kind.PIPELINE_STATE, FAILED.format(3))])),
        "ended in state 3 without an error",
    ),
    (
        hostile.answers(hostile.received([(Kind.PIPELINE_STATE, "<S>a</S>")])),
        "a message lacks its PipelineState",
    ),
    (
        hostile.answers(hostile.received([(Kind.WARNING_RECORD, "<Nil/>")])),
        "a message lacks its InformationalRecord",
    ),
]
NOT_CLIXML = [
    ("<B/>", "'' is no value of type B"),
    ("<B>yes</B>", "'yes' is no value of type B"),
    ("<G>no-guid</G>", "'no-guid' is no value of type G"),
    ("<I32>twelve</I32>", "'twelve' is no value of type I32"),
    ("<I32>" + "9" * 5_000 + "</I32>", "is no value of type I32"),
    ("<C>-1</C>", "'-1' is no value of type C"),
    ("<Db/>", "'' is no value of type Db"),
    ("<BA>?</BA>", "is no value of type BA"),
    ("<Wrong/>", "it has a value of an unknown type ('Wrong')"),
    ('<Ref RefId="7" />', "it refers to object '7', which is not in it"),
    ("<Ref/>", "it refers to object '', which is not in it"),
    ('<Obj RefId="0"><TNRef RefId="3" /></Obj>', "it refers to type '3', which is not in it"),
    ('<Obj RefId="0"><Props><S>a</S></Props></Obj>', "a property has no name"),
    (
        '<Obj RefId="0"><DCT><En><S N="Key">a</S></En></DCT></Obj>',
        "an entry of a dictionary lacks its key or its value",
    ),
    ("<S>_xD83D_</S>", "a text has half a character (a lone surrogate)"),
    ("<S>a", "its XML breaks in line 1"),
    (f"{entities(9)}<S>&e8;</S>", "its XML declares a document type"),
    ('<Obj RefId="0"><LST>' * 60 + "</LST></Obj>" * 60, "its XML has more than 100 levels"),
    ("no XML", "its XML breaks in line 1"),
]
MALFORMED = [*NOT_PSRP, *((hostile.writes(text), reason) for text, reason in NOT_CLIXML)]


@pytest.mark.parametrize(("answer", "reason"), MALFORMED, ids=lambda value: value if isinstance(value, str) else "")
def test_what_cannot_be_read(server: HostileServer, answer: hostile.Answer, reason: str) -> None:
    server.instead["receive"] = answer
    unreadable(session(server), SET, re.escape(reason))


@pytest.mark.parametrize("step", ["command", "receive"])
@pytest.mark.parametrize("body", NOT_SOAP)
def test_what_is_no_ws_management(server: HostileServer, step: str, body: bytes) -> None:
    server.instead[step] = hostile.says(hostile.response(body))
    with pytest.raises(SessionLost) as lost:
        session(server).invoke([SET])
    assert lost.value.message.startswith(
        f"The session was lost during Set-CsThing: 127.0.0.1:{server.port}/wsman answered with something else than WS-Management, "
        "or not completely: check port and path, "
    )


def test_after_it_the_session_can_be_used_again(server: HostileServer) -> None:
    one = session(server)
    server.instead["receive"] = hostile.writes("<B/>")
    unreadable(one, GET, "is no value of type B")
    del server.instead["receive"]
    server.output = ["<S>a</S>"]
    one.housekeeping()
    assert [record.properties for record in one.invoke([GET]).records] == [{"Value": "a"}]


@pytest.mark.parametrize("step", ["create", "open"])
def test_a_session_that_cannot_be_opened_for_it(server: HostileServer, step: str) -> None:
    server.instead[step] = hostile.says(hostile.response(b"<html/>"))
    with pytest.raises(SessionFailed) as failed:
        session(server).open()
    assert not isinstance(failed.value, SessionLost)
    assert f"127.0.0.1:{server.port}/wsman answered with something else than WS-Management" in failed.value.message


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><html>down</html>", b"\xff\xfe", b"", b"<a>" * 100_000])
def test_the_page_of_an_error_says_no_more_than_its_status(server: HostileServer, page: bytes) -> None:
    server.instead["receive"] = hostile.says(hostile.response(page, "503 Unavailable"))
    with pytest.raises(SessionLost, match="answered HTTP 503"):
        session(server).invoke([GET])


def test_a_fault_with_a_monstrous_code(server: HostileServer) -> None:
    fault = (
        "<s:Fault><s:Detail><f:WSManFault xmlns:f='http://schemas.microsoft.com/wbem/wsman/1/wsmanfault' "
        f"Code='{'9' * 5_000}'><f:Message>a\x85b</f:Message></f:WSManFault></s:Detail></s:Fault>"
    )
    server.instead["receive"] = hostile.says(hostile.response(hostile.soap(fault, ""), "500 Error"))
    with pytest.raises(SessionLost, match=r"answered with a WSMan fault"):
        session(server).invoke([GET])


def unreadable(one: PsrpSession, cmdlet: Cmdlet, reason: str) -> None:
    """The one sentence for it: cmdlet, host, what is wrong."""
    with pytest.raises(SessionLost) as lost:
        one.invoke([cmdlet])
    said = f"The session was lost during {cmdlet.name}: {one.where} answered with something that cannot be read ("
    assert lost.value.message.startswith(said)
    assert re.search(reason, lost.value.message)
