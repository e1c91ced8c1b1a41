# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The chart of a benchmark: drawn from its JSON, whatever was measured."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

from chart import lines_of, wall_time_chart

SVG = "{http://www.w3.org/2000/svg}"


def cell(way: str, hosts: int, wall: float, situation: str = "quick", forks: int = 20) -> dict[str, Any]:
    return {"situation": situation, "hosts": hosts, "way": way, "figures": {"wall": wall}, "forks": forks}


def results(*cells: dict[str, Any]) -> dict[str, Any]:
    return {"sessions": list(cells)}


def test_a_line_has_the_medians_of_its_rounds_by_hosts() -> None:
    found = results(*(cell("kept", hosts, wall) for hosts, wall in ((20, 4.0), (1, 1.0), (20, 8.0), (20, 5.0))))
    assert lines_of(found, "quick") == {"kept": [(1, 1.0), (20, 5.0)]}


def test_only_the_usual_forks_and_the_ways_that_are_compared_are_drawn() -> None:
    found = results(cell("kept", 200, 9.0, forks=5), cell("alone", 200, 50.0), cell("floor", 200, 5.0))
    assert lines_of(found, "quick") == {"floor": [(200, 5.0)]}


def test_it_has_a_panel_for_each_situation_that_was_measured() -> None:
    slow = [cell(way, hosts, wall, "slow") for way, hosts, wall in (("kept", 1, 5.0), ("kept", 200, 70.0))]
    image = ET.fromstring(wall_time_chart(results(cell("floor", 1, 0.9), *slow)))
    texts = [element.text for element in image.iter(f"{SVG}text")]
    assert "quick servers" in texts
    assert any(text is not None and text.startswith("slow servers") for text in texts)
    assert len(list(image.iter(f"{SVG}polyline"))) == 2
    assert "70" in texts


def test_nothing_measured_is_an_empty_chart() -> None:
    image = ET.fromstring(wall_time_chart(results()))
    assert list(image.iter(f"{SVG}polyline")) == []
