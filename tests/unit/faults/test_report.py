# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results: kept in a file, counted by kind, written for CI."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

from report import Result, Results, broken_lines, figures, table, write_junit

HELD = Result("keeper/a", "connection", "keeper", struck=True, waited=2.0)
BROKEN = Result("winrm/b", "size", "winrm", struck=True, broken={"report": "says \x1b"}, waited=7.25, past=1.25)
NOT_STRUCK = Result("alone/c", "size", "alone", struck=False)
RUN = Result("run with a", "run", "", struck=True, memory=77)
ALL = [HELD, BROKEN, NOT_STRUCK, RUN]


def test_results_are_kept(tmp_path: Path) -> None:
    Results(tmp_path / "r.jsonl").add([HELD, BROKEN])
    again = Results(tmp_path / "r.jsonl")
    assert again.all == [HELD, BROKEN]
    assert again.done == {"keeper/a", "winrm/b"}


def test_cases_that_did_not_hold_are_forgotten_to_run_again(tmp_path: Path) -> None:
    broken_run = Result("run with b", "run", "", struck=True, broken={"exit code": "4"})
    results = Results(tmp_path / "r.jsonl")
    results.add([HELD, BROKEN, broken_run])
    assert results.forget_broken() == {"winrm/b"}
    assert results.all == Results(tmp_path / "r.jsonl").all == [HELD, broken_run]


def test_kinds_are_counted_with_runs_last() -> None:
    assert table(ALL).splitlines() == [
        "kind            run     held   broken",
        "-" * 37,
        "connection        1        1        0",
        "size              1        0        1",
        "run               1        1        0",
        "all               3        2        1",
        "1 more waited for a request that did not come, or had nothing in it to spoil",
    ]


def test_what_broke_is_told_by_check() -> None:
    assert broken_lines(ALL) == ["report: 1", "  winrm/b: says \x1b"]


def test_figures_are_the_greatest() -> None:
    assert figures(ALL) == [
        "longest wait for a struck request: 7.2 s; longest past a deadline: 1.2 s",
        "largest process: 77 MiB",
    ]


def test_each_case_is_a_test_of_the_junit_report(tmp_path: Path) -> None:
    write_junit(ALL, tmp_path / "x/faults.xml")
    suite = ET.parse(tmp_path / "x/faults.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("4", "1")
    assert [case.get("name") for case in suite if case.find("failure") is not None] == ["winrm/b"]
