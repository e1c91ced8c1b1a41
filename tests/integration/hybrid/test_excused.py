# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Edge Servers that are excused from the proof, and what may not be excused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import yaml
from conftest import Start

from support.rollout import DOCUMENTED, dry_rollout, rollout
from support.stage import Stage

MANAGEMENT = "lyncfe01.contoso.example"
ONE, TWO, THREE = (f"lyncedge0{number}.contoso.example" for number in (1, 2, 3))
TODAY = dt.datetime.now(dt.timezone.utc).date()
UNTIL = TODAY + dt.timedelta(days=30)


def excuses(*edges: str, until: dt.date = UNTIL) -> dict[str, Any]:
    """The variable that excuses these machines."""
    found = [{"edge": edge, "reason": "power supply", "until": until.isoformat()} for edge in edges]
    return {"hybrid_edges_excused": found}


def held_by(stage: Stage, edge: str) -> list[str]:
    """The hosting providers in an Edge Server's own store, by the lab's model."""
    stage.deployment.replication.advance()
    return list(stage.deployment.replication.replicas[edge].content.items("hosting_providers"))


def test_a_dead_edge_server_is_excused_from_the_proof_and_not_from_the_change(start: Start) -> None:
    stage = start(sites=2, edges=2)
    fault = stage.lab.machine(TWO).faults
    fault.refuse()
    assert rollout(stage, status=2).line("lyncedge02").outcome == "unreachable"
    stage.write_inventory(
        changes={"all": {"hybrid_edges_excused": [{"edge": TWO, "reason": "power supply", "until": UNTIL}]}}
    )

    dry = dry_rollout(stage)
    assert f"  Excused from the proof until {UNTIL}, not from the change: {TWO} (power supply)." in dry.run.output
    assert dry.line("lyncedge02").outcome == f"excused until {UNTIL} (power supply)"
    assert dry.closing[0].endswith("already, 3 will differ until replicated, 1 excused.")

    found = rollout(stage)
    assert stage.written() == DOCUMENTED
    assert (found.line("lyncedge02").content, found.line("lyncedge02").outcome) == (
        "excused",
        f"excused until {UNTIL} (power supply)",
    )
    assert [line.outcome for line in found.table].count("verified") == 3
    assert found.closing[:2] == [
        "3 of 4 Edge Servers in the topology verified, 1 excused.",
        f"Excused from the proof: {TWO} (until {UNTIL}: power supply).",
    ]
    assert found.closing[-1].startswith("Configuration proven on 3 of 4 Edge Servers, 1 excused, but no ")
    assert found.closing[-1].endswith("next: settle that, then sign in to Outlook on the web as a test user.")
    assert held_by(stage, TWO) == ["exchange online"], "the change reached it all the same"

    again = rollout(stage)
    assert stage.written() == []
    assert again.closing[-1].startswith("Configuration proven on 3 of 4 Edge Servers, 1 excused, ")


def test_one_that_lives_is_not_logged_on_to_either(start: Start) -> None:
    stage = start(edges=2)
    found = rollout(stage, variables=excuses(TWO))
    assert stage.written() == DOCUMENTED
    assert stage.arrived(TWO) == []
    assert not [entry for entry in stage.lab.journal.logons() if entry.machine == TWO]
    assert found.outcomes == {"lyncedge01": "verified", "lyncedge02": f"excused until {UNTIL} (power supply)"}


def test_one_variable_for_several_deployments(start: Start) -> None:
    """The machine is no Edge Server of the other deployment, which is not told as a mistake there."""
    found = dry_rollout(start(deployments=2, edges=2), variables=excuses(TWO))
    assert "1 excused" in found.closing[-1]


def test_one_that_is_not_built_yet_needs_neither_host_nor_replica(start: Start) -> None:
    stage = start(edges=2, situations=(f"edge-silent:{TWO}",))
    del stage.deployment.replication.replicas[TWO]
    stage.ansible.write(stage.inventory, _without(stage, TWO))
    refused = rollout(stage, status=2)
    assert f"{TWO} have no row among the replicas" in refused.failures[MANAGEMENT]
    assert stage.written() == []
    for scope in ("edges", "all"):
        found = rollout(stage, variables={**excuses(TWO), "hybrid_replication_scope": scope})
        assert found.closing[-1].startswith("Configuration proven on 1 of 2 Edge Servers, 1 excused, ")


def test_one_that_is_behind_is_not_waited_for(start: Start) -> None:
    stage = start(edges=2, situations=(f"edge-deaf:{TWO}",))
    reason = f"ignored (excused until {UNTIL}: power supply)"
    found = rollout(
        stage,
        variables={**excuses(TWO), "hybrid_replication_scope": "all"},
        expect=[f"Not up to date and not waited for, {reason}: {TWO} (last status report "],
    )
    assert stage.written() == DOCUMENTED
    waited = {one["replica_fqdn"]: one for one in found.run.one("Wait until the change has replicated")["replicas"]}
    assert waited[TWO]["reason"] == reason
    assert found.line("lyncedge02").status == "lagging"
    assert held_by(stage, TWO) == []


@pytest.mark.parametrize(
    ("excused", "sentence"),
    [
        (["lyncedge99.contoso.example"], "has no Edge Server lyncedge99.contoso.example, as hybrid_edges_excused says"),
        ([ONE, TWO], "hybrid_edges_excused excuses all Edge Servers of contoso.example"),
    ],
)
def test_what_may_not_be_excused(start: Start, excused: list[str], sentence: str) -> None:
    stage = start(edges=2)
    for run in (dry_rollout, rollout):
        found = run(stage, variables=excuses(*excused), status=2)
        assert stage.written() == []
        assert sentence in found.failures[MANAGEMENT]


@pytest.mark.parametrize(
    ("stated", "sentence"),
    [
        (excuses(TWO, until=TODAY - dt.timedelta(days=1)), "which is past"),
        (excuses(TWO, until=TODAY + dt.timedelta(days=92)), "90 days at most"),
        (
            {"hybrid_edges_excused": [{"edge": TWO, "until": str(UNTIL)}]},
            "must be a list of mappings with edge, reason",
        ),
        ({"hybrid_edges_excused": TWO}, "must be a list of mappings"),
    ],
)
def test_a_bad_entry_is_refused_before_anybody_is_logged_on_to(
    stage: Stage, stated: dict[str, Any], sentence: str
) -> None:
    for options in (["--check"], []):
        run = stage.play("ucops.lync.hybrid", options=options, variables=stated, status=2)
        message = run.one("Sort the hosts by deployment").message
        assert sentence in message
        assert message.endswith("Nothing was changed.")
        assert stage.arrived() == []


def _without(stage: Stage, host: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(stage.inventory.read_text(encoding="utf-8"))
    del data["all"]["children"]["lync_edge"]["hosts"][host]
    return data
