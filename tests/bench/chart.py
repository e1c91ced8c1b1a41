# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wall time against hosts as a chart, drawn from the JSON of a benchmark.

Usage: ``python tests/bench/chart.py .build/bench/results.json > wall_time.svg``.
"""

from __future__ import annotations

import json
import math
import statistics
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

COLOURS = {"floor": "#767676", "win_powershell": "#b3400f", "kept": "#0a6ebd"}
"""The ways that are drawn; readable on white and on black."""

NAMES = {"floor": "Ansible alone (debug)", "win_powershell": "win_powershell", "kept": "ucops.lync"}
SITUATIONS = {"quick": "quick servers", "slow": "slow servers (4 s to load the module, 20 ms away)"}
WIDTH, HEIGHT, LEFT, TOP, BOTTOM, GAP = 340, 260, 56, 34, 44, 30
LEGEND_HEIGHT = 28

Points = Sequence[tuple[int, float]]


def lines_of(results: Mapping[str, Any], situation: str) -> dict[str, Points]:
    """Hosts and the median of the seconds, by way."""
    found: dict[str, Points] = {}
    for way in COLOURS:
        walls: dict[int, list[float]] = {}
        for cell in results["sessions"]:
            if (cell["situation"], cell["way"]) == (situation, way) and cell.get("forks", 20) == 20:
                walls.setdefault(cell["hosts"], []).append(cell["figures"]["wall"])
        if walls:
            found[way] = [(hosts, statistics.median(walls[hosts])) for hosts in sorted(walls)]
    return found


def wall_time_chart(results: Mapping[str, Any]) -> str:
    """An SVG with a panel for each situation that was measured; both axes are logarithmic."""
    panels = {name: lines_of(results, name) for name in SITUATIONS}
    panels = {name: lines for name, lines in panels.items() if lines}
    points = [point for lines in panels.values() for line in lines.values() for point in line]
    width = max(1, len(panels)) * (LEFT + WIDTH + GAP)
    height = TOP + HEIGHT + BOTTOM + LEGEND_HEIGHT
    pieces = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            'font-family="sans-serif" font-size="12" role="img">'
        ),
        "<title>Wall time of eight tasks against the number of hosts</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    if points:
        hosts = [max(1, point[0]) for point in points]
        seconds = [point[1] for point in points]
        across = _Scale(min(hosts), max(hosts), WIDTH)
        up = _Scale(_decade_below(min(seconds)), _decade_above(max(seconds)), HEIGHT)
        for number, (name, lines) in enumerate(panels.items()):
            pieces += _panel(LEFT + number * (LEFT + WIDTH + GAP), SITUATIONS[name], lines, across, up)
        pieces += _legend(height - LEGEND_HEIGHT / 2)
    return "\n".join([*pieces, "</svg>"]) + "\n"


class _Scale:
    """A logarithmic axis of so many pixels."""

    def __init__(self, least: float, most: float, pixels: float) -> None:
        self.least, self.most = least, most
        self._pixels = pixels

    def at(self, value: float) -> float:
        if self.most <= self.least:
            return 0.0
        return self._pixels * math.log(value / self.least) / math.log(self.most / self.least)


def _decade_below(value: float) -> float:
    return float(10 ** math.floor(math.log10(value)))


def _decade_above(value: float) -> float:
    return float(10 ** math.ceil(math.log10(value)))


def _panel(left: float, title: str, lines: Mapping[str, Points], across: _Scale, up: _Scale) -> list[str]:
    bottom = TOP + HEIGHT
    pieces = [f'<text x="{left}" y="{TOP - 14}" font-weight="bold">{escape(title)}</text>']
    decade = up.least
    while decade <= up.most:
        y = bottom - up.at(decade)
        pieces.append(f'<line x1="{left}" x2="{left + WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="#d9d9d9"/>')
        pieces.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{decade:g} s</text>')
        decade *= 10
    for hosts in sorted({point[0] for line in lines.values() for point in line}):
        x = left + across.at(hosts)
        pieces.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{hosts:,}</text>')
    pieces.append(f'<text x="{left + WIDTH / 2}" y="{bottom + 36}" text-anchor="middle">hosts</text>')
    for way, line in lines.items():
        at = [(left + across.at(hosts), bottom - up.at(seconds), seconds) for hosts, seconds in line]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _seconds in at)
        pieces.append(f'<polyline points="{path}" fill="none" stroke="{COLOURS[way]}" stroke-width="2"/>')
        for x, y, seconds in at:
            pieces.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{COLOURS[way]}"/>')
            pieces.append(
                f'<text x="{x:.1f}" y="{y - 7:.1f}" text-anchor="middle" fill="{COLOURS[way]}">{seconds:.0f}</text>'
            )
    return pieces


def _legend(y: float) -> list[str]:
    pieces, x = [], float(LEFT)
    for way, colour in COLOURS.items():
        pieces.append(f'<line x1="{x}" x2="{x + 22}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="2"/>')
        pieces.append(f'<text x="{x + 28}" y="{y + 4}">{escape(NAMES[way])}</text>')
        x += 170
    return pieces


if __name__ == "__main__":
    sys.stdout.write(wall_time_chart(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
