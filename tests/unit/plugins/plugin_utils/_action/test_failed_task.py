# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a task ends that failed: foreseen or not, what is known of its writes stays in the result."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from ansible.errors import AnsibleError

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    CmdletFailed,
    Failure,
    Refused,
    SessionFailed,
    SessionLost,
)
from ansible_collections.ucops.lync.plugins.module_utils._core.task import Task
from ansible_collections.ucops.lync.plugins.plugin_utils._action.action import LyncAction
from ansible_collections.ucops.lync.plugins.plugin_utils._action.write_notes import WriteNotes
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import Answer
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._action.test_action import (
    FakeSession,
    act,
    failing,
    no_network,
    nothing,
)

__all__ = ["no_network"]  # a fixture that all tests here use


@pytest.mark.parametrize(
    ("raised", "outcome", "changed"),
    [
        (SessionFailed("fe01 refused the connection."), "not_run", False),
        (SessionLost("The session was lost."), "unknown", True),
        (CmdletFailed("Set-CsThing", "Wrong name.", "NamedParameterNotFound,X"), "not_run", False),
        (CmdletFailed("Set-CsThing", "Access is denied.", "Denied,X"), "unknown", True),
    ],
)
def test_what_became_of_a_write_is_in_the_result(
    raised: Failure, outcome: str, changed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def invoke(self: FakeSession, cmdlets: Sequence[Cmdlet], seconds: float | None = None) -> Answer:
        raise raised

    def logic(task: Task) -> None:
        task.write(Cmdlet("Set-CsThing", {"A": 2}))

    monkeypatch.setattr(FakeSession, "invoke", invoke)
    result = act(logic)
    assert result["writes"] == [{"cmdlet": "Set-CsThing -A 2", "outcome": outcome}]
    assert result["changed"] is changed


def test_a_refusal_says_no_more_than_its_reason() -> None:
    assert act(failing(Refused("No.")))["msg"] == "No."


def test_an_error_of_our_own_costs_nothing_of_what_is_known() -> None:
    result = act(failing(ZeroDivisionError("hunter2")))
    assert (result["failed"], result["changed"]) == (True, True)
    assert result["writes"] == [{"cmdlet": "Set-CsThing -A 2", "outcome": "ran"}]
    assert "ucops.lync.lync_thing failed on fe01 in an unforeseen way (ZeroDivisionError" in result["msg"]


def test_what_ansible_says_itself_is_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The task has ended all the same: nobody interrupted it."""
    end = WriteNotes.end

    def ended(notes: WriteNotes, writes: Sequence[dict[str, str]]) -> None:
        FakeSession.travelled.append(f"ended {writes}")
        end(notes, writes)

    monkeypatch.setattr(WriteNotes, "end", ended)
    monkeypatch.setattr(LyncAction, "_own_variables", lambda action, variables: _undefined())
    with pytest.raises(AnsibleError, match="'nobody' is undefined"):
        act(nothing)
    assert FakeSession.travelled == ["ended []"]


def _undefined() -> None:
    raise AnsibleError("'nobody' is undefined")
