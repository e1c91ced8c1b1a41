# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What users trust: changed, check mode, diff, and what happens when a write goes wrong."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    CmdletFailed,
    Failure,
    SessionFailed,
    SessionLost,
)
from ansible_collections.ucops.lync.plugins.module_utils._nouns import access_edge, hosting_provider
from ansible_collections.ucops.lync.plugins.module_utils._resource.converge import converge
from ansible_collections.ucops.lync.plugins.module_utils._resource.resource import Resource
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils.memory import (
    EXCHANGE,
    MemoryTask,
    lost_after,
    lost_before,
    provider,
    refused,
)

EDGE = access_edge.RESOURCE
PROVIDER = hosting_provider.RESOURCE
OLD = provider("Exchange Online", "old.outlook.com", AutodiscoverUrl="https://a.example/x")
RECREATED = {**EXCHANGE, "allow_recreate": True}
RESTORING = (
    'New-CsHostingProvider -Identity "Exchange Online" -Enabled $true -EnabledSharedAddressSpace $true -HostsOCSUsers $false '
    "-ProxyFqdn old.outlook.com -IsLocal $false -VerificationLevel UseSourceVerification -AutodiscoverUrl https://a.example/x "
    "-SipClientPort 443"
)


def task(resource: Resource, deployment: memory.Deployment, check_mode: bool = False, **options: Any) -> MemoryTask:
    return MemoryTask(deployment, memory.validated(resource.argument_spec, **options), check_mode)


def replacing() -> MemoryTask:
    """A task that removes a provider and creates it anew."""
    return task(PROVIDER, memory.Deployment(hosting=[OLD]), **RECREATED)


def test_a_change_is_made_and_read_back() -> None:
    run = task(EDGE, memory.Deployment(), allow_federated_users=True)
    converge(run, EDGE)
    assert run.deployment.edge["AllowFederatedUsers"] is True
    assert run.result["changed"] is True
    assert run.result["before"]["allow_federated_users"] is False
    assert run.result["after"]["allow_federated_users"] is True
    assert run.result["cmdlets"] == ["Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true"]


def test_a_second_run_changes_nothing() -> None:
    deployment = memory.Deployment()
    converge(task(PROVIDER, deployment, **EXCHANGE), PROVIDER)
    run = task(PROVIDER, deployment, **EXCHANGE)
    converge(run, PROVIDER)
    assert (run.result["changed"], run.written) == (False, [])
    assert run.result["after"] == run.result["before"]


@pytest.mark.parametrize(
    ("resource", "hosting", "options"),
    [
        (EDGE, [], {"allow_federated_users": True}),
        (PROVIDER, [], EXCHANGE),
        (PROVIDER, [OLD], RECREATED),
        (PROVIDER, [OLD], {"identity": "Exchange Online", "state": "absent"}),
    ],
)
def test_check_mode_predicts_what_a_run_does_and_writes_nothing(
    resource: Resource, hosting: list[memory.Object], options: dict[str, Any]
) -> None:
    deployment = memory.Deployment(hosting=hosting)
    dry = task(resource, deployment, check_mode=True, **options)
    converge(dry, resource)
    assert dry.written == []
    assert deployment.hosting == hosting
    run = task(resource, deployment, **options)
    converge(run, resource)
    for key in ("changed", "cmdlets", "diff", "before"):
        assert dry.result[key] == run.result[key]
    managed = (dry.result["diff"]["after"] or {}).items()
    assert managed <= ((run.result["after"] or {}).items() if managed else managed)


def test_a_value_that_the_server_did_not_keep_is_a_failure_that_names_it() -> None:
    run = task(EDGE, memory.Deployment(), allow_federated_users=True)
    run.on_write[0] = lambda answer: []
    with pytest.raises(Failure, match="allow_federated_users: wanted True, found False"):
        converge(run, EDGE)
    assert run.result["changed"] is True
    assert run.result["after"]["allow_federated_users"] is False


def test_a_property_that_changed_without_being_asked_for_is_a_failure_that_names_it() -> None:
    run = task(EDGE, memory.Deployment(), allow_federated_users=True)

    def generous(answer: Any) -> list[memory.Object]:
        run.deployment.edge["AllowOutsideUsers"] = True
        return list(answer())

    run.on_write[0] = generous
    with pytest.raises(Failure, match="allow_outside_users was not to change, but went from False to True"):
        converge(run, EDGE)


def test_a_value_may_come_back_in_another_spelling() -> None:
    deployment = memory.Deployment()
    run = task(PROVIDER, deployment, **EXCHANGE, autodiscover_url="https://A.example")

    def spelling(answer: Any) -> list[memory.Object]:
        answer()
        deployment.hosting[0].update(AutodiscoverUrl="https://a.example/", ProxyFqdn="EXAP.um.outlook.com")
        return []

    run.on_write[0] = spelling
    converge(run, PROVIDER)
    assert run.result["changed"] is True


@pytest.mark.parametrize("options", [{"identity": "Exchange Online", "state": "absent"}])
def test_what_is_still_there_after_a_removal_is_a_failure(options: dict[str, Any]) -> None:
    run = task(PROVIDER, memory.Deployment(hosting=[OLD]), **options)
    run.on_write[0] = lambda answer: []
    with pytest.raises(Failure, match="'Exchange Online' is still there"):
        converge(run, PROVIDER)


def test_a_refused_write_is_the_servers_own_failure_and_no_change() -> None:
    run = task(PROVIDER, memory.Deployment(), **EXCHANGE)
    run.on_write[0] = refused
    with pytest.raises(CmdletFailed, match="Access is denied"):
        converge(run, PROVIDER)
    assert run.result["changed"] is False
    assert "before" in run.result
    assert "diff" in run.result
    assert len(run.result["cmdlets"]) == 1


