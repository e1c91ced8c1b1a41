# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several deployments in one run, several management hosts of one, and the role in a play of its own."""

from __future__ import annotations

from typing import Any

import yaml
from conftest import Start

from lynclab.machine import Kind
from support.rollout import DOCUMENTED, IMPATIENCE, PATIENCE, dry_rollout, rollout
from support.stage import Stage

CONTOSO, FABRIKAM = "lyncfe01.contoso.example", "lyncfe01.fabrikam.example"


def seen_by(stage: Stage, name: str) -> list[tuple[str, dict[str, Any]]]:
    """What was written in the deployment of that name."""
    deployment = stage.lab.deployment(name)
    machines = [machine.name for machine in stage.lab.machines.values() if machine.deployment is deployment]
    return [written for machine in machines for written in stage.written(machine)]


def test_one_deployment_that_stalls_leaves_the_other_alone(start: Start) -> None:
    stage = start(deployments=2)
    stage.lab.show("master-stopped", stage.lab.deployment("contoso"))
    found = rollout(stage, patience=IMPATIENCE, status=2, expect=["the status proves nothing of the last change"])
    assert [(line.deployment, line.central, line.outcome) for line in found.table] == [
        ("contoso", "changed", "differs"),
        ("fabrikam", "changed", "verified"),
    ]
    assert list(found.failures) == ["lyncedge01.contoso.example"]
    assert seen_by(stage, "contoso") == seen_by(stage, "fabrikam") == DOCUMENTED
    assert found.closing[0] == "1 of 2 Edge Servers in the topology verified."
    assert "contoso.example, fabrikam.example, sales.contoso.example" in found.closing[-1]


def test_one_deployment_that_is_refused_leaves_the_other_alone(start: Start) -> None:
    stage = start(deployments=2)
    stage.lab.show("public-provider", stage.lab.deployment("fabrikam"))
    found = rollout(stage, status=2)
    assert [(line.deployment, line.central, line.outcome) for line in found.table] == [
        ("contoso", "changed", "verified"),
        ("fabrikam", "failed", "nothing written"),
    ]
    assert seen_by(stage, "contoso") == DOCUMENTED
    assert seen_by(stage, "fabrikam") == []
    assert list(found.failures) == [FABRIKAM]
    assert found.closing[0].startswith("deployment fabrikam failed at 'Check the plan'")

    stage.lab.machine(FABRIKAM).faults.refuse()
    again = rollout(stage, status=2)
    assert [line.central for line in again.table] == ["compliant", "unreachable"]
    assert list(again.failures) == [FABRIKAM]

    limited = rollout(stage, "--limit", "*.contoso.example")
    assert limited.outcomes == {"lyncedge01": "verified"}
    assert len(limited.table) == 1, "the other deployment is no part of this run"


def test_two_deployments_with_one_store_are_both_named(start: Start) -> None:
    stage = start(edges=2)
    second = stage.lab.of_kind(Kind.FRONT_END)[1].name
    data = yaml.safe_load(stage.inventory.read_text(encoding="utf-8"))
    management = data["all"]["children"]["lync_management"]["hosts"]
    edges = data["all"]["children"]["lync_edge"]["hosts"]
    management[second] = {**management[CONTOSO], "lync_deployment": "south"}
    management[second]["ansible_port"] = stage.lab.reach(second).https_port
    management[CONTOSO]["lync_deployment"] = edges["lyncedge01.contoso.example"]["lync_deployment"] = "north"
    edges["lyncedge02.contoso.example"]["lync_deployment"] = "south"
    stage.ansible.write(stage.inventory, data)
    for found in (dry_rollout(stage, status=2), rollout(stage, status=2)):
        assert stage.written() == []
        assert (
            "north and south have the same Central Management store (active master lyncfe01"
            in (found.failures[CONTOSO])
        )
        assert "south and north have the same Central Management store" in found.failures[second]


def test_two_forests_whose_masters_have_one_name_are_two_deployments(start: Start) -> None:
    """Two customers may have built theirs by one plan. Their other machines and their SIP domains tell them apart."""
    stage = start(deployments=2)
    contoso, fabrikam = stage.lab.deployments
    fabrikam.replication.master = fabrikam.replication.file_transfer_agent = contoso.replication.master
    for rolled_out, outcome in ((dry_rollout, "will be replicated"), (rollout, "verified")):
        found = rolled_out(stage)
        plans = [result["plan"] for result in found.run.of("Plan the changes")]
        assert [plan["master"] for plan in plans] == [contoso.replication.master] * 2
        assert [one for plan in plans for one in plan["findings"] if one["kind"] == "blocker"] == []
        assert [(line.deployment, line.outcome) for line in found.table] == [
            ("contoso", outcome),
            ("fabrikam", outcome),
        ]
    assert seen_by(stage, "contoso") == seen_by(stage, "fabrikam") == DOCUMENTED


