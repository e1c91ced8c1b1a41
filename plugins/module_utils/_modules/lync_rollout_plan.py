# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the plan of one deployment, and show it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .._approval.approvals import Where
from .._approval.fingerprint import fingerprint
from .._approval.permission import Asked, Permission, as_approved, permission, until_of
from .._approval.plan_files import write_plan
from .._core.document import from_plain, to_plain
from .._core.failures import Refused
from .._core.files import FileFailed
from .._core.journalled import JOURNAL
from .._core.task import QUIET, Module, Task
from .._core.visible import visible
from .._core.writes import COLLECTED
from .._nouns.table import NOUNS
from .._planning.case import Terms
from .._planning.planner import plan
from .._replication.limits import never_settled
from .._report.texts import ignored, plan_lines, refusal, waiting
from .._resource.compare import compared
from .._resource.setting import FQDN
from .._resource.settings import desired_of
from .._rollout.inventory import DeploymentHosts, title
from .._rollout.parts import DEPLOYMENT, Gap
from .._rollout.plan import Finding, Kind, Plan, PlannedChange
from .._rollout.reading import Reading
from .._rollout.stated import asked, judged
from .._rollout.verdict import Verification
from .._way_back.kept import Kept, archive_path, keep
from .._way_back.way_back import Back
from .._way_back.what_was_planned import noted
from .._way_back.which_record import of_this_run, recorded_in

DEFAULTS: dict[str, Any] = {
    "edge_verification": Verification.REQUIRED.value,
    "partial_verification": False,
    "documented_order": False,
    "replication_ignore": [],
    "replication_scope": "edges",
    "replication_timeout": 300,
    "replication_interval": 10,
    "replication_stamp_timeout": 120,
    "replication_settle": 0,
    "content_timeout": 120,
    "content_interval": 5,
    "on_failure": "keep",
    "accept": [],
    "check_readiness": False,
    "check_sip_domains": [],
    "check_access_edges": [],
    "check_name_servers": [],
    "check_ca_file": "",
    "check_certificate_days": 30,
    "snapshot_dir": "",
    "record_dir": "",
    "export_dir": "",
    "plan_dir": "",
    "require_approval": False,
    "approvals": "",
    "approval_signers": "",
    "write_until": "",
}
"""The role's variables of these names. One that is misstated is a blocker of the plan, and not a failure of the task."""

ARGUMENT_SPEC: dict[str, Any] = {
    "deployment": {"type": "dict", "required": True},
    "reading": {"type": "dict", "required": True},
    "edge_readings": {"type": "dict", "default": {}},
    "documented": {"type": "dict", "required": True},
    "variables": {"type": "dict", "default": {}},
    "same_store": {"type": "list", "elements": "str", "default": []},
    "only_deployment": {"type": "bool", "default": True},
    "deployments": {"type": "list", "elements": "str", "default": []},
    "elsewhere": {"type": "list", "elements": "list", "default": []},
    "waited": {"type": "bool", "default": False},
    "asked_edges": {"type": "dict", "default": {}},
    "management_messages": {"type": "dict", "default": {}},
    "record": {"type": "str", "default": ""},
    "takes_back": {"type": "dict", "default": {}},
    **{name: {"type": "raw", "default": default} for name, default in DEFAULTS.items()},
}


