# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The goals that kept sessions are to reach, each judged by figures of one and the same run."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from figures import Figures, median
from rollouts import INSTANT, ROLLOUT, STALLED, Rollout
from rollouts import SLOW as REPLICATING
from sessions import USUAL_FORKS, Cell
from ways import FLOOR, KEPT, SCRIPT

MEGABYTE = 1e6
#: The number of hosts and the situation that a goal about many, or about slow servers, is for.
MANY = ("quick", 200)
SLOW = ("slow", 20)
MANY_SLOW = ("slow", 200)

#: Situation, hosts and way; of a number of forks that is not the usual one, with that in the way's name.
Place = tuple[str, int, str]
Medians = Mapping[Place, Figures]


FEW_FORKS = f"{KEPT.name}, 5 forks"


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
    places = dict.fromkeys(map(_place, cells))
    return {place: median([cell.figures for cell in cells if _place(cell) == place]) for place in places}


def _place(cell: Cell) -> Place:
    way = cell.way if cell.forks == USUAL_FORKS else f"{cell.way}, {cell.forks} forks"
    return cell.situation, cell.hosts, way


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
            "shells left in the end, the worst",
            0,
            max((figures.shells_left for figures in _of(KEPT.name, found).values()), default=None),
        ),
        Goal(
            "processes left in the end, the worst",
            0,
            max((figures.processes_left for figures in _of(KEPT.name, found).values()), default=None),
        ),
        Goal("requests, kept / win_powershell, the worst", 0.29, _worst_ratio(found, "requests")),
        Goal("bytes up, kept / win_powershell, the worst", 0.021, _worst_ratio(found, "bytes_up")),
        Goal(
            f"controller CPU above the floor, kept / win_powershell, {many} hosts, quick",
            0.10,
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
            f"wall time, kept / win_powershell, {MANY_SLOW[1]} hosts, slow",
            1 / 8,
            _ratio(found, (*MANY_SLOW, KEPT.name), (*MANY_SLOW, SCRIPT.name), "wall"),
            _times("wall", found, "wall", (*MANY_SLOW, SCRIPT.name), (*MANY_SLOW, KEPT.name)),
        ),
        Goal(
            f"wall time, kept, 5 / {USUAL_FORKS} forks, {MANY_SLOW[1]} hosts, slow",
            1.15,
            _ratio(found, (*MANY_SLOW, FEW_FORKS), (*MANY_SLOW, KEPT.name), "wall"),
            _times("wall", found, "wall", (*MANY_SLOW, FEW_FORKS), (*MANY_SLOW, KEPT.name)),
        ),
        Goal(
            f"controller CPU, kept / floor, {many} hosts, quick",
            2,
            _ratio(found, kept, floor, "cpu"),
            _times("wall", found, "wall", floor, kept),
        ),
        Goal(f"Pss of the session keeper with {many} sessions, MB", 85, max(keepers, default=0) / MEGABYTE or None),
    ]


def rollout_goals(rollouts: Sequence[Rollout]) -> list[Goal]:
    """Waiting may take what replication takes, once, and not multiply with the deployments: all with the same few forks."""
    goals_found = []
    for replication, longest in ((REPLICATING, 60), (STALLED, 300)):
        walls = {}
        for name in (INSTANT.name, replication.name):
            runs = [
                one.figures.wall
                for one in rollouts
                if (one.place.replication, one.place.playbook, one.place.forks) == (name, ROLLOUT, 5)
                and one.place.hosts == 3 * one.place.deployments
            ]
            walls[name] = statistics.median(runs) if runs else None
        instant, waited = walls[INSTANT.name], walls[replication.name]
        limit = longest + 1.2 * (instant or 0.0)
        goals_found.append(
            Goal(
                f"wall time, 5 forks, {replication.meaning}, s",
                limit,
                None if instant is None else waited,
                f"{longest} s + 1.2 x {instant or 0:.1f} s (instant)",
            )
        )
    return goals_found


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