def test_fewer_forks_than_deployments(start: Start) -> None:
    stage = start(deployments=3, situations=("provider-present",))
    found = rollout(stage, "--forks", "2")
    assert len(found.table) == 3
    assert set(found.outcomes.values()) == {"verified"}


def test_without_kept_sessions_each_wait_occupies_a_fork(start: Start) -> None:
    stage = start(deployments=3)
    alone = {"lync_session_keep": False}
    warning = ["There are 3 deployments that occupy a fork while they wait for replication"]
    found = rollout(stage, "--forks", "2", variables=alone, expect=warning)
    assert set(found.outcomes.values()) == {"verified"}
    assert {result.data["poll"] for result in found.run.of("Begin to wait")} == {None}
    assert "deployments up to date" not in found.run.output


def test_several_management_hosts_of_one_deployment(start: Start) -> None:
    """The first one leads; the next one where --limit leaves the first one out."""
    stage = start()
    second = stage.lab.of_kind(Kind.FRONT_END)[1].name
    data = yaml.safe_load(stage.inventory.read_text(encoding="utf-8"))
    management = data["all"]["children"]["lync_management"]["hosts"]
    management[second] = {**management[CONTOSO], "ansible_port": stage.lab.reach(second).https_port}
    stage.ansible.write(stage.inventory, data)
    found = rollout(stage)
    assert stage.written() == stage.written(CONTOSO) == DOCUMENTED
    assert all(entry.name.startswith("Get-") for entry in stage.arrived(second)), "it stands ready"
    assert found.outcomes == {"lyncedge01": "verified"}
    other = rollout(stage, "--limit", f"{second},lync_edge")
    assert stage.arrived(CONTOSO) == []
    assert {entry.name for entry in stage.arrived(second)} >= {"Get-CsHostingProvider"}
    assert other.outcomes == {"lyncedge01": "verified"}


def test_the_next_management_host_is_used_where_the_first_does_not_answer(start: Start) -> None:
    """And the report says which, and why not the first."""
    stage = start()
    second = stage.lab.of_kind(Kind.FRONT_END)[1].name
    data = yaml.safe_load(stage.inventory.read_text(encoding="utf-8"))
    management = data["all"]["children"]["lync_management"]["hosts"]
    management[second] = {**management[CONTOSO], "ansible_port": stage.lab.reach(second).https_port}
    stage.ansible.write(stage.inventory, data)
    stage.lab.machine(CONTOSO).faults.refuse()
    said = (
        f"deployment contoso.example: {second} was used, because no management host before it could be read. {CONTOSO}"
    )
    dry = dry_rollout(stage)
    assert said in dry.run.output
    found = rollout(stage)
    assert stage.written() == stage.written(second) == DOCUMENTED
    assert found.outcomes == {"lyncedge01": "verified"}
    assert found.closing[0].startswith(said)
    assert found.run.status == 0


def test_the_role_in_a_play_over_both_groups(start: Start) -> None:
    stage = start(deployments=2, edges=2)
    play = {
        "name": "Exchange Online integration",
        "hosts": "lync_management:lync_edge",
        "gather_facts": False,
        "become": False,
        "roles": ["ucops.lync.hybrid"],
    }
    dry = dry_rollout(stage, playbook=[play])
    assert set(dry.outcomes.values()) == {"will be replicated"}
    found = rollout(stage, playbook=[play])
    assert seen_by(stage, "contoso") == seen_by(stage, "fabrikam") == DOCUMENTED
    assert [line.outcome for line in found.table] == ["verified"] * 4
    assert found.closing[0] == "4 of 4 Edge Servers in the topology verified."
    assert rollout(stage, playbook=[play]).changed == {}


def test_by_its_name(start: Start) -> None:
    """ucops.lync.hybrid, with the variables of the run where a user keeps them: in the inventory."""
    stage = start(situations=("provider-present",))
    stage.write_inventory(changes={"all": dict(PATIENCE)})
    run = stage.play("ucops.lync.hybrid")
    assert "1 of 1 Edge Servers in the topology verified." in run.output
    assert stage.written() == []
