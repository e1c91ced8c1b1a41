# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wait until the status of all replicas in scope proves the last change, or says that it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.cmdlet import Cmdlet
from .._core.failures import Failure, Refused
from .._core.task import Module, Task
from .._replication import texts
from .._replication.poll import Poll, earlier, health_problem, master_moved, poll_of
from .._replication.scope import Scope, check_known, scope
from .._replication.status import CENTRAL_STATUS, STATUS, status
from .._replication.topology import EDGES, edges
from .._replication.wait import OVERDUE, State, Terms, Verdict, step
from .._resource.setting import FQDN
from .._store.central import read_centrally, read_store

MAXIMUM = 24 * 3600
"""The longest wait, in seconds."""

ARGUMENT_SPEC: dict[str, Any] = {
    "wait": {"type": "bool", "default": False},
    "newer_than": {"type": "dict"},
    "scope": {"type": "str", "choices": ["edges", "listed", "all"], "default": "all"},
    "replicas": {"type": "list", "elements": "str", "default": []},
    "ignore_replicas": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {"replica": {"type": "str", "required": True}, "reason": {"type": "str", "required": True}},
    },
    "timeout": {"type": "float", "default": 300},
    "interval": {"type": "float", "default": 10},
    "stamp_timeout": {"type": "float", "default": 120},
    "settle": {"type": "float", "default": 0},
    "trigger": {"type": "bool", "default": False},
}


def run(task: Task) -> None:
    """Read, trigger where asked to, wait where asked to; the result always lists every replica.

    :raises Failure: when a replica in scope still lags at the end.
    """
    options = task.options
    _check(options)
    before = earlier(options["newer_than"])
    poll = _read(task)
    check_known(poll.replicas, options["replicas"])
    chosen = _scope(task, poll, before)
    moved = master_moved(poll, before)
    _report(task, poll, chosen, before, moved)
    if before is not None and moved:
        task.warn(texts.moved(poll, before))
    if options["trigger"]:
        for name in options["replicas"]:
            task.write(Cmdlet("Invoke-CsManagementStoreReplication", {"ReplicaFqdn": name}))
        task.result["changed"] = True
        before = poll
    _warn(task, texts.not_waited_for(poll, chosen.reasons, before))
    if options["wait"] and not task.check_mode:
        _check_health(poll)
        _wait(task, poll, chosen, before)


def _check(options: Mapping[str, Any]) -> None:
    if options["scope"] == "listed" and not options["replicas"]:
        raise Refused("scope: listed needs replicas: the machines to wait for.")
    if options["replicas"] and options["scope"] != "listed" and not options["trigger"]:
        raise Refused("replicas is used with scope: listed or trigger: true only.")
    if options["trigger"] and not options["replicas"]:
        raise Refused("trigger forces a complete push and is done for named machines only: state replicas.")
    if options["wait"] and options["settle"] >= options["timeout"]:
        raise Refused(f"settle ({options['settle']:g} s) must be shorter than timeout ({options['timeout']:g} s).")
    for name, least in (("timeout", 1), ("interval", 0.05), ("stamp_timeout", 0), ("settle", 0)):
        if not least <= options[name] <= MAXIMUM:
            raise Refused(f"{name} must be from {least} to {MAXIMUM} seconds, not {options[name]}.")


def _read(task: Task) -> Poll:
    return poll_of(*read_centrally(task, STATUS, CENTRAL_STATUS))


def _scope(task: Task, poll: Poll, before: Poll | None) -> Scope:
    desired: list[str] | None = None
    if task.options["scope"] == "listed":
        desired = task.options["replicas"]
    elif task.options["scope"] == "edges":
        machines = {FQDN.comparable(edge.fqdn) for edge in edges(read_store(task, EDGES))}
        desired = [one.fqdn for one in poll.replicas if one.key in machines]
    known = {} if before is None else before.by_key
    return scope(poll.replicas, desired, task.options["ignore_replicas"], poll.deleted, known)


def _check_health(poll: Poll) -> None:
    problem = health_problem(poll.central)
    if problem:
        raise Failure(f"Nothing can replicate: {problem}. Start it, then run the play again.")


def _wait(task: Task, poll: Poll, chosen: Scope, before: Poll | None) -> None:
    """Poll until there is a verdict; progress is shown when the set of late replicas changes."""
    terms = Terms(
        tuple(sorted(chosen.waited_for)),
        *(task.options[name] for name in ("timeout", "interval", "stamp_timeout", "settle")),
    )
    state = State(started=task.now())
    while True:
        one = step(poll, before, task.now(), state, terms)
        state = one.state
        _report(task, poll, chosen, before, state.master_moved)
        _report_wait(task, one.verdict, state)
        if before is not None and master_moved(poll, before):
            task.warn(texts.moved(poll, before))
        if one.news:
            task.progress(texts.progress(poll, state, terms))
        if one.verdict is not Verdict.WAITING:
            break
        task.wait(one.pause)
        poll = _read(task)
    if one.verdict in OVERDUE:
        raise Failure(texts.overdue(one.verdict, poll, state, terms))
    _warn(task, [*texts.not_waited_for(poll, chosen.reasons, None), *texts.ended(state, terms)])


def _warn(task: Task, sentences: list[str]) -> None:
    for sentence in sentences:
        task.warn(sentence)


def _report(task: Task, poll: Poll, chosen: Scope, before: Poll | None, moved: bool) -> None:
    compared = {} if before is None or moved else before.by_key
    first = before or poll
    task.result.update(
        replicas=[
            {
                **one.plain,
                "in_scope": one.key in chosen.waited_for,
                "state": status(one, compared.get(one.key)).value,
                "reason": chosen.reasons.get(one.key),
            }
            for one in poll.replicas
        ],
        lagging=[one.fqdn for one in poll.replicas if one.key in chosen.waited_for and not one.up_to_date],
        central=dict(poll.central),
        health=health_problem(poll.central),
        noted={"master": first.master or poll.master, "behind": first.behind},
        proven=False,
        master_moved=moved,
    )


def _report_wait(task: Task, verdict: Verdict, state: State) -> None:
    for shown in task.result["replicas"]:
        seconds = state.reached.get(str(FQDN.comparable(shown["replica_fqdn"])))
        shown["seconds"] = None if seconds is None else round(seconds, 1)
    task.result.update(
        verdict=verdict.value,
        proven=verdict is Verdict.PROVEN,
        settled=state.settled,
        waited=round(state.elapsed, 1),
    )


MODULE = Module(ARGUMENT_SPEC, run)
