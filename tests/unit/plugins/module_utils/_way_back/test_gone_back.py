# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of a run that took back what it wrote, or could not; nothing stays verified that is there no more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.outcome import Outcome
from ansible_collections.ucops.lync.plugins.module_utils._report.closing import closing
from ansible_collections.ucops.lync.plugins.module_utils._report.problems import problems
from ansible_collections.ucops.lync.plugins.module_utils._report.report import table
from ansible_collections.ucops.lync.plugins.module_utils._report.rows import judge
from ansible_collections.ucops.lync.plugins.module_utils._rollout.evidence import Deployment, Stop
from ansible_collections.ucops.lync.plugins.module_utils._rollout.plan import Plan, PlannedChange
from ansible_collections.ucops.lync.plugins.module_utils._rollout.record import Write
from ansible_collections.ucops.lync.plugins.module_utils._rollout.verdict import Verification
from ansible_collections.ucops.lync.plugins.module_utils._way_back.gone_back import GoneBack, after
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import ended

CLOSE, DISABLE = (
    "Set-CsAccessEdgeConfiguration -AllowFederatedUsers $false",
    "Set-CsHostingProvider -Identity x -Enabled $false",
)
BOTH = (Write(CLOSE, Outcome.RAN), Write(DISABLE, Outcome.RAN))
SAME = {"outcome": "matches"}


def plan(*cmdlets: str) -> Plan:
    change = PlannedChange("access_edge", "global", {}, cmdlets)
    return Plan("adatum", "adatum", "fe01", Verification.SKIP, partial=False, changes=(change,))


def gone(writes: tuple[Write, ...] = BOTH, stop: Stop | None = None, **contents: Any) -> Deployment:
    one = ended.deployment(ended.ONE, ended.TWO, stop=ended.STOP, ran=(ended.SET,), missing=("New-X",))
    return after(one, GoneBack(plan(CLOSE, DISABLE), writes, stop), contents)


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        ({"edge01": SAME, "edge02": SAME}, "rolled back, proven on 2 of 2"),
        ({"edge01": SAME, "edge02": {"outcome": "differs", "msg": "x"}}, "rolled back, proven on 1 of 2"),
        ({"edge01": SAME}, "rolled back, proven on 1 of 2"),
        ({}, "rolled back centrally, not proven"),
        ({"edge01": {"session_failed": True, "msg": "x"}}, "rolled back centrally, not proven"),
    ],
)
def test_the_way_back_is_proven_by_what_was_read_after_it(contents: dict[str, Any], said: str) -> None:
    one = gone(**contents)
    assert one.rolled_back == said
    found = judge([one])
    assert found.verified == 0, "what is verified is the way there, which is no more"
    assert f"deployment adatum: {said}." in closing(found)
    assert problems(found)["fe01"].endswith(f"deployment adatum: {said}.")
    assert "in force" not in " ".join(closing(found))
    assert all("rolled back" in line for line in table(found.rows)[2:])


def test_a_run_that_only_edge_servers_failed_still_fails_when_it_is_back() -> None:
    one = replace(gone(edge01=SAME, edge02=SAME), stop=None, missing=())
    assert problems(judge([one])) == {"fe01": "deployment adatum: rolled back, proven on 2 of 2."}


def test_a_way_back_that_was_not_begun_leaves_everything_as_it_is() -> None:
    one = gone((), Stop("Check the way back", "Somebody changed it. Nothing was changed."))
    assert one.rolled_back == "not rolled back: Somebody changed it. Nothing was changed"
    assert judge([one]).verified == 2
    assert "written before that, and in force" in " ".join(closing(judge([one])))


def test_a_way_back_that_broke_off_says_what_is_back_and_what_is_not_known() -> None:
    writes = (Write(CLOSE, Outcome.RAN), Write(DISABLE, Outcome.UNKNOWN))
    one = gone(writes, Stop("Set the hosting provider", "The session was lost."))
    assert one.rolled_back == (
        f"not rolled back: The session was lost; taken back before that: {CLOSE}; whether it ran is not known: {DISABLE}"
    )
    assert judge([one]).verified == 0, "what was read before it tells nothing any more"


def test_one_that_did_not_come_to_its_end_is_not_back() -> None:
    assert not gone(BOTH[:1]).is_back
    assert not after(gone(), GoneBack(), {}).rolled_back.startswith("rolled back")
