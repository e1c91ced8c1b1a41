# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks and the keeper say to each other survives being sent."""

from __future__ import annotations

import json
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
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import Answer, Record
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


def there(message: messages.Message) -> Any:
    """The message as the other side reads it."""
    return json.loads(json.dumps(message))


def asked(*cmdlets: Cmdlet, method: str = "invoke") -> Any:
    return there(messages.request(method, RUN, endpoint(), cmdlets))["params"]


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
    assert (
        asked()["endpoint"]
        != there(messages.request("open", RUN, endpoint(remote_password="other"), []))["params"]["endpoint"]
    )


def test_an_answer() -> None:
    answer = Answer(
        (Record(("A.B", "Object"), {"Name": "x", "Count": 3, "On": True, "Nothing": None, "List": ["a", {"b": 1.5}]}),),
        (CmdletFailed("Get-CsThing", "Not found.", "NotFound,X", "ObjectNotFound", "y"),),
        ("Careful.",),
    )
    found = messages.answer_of(there(messages.answered(7, answer)))
    assert found.records == answer.records
    assert found.warnings == answer.warnings
    assert [vars(error) for error in found.errors] == [vars(error) for error in answer.errors]


def test_an_answer_without_anything() -> None:
    assert messages.answer_of(there(messages.answered(7, None))) == Answer()


@pytest.mark.parametrize("kind", [Failure, SessionFailed, SessionLost, ShellGone])
def test_a_failure(kind: type[Failure]) -> None:
    with pytest.raises(Failure) as raised:
        messages.answer_of(there(messages.failed(7, kind("It broke.", exception="trace"))))
    assert raised.type is kind
    assert (raised.value.message, raised.value.details) == ("It broke.", {"exception": "trace"})


def test_a_refused_logon() -> None:
    with pytest.raises(LogonRefused) as raised:
        messages.answer_of(there(messages.failed(7, LogonRefused("No."))))
    assert raised.value.details == {"logon_refused": True}


def test_a_failure_that_no_session_raises_is_one_all_the_same() -> None:
    with pytest.raises(Failure, match="Not so"):
        messages.answer_of(there(messages.failed(7, Refused("Not so."))))
