# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Edge Servers and management hosts that the hybrid playbook cannot reach, does not know, or that --limit leaves out."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from conftest import Start

from support.rollout import DOCUMENTED, IMPATIENCE, PLAYBOOK, dry_rollout, rollout
from support.stage import Stage

MANAGEMENT = "lyncfe01.contoso.example"
EDGES = ["lyncedge01.contoso.example", "lyncedge02.contoso.example"]


def without_host(stage: Stage, group: str, *hosts: str, **added: dict[str, Any]) -> None:
    """Take hosts out of a group of the inventory, and add others."""
    data = yaml.safe_load(stage.inventory.read_text(encoding="utf-8"))
    members = data["all"]["children"][group]["hosts"]
    for host in hosts:
        del members[host]
    members.update(added)
    stage.ansible.write(stage.inventory, data)


def host_variables(stage: Stage, host: str) -> dict[str, Any]:
    data = yaml.safe_load(stage.inventory.read_text(encoding="utf-8"))
    groups = data["all"]["children"].values()
    found: dict[str, Any] = next(group["hosts"][host] for group in groups if host in group["hosts"])
    return found


def test_an_edge_that_cannot_be_reached(start: Start) -> None:
    """It fails a run under required; best_effort and skip name it and go by what is left to go by."""
    stage = start(edges=2)
    stage.lab.machine(EDGES[0]).faults.refuse()
    for required in (dry_rollout(stage, status=2), rollout(stage, status=2)):
        assert stage.written() == [], "what cannot be read before the first write could not prove it"
        assert required.outcomes == {"lyncedge01": "unreachable", "lyncedge02": "nothing written"}
        assert sorted(required.failures) == [EDGES[0], MANAGEMENT]
        assert f"The store of {EDGES[0]} was not read" in required.failures[MANAGEMENT]

    best = rollout(stage, variables={"hybrid_edge_verification": "best_effort"})
    assert stage.written() == DOCUMENTED
    assert best.outcomes == {"lyncedge01": "replicated (status only)", "lyncedge02": "verified"}
    assert best.line("lyncedge01").content == "unreachable"
    assert best.closing[:2] == [
        "1 of 2 Edge Servers in the topology verified.",
        f"Not verified: {EDGES[0]} (replicated (status only)).",
    ]

    skipped = rollout(stage, variables={"hybrid_edge_verification": "skip", "hybrid_replication_settle": 1})
    assert not [entry for edge in EDGES for entry in stage.arrived(edge)]
    assert set(skipped.outcomes.values()) == {"not proven in this run"}
    assert skipped.closing[1] == (
        f"Not verified: {EDGES[0]} (not proven in this run), {EDGES[1]} (not proven in this run)."
    )


def test_skip_goes_by_the_status_alone_after_it_has_settled(start: Start) -> None:
    stage = start(edges=2, situations=("edge-deaf:lyncedge02",))
    variables = {"hybrid_edge_verification": "skip", "hybrid_replication_settle": 0.5}
    found = rollout(stage, patience=IMPATIENCE, status=2, variables=variables)
    assert found.outcomes == {"lyncedge01": "replicated (status only)", "lyncedge02": "lagging"}
    assert found.closing[0] == "0 of 2 Edge Servers in the topology verified."
    assert "last status report" in found.failures[EDGES[1]]
    assert stage.written() == DOCUMENTED


def test_an_edge_of_the_topology_without_a_host(start: Start) -> None:
    stage = start(edges=2)
    without_host(stage, "lync_edge", EDGES[1])
    for found in (dry_rollout(stage, status=2), rollout(stage, status=2)):
        assert stage.written() == []
        assert f"{EDGES[1]} of the topology have no host in the group lync_edge" in found.failures[MANAGEMENT]
        assert found.line("lyncedge02").content == "not in inventory"
    best = rollout(stage, variables={"hybrid_edge_verification": "best_effort"})
    assert stage.written() == DOCUMENTED
    assert best.outcomes == {"lyncedge01": "verified", "lyncedge02": "replicated (status only)"}
    assert best.closing[1] == f"Not verified: {EDGES[1]} (replicated (status only))."


def test_an_edge_host_that_the_topology_does_not_know(start: Start) -> None:
    stage = start()
    without_host(
        stage, "lync_edge", **{"edge99.contoso.example": {**host_variables(stage, EDGES[0]), "ansible_port": 1}}
    )
    for run in (rollout, dry_rollout):
        skip = {"hybrid_edge_verification": "skip", "hybrid_replication_settle": 1}
        found = run(stage, status=2, variables=skip)
        assert stage.written() == []
        assert found.failures[MANAGEMENT].startswith(
            "deployment contoso.example failed at 'Check the plan': The topology has no Edge Server "
            "edge99.contoso.example. It has lyncedge01.contoso.example."
        )
        assert found.line("edge99").outcome == "not in the topology"


