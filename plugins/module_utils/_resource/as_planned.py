# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task that carries out a change of a plan: that one, or none. What it reads again is compared, and never planned again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from .._core.document import from_plain, to_plain
from .._core.failures import Refused
from .._core.files import FileFailed
from .._core.task import Task
from .._core.writes import COLLECTED, begun
from .._store.configuration_archive import export
from .plan import Change
from .values import said

OPTION = "planned"
ARGUMENT_SPEC: dict[str, Any] = {OPTION: {"type": "dict"}}

WITHHELD = "withheld"
"""The key of a failed result with the outcome of a deployment that nothing was written to, on purpose."""

CHANGED_SINCE = "changed_since"
"""The key of a failed result: whether what was read is no longer what the plan found, so that somebody else is at work there."""
_SINCE: dict[str, Any] = {CHANGED_SINCE: True}

COMPARED = ("noun", "identity", "before", "after", "companions", "cmdlets", "inverse")


@dataclass(frozen=True)
class AsPlanned:
    """
    :ivar change: as the plan has it (:meth:`.plan.Change.plain`).
    :ivar until: after this time, in seconds since 1970, no deployment is begun; None: at any time. One that has begun is
        finished.
    :ivar closed: why not, a sentence; ``withheld``: the outcome in a word.
    :ivar exports: the path of a file in which the product's configuration archive is kept before the first write of a
        deployment; empty: none.
    :ivar spends: the path of a file that is made once the change is there; empty: none. ``spent``: what it holds.
    """

    change: Mapping[str, Any]
    until: float | None = None
    closed: str = ""
    withheld: str = ""
    spends: str = ""
    spent: str = ""
    exports: str = ""


def as_planned(options: Mapping[str, Any]) -> AsPlanned | None:
    """
    :return: None for a task that no plan stands behind.
    :raises Refused: for what is none.
    """
    stated = options.get(OPTION)
    return None if stated is None else from_plain(AsPlanned, stated, OPTION)


def check(task: Task, planned: AsPlanned, change: Change) -> None:
    """Before the first write.

    :raises Refused: where another change than the planned one would be made, or it is too late for it. What is there already as
        the plan wants it is no other change: nothing is written.
    """
    if not change.needed:
        return
    difference = different(planned.change, to_plain(change.plain()))
    if difference:
        noun = f"{change.noun.replace('_', ' ')} '{change.identity}'"
        raise Refused(
            f"The {noun} is no longer as the plan found it: {difference}. Somebody changed it since; plan again.",
            **_SINCE,
        )
    if planned.until is not None and task.time() >= planned.until and _is_first(task):
        raise Refused(planned.closed, **{WITHHELD: planned.withheld})


@contextmanager
def refusals_told() -> Iterator[None]:
    """What a noun's rules refuse by now they did not refuse when the plan was made.

    :raises Refused: the same, which says so.
    """
    try:
        yield
    except Refused as refusal:
        refusal.details.update(_SINCE)
        raise


def different(planned: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """How another change differs from the planned one, by option where that tells it; empty where it is the same. Both plain."""
    differing = [name for name in COMPARED if found.get(name) != planned.get(name)]
    if "before" not in differing:
        return "; ".join(f"{name} would be {found.get(name)}, not {planned.get(name)}" for name in differing)
    was, now = planned.get("before"), found.get("before")
    if not isinstance(was, Mapping) or not isinstance(now, Mapping):
        states = ["absent" if one is None else "present" for one in (was, now)]
        return f"it was {states[0]}, and is {states[1]}"
    return "; ".join(
        f"{option} was {said(was.get(option))}, and is {said(now.get(option))}"
        for option in {**was, **now}
        if was.get(option) != now.get(option)
    )


def export_first(task: Task, planned: AsPlanned, change: Change) -> bool:
    """Before the first write of a deployment, and only where one is to come: the archive is a secret.

    :return: whether it did, which takes seconds: what was read before it is old by then.
    :raises Failure: where it is asked for and cannot be had; nothing is written then.
    """
    if not planned.exports or not change.needed or not _is_first(task):
        return False
    export(task, planned.exports)
    task.result["exported"] = task.files.whole(planned.exports)
    return True


def _is_first(task: Task) -> bool:
    """Whether its write would be the first one of its deployment in this run: the first change of a plan may need none by now."""
    return not task.check_mode and not begun(task.fact(COLLECTED))


def spend(task: Task, planned: AsPlanned) -> None:
    """Once the change is there: what says that this plan was carried out. Without it only the dates of an approval protect."""
    if task.check_mode or not planned.spends:
        return
    try:
        task.files.create(planned.spends, planned.spent)
    except FileFailed as failure:
        task.warn(f"{failure.message} So nothing but its dates keeps this approval from being used again.")
