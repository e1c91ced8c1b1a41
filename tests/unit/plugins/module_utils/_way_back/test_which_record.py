# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which run is taken back from a folder, and what is said of the others that are in it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core import journalled
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused
from ansible_collections.ucops.lync.plugins.module_utils._core.outcome import Outcome
from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_rollout_plan
from ansible_collections.ucops.lync.plugins.module_utils._rollout.evidence import Stop
from ansible_collections.ucops.lync.plugins.module_utils._way_back.journal import END, End, journal_of, line
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout.window import Window, cmdlets, write_back

CLOSE = "Set-CsAccessEdgeConfiguration -AllowFederatedUsers $false"
DISABLE = 'Set-CsHostingProvider -Identity "Exchange Online" -Enabled $false'
FAILED = Stop("Set the Access Edge configuration", "Access is denied.")
INSIDE = {"hybrid_access_edge": {"allow_outside_users": False}}


def end(window: Window, **fields: Any) -> str:
    """The newest run ends so; its journal."""
    window.note(line(End(END, "", **fields)))
    window.model.replicate()
    return window.path


def completed(result: dict[str, Any]) -> list[str]:
    return scene.findings(result, "warning", "completed")


def test_a_run_that_failed_is_named_when_the_one_that_completed_it_is_taken_back() -> None:
    window = Window(memory.Deployment())
    window.run(stop_after=1)
    failed = end(window, stop=FAILED)
    window.run()
    end(window)
    result = window.back()
    assert cmdlets(result) == [CLOSE], "what the completing run wrote"
    assert completed(result) == [
        (
            "A run before this one stopped or failed before its end, and is not taken back with it: go back from "
            f"{failed} next (hybrid_record)."
        )
    ]


def test_all_runs_that_the_newest_one_completed_are_named_the_newest_first() -> None:
    window = Window(memory.Deployment())
    window.run(stop_after=1)
    killed = window.path
    window.model.replicate()
    window.run()
    failed = end(window, stop=FAILED)
    window.run(stop_after=0, variables=INSIDE)
    end(window, stop=FAILED)
    window.run(variables=INSIDE)
    assert completed(window.back()) == [
        (
            "Runs before this one stopped or failed before their end, and are not taken back with it: go back from "
            f"{failed}, then {killed} next (hybrid_record)."
        )
    ]


@pytest.mark.parametrize("fields", [{}, {"stop": FAILED, "rolled_back": "rolled back", "is_back": True}])
def test_one_that_came_to_its_end_or_took_itself_back_is_not_named(fields: dict[str, Any]) -> None:
    window = Window(memory.Deployment())
    window.run(stop_after=1)
    end(window, **fields)
    window.run()
    assert completed(window.back()) == []


def test_one_that_could_not_take_itself_back_is_named() -> None:
    window = Window(memory.Deployment())
    window.run(stop_after=1)
    end(window, stop=FAILED, rolled_back="not rolled back: Access is denied")
    window.run()
    assert len(completed(window.back())) == 1


@pytest.mark.parametrize(("stop", "named"), [(None, 0), (FAILED, 1)])
def test_one_that_was_taken_back_since_is_not_named(stop: Stop | None, named: int) -> None:
    window = Window(memory.Deployment())
    window.run(stop_after=1)
    failed = end(window, stop=FAILED)
    write_back(window, window.back(record=failed))
    end(window, stop=stop)
    window.run(accept=["enable_disabled_provider"])
    assert len(completed(window.back())) == named


def test_a_newer_run_that_wrote_nothing_is_passed_over_and_named() -> None:
    window = Window(memory.Deployment())
    window.run()
    written = window.path
    window.model.replicate()
    window.run(stop_after=0, variables=INSIDE)
    newer = window.path
    result = window.back()
    assert result["plan"]["undoes"] == written
    assert scene.findings(result, "warning", "passed_over") == [
        f"The newer record {newer} was passed over: its run wrote nothing."
    ]
    assert scene.findings(window.back(record=written), "warning", "passed_over") == []


def test_what_a_run_that_is_interrupted_needs_to_know_of_a_plan() -> None:
    window = Window(memory.Deployment())
    forward = scene.plan_task(window.model)
    lync_rollout_plan.run(forward)
    assert (forward.noted[0]["plan"]["undoes"], forward.noted[0]["plan"]["hosts"]) == (False, ["fe01", "edge01"])
    window.run()
    window.model.replicate()
    back = scene.plan_task(window.model, record=window.path, accept=["federation_off"])
    back.files = window.files
    lync_rollout_plan.run(back)
    assert back.noted[0]["plan"]["undoes"] is True


# Half a line, which a full disk or a killed worker left; whoever wrote next ended it.

OUTCOME = journalled.outcome_line(0, DISABLE.replace("false", "true"), Outcome.RAN)


@pytest.mark.parametrize("cut", [1, 9, 40, 70])
@pytest.mark.parametrize("line_of", [journalled.write_line(0, "Set-CsX -Identity {y} -Enabled $true"), OUTCOME])
def test_half_a_line_in_the_middle_is_passed_over(line_of: str, cut: int) -> None:
    window = Window(memory.Deployment())
    window.run(stop_after=1)
    window.note(line_of[:cut])
    end(window, stop=FAILED)
    result = window.back(accept=[])
    assert (result["refusal"], cmdlets(result)) == ("", [DISABLE])


def test_without_its_outcome_a_write_is_one_that_may_have_run() -> None:
    whole = journalled.write_line(0, "x")
    text = "\n".join([_begun(), whole, journalled.outcome_line(0, "x", Outcome.RAN)[:30], line(End(END, "")), ""])
    journal = journal_of(text, "/x.jsonl")
    assert ([one.outcome for one in journal.writes], journal.end is not None) == ([Outcome.UNKNOWN], True)


@pytest.mark.parametrize(
    "broken",
    [
        "nonsense",
        journalled.write_line(0, "x").replace('"x"', '"x'),
        journalled.write_line(0, "x").replace('"x"', '"x') + "\r",
        journalled.write_line(0, "x")[20:],
        "[]",
    ],
)
def test_what_is_not_the_beginning_of_a_line_makes_the_journal_unusable(broken: str) -> None:
    """A write that was sent may have stood there."""
    with pytest.raises(Refused, match="line 2 is no JSON mapping"):
        journal_of("\n".join([_begun(), broken, line(End(END, "")), ""]), "/x.jsonl")


def test_line_ends_of_windows_lose_no_write() -> None:
    text = "\r\n".join([_begun(), journalled.write_line(0, "x"), ""])
    assert [one.cmdlet for one in journal_of(text, "/x.jsonl").writes] == ["x"]


def _begun() -> str:
    window = Window(memory.Deployment())
    window.run(stop_after=0)
    return window.text.strip()
