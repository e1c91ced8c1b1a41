# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wait until the status of all replicas in scope proves the last change, or says that it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .._core.cmdlet import Cmdlet
from .._core.document import from_plain, to_plain
from .._core.failures import Failure, Refused, SessionFailed
from .._core.polling import Collected, Order
from .._core.task import Module, Task
from .._nouns.table import NOUNS
from .._replication import texts
from .._replication.content import order
from .._replication.limits import CONTENT, REPLICATION, never_settled, not_ignored, out_of_limits
from .._replication.poll import Poll, earlier, health_problem, poll_of
from .._replication.scope import check_known
from .._replication.status import CENTRAL_STATUS, STATUS, status
from .._replication.topology import EDGES, WHERE_OFFERED, edges, no_machines, pools_without_machines
from .._replication.wait import OVERDUE, Verdict
from .._replication.waiting import KIND, Ignored, Wait, first, key, next_poll
from .._rollout.inventory import title
from .._rollout.read import read_deployment
from .._store.central import centrally, read_centrally, read_store

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
    "background": {"type": "bool", "default": False},
    "local_stores": {
        "type": "dict",
        "options": {
            "hosts": {"type": "list", "elements": "str", "required": True},
            "settings": {"type": "dict", "required": True},
            "timeout": {"type": "float", "default": 60},
            "interval": {"type": "float", "default": 5},
        },
    },
    "begun": {"type": "dict"},
    "read_new_master": {"type": "bool", "default": False},
}


def run(task: Task) -> None:
    """Read, trigger where asked to, wait where asked to; the result always lists every replica.

    A wait may be begun beside the tasks, and collected by another task, which waits itself where nothing was begun.

    :raises Failure: when a replica in scope still lags at the end.
    """
    options = task.options
    _check(options)
    before = earlier(options["newer_than"])
    waits = options["wait"] and not task.check_mode
    if options["background"]:
        task.result.update(poll=_begin(task, before) if waits else None, polls={})
        if options["local_stores"] and not task.check_mode and (task.result["poll"] or not options["wait"]):
            task.result["polls"] = _begin_local_stores(task, task.result["poll"] or "")
        return
    begun = (options["begun"] or {}).get("poll")
    collected = centrally(task, lambda: task.collect(begun)) if waits and begun else None
    try:
        if collected is not None:
            _collect(task, collected)
        else:
            _look(task, before, waits)
    finally:
        if options["read_new_master"] and task.result.get("master_moved"):
            task.result["new_master"] = _read_new_master(task)


def _begin(task: Task, before: Poll | None) -> str | None:
    subject = title(str(task.inventory.variable(task.host, "lync_deployment") or ""), (), (task.host,))
    return task.begin(Order(KIND, subject, (STATUS, CENTRAL_STATUS), to_plain(_asked(task, before))))


def _begin_local_stores(task: Task, after: str) -> dict[str, str | None]:
    """By host, the poll of its own store, which begins when the wait for the status is over."""
    asked = task.options["local_stores"]
    return {
        host: task.begin(order(host, asked["settings"], asked["timeout"], asked["interval"], after), host)
        for host in asked["hosts"]
    }


def _read_new_master(task: Task) -> dict[str, Any]:
    """The deployment, as it is in the store of the new master; else why it could not be read."""
    try:
        return {"reading": to_plain(read_deployment(task, [resource.read for resource in NOUNS.values()]))}
    except Failure as failure:
        return {"msg": failure.message, "session_failed": isinstance(failure, SessionFailed)}


def _collect(task: Task, collected: Collected) -> None:
    one = from_plain(Wait, collected.state)
    if one.poll is not None:
        _report(task, one, one.poll)
        _warn(task, texts.not_waited_for(one.poll, one.reasons, one.before))
    if collected.failure is not None:
        raise collected.failure
    if one.poll is not None and one.state is None:  # it was not worth waiting
        _check_health(one.poll)
    _end(task, one)


def _look(task: Task, before: Poll | None, waits: bool) -> None:
    """Poll here; once, or until the wait is over."""
    poll = _read(task)
    check_known(poll.replicas, task.options["replicas"])
    one = first(_asked(task, before), poll)
    _report(task, one, poll)
    if task.options["trigger"]:
        for name in task.options["replicas"]:
            task.write(Cmdlet("Invoke-CsManagementStoreReplication", {"ReplicaFqdn": name}))
        task.result["changed"] = True
        one = replace(one, before=poll)
    _warn(task, texts.not_waited_for(poll, one.reasons, one.before))
    if waits:
        _check_health(poll)
        _wait(task, one, poll)


