# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What users trust: changed, check mode, diff, and that what was sent is there afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import CmdletFailed, Failure
from ansible_collections.ucops.lync.plugins.module_utils._core.task import Module
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_access_edge import MODULE as EDGE
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_hosting_provider import MODULE as PROVIDER
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils.memory import EXCHANGE, provider, task_of

OLD = provider("Exchange Online", "old.outlook.com", AutodiscoverUrl="https://a.example/x")


def test_a_change_is_made_and_read_back() -> None:
    run = task_of(EDGE, memory.Deployment(), allow_federated_users=True)
    EDGE.run(run)
    assert run.deployment.edge["AllowFederatedUsers"] is True
    assert run.result["changed"] is True
    assert run.result["before"]["allow_federated_users"] is False
    assert run.result["after"]["allow_federated_users"] is True
    cmdlet = "Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true"
    assert run.result["cmdlets"] == [cmdlet]
    assert run.result["writes"] == [{"cmdlet": cmdlet, "outcome": "ran"}]
    assert run.result["inverse"] == ["Set-CsAccessEdgeConfiguration -AllowFederatedUsers $false"]


def test_a_second_run_changes_nothing() -> None:
    deployment = memory.Deployment()
    PROVIDER.run(task_of(PROVIDER, deployment, **EXCHANGE))
    run = task_of(PROVIDER, deployment, **EXCHANGE)
    PROVIDER.run(run)
    assert (run.result["changed"], run.written) == (False, [])
    assert run.result["after"] == run.result["before"]
    assert not {"writes", "cmdlets", "inverse"} & run.result.keys()


@pytest.mark.parametrize(
    ("module", "hosting", "options"),
    [
        (EDGE, [], {"allow_federated_users": True}),
        (EDGE, [], {"routing_method": "UseDefaultRouting", "default_route_fqdn": "a.example"}),
        (PROVIDER, [], EXCHANGE),
        (PROVIDER, [OLD], {**EXCHANGE, "allow_recreate": True}),
        (PROVIDER, [OLD], {"identity": "Exchange Online", "autodiscover_url": ""}),
        (PROVIDER, [OLD], {"identity": "Exchange Online", "state": "absent"}),
    ],
)
def test_check_mode_predicts_what_a_run_does_and_writes_nothing(
    module: Module, hosting: list[memory.Object], options: dict[str, Any]
) -> None:
    deployment = memory.Deployment(hosting=hosting)
    dry = task_of(module, deployment, check_mode=True, **options)
    module.run(dry)
    assert dry.written == []
    assert "writes" not in dry.result
    assert deployment.hosting == hosting
    run = task_of(module, deployment, **options)
    module.run(run)
    for key in ("changed", "cmdlets", "diff", "before", "inverse"):
        assert dry.result[key] == run.result[key]
    assert emptied(dry.result["after"]).items() <= emptied(run.result["after"]).items()


def emptied(shown: memory.Object | None) -> memory.Object:
    """What is cleared may be shown as nothing or as empty text."""
    return {name: None if value == "" else value for name, value in (shown or {}).items()}


def test_a_value_that_the_server_did_not_keep_is_a_failure_that_names_it() -> None:
    run = task_of(EDGE, memory.Deployment(), allow_federated_users=True)
    run.on_write[0] = lambda answer: []
    with pytest.raises(Failure, match="allow_federated_users: desired True, found False"):
        EDGE.run(run)
    assert run.result["changed"] is True
    assert run.result["after"]["allow_federated_users"] is False
    assert run.result["diff"]["after"] == {"allow_federated_users": False}


def test_a_property_that_changed_without_being_asked_for_is_a_failure_that_names_it() -> None:
    run = task_of(EDGE, memory.Deployment(), allow_federated_users=True)

    def generous(answer: Any) -> list[memory.Object]:
        run.deployment.seed(AllowAnonymousUsers=True)
        return list(answer())

    run.on_write[0] = generous
    with pytest.raises(Failure, match="allow_anonymous_users was not to change, but went from False to True"):
        EDGE.run(run)


