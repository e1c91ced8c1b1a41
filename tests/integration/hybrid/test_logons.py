# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A refused account is tried once, wherever it is used; and a dry run knows what a role may not do, where it is told."""

from __future__ import annotations

import pytest
from conftest import Start

from lynclab.machine import Kind
from support.ansible import task
from support.rollout import IMPATIENCE, dry_rollout, rollout
from support.stage import Stage
from support.wishes import FEDERATION


def refused_logons(stage: Stage) -> list[str]:
    return [entry.machine for entry in stage.lab.journal.logons(succeeded=False, since=stage.since)]


def test_a_wrong_password_costs_one_logon_for_each_account(start: Start) -> None:
    """The Edge Servers share an account that is wrong, the management host has another one that is right."""
    stage = start(edges=5)
    stage.write_inventory(changes={name: {"ansible_password": "wrong"} for name in edge_names(stage)})
    found = rollout(stage, patience=IMPATIENCE, status=2)
    assert len(refused_logons(stage)) == 1
    assert {row.content for row in found.table} == {"unreachable"}
    assert {row.central for row in found.table} == {"failed"}
    assert stage.written() == []
    told = [found.failures[name] for name in edge_names(stage)]
    assert sum("refused the logon as 'edgeadmin'" in sentence for sentence in told) == 1
    assert sum("; the reason is in the sentence on deployment contoso.example." in sentence for sentence in told) == 4
    of_deployment = found.failures["lyncfe01.contoso.example"]
    assert of_deployment.count("Not tried, because") == 1, "the reason that four have is said once"
    assert "refused the same account" in of_deployment


def test_the_same_account_everywhere_is_tried_once(start: Start) -> None:
    stage = start(deployments=3, edges=1)
    account = {"ansible_user": "nobody", "ansible_password": "wrong"}
    stage.write_inventory(changes=dict.fromkeys((*edge_names(stage), *front_end_names(stage)), account))
    rollout(stage, patience=IMPATIENCE, status=2)
    assert len(refused_logons(stage)) == 1


@pytest.mark.parametrize("transport", ["ntlm-http", "winrm-https"])
def test_a_module_over_many_hosts_tries_a_shared_account_once(start: Start, transport: str) -> None:
    stage = start(edges=5)
    stage.write_inventory(transport, changes={name: {"ansible_password": "wrong"} for name in edge_names(stage)})
    stage.run(task("lync_ping"), hosts="lync_edge", status=4)
    assert len(refused_logons(stage)) == 1


@pytest.mark.parametrize("transport", ["ntlm-http", "winrm-https"])
def test_a_ping_runs_nothing(stage: Stage, transport: str) -> None:
    stage.write_inventory(transport)
    assert stage.run(task("lync_ping"), hosts="lync_edge").one()["where"].startswith("127.0.0.1:")
    assert stage.arrived() == []


@pytest.mark.parametrize("offered", [True, False])
def test_a_dry_run_fails_where_the_endpoint_tells_that_the_role_may_not(start: Start, offered: bool) -> None:
    """CsViewOnlyAdministrator: without Get-Command a dry run cannot know, and the real run says the same sentence."""
    stage = start(offers_get_command=offered)
    stage.write_inventory(changes={"lyncfe01.contoso.example": {"ansible_user": r"LYNCLAB\viewer"}})
    wish = task("lync_access_edge", FEDERATION)
    sentence = (
        "does not offer Set-CsAccessEdgeConfiguration to this account: the cmdlet is outside its administrator role"
    )
    dry = stage.dry_run(wish, status=2 if offered else 0).one()
    assert (sentence in dry.message) is offered
    assert sentence in stage.run(wish, status=2).one().message


def test_a_role_that_may_passes_the_question(start: Start) -> None:
    dry = dry_rollout(start(offers_get_command=True))
    assert dry.closing


def edge_names(stage: Stage) -> list[str]:
    return sorted(machine.name for machine in stage.edges)


def front_end_names(stage: Stage) -> list[str]:
    """The management hosts that the lab's inventory has: the first Front End of each deployment."""
    return [stage.lab.of_kind(Kind.FRONT_END, deployment)[0].name for deployment in stage.lab.deployments]
