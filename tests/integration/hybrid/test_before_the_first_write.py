# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Edge Servers that are out of step before the first write: they are waited for, and then nothing is written."""

from __future__ import annotations

import pytest
from conftest import Start

from lynclab.deployment.deployment import Deployment
from lynclab.deployment.replication import Delays
from support.rollout import DOCUMENTED, IMPATIENCE, PATIENCE, Rollout, dry_rollout, rollout
from support.stage import Stage

MANAGEMENT = "lyncfe01.contoso.example"
ONE, TWO = "lyncedge01.contoso.example", "lyncedge02.contoso.example"
PLAN = "Plan the changes"
OUT_OF_STEP = "Out of step before any change"


def federated(stage: Stage) -> None:
    """The deployment has federation already, so that a provider is what is to be written."""
    stage.deployment.seed(lambda content: content.with_access_edge(AllowFederatedUsers=True))


def both(stage: Stage) -> list[Rollout]:
    """The dry run and the real run."""
    return [run(stage, patience=IMPATIENCE, status=2) for run in (dry_rollout, rollout)]


def test_one_whose_store_differs_stops_it_before_anything_is_written(start: Start) -> None:
    stage = start(edges=2)
    federated(stage)
    stage.lab.show(f"edge-drifted:{TWO}")
    before = stage.deployment.content
    for found, run in zip(both(stage), ("dry run", "run"), strict=True):
        assert stage.written() == []
        assert (
            f"{OUT_OF_STEP}, after 0.5 s (hybrid_content_timeout): {TWO} (its own store is not what the central store is today: "
            "access edge 'global': allow_federated_users: False here, True in the central store). Check their replication"
        ) in found.failures[MANAGEMENT]
        assert found.outcomes == {"lyncedge01": "nothing written", "lyncedge02": "drifted already"}
        assert found.closing[-1].startswith(f"This {run} failed. ")
        assert "Configuration proven on 0 of 2 Edge Servers, " in found.closing[-1]
        assert len(found.run.of(PLAN)) == 2
    assert stage.deployment.content is before


def test_one_that_was_never_filled_stops_it(start: Start) -> None:
    stage = start(edges=2, situations=(f"edge-never-filled:{TWO}",))
    for found in both(stage):
        assert stage.written() == []
        assert f"{TWO} (its " in found.failures[MANAGEMENT]
        assert OUT_OF_STEP in found.failures[MANAGEMENT]


def test_a_replica_that_does_not_report_stops_it_until_it_is_ignored_by_name(start: Start) -> None:
    stage = start(edges=2, situations=(f"edge-silent:{TWO}",))
    for found in both(stage):
        assert stage.written() == []
        assert f"{TWO} (its replica is behind, last status report " in found.failures[MANAGEMENT]
        assert found.outcomes == {"lyncedge01": "nothing written", "lyncedge02": "nothing written"}
    ignored = {"hybrid_replication_ignore": [{"replica": TWO, "reason": "its reports are lost"}]}
    found = rollout(
        stage, variables=ignored, expect=["Not up to date and not waited for, ignored (its reports are lost): "]
    )
    assert stage.written() == DOCUMENTED
    assert found.outcomes == {"lyncedge01": "verified", "lyncedge02": "verified, status not reported"}
    assert len(found.run.of(PLAN)) == 1


@pytest.mark.parametrize("check", [True, False])
def test_a_change_under_way_is_waited_for_and_then_it_goes_on(start: Start, check: bool) -> None:
    """Somebody switches federation on while the deployment is read, and the Edge Servers do not have it yet."""
    stage = start(edges=2, delays=Delays(package=3.0, transfer=0.5, report=0.5))
    stage.deployment.after_next(
        "health", lambda now: now.write(lambda content: content.with_access_edge(AllowFederatedUsers=True))
    )
    found = rollout(stage, *(["--check"] if check else []), expect=None)  # Front Ends may still be behind by then
    assert found.run.one("Read the deployment again").status == "ok"
    assert len(found.run.of(PLAN)) == 2
    assert stage.written() == ([] if check else DOCUMENTED[:1])
    assert set(found.outcomes.values()) == {"will be replicated" if check else "verified"}
    names = [entry.name for entry in stage.arrived(ONE)]
    assert len([name for name in names if name == "Get-CsAccessEdgeConfiguration"]) > 2, "it was polled"
    assert len({entry.shell for entry in stage.arrived(ONE)}) == 1, "in the session that it has"


def test_what_another_change_brings_meanwhile_is_not_held_against_an_edge_that_has_it(start: Start) -> None:
    """Somebody switches federation on while one Edge Server is waited for; the other one is read again before it is judged."""
    stage = start(edges=2, situations=(f"edge-silent:{TWO}",), delays=Delays(package=0.0, transfer=0.05, report=0.05))

    def meanwhile(now: Deployment) -> None:
        now.after_next(
            "health", lambda then: then.write(lambda content: content.with_access_edge(AllowFederatedUsers=True))
        )

    stage.deployment.after_next("health", meanwhile)
    found = dry_rollout(stage, patience={**IMPATIENCE, "hybrid_content_timeout": 3}, status=2)
    assert stage.read("Get-CsAccessEdgeConfiguration")[0]["AllowFederatedUsers"] is True
    assert f"{TWO} (its replica is behind" in found.failures[MANAGEMENT]
    assert ONE not in found.failures[MANAGEMENT]


def test_with_nothing_left_to_write_it_is_only_waited_for(start: Start) -> None:
    stage = start(edges=2, situations=("provider-present", f"edge-drifted:{TWO}"))
    found = rollout(stage, patience={**PATIENCE, "hybrid_content_timeout": 0.5}, status=2)
    assert found.outcomes == {"lyncedge01": "verified", "lyncedge02": "differs"}
    assert list(found.failures) == [TWO]
    assert len(found.run.of(PLAN)) == 1
    stage.lab.machine(ONE).faults.refuse()
    unreachable = rollout(stage, patience=IMPATIENCE, status=2)
    assert sorted(unreachable.failures) == [ONE, TWO], "there is nothing to stop before a write"


def test_where_no_proof_is_required_nobody_is_waited_for(start: Start) -> None:
    stage = start(edges=2)
    federated(stage)
    stage.lab.show(f"edge-drifted:{TWO}")
    found = rollout(stage, variables={"hybrid_edge_verification": "best_effort"})
    assert stage.written() == DOCUMENTED[:1]
    assert set(found.outcomes.values()) == {"verified"}, "the next package mends it"
    assert len(found.run.of(PLAN)) == 1
