# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wait until the status of all replicas in scope proves the last change, or says that it cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .._core.cmdlet import Cmdlet
from .._core.failures import Failure, Refused
from .._core.task import Module, Task
from .._replication.status import CENTRAL_STATUS, STATUS, Replica, Scope, Status, check_known, replica, scope, status
from .._replication.topology import EDGES, edges
from .._resource.setting import FQDN
from .._store.central import read_centrally, read_store
from .._store.names import snake_cased

MAXIMUM = 24 * 3600
"""The longest wait, in seconds."""

NAMED_AT_MOST = 6
"""Replicas that a line of progress names."""

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


@dataclass(frozen=True)
class Reading:
    """One look at the deployment: its replicas, and who is master."""

    replicas: tuple[Replica, ...]
    central: Mapping[str, Any]

    @property
    def by_key(self) -> dict[str, Replica]:
        return {one.key: one for one in self.replicas}

    @property
    def master(self) -> str:
        return str(self.central.get("active_master_fqdn") or "")

    @property
    def deleted(self) -> Sequence[str]:
        found = self.central.get("deleted_replicas") or []
        return found if isinstance(found, list) else [str(found)]


def run(task: Task) -> None:
    """Read, trigger where asked to, wait where asked to; the result always lists every replica.

    :raises Failure: when a replica in scope still lags at the end.
    """
    options = task.options
    _check(options)
    before = _earlier(options["newer_than"])
    reading = _read(task)
    check_known(reading.replicas, options["replicas"])
    chosen = _scope(task, reading, before)
    _report(task, reading, chosen, before)
    if options["trigger"]:
        for name in options["replicas"]:
            task.write(Cmdlet("Invoke-CsManagementStoreReplication", {"ReplicaFqdn": name}))
        task.result["changed"] = True
        before = reading
    _master_moved(task, reading, before)
    _warn_of_laggards(task, reading, chosen, before)
    if options["wait"] and not task.check_mode:
        _check_health(reading)
        _wait(task, reading, chosen, before)


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


def _warn_of_laggards(task: Task, reading: Reading, chosen: Scope, before: Reading | None) -> None:
    """Warn of those that lag and are not waited for.

    :param before: right after a change all lag for a while, so those that did not before it are not warned of; None: all.
    """
    earlier = {} if before is None else before.by_key
    for one in reading.replicas:
        reason = chosen.reasons.get(one.key)
        if reason is None or one.up_to_date or (one.key in earlier and earlier[one.key].up_to_date):
            continue
        date = "" if one.last_report in reason else f"; {one.last_report}"
        task.warn(f"Replica {one.fqdn} is not up to date and not waited for: {reason}{date}.")