def run(task: Task) -> None:
    """The result says why nothing may be written, and does not fail for it: Ansible would show the whole result."""
    options, misstated = _options(task.options)
    hosts = from_plain(DeploymentHosts, options["deployment"])
    names = {name for edge in hosts.edges_in_play for name in task.inventory.variable_names(edge.host)}
    terms = Terms(
        options["edge_verification"],
        options["partial_verification"],
        options["documented_order"],
        tuple(one["replica"] for one in options["replication_ignore"]),
        tuple(options["accept"]),
        options["only_deployment"],
        tuple(options["deployments"]),
        tuple(names.union(task.variable_names)),
        options["content_timeout"] if options["waited"] else None,
        options["replication_scope"],
        options["on_failure"],
        tuple(options["asked_edges"]),
        tuple(options["check_sip_domains"]),
        *_elsewhere(options["elsewhere"]),
    )
    reading = _reading(task.host, options["reading"])
    back = _back(task, hosts, reading)

    where = Where(options["approvals"], options["plan_dir"], options["approval_signers"])
    until, no_time = _until(options["write_until"])
    approving = Asked(where, options["require_approval"], until)

    def planned(more: tuple[str, ...] = (), recreations: tuple[PlannedChange, ...] = ()) -> Plan:
        made = plan(
            hosts,
            reading,
            options["edge_readings"],
            options["documented"],
            options["variables"],
            replace(terms, accept=(*terms.accept, *more)),
            tuple(options["same_store"]),
            _passed_over(task.host, hosts, options["management_messages"]),
            back,
            recreations,
        )
        return replace(made, findings=(*misstated, *_never_settles(options, made), *no_time, *made.findings))

    now = task.time()
    own = planned()
    made, approval = as_approved(own, task.files, approving, now, task.check_mode, planned)
    allowed = permission(made, approval, approving, now, task.check_mode)
    waits = bool(made.wait_for) and not made.stops and not allowed.refusal
    made, kept = (made, Kept()) if waits or allowed.refusal else _kept(task, options, made, reading)
    stopped = allowed.refusal or (refusal(made) if made.stops else "")
    task.result.update(
        plan=to_plain(made),
        planned=_planned(made, allowed, archive_path(options["export_dir"], made.title, now)),
        replicas=list(made.replicas),
        ignore_replicas=[*options["replication_ignore"], *ignored(made)],
        out_of_step=_out_of_step(task, options, made, reading) if waits else {},
        verify=[] if task.check_mode or stopped else list(made.verify),
        fingerprint=fingerprint(own),
        refusal=stopped,
        withheld=allowed.withheld,
        approval=dict(allowed.approval),
        session_failed=bool(made.stops and options["reading"].get("session_failed")),
        way_back=list(made.way_back),
        snapshot=kept.snapshot,
        journal=kept.journal,
        ansible_facts={COLLECTED: [], JOURNAL: kept.journal},
        **QUIET,
    )
    task.note({"plan": noted(made, stopped, kept.journal)}, first=bool(made.changes) and not stopped)
    if waits:
        task.show(waiting(made, options["content_timeout"]))
        return
    _mark(task, allowed)
    written = _write_plan(task, options["plan_dir"], own, made, now) if task.check_mode and options["plan_dir"] else []
    task.show("\n".join([*plan_lines(made), *(f"  {visible(line)}" for line in (*allowed.lines, *written))]))


def _never_settles(options: Mapping[str, Any], made: Plan) -> Iterator[Finding]:
    """It matters only where something is to be waited for."""
    prefix = "replication_"
    stated = {name: options[prefix + name] for name in ("settle", "timeout")} if made.changes else {}
    for problem in never_settled(stated, f"hybrid_{prefix}"):
        yield Finding(Kind.BLOCKER, "misstated", problem)