def test_after_a_lost_session_the_state_decides_that_it_was_done() -> None:
    run = task(PROVIDER, memory.Deployment(), **EXCHANGE)
    run.on_write[0] = lost_after
    converge(run, PROVIDER)
    assert run.result["changed"] is True
    assert run.result["after"]["identity"] == "Exchange Online"
    assert any("the change is there" in warning for warning in run.warnings)


def test_after_a_lost_session_the_state_decides_that_it_was_not_done_and_it_is_not_sent_twice() -> None:
    run = task(PROVIDER, memory.Deployment(), **EXCHANGE)
    run.on_write[0] = lost_before
    with pytest.raises(SessionLost, match=r"not there: 'Exchange Online' is not there\. It was not sent twice"):
        converge(run, PROVIDER)
    assert len(run.written) == 1
    assert run.result["changed"] is False


def test_where_the_state_cannot_be_read_again_either_both_are_told() -> None:
    run = task(PROVIDER, memory.Deployment(), **EXCHANGE)
    run.on_write[0] = lost_after
    run.on_read[1] = SessionFailed("fe01:443/OcsPowershell refused the connection.")
    with pytest.raises(SessionLost, match=r"The session was lost\. Reading the state again failed, too: fe01:443"):
        converge(run, PROVIDER)


def test_a_read_back_that_fails_keeps_that_the_change_was_made() -> None:
    run = task(PROVIDER, memory.Deployment(), **EXCHANGE)
    run.on_read[1] = SessionFailed("fe01:443/OcsPowershell refused the connection.")
    with pytest.raises(SessionFailed):
        converge(run, PROVIDER)
    assert run.result["changed"] is True


def test_when_the_creation_fails_the_old_one_is_restored() -> None:
    run = replacing()
    run.on_write[1] = refused
    with pytest.raises(Failure, match="Access is denied") as failure:
        converge(run, PROVIDER)
    assert run.deployment.hosting == [OLD]
    assert "The old object was restored" in failure.value.message
    assert failure.value.details["error"]["id"] == "AccessDenied,StandIn"
    assert run.result["changed"] is False
    assert run.result["after"] == run.result["before"]
    assert run.result["cmdlets"][-1] == RESTORING


def test_when_it_cannot_be_restored_either_the_failure_prints_the_exact_line() -> None:
    run = replacing()
    run.on_write.update({1: refused, 2: refused})
    with pytest.raises(Failure) as failure:
        converge(run, PROVIDER)
    assert run.deployment.hosting == []
    assert failure.value.message.endswith(f"Run this on the management host: {RESTORING}")
    assert run.result["changed"] is True


def test_a_refused_removal_takes_nothing_back() -> None:
    run = replacing()
    run.on_write[0] = refused
    with pytest.raises(CmdletFailed):
        converge(run, PROVIDER)
    assert len(run.written) == 1
    assert run.deployment.hosting == [OLD]
    assert run.result["changed"] is False


@pytest.mark.parametrize(
    ("faults", "hosting", "changed"),
    [
        pytest.param({0: lost_before}, [OLD], False, id="the removal was never received"),
        pytest.param({0: lost_after}, [OLD], False, id="removed, then restored"),
        pytest.param({1: lost_before}, [OLD], False, id="the creation was never received, the old one is restored"),
    ],
)
def test_a_session_lost_while_recreating_leaves_the_old_one(
    faults: dict[int, Any], hosting: list[memory.Object], changed: bool
) -> None:
    run = replacing()
    run.on_write.update(faults)
    with pytest.raises(Failure, match="The session was lost"):
        converge(run, PROVIDER)
    assert run.deployment.hosting == hosting
    assert run.result["changed"] is changed


def test_a_session_lost_after_the_creation_is_a_success() -> None:
    run = replacing()
    run.on_write[1] = lost_after
    converge(run, PROVIDER)
    assert run.deployment.hosting[0]["ProxyFqdn"] == "exap.um.outlook.com"
    assert run.result["changed"] is True


@pytest.mark.parametrize("restoring", [lost_before, refused])
def test_a_session_lost_and_nothing_restored_prints_the_exact_line(restoring: Any) -> None:
    run = replacing()
    run.on_write.update({1: lost_before, 2: restoring})
    with pytest.raises(Failure) as failure:
        converge(run, PROVIDER)
    assert RESTORING in failure.value.message
    assert run.deployment.hosting == []


def test_a_session_lost_for_good_while_recreating_prints_the_exact_line() -> None:
    run = replacing()
    run.on_write[1] = lost_before
    run.on_read[1] = SessionFailed("fe01:443/OcsPowershell refused the connection.")
    with pytest.raises(SessionLost) as failure:
        converge(run, PROVIDER)
    assert failure.value.message.endswith(f"If the object is gone, run this on the management host: {RESTORING}")
    assert run.result["changed"] is True


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
    run = MemoryTask(memory.Deployment(), memory.validated(PROVIDER.argument_spec, **EXCHANGE), **place)
    run.on_read[0] = DENIED
    with pytest.raises(Failure) as failure:
        converge(run, PROVIDER)
    assert sentence in failure.value.message
    assert "Cannot open database XDS" in failure.value.message
    assert failure.value.details["error"]["id"] == "SqlConnection,StandIn"


def test_a_cmdlet_that_is_not_recognised_stays_what_it_is() -> None:
    run = MemoryTask(memory.Deployment(), memory.validated(EDGE.argument_spec), on_edge=True)
    run.on_read[0] = CmdletFailed("Get-CsAccessEdgeConfiguration", "not recognised", "CommandNotFoundException")
    with pytest.raises(CmdletFailed):
        converge(run, EDGE)
