# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that takes back by itself what it wrote, and runs that must not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import Start

from support.rollout import DOCUMENTED, IMPATIENCE, rollout

ROLLBACK = {"hybrid_on_failure": "rollback"}
MANAGEMENT = "lyncfe01.contoso.example"
CLOSE = ("Set-CsAccessEdgeConfiguration", {"AllowFederatedUsers": False})
DISABLE = ("Set-CsHostingProvider", {"Identity": "Exchange Online", "Enabled": False})
SECOND_FAILS = "not-offered:Set-CsAccessEdgeConfiguration"
"""The cmdlet of the second write is not there, so that it is known not to have run."""


def test_a_later_write_that_did_not_run(start: Start) -> None:
    stage = start(situations=(SECOND_FAILS,))
    records = stage.folder / "records"
    found = rollout(stage, variables={**ROLLBACK, "hybrid_record_dir": str(records)}, status=2)
    assert stage.written() == [*DOCUMENTED, DISABLE], "the second one is answered that there is no such cmdlet"
    assert found.line("lyncedge01").central == "rolled back"
    assert found.outcomes == {"lyncedge01": "rolled back"}
    assert "deployment contoso.example: rolled back, proven on 1 of 1." in found.closing
    assert found.failures[MANAGEMENT].endswith("deployment contoso.example: rolled back, proven on 1 of 1.")
    assert found.closing[-1].startswith("This run failed. Configuration proven on 0 of 1 Edge Servers")
    ends = [json.loads(file.read_text(encoding="utf-8").splitlines()[-1]) for file in sorted(records.iterdir())]
    assert [one["event"] for one in ends] == ["end", "end"], "the run's, and that of its way back"
    assert [one["stop"] is None for one in ends] == [False, True]
    assert {(one["rolled_back"], one["is_back"]) for one in ends} == {("rolled back, proven on 1 of 1", True)}


def test_an_edge_server_that_says_it_is_up_to_date_and_is_not(start: Start) -> None:
    stage = start(edges=2, situations=("edge-stuck-content:lyncedge02",))
    found = rollout(stage, patience=IMPATIENCE, variables=ROLLBACK, status=2)
    assert stage.written() == [*DOCUMENTED, CLOSE, DISABLE]
    assert found.outcomes["lyncedge01"] == "rolled back"
    assert "deployment contoso.example: rolled back, proven on 1 of 2." in found.closing


@pytest.mark.parametrize(
    ("situation", "variables", "said"),
    [
        (SECOND_FAILS, {}, ""),
        ("edge-stuck-content", {}, ""),
        (
            "edge-deaf",
            ROLLBACK,
            "not rolled back: no Edge Server that says it has the change was read and holds something else",
        ),
        (
            "master-stopped",
            ROLLBACK,
            "not rolled back: no Edge Server that says it has the change was read and holds something else",
        ),
    ],
)
def test_what_keeps_it_from_going_back(start: Start, situation: str, variables: dict[str, Any], said: str) -> None:
    stage = start(situations=(situation,))
    stale = ["the timestamps of 1 did not move"] if situation == "master-stopped" else []
    found = rollout(stage, patience=IMPATIENCE, variables=variables, status=2, expect=stale)
    assert stage.written() == DOCUMENTED[: len(stage.written())]
    assert said in " ".join(found.closing)
    assert bool(said) is ("rolled back" in " ".join(found.closing))


def test_a_good_run_shows_no_more_for_it(start: Start) -> None:
    stage = start()
    found = rollout(stage, variables=ROLLBACK)
    assert stage.written() == DOCUMENTED
    assert not [result.task for result in found.run.results if "back" in result.task.lower()]