def _earlier(result: Any) -> Reading | None:
    """The reading before the last change; who was behind and who was master is what was noted before the first one."""
    if result is None:
        return None
    try:
        reading = Reading(tuple(replica(one) for one in result["replicas"]), dict(result.get("central") or {}))
        noted = result.get("noted")
        if not noted:
            return reading
        return Reading(
            tuple(replace(one, up_to_date=one.fqdn not in noted["behind"]) for one in reading.replicas),
            {**reading.central, "active_master_fqdn": noted["master"]},
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Refused("newer_than must be the registered result of an earlier lync_replication_status task.") from error


def _read(task: Task) -> Reading:
    found, central = read_centrally(task, STATUS, CENTRAL_STATUS)
    return Reading(tuple(replica(one) for one in found), snake_cased(central[0]) or {} if central else {})


def _scope(task: Task, reading: Reading, before: Reading | None) -> Scope:
    wanted: list[str] | None = None
    if task.options["scope"] == "listed":
        wanted = task.options["replicas"]
    elif task.options["scope"] == "edges":
        machines = {FQDN.comparable(edge.fqdn) for edge in edges(read_store(task, EDGES))}
        wanted = [one.fqdn for one in reading.replicas if one.key in machines]
    earlier = {} if before is None else before.by_key
    return scope(reading.replicas, wanted, task.options["ignore_replicas"], reading.deleted, earlier)


def health_problem(central: Mapping[str, Any]) -> str | None:
    """Why no change can replicate now, as far as the status of the Central Management store tells."""
    if "active_master_fqdn" in central and not central["active_master_fqdn"]:
        return "there is no active master replicator (service MASTER) on the Central Management Server"
    transfer = [
        central[name] for name in ("active_file_transfer_agent_fqdn", "active_file_transfer_agents") if name in central
    ]
    if transfer and not any(transfer):
        return "there is no active file transfer agent (service FTA) on the Central Management Server"
    return None


def _check_health(reading: Reading) -> None:
    problem = health_problem(reading.central)
    if problem:
        raise Failure(f"Nothing can replicate: {problem}. Start it, then run the play again.")


def _wait(task: Task, reading: Reading, chosen: Scope, before: Reading | None) -> None:
    """Look again until it is proven, or cannot be, or the time is over. Progress is told when the set of laggards changes."""
    options = task.options
    started = task.now()
    stable_since: float | None = None
    stamps: dict[str, str | None] = {}
    reached: dict[str, float] = {}
    told: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    while True:
        elapsed = task.now() - started
        comparable = _comparable(reading, before)
        states = _states(reading, chosen, comparable)
        laggards = tuple(sorted(key for key, state in states.items() if state is Status.LAGGING))
        unmoved = (
            tuple(sorted(key for key, state in states.items() if state is Status.UP_TO_DATE)) if comparable else ()
        )
        if (laggards, unmoved) != told:
            told = (laggards, unmoved)
            task.progress(_progress(reading, laggards, unmoved, len(states), elapsed))
        now_stamps = {key: reading.by_key[key].last_update_creation for key in states}
        if stable_since is None or now_stamps != stamps:
            stable_since, stamps = elapsed, now_stamps
        task.result["waited"] = round(elapsed, 1)
        reached = {key: reached.get(key, round(elapsed, 1)) for key in states if key not in (*laggards, *unmoved)}
        for shown in task.result["replicas"]:
            shown["seconds"] = reached.get(FQDN.comparable(shown["replica_fqdn"]))
        moved_master = _master_moved(task, reading, before)
        settled = elapsed - stable_since >= options["settle"]
        task.result["settled"] = settled
        void = bool(moved_master) or elapsed >= options["stamp_timeout"]
        if not laggards and settled and (not unmoved or void):
            _warn_of_laggards(task, reading, chosen, None)
            gone = sorted(chosen.waited_for - set(states))
            if gone:
                task.warn(f"No longer listed, so that nothing is known of them: {', '.join(gone)}.")
            moved = before is not None and not unmoved and not moved_master
            task.result["proven"] = moved and bool(states) and not gone
            if unmoved and not moved_master:
                task.warn(
                    f"All {len(states)} replicas in scope are up to date, but the stamps of {len(unmoved)} did not move within "
                    f"{options['stamp_timeout']:g} s: the status proves nothing of the last change."
                )
            return
        if elapsed >= options["timeout"]:
            raise Failure(_overdue([reading.by_key[key] for key in laggards or unmoved], len(states), options))
        task.wait(min(options["interval"], max(0.0, options["timeout"] - elapsed)))
        reading = _read(task)
        _report(task, reading, chosen, before)


def _comparable(reading: Reading, before: Reading | None) -> Reading | None:
    """The earlier reading, unless another master has written the stamps since."""
    return None if before is None or _moved(reading, before) else before


def _moved(reading: Reading, before: Reading | None) -> bool:
    return bool(before and before.master and reading.master and before.master.casefold() != reading.master.casefold())


def _master_moved(task: Task, reading: Reading, before: Reading | None) -> bool:
    if before is None or not _moved(reading, before):
        return False
    task.result["master_moved"] = True
    task.warn(
        f"The active master moved from {before.master} to {reading.master} during the change: the stamps of the replicas prove "
        "nothing, and the central store is to be read again."
    )
    return True


def _states(reading: Reading, chosen: Scope, before: Reading | None) -> dict[str, Status]:
    earlier = {} if before is None else before.by_key
    return {one.key: status(one, earlier.get(one.key)) for one in reading.replicas if one.key in chosen.waited_for}


def _progress(reading: Reading, laggards: Sequence[str], unmoved: Sequence[str], total: int, elapsed: float) -> str:
    waiting = [f"{reading.by_key[key].fqdn} ({reading.by_key[key].last_report})" for key in laggards]
    waiting += [f"{reading.by_key[key].fqdn} (no new package yet)" for key in unmoved]
    done = total - len(waiting)
    if not waiting:
        return f"replication: {done} of {total} replicas up to date after {elapsed:.0f} s"
    named = waiting[:NAMED_AT_MOST]
    if len(waiting) > len(named):
        named.append(f"{len(waiting) - len(named)} more")
    return f"replication: {done} of {total} replicas up to date after {elapsed:.0f} s; waiting for {', '.join(named)}"


def _overdue(late: Sequence[Replica], total: int, options: Mapping[str, Any]) -> str:
    within = f"within {options['timeout']:g} s"
    if not late:
        return (
            f"All {total} replicas in scope are up to date, but new packages kept coming: no {options['settle']:g} s (settle) "
            f"without one {within} (timeout)."
        )
    return f"Not replicated to {len(late)} of {total} replicas in scope {within}: {'; '.join(map(_late, late))}."


def _late(one: Replica) -> str:
    state = "UpToDate False" if not one.up_to_date else "no new package"
    return f"{one.fqdn} ({state}, last update created {one.last_update_creation or 'never'}, {one.last_report})"


def _report(task: Task, reading: Reading, chosen: Scope, before: Reading | None) -> None:
    comparable = _comparable(reading, before)
    earlier = {} if comparable is None else comparable.by_key
    task.result["replicas"] = [
        {
            "replica_fqdn": one.fqdn,
            "up_to_date": one.up_to_date,
            "last_update_creation": one.last_update_creation,
            "last_status_report": one.last_status_report,
            "product_version": one.product_version,
            "in_scope": one.key in chosen.waited_for,
            "state": status(one, earlier.get(one.key)).value,
            "reason": chosen.reasons.get(one.key),
        }
        for one in reading.replicas
    ]
    waited_for = [one for one in reading.replicas if one.key in chosen.waited_for]
    task.result["lagging"] = [one.fqdn for one in waited_for if not one.up_to_date]
    task.result["central"] = dict(reading.central)
    task.result["health"] = health_problem(reading.central)
    first = before or reading
    task.result["noted"] = {
        "master": first.master or reading.master,
        "behind": [one.fqdn for one in first.replicas if not one.up_to_date],
    }
    task.result.setdefault("proven", False)
    task.result.setdefault("master_moved", False)


MODULE = Module(ARGUMENT_SPEC, run)
