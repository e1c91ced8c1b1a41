# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The matrix: every class of request x every fault x every mode, in an order that a seed decides, cut into runs."""

from __future__ import annotations

import fnmatch
import itertools
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import faults
import hostile
import others
from classes import BEFORE, FRONT_END, WRITE, RequestClass
from faults import Fault
from modes import Mode

FAULTS: dict[str, Fault] = {fault.name: fault for fault in (*faults.table(), *hostile.table(), *others.table())}
HEAVY_KIND = "size"
"""Faults that may cost whoever meets them much memory: few of them go into one run."""
FEW = 6
"""So many slow cases do not need runs of their own."""


@dataclass(frozen=True, order=True)
class Learned:
    """A class that was seen in an undisturbed run of a mode.

    ``position`` is where in the run its first request stood, from 0 to 1; ``count`` how many requests it had.
    """

    mode: Mode
    request_class: RequestClass
    count: int
    position: float


@dataclass(frozen=True)
class Case:
    """One fault at the ``nth`` request of a class, in a deployment that is reached in one mode."""

    mode: Mode
    request_class: RequestClass
    fault: Fault
    nth: int
    position: float

    @property
    def name(self) -> str:
        """Unique in the matrix; what ``--cases`` matches."""
        return f"{self.mode.value}/{self.request_class}/{self.fault.name}"


def suits(fault: Fault, learned: Learned) -> bool:
    """Whether a fault can befall requests of that class at all."""
    request_class = learned.request_class
    if fault.by_others and request_class.role != FRONT_END:
        return False
    if fault.only_psrp and not learned.mode.over_psrp:
        return False
    return not fault.needs_records or (request_class.message == "Receive" and bool(request_class.cmdlets))


def cases(learned: Iterable[Learned], seed: int) -> list[Case]:
    """The whole matrix in the order of the seed, which also decides which request of a class is struck."""
    chance = random.Random(seed)
    found = [
        Case(one.mode, one.request_class, fault, _nth(one, chance), one.position)
        for one in sorted(learned, key=lambda one: (one.mode.value, one.request_class))
        for fault in FAULTS.values()
        if suits(fault, one)
    ]
    chance.shuffle(found)
    return found


def _nth(learned: Learned, chance: random.Random) -> int:
    """After a write it is polled, and nobody knows how often."""
    stable = learned.request_class.phase in (BEFORE, WRITE)
    return chance.randint(1, learned.count) if stable else 1


def sample(all_cases: Sequence[Case]) -> list[Case]:
    """Some of the cases, in which each fault and each class of each mode occurs; slow faults once each and side by side."""
    chosen: list[Case] = []
    taken: set[tuple[Mode, RequestClass]] = set()

    def free(candidates: Iterable[Case]) -> Case | None:
        return next((case for case in candidates if (case.mode, case.request_class) not in taken), None)

    def choose(case: Case | None) -> None:
        if case is not None:
            chosen.append(case)
            taken.add((case.mode, case.request_class))

    for fault in sorted(FAULTS.values(), key=lambda fault: (not fault.needs_records, not fault.slow)):
        of_fault = [case for case in all_cases if case.fault is fault]
        if fault.slow:
            of_fault.sort(key=lambda case: case.position)
        choose(free(of_fault) or next(iter(of_fault), None))
    quick = [case for case in all_cases if not (case.fault.slow or case.fault.kind == HEAVY_KIND)]
    while (case := free(quick)) is not None:
        choose(case)
    return chosen


def matching(all_cases: Iterable[Case], patterns: str) -> list[Case]:
    """The cases whose names match one of some shell patterns, which commas separate."""
    wanted = patterns.split(",")
    return [case for case in all_cases if any(fnmatch.fnmatchcase(case.name, pattern) for pattern in wanted)]


def runs(chosen: Sequence[Case], size: int, heavy: int = 4) -> Iterator[list[Case]]:
    """Cases that share a run, at most ``size``, of the heavy ones at most ``heavy``.

    Slow ones, if there are many, share runs with those that are slow at the same time: hosts wait side by side, tasks one
    after another.
    """
    weighty = [case for case in chosen if case.fault.kind == HEAVY_KIND]
    rest = [case for case in chosen if case.fault.kind != HEAVY_KIND]
    slow = sorted((case for case in rest if case.fault.slow), key=lambda case: case.position)
    if len(slow) > FEW:
        quick = [case for case in rest if not case.fault.slow]
    else:
        quick, slow = rest, []
    quick_runs = []
    while quick or weighty:
        run, weighty = weighty[:heavy], weighty[heavy:]
        room = size - len(run)
        quick_runs.append([*run, *quick[:room]])
        quick = quick[room:]
    slow_runs = [slow[begin : begin + size] for begin in range(0, len(slow), size)]
    for pair in itertools.zip_longest(quick_runs, slow_runs):
        yield from filter(None, pair)
