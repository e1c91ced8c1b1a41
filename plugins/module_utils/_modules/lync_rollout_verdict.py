# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge a rollout: each Edge Server, and which hosts fail with which sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.document import from_plain
from .._core.outcome import Outcome
from .._core.task import QUIET, Module, Task
from .._rollout.evidence import Deployment, Stop
from .._rollout.inventory import DeploymentHosts
from .._rollout.judged import recorded, unrecorded
from .._rollout.new_master import new_master
from .._rollout.plan import Plan
from .._rollout.record import Record, Write, replication_of
from .._rollout.report import problems, report
from .._rollout.verdict import Verification, verification_of

_BY_HOST = {"type": "dict", "default": {}}

ARGUMENT_SPEC: dict[str, Any] = {
    "deployments": {"type": "dict", "required": True},
    "plans": _BY_HOST,
    "writes": _BY_HOST,
    "replications": _BY_HOST,
    "failures": _BY_HOST,
    "new_masters": _BY_HOST,
    "contents": _BY_HOST,
    "edge_verification": {"type": "str", "default": Verification.REQUIRED.value},
    "partial_verification": {"type": "bool", "default": False},
}


def run(task: Task) -> None:
    """Rows, counts, the lines of the report, and by host the sentence with which it is to fail.

    The report is shown where none is; else lync_rollout_report shows it after the failures, so that it stands last.
    """
    deployments = [from_plain(DeploymentHosts, one) for one in task.options["deployments"].values()]
    found = report(_deployment(task, one) for one in deployments if one.in_play)
    failing = problems(found)
    task.result.update(
        rows=[row.plain for row in found.rows],
        lines=found.lines,
        verified=found.verified,
        total=found.total,
        problems=failing,
        **QUIET,
    )
    if not failing:
        task.show("\n".join(found.lines))


def _deployment(task: Task, hosts: DeploymentHosts) -> Deployment:
    """What is known of one deployment; what cannot be evaluated spoils its own row only."""
    options = task.options
    verification = verification_of(options["edge_verification"])
    partial = options["partial_verification"]
    try:
        record = _record(task, hosts)
        if record is not None:
            return recorded(record, hosts, options["contents"])
        stop = next((_stop(options["failures"].get(host)) for host in hosts.management), None)
        return unrecorded(hosts, options["contents"], verification, partial, task.check_mode, stop)
    except Exception as error:  # whatever a server made it hold
        stop = Stop(
            "Evaluate the rollout", f"what is known of it could not be evaluated ({type(error).__name__}: {error})."
        )
        return unrecorded(hosts, {}, verification, partial, task.check_mode, stop)


def _record(task: Task, hosts: DeploymentHosts) -> Record | None:
    """The record of a deployment that has a plan."""
    options = task.options
    host = next((host for host in hosts.management if "plan" in (options["plans"].get(host) or {})), None)
    if host is None:
        return None
    failure: Mapping[str, Any] = options["failures"].get(host) or {}
    writes = [*(options["writes"].get(host) or []), *(failure.get("writes") or [])]
    plan = from_plain(Plan, options["plans"][host]["plan"])
    return Record(
        plan=plan,
        check_mode=task.check_mode,
        writes=tuple(Write(one["cmdlet"], Outcome(one["outcome"])) for one in writes),
        stop=_stop(failure)
        or _not_waited(options["replications"].get(host) or {})
        or new_master(plan, options["new_masters"].get(host) or {}),
        replication=replication_of(options["replications"].get(host) or {}),
    )


def _not_waited(result: Mapping[str, Any]) -> Stop | None:
    """A wait that could not begin, such as for its options; where it ran out of time or lost its session, the content decides."""
    if not result.get("failed") or result.get("session_failed") or "verdict" in result:
        return None
    return Stop("Wait until the change has replicated", str(result.get("msg")))


def _stop(failure: Mapping[str, Any] | None) -> Stop | None:
    return Stop(str(failure["task"]), str(failure["msg"]), bool(failure["unreachable"])) if failure else None


MODULE = Module(ARGUMENT_SPEC, run, needs_server=False)
