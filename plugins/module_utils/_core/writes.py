# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The writes of a task, kept in its result: each changing cmdlet with its outcome, and ``changed``, which follows from them.

``changed`` is true when a write ran or may have run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .cmdlet import Cmdlet
from .failures import Failure
from .outcome import Outcome
from .task import Records

COLLECTED = "lync_writes"
"""The fact with the writes of several tasks."""

Result = dict[str, Any]


def recorded(result: Result, cmdlet: Cmdlet, send: Callable[[], Records]) -> Records:
    """Send a cmdlet and note what became of it, also when that fails.

    :raises Failure: what ``send`` raises.
    """
    if not cmdlet.changes:
        return send()
    try:
        records = send()
    except Failure as failure:
        _note(result, cmdlet, failure.outcome)
        raise
    except BaseException:  # whatever it is, it tells nothing of the server
        _note(result, cmdlet, Outcome.UNKNOWN)
        raise
    _note(result, cmdlet, Outcome.RAN)
    return records


def decide(result: Result, outcome: Outcome) -> None:
    """Replace the outcome of the last write by what the state of the server tells."""
    result["writes"][-1]["outcome"] = outcome.value
    _conclude(result)


def may_have_written(result: Result) -> bool:
    """Whether any write of the task ran or may have run."""
    return any(Outcome(write["outcome"]).may_have_run for write in result.get("writes", []))


def begun(collected: Any) -> bool:
    """Whether any write of the tasks before this one ran or may have run.

    :param collected: the fact with them; None: there is none.
    """
    return may_have_written({"writes": collected or []})


def ran(result: Result) -> list[str]:
    """The cmdlets that the server acknowledged, as a person would type them."""
    return [write["cmdlet"] for write in result.get("writes", []) if write["outcome"] == Outcome.RAN.value]


def collect(result: Result, before: Any) -> None:
    """Add the task's writes to those of the tasks before it, in a fact of the host: Ansible keeps it without a task of its own.

    :param before: the fact as it was; None: there is none.
    """
    writes = [*(before or []), *result.get("writes", [])]
    result["ansible_facts"] = {COLLECTED: writes}


def _note(result: Result, cmdlet: Cmdlet, outcome: Outcome) -> None:
    result.setdefault("writes", []).append({"cmdlet": str(cmdlet), "outcome": outcome.value})
    _conclude(result)


def _conclude(result: Result) -> None:
    result["changed"] = may_have_written(result)
