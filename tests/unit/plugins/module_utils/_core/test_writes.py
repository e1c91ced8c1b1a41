# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of the writes of a task: three outcomes, and ``changed`` that follows from them."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import SWITCH, Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    CmdletFailed,
    Failure,
    LogonRefused,
    NotAnswered,
    Refused,
    SessionFailed,
    SessionLost,
    ShellGone,
)
from ansible_collections.ucops.lync.plugins.module_utils._core.outcome import Outcome
from ansible_collections.ucops.lync.plugins.module_utils._core.writes import decide, may_have_written, ran, recorded

SET = Cmdlet("Set-CsThing", {"A": 1})


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [
        (Failure("No."), Outcome.NOT_RUN),
        (Refused("No."), Outcome.NOT_RUN),
        (SessionFailed("Not reached."), Outcome.NOT_RUN),
        (LogonRefused("Not let in."), Outcome.NOT_RUN),
        (ShellGone("It was gone before."), Outcome.NOT_RUN),
        (SessionLost("Lost."), Outcome.UNKNOWN),
        (NotAnswered("Too late."), Outcome.UNKNOWN),
        (CmdletFailed("Set-CsThing", "No such parameter.", "NamedParameterNotFound,X"), Outcome.NOT_RUN),
        (CmdletFailed("Set-CsThing", "No such cmdlet.", "CommandNotFoundException"), Outcome.NOT_RUN),
        (CmdletFailed("Set-CsThing", "Not an enumeration's.", "CannotConvertArgumentNoMessage,X"), Outcome.NOT_RUN),
        (CmdletFailed("Set-CsThing", "Access is denied.", "AccessDenied,X"), Outcome.UNKNOWN),
        (CmdletFailed("Set-CsThing", "No id."), Outcome.UNKNOWN),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_a_failure_says_what_became_of_the_write(failure: Failure, outcome: Outcome) -> None:
    result: dict[str, Any] = {}
    with pytest.raises(type(failure)):
        recorded(result, SET, lambda: fail(failure))
    assert result["writes"] == [{"cmdlet": "Set-CsThing -A 1", "outcome": outcome.value}]
    assert result["changed"] is (outcome is not Outcome.NOT_RUN)


def fail(failure: BaseException) -> NoReturn:
    raise failure


def test_an_acknowledged_write_ran() -> None:
    result: dict[str, Any] = {"changed": False}
    assert recorded(result, SET, lambda: [{"a": 1}]) == [{"a": 1}]
    assert result == {"changed": True, "writes": [{"cmdlet": "Set-CsThing -A 1", "outcome": "ran"}]}
    assert ran(result) == ["Set-CsThing -A 1"]


def test_an_interrupt_leaves_the_write_unknown() -> None:
    result: dict[str, Any] = {}
    with pytest.raises(KeyboardInterrupt):
        recorded(result, SET, lambda: fail(KeyboardInterrupt()))
    assert result["writes"][0]["outcome"] == "unknown"


@pytest.mark.parametrize("cmdlet", [Cmdlet("Test-CsThing"), Cmdlet("Set-CsThing", {"whatif": SWITCH})])
def test_what_changes_nothing_is_no_write(cmdlet: Cmdlet) -> None:
    result: dict[str, Any] = {"changed": False}
    recorded(result, cmdlet, list)
    with pytest.raises(SessionLost):
        recorded(result, cmdlet, lambda: fail(SessionLost("Lost.")))
    assert result == {"changed": False}


def test_the_last_write_is_decided_by_what_was_read_later() -> None:
    result: dict[str, Any] = {}
    with pytest.raises(SessionLost):
        recorded(result, SET, lambda: fail(SessionLost("Lost.")))
    assert may_have_written(result)
    decide(result, Outcome.NOT_RUN)
    assert not may_have_written(result)
    assert result["changed"] is False


def test_one_write_that_ran_is_enough_for_a_change() -> None:
    result: dict[str, Any] = {}
    recorded(result, SET, list)
    with pytest.raises(SessionFailed):
        recorded(result, Cmdlet("New-CsThing"), lambda: fail(SessionFailed("Gone.")))
    assert (result["changed"], ran(result)) == (True, ["Set-CsThing -A 1"])