def test_inventory_names_that_are_not_the_machines(start: Start) -> None:
    stage = start(edges=2)
    stage.write_inventory(naming="short", edge_transport="basic-https")
    found = rollout(stage)
    assert found.outcomes == {"lyncedge01": "verified", "lyncedge02": "verified"}
    assert stage.written() == DOCUMENTED
    stage.write_inventory(naming="short", changes={"contoso-lyncedge02": {"lync_replica_fqdn": EDGES[0].upper()}})
    twice = stage.play(PLAYBOOK, status=2).one("Sort the hosts by deployment")
    assert "contoso-lyncedge01 and contoso-lyncedge02" in twice.message
    assert "are one machine" in twice.message
    assert stage.arrived() == []


def test_a_deployment_without_a_management_host(start: Start) -> None:
    stage = start()
    without_host(stage, "lync_management", MANAGEMENT)
    run = stage.play(PLAYBOOK, status=2)
    assert "The inventory has no host in the group lync_management" in (run.one("Sort the hosts by deployment").message)
    assert stage.arrived() == []


def test_limit(start: Start) -> None:
    stage = start(edges=2)
    left_out = rollout(stage, "--limit", f"{MANAGEMENT},{EDGES[0]}", status=2)
    assert stage.written() == []
    assert f"--limit leaves out {EDGES[1]}, which the change would reach all the same" in left_out.failures[MANAGEMENT]

    without_management = rollout(stage, "--limit", "lync_edge", status=2, patience=IMPATIENCE)
    assert stage.written() == []
    assert stage.arrived(MANAGEMENT) == []
    assert f"--limit leaves out the management host of deployment {EDGES[0]}" in " ".join(
        without_management.failures.values()
    )
    assert {(line.central, line.content) for line in without_management.table} == {("left out", "differs")}

    partial = {"hybrid_partial_verification": True}
    accepted = rollout(stage, "--limit", f"{MANAGEMENT},{EDGES[0]}", variables=partial)
    assert stage.written() == DOCUMENTED
    assert stage.arrived(EDGES[1]) == []
    assert accepted.line("lyncedge01").outcome == "verified"
    assert (accepted.line("lyncedge02").content, accepted.line("lyncedge02").outcome) == (
        "left out",
        "replicated (status only)",
    )
    assert accepted.closing[0] == "1 of 2 Edge Servers in the topology verified."

    alone = rollout(stage, "--limit", MANAGEMENT, variables=partial)
    assert set(alone.outcomes.values()) == {"left out"}
    assert alone.closing[0] == "0 of 2 Edge Servers in the topology verified."
    edges_only = rollout(stage, "--limit", "lync_edge", variables=partial)
    assert stage.written() == []
    assert set(edges_only.outcomes.values()) == {"verified"}
    assert edges_only.closing[0] == (
        "2 of 2 Edge Servers in the inventory match the desired state; their topology was not read, so they may not be all."
    )


@pytest.mark.parametrize("check", [True, False])
def test_the_table_comes_when_nobody_answers(start: Start, check: bool) -> None:
    stage = start(edges=2)
    for machine in stage.lab.machines.values():
        machine.faults.refuse()
    found = rollout(stage, *(["--check"] if check else []), status=None)
    assert found.run.status in (2, 4)
    assert {(line.central, line.content, line.outcome) for line in found.table} == {
        ("unreachable", "unreachable", "unreachable")
    }
    assert len(found.table) == 2
    assert sorted(found.failures) == [*EDGES, MANAGEMENT]
    assert "0 of 2 Edge Servers in the inventory" in " ".join(found.closing)


def test_a_management_host_that_does_not_answer_says_nothing_of_the_edges(start: Start) -> None:
    stage = start(situations=("provider-present",))
    stage.front_end.faults.refuse()
    found = rollout(stage, status=2)
    assert found.line("lyncedge01").central == "unreachable"
    assert (found.line("lyncedge01").content, found.line("lyncedge01").outcome) == ("matches", "nothing written")
    assert list(found.failures) == [MANAGEMENT]
    assert found.failures[MANAGEMENT].startswith(f"deployment {MANAGEMENT} failed at 'Check the plan': ")