def _elsewhere(stated: Iterable[Sequence[Any]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The Edge Servers of other deployments, and the deployments of which none of the management hosts was read."""
    read = {deployment: edges for deployment, edges in stated if edges is not None}
    unread = dict.fromkeys(str(deployment) for deployment, _edges in stated if deployment not in read)
    return tuple(edge["fqdn"] for edges in read.values() for edge in edges), tuple(unread)


def _options(stated: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """The task's options with the role's variables converted; those that are misstated stop the plan. A way back asks nobody for
    readiness, so it is not kept from anything by what is said of that.
    """
    of_run = {
        name: DEFAULTS[name] if stated["record"] and name.startswith("check_") else stated[name] for name in DEFAULTS
    }
    found, problems = judged(of_run, DEFAULTS)
    edges, of_edges = asked({} if stated["record"] else stated["asked_edges"], stated["check_readiness"])
    several = dict.fromkeys((*problems, *of_edges))
    misstated = tuple(Finding(Kind.BLOCKER, "misstated", problem) for problem in several)
    return {**stated, **found, "asked_edges": edges}, misstated


def _until(stated: str) -> tuple[float | None, tuple[Finding, ...]]:
    """When the last deployment may begin; what is no time stops the plan."""
    try:
        return until_of(stated), ()
    except Refused as refused:
        return None, (Finding(Kind.BLOCKER, "misstated", refused.message),)


def _planned(made: Plan, allowed: Permission, archive: str) -> list[dict[str, Any]]:
    """What the task of each change is given. Whichever writes first keeps to the time, and exports the configuration, where that
    is asked for.
    """
    first = {**allowed.first, **({"exports": archive} if archive else {})}
    found: list[dict[str, Any]] = [{"change": to_plain(change), **first} for change in made.changes]
    if found:
        found[-1].update(allowed.last)
    return found


def _mark(task: Task, allowed: Permission) -> None:
    """Nothing is left to write: the approval is used up."""
    if allowed.marker:
        try:
            task.files.create(allowed.marker, allowed.marked)
        except FileFailed as failure:
            task.warn(failure.message)


def _write_plan(task: Task, directory: str, own: Plan, made: Plan, now: float) -> list[str]:
    """The plan's files; where they cannot be written, nothing else may seem to have gone well.

    :param own: the plan without the consents of an approval: nobody gave them to a new plan. ``made``: as it is approved.
    """
    try:
        paths = write_plan(task.files, directory, own, now)
    except FileFailed as failure:
        task.result["refusal"] = f"The plan could not be written (hybrid_plan_dir): {failure.message}"
        return []
    task.result["plan_files"] = list(paths)
    without = f" (without what the approval gives{', so not approvable' if own.stops else ''})" if own != made else ""
    return [f"Plan {fingerprint(own)} written{without}: {', '.join(paths)}"]


def _back(task: Task, hosts: DeploymentHosts, reading: Reading) -> Back | None:
    """The run that is to be taken back; None where nothing is."""
    if task.options["takes_back"]:
        return of_this_run(**task.options["takes_back"])
    if not task.options["record"]:
        return None
    domains = reading.topology.sip_domains if reading.topology else ()
    return recorded_in(task.files, task.options["record"], hosts.name, title(hosts.name, domains, (reading.host,)))


def _kept(task: Task, options: Mapping[str, Any], made: Plan, reading: Reading) -> tuple[Plan, Kept]:
    """What is kept before the first write, where there is to be one."""
    if task.check_mode or made.stops or not made.changes:
        return made, Kept()
    return keep(task.files, made, reading, task.time(), options["snapshot_dir"], options["record_dir"])


def _reading(host: str, result: Mapping[str, Any]) -> Reading:
    """What was read; where nothing was, why."""
    if "reading" in result:
        return from_plain(Reading, result["reading"])
    return Reading(host, "", gaps=(Gap(DEPLOYMENT, str(result.get("msg") or f"{host} was not read.")),))


def _passed_over(host: str, hosts: DeploymentHosts, reasons: Mapping[str, Any]) -> dict[str, str]:
    """The management hosts before this one, and why they were not used; by default what their reading says."""
    before = itertools.takewhile(lambda one: one != host, hosts.management)
    return {one: str(reasons.get(one) or "it was not read.") for one in before}


def _out_of_step(task: Task, options: Mapping[str, Any], made: Plan, reading: Reading) -> dict[str, Any]:
    """What to wait for: Edge Servers that hold what the central store holds today, and then their replicas: reports come last."""
    edges = [edge for edge in made.edges if edge.fqdn in made.wait_for]
    ignored_ones = {FQDN.comparable(one["replica"]) for one in options["replication_ignore"]}
    today, _desired = compared(desired_of(NOUNS, made.desired, "desired"), reading.store)
    return {
        "hosts": [edge.host for edge in edges],
        "replicas": [edge.fqdn for edge in edges if FQDN.comparable(edge.fqdn) not in ignored_ones],
        "settings": today,
        "deadline": task.time() + options["content_timeout"],
    }


MODULE = Module(ARGUMENT_SPEC, run, needs_server=False)
