# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark's tables."""

from __future__ import annotations

from dataclasses import replace

from figures import Figures
from goals import Goal
from rollouts import Place, Rollout
from table import goals_table, hybrid_table, sessions_table, table

FIGURES = Figures(1.25, 2.0, 0.5, 31, 28, 85_503, 49_803, 1, 0, 0, 0.01, 88e6, 32e6, 0.75)


def test_numbers_stand_to_the_right_and_words_to_the_left() -> None:
    assert table(("hosts", "way"), [("1", "kept"), ("200", "floor")]).splitlines() == [
        "hosts  way",
        "-----  -----",
        "    1  kept",
        "  200  floor",
    ]


def test_a_table_without_rows_is_its_head() -> None:
    assert table(("goal", "verdict"), []).splitlines() == ["goal  verdict", "----  -------"]


def test_a_situation_shows_its_own_cells_only() -> None:
    found = {("quick", 20, "kept"): FIGURES, ("slow", 20, "alone"): FIGURES}
    lines = sessions_table("quick", found).splitlines()
    assert len(lines) == 3
    assert lines[2].split() == [
        "20",
        "kept",
        "1.2",
        "2.0",
        "0.5",
        "31",
        "28",
        "0.09",
        "0.05",
        "1",
        "0",
        "0",
        "0.0",
        "88",
        "32",
        "0.75",
    ]


def test_a_rollout_is_shown_per_host_and_its_rounds_as_a_median() -> None:
    place = Place("instant", 10, 30, 5)
    rounds = [
        Rollout(place, number, 2, 20.0, 36.0, 3.0, replace(FIGURES, cpu=cpu)) for number, cpu in ((1, 30.0), (2, 60.0))
    ]
    lines = hybrid_table(rounds).splitlines()
    assert len(lines) == 3
    assert lines[2].split()[:9] == ["instant", "10", "30", "5", "hybrid", "1.2", "45.0", "1.500", "0.5"]
    assert lines[2].split()[10:12] == ["36.0", "3.0"], "requests of a Front End and of an Edge Server"


def test_a_missed_goal_catches_the_eye() -> None:
    shown = goals_table([Goal("requests", 0.6, 0.75), Goal("shells", 1, 1.0), Goal("memory", 120, None)]).splitlines()
    assert [line.split() for line in shown[2:]] == [
        ["requests", "0.600", "0.750", "MISSED"],
        ["shells", "1", "1", "reached"],
        ["memory", "120", "not", "measured"],
    ]
