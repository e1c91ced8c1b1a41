# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The goals that kept sessions are to reach, each judged by figures of one and the same run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from figures import Figures, median
from sessions import Cell
from ways import FLOOR, KEPT, SCRIPT

MEGABYTE = 1e6
#: The number of hosts and the situation that a goal about many, or about slow servers, is for.
MANY = ("quick", 200)
SLOW = ("slow", 20)

#: Situation, hosts and way.
Place = tuple[str, int, str]
Medians = Mapping[Place, Figures]


@dataclass(frozen=True)
class Goal:
    """A goal: ``measured`` may be at most ``limit``; None: nothing was measured that it is about."""

    meaning: str
    limit: float
    measured: float | None
    beside: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether it is; None: nothing was measured."""
        return None if self.measured is None else self.measured <= self.limit

    @property
    def verdict(self) -> str:
        """The same as a word."""
        return {None: "not measured", True: "reached", False: "MISSED"}[self.reached]


def medians(cells: Sequence[Cell]) -> Medians:
    """The median over the rounds, by place."""
    places = dict.fromkeys((cell.situation, cell.hosts, cell.way) for cell in cells)
    return {
        place: median([cell.figures for cell in cells if (cell.situation, cell.hosts, cell.way) == place])
        for place in places
    }


def goals(found: Medians) -> list[Goal]:
    """Every goal, in the order in which they are printed."""
    many, slow = MANY[1], SLOW[1]
    kept, script, floor = ((*MANY, way.name) for way in (KEPT, SCRIPT, FLOOR))
    keepers = [figures.keeper_memory for figures in _of(KEPT.name, found, many).values() if figures.keeper_memory]
    return [
        Goal(
            "shells opened per host, the worst",
            1,
            max((figures.shells_opened / place[1] for place, figures in _of(KEPT.name, found).items()), default=None),
            _shells_of_scripts(found),
        ),
        Goal(
            "shells left 3 s after the end, the worst",
            0,
            max((figures.shells_left for figures in _of(KEPT.name, found).values()), default=None),
        ),
        Goal(
            "processes left 3 s after the end, the worst",
            0,
            max((figures.processes_left for figures in _of(KEPT.name, found).values()), default=None),
        ),
        Goal("requests, kept / win_powershell, the worst", 0.6, _worst_ratio(found, "requests")),
        Goal("bytes up, kept / win_powershell, the worst", 1 / 40, _worst_ratio(found, "bytes_up")),
        Goal(
            f"controller CPU above the floor, kept / win_powershell, {many} hosts, quick",
            1 / 3,
            _ratio_above(found, kept, script, floor),
            _times("CPU", found, "cpu", floor, script, kept),
        ),
        Goal(
            f"wall time, kept / win_powershell, {slow} hosts, slow",
            1 / 5,
            _ratio(found, (*SLOW, KEPT.name), (*SLOW, SCRIPT.name), "wall"),
            _times("wall", found, "wall", (*SLOW, SCRIPT.name), (*SLOW, KEPT.name)),
        ),
        Goal(
            f"controller CPU, kept / floor, {many} hosts, quick",
            2,
            _ratio(found, kept, floor, "cpu"),
            _times("wall", found, "wall", floor, kept),
        ),
        Goal(f"Pss of the session keeper with {many} sessions, MB", 120, max(keepers, default=0) / MEGABYTE or None),
    ]


def _of(way: str, found: Medians, hosts: int | None = None) -> Medians:
    return {place: figures for place, figures in found.items() if place[2] == way and hosts in (None, place[1])}


def _ratio(found: Medians, upper: Place, lower: Place, name: str) -> float | None:
    if upper not in found or lower not in found or not getattr(found[lower], name):
        return None
    return float(getattr(found[upper], name) / getattr(found[lower], name))


def _worst_ratio(found: Medians, name: str) -> float | None:
    """The highest ratio of kept sessions to scripts over all situations and numbers of hosts."""
    pairs = [(place, (place[0], place[1], SCRIPT.name)) for place in _of(KEPT.name, found)]
    ratios = [_ratio(found, kept, script, name) for kept, script in pairs]
    return max((ratio for ratio in ratios if ratio is not None), default=None)


def _ratio_above(found: Medians, upper: Place, lower: Place, floor: Place) -> float | None:
    """The ratio of what each took beyond the floor."""
    if not {upper, lower, floor} <= set(found):
        return None
    beyond = found[lower].cpu - found[floor].cpu
    return (found[upper].cpu - found[floor].cpu) / beyond if beyond > 0 else None


def _shells_of_scripts(found: Medians) -> str:
    opened = [figures.shells_opened / place[1] for place, figures in _of(SCRIPT.name, found).items()]
    return f"win_powershell {max(opened):g}" if opened else ""


def _times(what: str, found: Medians, name: str, *places: Place) -> str:
    shown = [f"{place[2]} {getattr(found[place], name):.1f} s" for place in places if place in found]
    return f"{what} {', '.join(shown)}" if shown else ""
