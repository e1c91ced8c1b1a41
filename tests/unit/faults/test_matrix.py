# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The matrix: what is in it, in which order, and what its sample covers."""

from __future__ import annotations

import pytest
from classes import RequestClass
from matrix import FAULTS, HEAVY_KIND, Case, Learned, cases, matching, runs, sample
from modes import Mode

CLASSES = (
    "front-end/before/Create/-",
    "front-end/before/Command/Get-CsSite",
    "front-end/before/Receive/Get-CsSite",
    "front-end/write/Command/Set-CsAccessEdgeConfiguration",
    "front-end/write/Receive/Set-CsAccessEdgeConfiguration",
    "front-end/after-1/Receive/Get-CsAccessEdgeConfiguration",
    "edge/after-1/Command/Get-CsHostingProvider",
    "edge/after-1/Receive/Get-CsHostingProvider",
)
LEARNED = [
    Learned(mode, RequestClass.named(name), count=3, position=position / len(CLASSES))
    for mode in Mode
    for position, name in enumerate(CLASSES)
]


@pytest.fixture(scope="module")
def everything() -> list[Case]:
    return cases(LEARNED, seed=1)


def test_each_fault_is_tried_on_each_class_in_each_mode(everything: list[Case]) -> None:
    wire = [fault for fault in FAULTS.values() if not (fault.needs_records or fault.by_others)]
    of_the_wire = {case.name for case in everything if case.fault in wire}
    assert of_the_wire == {f"{mode.value}/{name}/{fault.name}" for mode in Mode for name in CLASSES for fault in wire}


def test_no_two_cases_have_one_name(everything: list[Case]) -> None:
    assert len({case.name for case in everything}) == len(everything)


def test_hostile_records_come_in_answers_that_bring_records(everything: list[Case]) -> None:
    classes = {str(case.request_class) for case in everything if case.fault.needs_records}
    assert classes == {name for name in CLASSES if "/Receive/Get" in name or "/Receive/Set" in name}


def test_fragments_are_for_psrp(everything: list[Case]) -> None:
    assert {case.mode for case in everything if case.fault.only_psrp} == {Mode.KEEPER, Mode.ALONE}


def test_others_work_on_the_deployment_and_not_on_an_edge_server(everything: list[Case]) -> None:
    assert {case.request_class.role for case in everything if case.fault.by_others} == {"front-end"}


def test_a_seed_decides_everything(everything: list[Case]) -> None:
    assert cases(list(reversed(LEARNED)), seed=1) == everything
    assert cases(LEARNED, seed=2) != everything


def test_what_is_polled_is_struck_at_its_first_request(everything: list[Case]) -> None:
    assert {case.nth for case in everything if case.request_class.phase == "after-1"} == {1}
    assert {case.nth for case in everything if case.request_class.phase == "before"} == {1, 2, 3}


def test_names_are_matched_by_patterns(everything: list[Case]) -> None:
    found = matching(everything, "winrm/*/write/*/401,keeper/edge/*/html")
    assert {(case.mode, case.fault.name) for case in found} == {(Mode.WINRM, "401"), (Mode.KEEPER, "html")}


def test_a_sample_has_each_fault_and_each_class(everything: list[Case]) -> None:
    chosen = sample(everything)
    assert {case.fault.name for case in chosen} == set(FAULTS)
    assert {(case.mode, str(case.request_class)) for case in chosen} == {
        (mode, name) for mode in Mode for name in CLASSES
    }


def test_runs_have_each_case_once(everything: list[Case]) -> None:
    found = list(runs(everything, size=20))
    assert sorted(case.name for run in found for case in run) == sorted(case.name for case in everything)
    assert max(map(len, found)) == 20


def test_runs_are_not_heavy(everything: list[Case]) -> None:
    assert max(sum(case.fault.kind == HEAVY_KIND for case in run) for run in runs(everything, size=20, heavy=2)) == 2


def test_slow_cases_share_their_runs_with_those_of_the_same_moment(everything: list[Case]) -> None:
    slow = [run for run in runs(everything, size=12) if run[0].fault.slow]
    assert all(case.fault.slow for run in slow for case in run)
    positions = [case.position for run in slow for case in run]
    assert positions == sorted(positions)
