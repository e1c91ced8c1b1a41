# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make objects of the server what is desired: read, plan, write, read back, compare.

What users trust (changed, diff, check mode, the cmdlets shown) is decided here, once for all configuring modules.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .._core.cmdlet import Cmdlet
from .._core.failures import Failure, Refused
from .._core.task import Module, Records, Task
from .._core.writes import COLLECTED, collect
from .._store.central import read_centrally, read_store
from .._store.store import Store
from . import as_planned
from .plan import Change
from .planning import planned
from .resource import Desired, Resource, desired
from .shown import Shown
from .stopped import problems_of, read_back, stopped, unread

UNCHANGED = "Nothing was changed."

Planner = Callable[[Task], tuple[Store, Sequence[Change]]]
"""Reads what it needs and plans from it.

:raises Refused: for what cannot be done; nothing was written.
"""


@dataclass(frozen=True)
class Beside:
    """What is read in the same pipeline just before a write, where the option says so, for others to compare with afterwards.

    :ivar result: fills the task's result with what the cmdlets wrote.
    """

    option: str
    cmdlets: tuple[Cmdlet, ...]
    result: Callable[[dict[str, Any], Sequence[Records]], None]

    @property
    def argument_spec(self) -> dict[str, Any]:
        return {self.option: {"type": "bool", "default": False}}


def configures(resource: Resource, beside: Beside | None = None) -> Module:
    """The module that manages one object of a noun."""

    def read(task: Task, one: Desired) -> Store:
        if beside is None or not task.options[beside.option]:
            return read_store(task, one.reads)
        found = read_centrally(task, *one.reads, *beside.cmdlets)
        beside.result(task.result, found[len(one.reads) :])
        return Store({read.name: records for read, records in zip(one.reads, found, strict=False)})

    def look(task: Task, stated: as_planned.AsPlanned | None) -> tuple[Store, Change]:
        one = desired(resource, task.options)
        store = read(task, one)
        if stated is None:
            return store, planned(one, store)
        with as_planned.refusals_told():
            change = planned(one, store)
        as_planned.check(task, stated, change)
        return store, change

    def plan(task: Task) -> tuple[Store, Sequence[Change]]:
        stated = as_planned.as_planned(task.options)
        store, change = look(task, stated)
        if stated is not None and as_planned.export_first(task, stated, change):
            store, change = look(task, stated)
        return store, [change]

    def run(task: Task) -> None:
        if beside is not None and task.options[beside.option]:
            task.result.setdefault("writes", [])  # so that a failure says that nothing was written
        converge(task, resource, plan)
        if beside is not None and task.options[beside.option]:
            collect(task.result, task.fact(COLLECTED))
        stated = as_planned.as_planned(task.options)
        if stated is not None:
            as_planned.spend(task, stated)

    further = {**beside.argument_spec, **as_planned.ARGUMENT_SPEC} if beside else {}
    return Module({**resource.argument_spec, **further}, run)


def converge(task: Task, resource: Resource, plan: Planner, several: bool = False) -> None:
    """
    :param several: whether the result is to show objects, or one object.
    :raises Refused: before the first write, in check mode too.
    :raises Failure: when the server did not keep what was sent, or changed what was not asked for.
    """
    try:
        store, changes = plan(task)
    except Refused as refusal:
        refusal.add(UNCHANGED)
        raise
    shown = Shown(task, resource, changes, store[resource.read], several)
    shown.announce()
    if task.check_mode:
        for change in changes:
            for cmdlet in change.cmdlets:
                task.write(cmdlet)
        task.result["changed"] = any(change.needed for change in changes)
        shown.predict()
    elif any(change.needed for change in changes):
        _carry_out(shown)
    else:
        shown.after(store[resource.read])


def _carry_out(shown: Shown) -> None:
    for change in shown.changes:
        for position in range(len(change.steps)):
            _write(shown, change, position)
    try:
        objects = read_back(shown)
    except Failure as failure:
        unread(shown, failure)
        raise
    problems = [problem for change in shown.changes for problem in problems_of(shown, change, objects)]
    if problems:
        sent = ", ".join(dict.fromkeys(step.cmdlet.name for change in shown.changes for step in change.steps))
        raise Failure(f"The server took {sent} but holds something else: {'; '.join(problems)}.")


def _write(shown: Shown, change: Change, position: int) -> None:
    try:
        shown.task.write(change.steps[position].cmdlet)
    except Failure as failure:
        stopped(shown, change, position, failure)
