# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge a rollout: each Edge Server, and which hosts fail with which sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .._core.document import from_plain
from .._core.failures import Failure
from .._core.outcome import Outcome
from .._core.task import QUIET, Module, Task
from .._core.unforeseen import named
from .._readiness.rows import lines as readiness_lines
from .._readiness.rows import rows_of
from .._report.problems import problems
from .._report.report import lines
from .._report.rows import Rollout, judge
from .._resource.as_planned import CHANGED_SINCE
from .._rollout.evidence import Deployment, Stop
from .._rollout.inventory import DeploymentHosts
from .._rollout.judged import recorded, unrecorded
from .._rollout.new_master import new_master
from .._rollout.plan import Plan
from .._rollout.record import Record, Write, replication_of
from .._rollout.stated import asked as asked_edges
from .._rollout.verdict import Verification, verification_of
from .._way_back.gone_back import GoneBack
from .._way_back.gone_back import after as gone_back
from .._way_back.journal import end_line
from .._way_back.may_roll_back import differing, may_roll_back

_BY_HOST = {"type": "dict", "default": {}}

NOT_ASKED = {"failed": True, "msg": "the Edge Server, or its deployment, could not be read"}
"""For an Edge Server that was to be checked and was not."""

ARGUMENT_SPEC: dict[str, Any] = {
    "deployments": {"type": "dict", "required": True},
    "plans": _BY_HOST,
    "writes": _BY_HOST,
    "replications": _BY_HOST,
    "failures": _BY_HOST,
    "took_back": _BY_HOST,
    "back_plans": _BY_HOST,
    "back_writes": _BY_HOST,
    "back_failures": _BY_HOST,
    "back_contents": _BY_HOST,
    "contents": _BY_HOST,
    "readiness_asked": {"type": "dict", "default": {}},
    "edge_readiness": _BY_HOST,
    "external_readiness": _BY_HOST,
    "edge_verification": {"type": "str", "default": Verification.REQUIRED.value},
    "partial_verification": {"type": "bool", "default": False},
}


def run(task: Task) -> None:
    """Rows, counts, the lines of the report, and by host the sentence with which it is to fail.

    The report is shown where none is; else lync_rollout_report shows it after the failures, so that it stands last.
    """
    deployments = [from_plain(DeploymentHosts, one) for one in task.options["deployments"].values()]
    decided = [_decided(task, _deployment(task, one)) for one in deployments if one.in_play]
    found = judge(one for one, _takes_back in decided)
    going_back = {
        one.host: {**_writes(task, one.host), "differing": differing(one)} for one, takes_back in decided if takes_back
    }
    _finish(task, found, going_back)
    if not going_back:
        task.note({"reported": True})
    failing, shown = problems(found), lines(found, _readiness(task.options))
    task.result.update(
        rows=[row.plain for row in found.rows],
        lines=shown,
        verified=found.verified,
        excused=found.excused,
        total=found.total,
        problems=failing,
        takes_back=going_back,
        **QUIET,
    )
    if not failing:
        task.show("\n".join(shown))


def _decided(task: Task, one: Deployment) -> tuple[Deployment, bool]:
    """A deployment, and whether its run is to take back what it wrote there; of one that did, what became of that."""
    if one.host in task.options["took_back"]:
        return gone_back(one, _gone_back(task.options, one.host), task.options["back_contents"]), False
    decision = may_roll_back(one)
    return replace(one, rolled_back=f"not rolled back: {decision.reason}" if decision.reason else ""), decision.yes


def _gone_back(options: Mapping[str, Any], host: str) -> GoneBack:
    """From the way back's results. Without a plan of it, the writes are still those of the way there."""
    failure: Mapping[str, Any] = options["back_failures"].get(host) or {}
    plan = (options["back_plans"].get(host) or {}).get("plan")
    if plan is None:
        return GoneBack(stop=_stop(failure))
    writes = [*(options["back_writes"].get(host) or []), *(failure.get("writes") or [])]
    return GoneBack(from_plain(Plan, plan), tuple(map(_write, writes)), _stop(failure))


