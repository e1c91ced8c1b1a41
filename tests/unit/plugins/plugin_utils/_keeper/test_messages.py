# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks and the keeper say to each other survives being sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import SWITCH, Cmdlet, Secret
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    CmdletFailed,
    Failure,
    LogonRefused,
    Refused,
    SessionFailed,
    SessionLost,
    ShellGone,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import messages
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.run_process import RunProcess
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.output import Output
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._action.test_connection import endpoint

RUN = RunProcess(12, 345)
SINGLE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(),
    st.just(SWITCH),
    st.builds(Secret, st.text()),
)
KEYS = st.one_of(st.text(), st.integers(), st.booleans())
VALUES = st.recursive(SINGLE, lambda inner: st.one_of(st.lists(inner), st.dictionaries(KEYS, inner)), max_leaves=8)


def received(frames: Sequence[bytes]) -> list[messages.Message]:
    """The messages as the other side reads them."""
    data = b"".join(frames)
    found = []
    while data:
        (length,) = messages.LENGTH.unpack_from(data)
        message, data = data[8 : 8 + length], data[8 + length :]
        found.append(json.loads(message))
    return found


def output(frames: Sequence[bytes]) -> Output:
    """What a task makes of them."""
    *notifications, response = received(frames)
    objects = [text for notification in notifications for text in messages.objects_of(notification)]
    return messages.output_of(response, objects)


def asked(*cmdlets: Cmdlet, **options: Any) -> Any:
    (request,) = received([messages.encode(messages.request(RUN, endpoint(**options), cmdlets))])
    return request["params"]


@given(st.dictionaries(st.text(min_size=1), VALUES))
def test_any_parameter(parameters: dict[str, Any]) -> None:
    (found,) = messages.cmdlets_of(asked(Cmdlet("Set-CsThing", parameters)))
    assert found.name == "Set-CsThing"
    assert list(found.parameters) == list(parameters)
    assert repr(dict(found.parameters)) == repr(parameters)


def test_the_endpoint_and_the_run() -> None:
    parameters = asked()
    assert messages.endpoint_of(parameters) == endpoint()
    assert messages.run_of(parameters) == RUN


def test_endpoints_that_differ_in_one_setting_are_different() -> None:
    assert asked()["endpoint"] != asked(remote_password="other")["endpoint"]


def test_a_request_without_cmdlets_opens() -> None:
    assert messages.request(RUN, endpoint(), [])["method"] == "open"
    assert messages.request(RUN, endpoint(), [Cmdlet("Get-CsThing")])["method"] == "invoke"


@pytest.mark.parametrize("position", [0, 3])
def test_a_heartbeat(position: int) -> None:
    (heartbeat,) = received([messages.encode(messages.heartbeat(position))])
    assert messages.position_of(heartbeat) == position
    assert messages.objects_of(heartbeat) == []


def test_an_answer() -> None:
    sent = Output(
        ['<S N="x">ä\U0001f600</S>', ""],
        [CmdletFailed("Get-CsThing", "Not found.", "NotFound,X", "ObjectNotFound", "y")],
        ["Careful."],
        complete=False,
    )
    found = output(messages.answered(7, sent))
    assert found.complete is False
    assert found.objects == sent.objects
    assert found.warnings == sent.warnings
    assert [vars(error) for error in found.errors] == [vars(error) for error in sent.errors]


def test_an_answer_without_anything() -> None:
    assert output(messages.answered(7)) == Output([], [], [])


def test_objects_are_in_one_message_unless_there_is_much_of_them() -> None:
    assert len(received(messages.answered(7, Output(["<S>x</S>"] * 20)))) == 2


def test_a_large_answer_is_encoded_in_pieces() -> None:
    """No other thread runs while json encodes one."""
    many = ["x" * 1000] * 1000
    frames = messages.answered(7, Output(many))
    assert output(frames).objects == many
    assert max(map(len, frames)) < 2 * messages.OBJECTS_LENGTH


@pytest.mark.parametrize("kind", [Failure, SessionFailed, SessionLost, ShellGone])
def test_a_failure(kind: type[Failure]) -> None:
    with pytest.raises(Failure) as raised:
        output(messages.failed(7, kind("It broke.", exception="trace")))
    assert raised.type is kind
    assert (raised.value.message, raised.value.details) == ("It broke.", {"exception": "trace"})


def test_a_refused_logon() -> None:
    with pytest.raises(LogonRefused) as raised:
        output(messages.failed(7, LogonRefused("No.")))
    assert raised.value.details == {"logon_refused": True}


def test_a_failure_that_no_session_raises_is_one_all_the_same() -> None:
    with pytest.raises(Failure, match="Not so"):
        output(messages.failed(7, Refused("Not so.")))