def test_a_value_may_come_back_in_another_spelling() -> None:
    deployment = memory.Deployment()
    run = task_of(PROVIDER, deployment, **EXCHANGE, autodiscover_url="https://A.example")

    def spelling(answer: Any) -> list[memory.Object]:
        answer()
        deployment.put(
            "hosting_providers",
            {**deployment.hosting[0], "AutodiscoverUrl": "https://a.example/", "ProxyFqdn": "EXAP.um.outlook.com"},
        )
        return []

    run.on_write[0] = spelling
    PROVIDER.run(run)
    assert run.result["changed"] is True
    assert run.result["after"]["proxy_fqdn"] == "EXAP.um.outlook.com"


def test_what_is_still_there_after_a_removal_is_a_failure() -> None:
    run = task_of(PROVIDER, memory.Deployment(hosting=[OLD]), identity="Exchange Online", state="absent")
    run.on_write[0] = lambda answer: []
    with pytest.raises(Failure, match="state: desired 'absent', found 'present'"):
        PROVIDER.run(run)


def test_what_is_not_there_after_a_creation_is_a_failure() -> None:
    run = task_of(PROVIDER, memory.Deployment(), **EXCHANGE)
    run.on_write[0] = lambda answer: []
    with pytest.raises(Failure, match="state: desired 'present', found 'absent'"):
        PROVIDER.run(run)
    assert run.result["after"] is None


DENIED = CmdletFailed("Get-CsHostingProvider", "Cannot open database XDS.", "SqlConnection,StandIn")


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ({"on_edge": True}, "run this on the management host; the Edge receives it by replication"),
        ({}, "use the endpoint OcsPowershell"),
        ({"restricted": True}, "Get-CsHostingProvider failed: Cannot open database XDS"),
    ],
)
def test_a_server_that_cannot_read_the_store_is_told_what_to_do(place: dict[str, bool], sentence: str) -> None:
    run = memory.MemoryTask(memory.Deployment(), memory.validated(PROVIDER.argument_spec, **EXCHANGE), **place)
    run.on_read[0] = DENIED
    with pytest.raises(Failure) as failure:
        PROVIDER.run(run)
    assert sentence in failure.value.message
    assert "Cannot open database XDS" in failure.value.message
    assert failure.value.details["error"]["id"] == "SqlConnection,StandIn"


def test_a_cmdlet_that_is_not_recognised_stays_what_it_is() -> None:
    run = memory.MemoryTask(memory.Deployment(), memory.validated(EDGE.argument_spec), on_edge=True)
    run.on_read[0] = CmdletFailed("Get-CsAccessEdgeConfiguration", "not recognised", "CommandNotFoundException")
    with pytest.raises(CmdletFailed):
        EDGE.run(run)


@pytest.mark.parametrize(("module", "options"), [(EDGE, {"allow_federated_users": True}), (PROVIDER, EXCHANGE)])
def test_in_a_rollout_replication_is_read_before_the_write_and_writes_are_collected(
    module: Module, options: dict[str, Any]
) -> None:
    run = task_of(module, memory.Deployment(), **options, rollout=True)
    earlier = {"cmdlet": "Set-CsSomething", "outcome": "ran"}
    run.facts["lync_writes"] = [earlier]
    module.run(run)
    assert run.result["changed"] is True
    assert [one["up_to_date"] for one in run.result["replication"]["replicas"]] == [True] * 3
    assert run.result["replication"]["central"]["active_master_fqdn"]
    assert run.result["ansible_facts"] == {"lync_writes": [earlier, *run.result["writes"]]}
    alone = task_of(module, memory.Deployment(), **options)
    module.run(alone)
    assert alone.written == run.written
    assert not {"replication", "ansible_facts"} & alone.result.keys()