def _writes(task: Task, host: str) -> dict[str, Any]:
    """What lync_rollout_plan needs for the way back, and the second report of the way there."""
    if host in task.options["took_back"]:
        return dict(task.options["took_back"][host])
    failure: Mapping[str, Any] = task.options["failures"].get(host) or {}
    writes = [*(task.options["writes"].get(host) or []), *(failure.get("writes") or [])]
    return {"plan": task.options["plans"][host]["plan"], "writes": writes}


def _finish(task: Task, found: Rollout, going_back: Mapping[str, Any]) -> None:
    """End the journals of each deployment that has any: that of its run, and that of the way back."""
    options = task.options
    for one in found.deployments:
        if one.host not in going_back:
            waited = options["replications"].get(one.host) or {}
            _end(task, found, one, options["plans"], one.stop, waited)
            _end(task, found, one, options["back_plans"], _stop(options["back_failures"].get(one.host)), {})


def _end(
    task: Task,
    found: Rollout,
    one: Deployment,
    plans: Mapping[str, Any],
    stop: Stop | None,
    waited: Mapping[str, Any],
) -> None:
    """End one of them. The report comes all the same.

    :param waited: the result of lync_replication_status.
    """
    path = str((plans.get(one.host) or {}).get("journal") or "")
    if path:
        try:
            task.files.append(path, end_line(found, one, stop, replication_of(waited), task.time()))
        except Failure as failure:
            task.warn(f"{failure.message} So the journal of {one.title} has no end.")


def _readiness(options: Mapping[str, Any]) -> list[str]:
    """The table of what was asked for; nothing where nothing was."""
    asked = set(asked_edges(options["readiness_asked"], False)[0])
    results = {
        host: NOT_ASKED if host in asked and not rows_of(result) else result
        for host, result in options["edge_readiness"].items()
    }
    outside = {host: result for host, result in options["external_readiness"].items() if rows_of(result)}
    for host, result in outside.items():
        results["controller" if len(outside) == 1 else f"controller ({host})"] = result
    return readiness_lines({where: rows_of(result) for where, result in results.items()})


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
        stop = Stop("Evaluate the rollout", f"what is known of it could not be evaluated ({named(error)}).")
        return unrecorded(hosts, {}, verification, partial, task.check_mode, stop)


def _record(task: Task, hosts: DeploymentHosts) -> Record | None:
    """The record of a deployment that has a plan."""
    options = task.options
    host = next((host for host in hosts.management if "plan" in (options["plans"].get(host) or {})), None)
    if host is None:
        return None
    failure: Mapping[str, Any] = options["failures"].get(host) or {}
    writes = _writes(task, host)["writes"]
    replication: Mapping[str, Any] = options["replications"].get(host) or {}
    plan = from_plain(Plan, options["plans"][host]["plan"])
    return Record(
        plan=plan,
        check_mode=task.check_mode,
        writes=tuple(map(_write, writes)),
        stop=_stop(failure) or _not_waited(replication) or new_master(plan, replication.get("new_master") or {}),
        replication=replication_of(replication),
    )


def _not_waited(result: Mapping[str, Any]) -> Stop | None:
    """A wait that could not begin, such as for its options; where it ran out of time or lost its session, the content decides."""
    if not result.get("failed") or result.get("session_failed") or "verdict" in result:
        return None
    return Stop("Wait until the change has replicated", str(result.get("msg")))


def _write(one: Mapping[str, Any]) -> Write:
    return Write(one["cmdlet"], Outcome(one["outcome"]))


def _stop(failure: Mapping[str, Any] | None) -> Stop | None:
    if not failure:
        return None
    withheld, known = str(failure.get("withheld") or ""), bool(failure.get("known", True))
    changed_since = bool(failure.get(CHANGED_SINCE))
    return Stop(str(failure["task"]), str(failure["msg"]), bool(failure["unreachable"]), withheld, known, changed_since)


MODULE = Module(ARGUMENT_SPEC, run, needs_server=False)
