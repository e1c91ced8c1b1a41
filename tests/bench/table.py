# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures as tables for the screen."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from figures import Figures, median
from goals import MEGABYTE, Goal, Medians
from rollouts import Rollout, cost_per_host

SESSIONS_HEAD = (
    "hosts",
    "way",
    "wall s",
    "CPU s",
    "lab CPU s",
    "requests",
    "of WSMan",
    "MB up",
    "MB down",
    "shells",
    "left",
    "processes left",
    "closed in s",
    "peak MB",
    "keeper MB",
    "keeper CPU s",
)
HYBRID_HEAD = (
    "replication",
    "deployments",
    "hosts",
    "forks",
    "playbook",
    "wall s",
    "CPU s",
    "CPU s/host",
    "lab CPU s",
    "requests/host",
    "of a Front End",
    "of an Edge",
    "shells",
    "left",
    "processes left",
    "closed in s",
    "peak MB",
)
GOALS_HEAD = ("goal", "at most", "measured", "verdict", "beside")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns with a rule below the head; a column whose every cell begins with a digit stands to the right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    right = [all(cell[:1].isdigit() for cell in column if cell) for column in zip(*rows, strict=True)]
    right = right or [False] * len(head)

    def line(cells: Sequence[str]) -> str:
        placed = zip(cells, widths, right, strict=True)
        return "  ".join(
            cell.rjust(width) if numbers else cell.ljust(width) for cell, width, numbers in placed
        ).rstrip()

    return "\n".join([line(head), line(["-" * width for width in widths]), *map(line, rows)])


def sessions_table(situation: str, found: Medians) -> str:
    """The medians of one situation."""
    rows = [[str(hosts), way, *_figures(figures)] for (name, hosts, way), figures in found.items() if name == situation]
    return table(SESSIONS_HEAD, rows)


def hybrid_table(rollouts: Sequence[Rollout]) -> str:
    """The medians of the second part."""
    places = dict.fromkeys(rollout.place for rollout in rollouts)
    rows = []
    for place in places:
        here = [rollout for rollout in rollouts if rollout.place == place]
        figures = median([rollout.figures for rollout in here])
        rows.append(
            [
                place.replication,
                str(place.deployments),
                str(place.hosts),
                str(place.forks),
                place.playbook,
                f"{figures.wall:.1f}",
                f"{figures.cpu:.1f}",
                f"{cost_per_host(place, figures):.3f}",
                f"{figures.lab_cpu:.1f}",
                f"{figures.requests / place.hosts:.1f}",
                f"{statistics.median(rollout.requests_per_front_end for rollout in here):.1f}",
                f"{statistics.median(rollout.requests_per_edge for rollout in here):.1f}",
                f"{figures.shells_opened:.0f}",
                f"{figures.shells_left:.0f}",
                f"{figures.processes_left:.0f}",
                f"{figures.quiet:.1f}",
                f"{figures.memory / MEGABYTE:.0f}",
            ]
        )
    return table(HYBRID_HEAD, rows)


def goals_table(goals: Sequence[Goal]) -> str:
    """The goals with what was reached of them."""
    return table(
        GOALS_HEAD,
        [[goal.meaning, _number(goal.limit), _number(goal.measured), goal.verdict, goal.beside] for goal in goals],
    )


def _figures(figures: Figures) -> list[str]:
    return [
        f"{figures.wall:.1f}",
        f"{figures.cpu:.1f}",
        f"{figures.lab_cpu:.1f}",
        f"{figures.requests:.0f}",
        f"{figures.wsman_requests:.0f}",
        f"{figures.bytes_up / MEGABYTE:.2f}",
        f"{figures.bytes_down / MEGABYTE:.2f}",
        f"{figures.shells_opened:.0f}",
        f"{figures.shells_left:.0f}",
        f"{figures.processes_left:.0f}",
        f"{figures.quiet:.1f}",
        f"{figures.memory / MEGABYTE:.0f}",
        f"{figures.keeper_memory / MEGABYTE:.0f}" if figures.keeper_memory else "",
        f"{figures.keeper_cpu:.2f}" if figures.keeper_cpu else "",
    ]


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0f}" if value >= 10 or value == int(value) else f"{value:.3f}"
