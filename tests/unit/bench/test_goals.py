# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark's goals: what each one compares, and that nothing counts as reached that was not measured."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from figures import Figures, median
from goals import Goal, goals, medians, rollout_goals
from rollouts import STALLED, Place, Rollout
from sessions import Cell

NOTHING = Figures(*[0.0] * 14)


def cell(way: str, hosts: int = 20, situation: str = "quick", number: int = 1, **figures: float) -> Cell:
    changes: dict[str, Any] = figures
    return Cell(situation, hosts, way, number, 2, replace(NOTHING, **changes))


def judged(meaning: str, *cells: Cell) -> Goal:
    found = [goal for goal in goals(medians(cells)) if meaning in goal.meaning]
    assert len(found) == 1, found
    return found[0]


def test_each_figure_has_a_median_of_its_own() -> None:
    rounds = [replace(NOTHING, wall=wall, cpu=cpu) for wall, cpu in ((1.0, 9.0), (5.0, 2.0), (3.0, 4.0))]
    assert median(rounds) == replace(NOTHING, wall=3.0, cpu=4.0)


def test_the_rounds_of_a_place_are_one_median() -> None:
    cells = [cell("kept", number=1, wall=2.0), cell("kept", number=2, wall=4.0), cell("floor", wall=1.0)]
    found = medians(cells)
    assert {place: figures.wall for place, figures in found.items()} == {
        ("quick", 20, "kept"): 3.0,
        ("quick", 20, "floor"): 1.0,
    }


def test_nothing_measured_is_not_reached() -> None:
    for goal in goals({}):
        assert (goal.measured, goal.reached, goal.verdict) == (None, None, "not measured")


def test_one_host_with_a_second_shell_misses() -> None:
    good, bad = cell("kept", 20, shells_opened=20), cell("kept", 200, shells_opened=201)
    assert judged("shells opened", good).verdict == "reached"
    assert judged("shells opened", good, bad).verdict == "MISSED"


def test_one_shell_left_anywhere_misses() -> None:
    cells = [cell("kept", 1), cell("kept", 20, "slow", shells_left=1)]
    assert judged("shells left", *cells).measured == 1
    assert judged("shells left", *cells).reached is False


def test_a_shell_left_by_another_way_is_not_ours() -> None:
    assert judged("shells left", cell("kept"), cell("win_powershell", shells_left=3)).reached is True


def test_the_worst_ratio_counts_and_pairs_do_not_mix() -> None:
    cells = [
        cell("kept", 1, requests=5),
        cell("win_powershell", 1, requests=10),
        cell("kept", 20, requests=70),
        cell("win_powershell", 20, requests=100),
        cell("kept", 200, requests=9000),
    ]
    goal = judged("requests", *cells)
    assert goal.measured == pytest.approx(0.7)
    assert goal.reached is False


def test_the_floor_is_taken_off_both_sides() -> None:
    cells = [
        cell("floor", 200, cpu=10, wall=8),
        cell("win_powershell", 200, cpu=100, wall=90),
        cell("kept", 200, cpu=40, wall=30),
    ]
    goal = judged("above the floor", *cells)
    assert goal.measured == pytest.approx(30 / 90)
    assert goal.reached is False
    beside_the_floor = judged("kept / floor", *cells)
    assert beside_the_floor.measured == pytest.approx(4)
    assert beside_the_floor.beside == "wall floor 8.0 s, kept 30.0 s"


def test_a_goal_about_many_hosts_is_not_judged_by_few() -> None:
    cells = [cell(way, 20, cpu=cpu) for way, cpu in (("floor", 1), ("win_powershell", 9), ("kept", 2))]
    assert judged("above the floor", *cells).reached is None


def test_a_keeper_that_was_not_seen_is_not_small() -> None:
    assert judged("Pss of the session keeper", cell("kept", 200)).reached is None
    assert judged("Pss of the session keeper", cell("kept", 200, keeper_memory=130e6)).reached is False


def test_few_forks_are_compared_with_the_usual_ones() -> None:
    few = replace(cell("kept", 200, "slow", wall=23.0), forks=5)
    goal = judged("5 / 20 forks", few, cell("kept", 200, "slow", wall=20.0))
    assert goal.measured == pytest.approx(1.15)
    assert judged("wall time, kept / win_powershell, 200", few).measured is None, "another number of forks"


def rollout(replication: str, wall: float, forks: int = 5, hosts: int = 30) -> Rollout:
    return Rollout(Place(replication, 10, hosts, forks), 1, 2, 20.0, 36.0, 3.0, replace(NOTHING, wall=wall))


def test_waiting_counts_once() -> None:
    reached, missed = rollout_goals([rollout("instant", 100.0), rollout("60 s", 170.0), rollout(STALLED.name, 450.0)])
    assert (reached.limit, reached.measured, reached.reached) == (180.0, 170.0, True)
    assert (missed.limit, missed.measured, missed.reached) == (420.0, 450.0, False)


def test_waiting_is_judged_by_what_was_measured_with_the_same_forks_only() -> None:
    for found in ([], [rollout("60 s", 70.0)], [rollout("instant", 50.0, 20), rollout("60 s", 70.0)]):
        assert {goal.reached for goal in rollout_goals(found)} == {None}
