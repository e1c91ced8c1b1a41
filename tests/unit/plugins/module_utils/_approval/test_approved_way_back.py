# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way back that stood in the approved plan counts as approved, and what else may be valid beside it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout.change_window import (
    SATURDAY,
    Window,
)

EXCHANGE = memory.provider("Exchange Online", "exap.um.outlook.com")


def shown(task: memory.MemoryTask) -> str:
    return "\n".join(task.told)


WAY_BACK = ("Set-CsAccessEdgeConfiguration -AllowFederatedUsers $false", "Set-CsHostingProvider")


def going_back(window: Window, **options: Any) -> memory.MemoryTask:
    """After a run of the approved plan: the plan of the way back."""
    forward = window.run()
    window.applied(forward)
    return window.task(SATURDAY + 60, takes_back=taken_back(forward), **options)


def taken_back(forward: dict[str, Any]) -> dict[str, Any]:
    """A run that is to be taken back, as its own result has it."""
    writes = [{"cmdlet": cmdlet, "outcome": "ran"} for one in forward["plan"]["changes"] for cmdlet in one["cmdlets"]]
    return {"plan": forward["plan"], "writes": writes}


def test_the_way_back_of_the_approved_plan_counts_as_approved() -> None:
    window = Window(memory.Deployment())
    window.plan()
    window.approve()
    task = going_back(window)
    assert (task.result["refusal"], task.result["withheld"]) == ("", "")
    assert "Approved as the way back of plan " in shown(task)
    assert "spends" not in task.result["planned"][-1]
    assert [
        one["change"]["cmdlets"][0].startswith(way) for one, way in zip(task.result["planned"], WAY_BACK, strict=True)
    ]


@pytest.mark.parametrize(
    ("accept", "said"),
    [
        ([], "Approved as the way back of plan "),
        (["remove_provider"], "Not approved: the approved way back does not have Remove-"),
    ],
)
def test_a_dry_run_of_the_way_back_says_so_too(accept: list[str], said: str) -> None:
    window = Window(memory.Deployment())
    window.plan()
    window.approve()
    task = going_back(window, accept=accept, check_mode=True)
    assert said in shown(task)
    assert "does not fit" not in shown(task)
    assert bool(task.result["approval"]["differences"]) is bool(accept)


@pytest.mark.parametrize(
    ("stated", "shown_as"), [("Outlook users", "Tag:Outlook users"), ("site:lisbon", "Site:Lisbon")]
)
def test_the_way_back_of_what_the_server_spells_otherwise_is_the_approved_one(stated: str, shown_as: str) -> None:
    deployment = memory.Deployment()
    desired = {"external_access_policy": {stated: {"enable_outside_access": True}}}
    readings = {scene.EDGE: scene.edge_reading(deployment, "external_access_policy")}
    window = Window(deployment, variables={"hybrid_settings": desired}, edge_readings=readings)
    window.plan()
    window.approve()
    forward = window.run()
    assert forward["refusal"] == ""
    window.applied(forward)
    deployment.put("external_access_policies", {"Identity": shown_as, "EnableOutsideAccess": True})
    there = scene.edge_reading(deployment, "external_access_policy")
    task = window.task(SATURDAY + 60, takes_back=taken_back(forward), edge_readings={scene.EDGE: there})
    assert (task.result["refusal"], len(task.result["planned"])) == ("", 3)
    assert "Approved as the way back of plan " in shown(task)


def test_another_way_back_does_not() -> None:
    window = Window(memory.Deployment())
    window.plan()
    window.approve()
    task = going_back(window, accept=["remove_provider"])
    assert task.result["withheld"] == "not approved"
    assert 'does not have Remove-CsHostingProvider -Identity "Exchange Online".' in task.result["refusal"]


def interrupted(window: Window) -> dict[str, Any]:
    """A run that was stopped after its first write, whose approval is not used up; what takes it back."""
    forward = window.run()
    window.deployment.put("hosting_providers", EXCHANGE)
    first = taken_back(forward)
    return {**first, "writes": first["writes"][:1]}


def test_the_approval_of_an_interrupted_run_is_not_in_the_way_of_its_rollback() -> None:
    window = Window(memory.Deployment())
    window.plan()
    window.approve()
    back: dict[str, Any] = {"takes_back": interrupted(window), "accept": ["remove_provider"]}
    assert "does not have Remove-CsHostingProvider" in window.refusal(at=SATURDAY + 60, **back)
    assert window.plan(at=SATURDAY + 61, **back)["refusal"] == ""
    path = window.approve("back.yml", change_number="CHG2")
    result = window.run(at=SATURDAY + 62, **back)
    assert (result["refusal"], result["approval"]["file"]) == ("", path)


def test_the_approval_of_a_rollback_is_not_in_the_way_of_the_run() -> None:
    window = Window(memory.Deployment())
    window.plan()
    path = window.approve()
    back: dict[str, Any] = {"takes_back": interrupted(window), "accept": ["remove_provider"]}
    window.plan(at=SATURDAY + 61, **back)
    window.approve("back.yml", change_number="CHG2")
    completed = window.run(at=SATURDAY + 62)
    assert (completed["refusal"], completed["approval"]["file"]) == ("", path)
    del window.files.content[path]
    assert "back.yml: its plan takes back this run, which this one does not" in window.refusal(at=SATURDAY + 63)


@pytest.mark.parametrize("name", ["a.yml", "z.yml"])
def test_of_two_approvals_that_were_carried_out_the_one_counts_that_has_the_way_back(name: str) -> None:
    window = Window(memory.Deployment(hosting=[EXCHANGE]))
    discovery: dict[str, Any] = {"variables": {"hybrid_access_edge": {"enable_partner_discovery": True}}}
    accept = ["reopen_federation"]
    window.plan(accept=accept, **discovery)
    window.approve("m.yml")
    first = window.run(accept=accept, **discovery)
    assert first["refusal"] == ""
    window.files.create(first["planned"][-1]["spends"], first["planned"][-1]["spent"])
    window.deployment.seed(AllowFederatedUsers=True, EnablePartnerDiscovery=True)
    window.deployment.put("hosting_providers", {**EXCHANGE, "VerificationLevel": "AlwaysVerifiable"})
    accept = ["change_existing_provider"]
    assert window.plan(at=SATURDAY + 30, accept=accept, **discovery)["refusal"] == ""
    window.approve(name, change_number="CHG2")
    second = window.run(at=SATURDAY + 40, **discovery)
    assert second["refusal"] == ""
    window.files.create(second["planned"][-1]["spends"], second["planned"][-1]["spent"])
    window.deployment.put("hosting_providers", EXCHANGE)
    for run, path in ((second, f"approvals/{name}"), (first, "approvals/m.yml")):
        consents = ["change_existing_provider", "federation_off", "widen_trust"]
        result = window.run(at=SATURDAY + 60, takes_back=taken_back(run), accept=consents, variables={})
        assert result["approval"].get("file") == path, result["refusal"]
        assert result["withheld"] == ""


def test_the_way_back_ends_with_the_approval() -> None:
    window = Window(memory.Deployment())
    window.plan()
    window.approve(valid_until="2026-11-28T22:00:30Z")
    task = going_back(window)
    assert task.result["withheld"] == "not approved"
    assert "it expired at 2026-11-28 22:00:30 UTC" in task.result["refusal"]