def _check(options: Mapping[str, Any]) -> None:
    if options["scope"] == "listed" and not options["replicas"]:
        raise Refused("scope: listed needs replicas: the machines to wait for.")
    if options["replicas"] and options["scope"] != "listed" and not options["trigger"]:
        raise Refused("replicas is used with scope: listed or trigger: true only.")
    if options["trigger"] and not options["replicas"]:
        raise Refused("trigger forces a complete push and is done for named machines only: state replicas.")
    if options["background"] and (options["trigger"] or options["begun"]):
        raise Refused("background begins what begun collects: it is used without trigger and begun.")
    if options["trigger"] and options["begun"]:
        raise Refused("begun collects a wait that has begun, for which trigger would come too late: push first.")
    if options["background"] and not (options["wait"] or options["local_stores"]):
        raise Refused("background begins a wait: it needs wait: true, or local_stores.")
    if options["local_stores"] and not options["background"]:
        raise Refused("local_stores is used with background: true only.")
    problems = [
        *(never_settled(options) if options["wait"] else ()),
        *out_of_limits(options, REPLICATION),
        *not_ignored(options["ignore_replicas"], "ignore_replicas"),
        *out_of_limits(options["local_stores"] or {}, CONTENT, "local_stores: "),
    ]
    if problems:
        raise Refused(" ".join(problems))


def _read(task: Task) -> Poll:
    return poll_of(*read_centrally(task, STATUS, CENTRAL_STATUS))


def _asked(task: Task, before: Poll | None) -> Wait:
    """What is to be waited for."""
    options = task.options
    machines = None
    if options["scope"] == "edges":
        machines = _edge_machines(task)
    return Wait(
        replicas=tuple(options["replicas"]) if options["scope"] == "listed" else None,
        machines=machines,
        ignored=tuple(Ignored(**item) for item in options["ignore_replicas"]),
        before=before,
        **{name: options[name] for name in ("timeout", "interval", "stamp_timeout", "settle")},
    )


def _edge_machines(task: Task) -> tuple[str, ...]:
    """
    :raises Failure: where not all are known: a wait without them would prove what nobody saw.
    """
    store = read_store(task, EDGES, WHERE_OFFERED)
    unknown = pools_without_machines(store)
    if unknown:
        raise Failure(f"{task.host}: {no_machines(unknown)}. Name the machines with scope: listed.")
    return tuple(key(edge.fqdn) for edge in edges(store))


def _check_health(poll: Poll) -> None:
    problem = health_problem(poll.central)
    if problem:
        raise Failure(f"Nothing can replicate: {problem}. Start it, then run the play again.")


def _wait(task: Task, one: Wait, poll: Poll) -> None:
    """Poll until there is a verdict; progress is shown when the set of late replicas changes."""
    while True:
        one, stepped = next_poll(one, poll, task.now())
        _report(task, one, poll)
        if stepped.news:
            task.progress(texts.progress(poll, stepped.state, one.terms))
        if one.verdict is not Verdict.WAITING:
            break
        task.wait(stepped.pause)
        poll = _read(task)
    _end(task, one)


def _end(task: Task, one: Wait) -> None:
    """
    :raises Failure: when the wait ended in vain.
    :raises ValueError: for one that never polled.
    """
    if one.poll is None or one.state is None:
        raise ValueError("A wait ends after its first poll.")
    if one.verdict in OVERDUE:
        raise Failure(texts.overdue(one.verdict, one.poll, one.state, one.terms))
    _warn(task, [*texts.not_waited_for(one.poll, one.reasons, None), *texts.ended(one.state, one.terms)])


def _warn(task: Task, sentences: list[str]) -> None:
    for sentence in sentences:
        task.warn(sentence)


def _report(task: Task, one: Wait, poll: Poll) -> None:
    compared = {} if one.before is None or one.master_moved else one.before.by_key
    first_poll = one.before or poll
    task.result.update(
        replicas=[
            {
                **found.plain,
                "in_scope": found.key in one.waited_for,
                "state": status(found, compared.get(found.key)).value,
                "reason": one.reasons.get(found.key),
            }
            for found in poll.replicas
        ],
        lagging=[found.fqdn for found in poll.replicas if found.key in one.waited_for and not found.up_to_date],
        central=dict(poll.central),
        health=health_problem(poll.central),
        noted={"master": first_poll.master or poll.master, "behind": first_poll.behind},
        proven=False,
        master_moved=one.master_moved,
    )
    if one.state is not None:
        for shown in task.result["replicas"]:
            seconds = one.state.reached.get(key(shown["replica_fqdn"]))
            shown["seconds"] = None if seconds is None else round(seconds, 1)
        task.result.update(
            verdict=one.verdict.value,
            proven=one.verdict is Verdict.PROVEN,
            settled=one.state.settled,
            waited=round(one.state.elapsed, 1),
        )
    if one.before is not None and one.master_moved:
        task.warn(texts.moved(poll, one.before))


MODULE = Module(ARGUMENT_SPEC, run)
