# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A write of a plan reads its object again, and is that of the plan or none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused
from ansible_collections.ucops.lync.plugins.module_utils._core.task import Module
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_access_edge import MODULE as EDGE
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_hosting_provider import MODULE as PROVIDER
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils.memory import EXCHANGE, provider

FEDERATE = {"allow_federated_users": True}


def orders(deployment: memory.Deployment, **options: Any) -> list[dict[str, Any]]:
    """By position, what the tasks of the plan are given."""
    found: list[dict[str, Any]] = scene.planned(deployment, **options)["planned"]
    return found


def task_of(
    module: Module,
    deployment: memory.Deployment,
    planned: dict[str, Any],
    check_mode: bool = False,
    **options: Any,
) -> memory.MemoryTask:
    return memory.task_of(module, deployment, check_mode, **options, planned=json.loads(json.dumps(planned)))


@pytest.mark.parametrize("check_mode", [False, True])
def test_what_was_planned_is_written(check_mode: bool) -> None:
    deployment = memory.Deployment()
    provider_order, edge_order = orders(deployment)
    first = task_of(PROVIDER, deployment, provider_order, check_mode, **EXCHANGE)
    PROVIDER.run(first)
    second = task_of(EDGE, deployment, edge_order, check_mode, **FEDERATE)
    EDGE.run(second)
    assert (first.result["changed"], second.result["changed"]) == (True, True)
    assert len(first.written) == len(second.written) == (0 if check_mode else 1)


def test_what_is_there_already_needs_no_write() -> None:
    deployment = memory.Deployment()
    _provider, order = orders(deployment)
    deployment.seed(AllowFederatedUsers=True)
    run = task_of(EDGE, deployment, order, **FEDERATE)
    EDGE.run(run)
    assert (run.result["changed"], run.written) == (False, [])


@pytest.mark.parametrize("check_mode", [False, True])
def test_what_somebody_changed_since_is_not_written_over(check_mode: bool) -> None:
    hosting = [provider("Exchange Online", "exap.um.outlook.com", Enabled=False)]
    deployment = memory.Deployment(hosting=hosting)
    order = orders(deployment)[0]
    deployment.put(
        "hosting_providers", provider("Exchange Online", "exap.um.outlook.com", Enabled=False, HostsOCSUsers=True)
    )
    run = task_of(PROVIDER, deployment, order, check_mode, **EXCHANGE)
    with pytest.raises(Refused) as refusal:
        PROVIDER.run(run)
    assert refusal.value.message == (
        "The hosting provider 'Exchange Online' is no longer as the plan found it: hosts_ocs_users was False, and is True. "
        "Somebody changed it since; plan again. Nothing was changed."
    )
    assert refusal.value.details == {"changed_since": True}
    assert (run.written, run.result["changed"]) == ([], False)


def test_what_somebody_made_since_so_that_the_change_is_refused_is_told_as_such() -> None:
    """The noun's own rules refuse it before it is compared."""
    order = orders(memory.Deployment())[0]
    taken = memory.Deployment(hosting=[provider("Exchange Online", "other.example")])
    run = task_of(PROVIDER, taken, order, **EXCHANGE)
    with pytest.raises(Refused) as refusal:
        PROVIDER.run(run)
    assert refusal.value.details == {"changed_since": True}
    alone = memory.task_of(PROVIDER, taken, **EXCHANGE)
    with pytest.raises(Refused) as refusal:
        PROVIDER.run(alone)
    assert refusal.value.details == {}, "no plan stands behind it"


@pytest.mark.parametrize(
    ("was", "now", "difference"),
    [
        ([], [provider("Exchange Online", "exap.um.outlook.com", Enabled=False)], "it was absent, and is present"),
        ([provider("Exchange Online", "exap.um.outlook.com", Enabled=False)], [], "it was present, and is absent"),
    ],
)
def test_an_object_that_came_or_went_is_named(was: list[Any], now: list[Any], difference: str) -> None:
    order = orders(memory.Deployment(hosting=was))[0]
    run = task_of(PROVIDER, memory.Deployment(hosting=now), order, **EXCHANGE)
    with pytest.raises(Refused, match=difference):
        PROVIDER.run(run)
    assert run.written == []


def test_a_companion_that_changed_is_named() -> None:
    wanted: dict[str, Any] = {"discovered_partner_verification_level": "UseSourceVerification"}
    planned_on = memory.Deployment(
        {"DiscoveredPartnerVerificationLevel": "AlwaysUnverifiable", "AllowFederatedUsers": True}
    )
    order = orders(planned_on, variables={"hybrid_access_edge": wanted})[-1]
    now = memory.Deployment(
        {
            "DiscoveredPartnerVerificationLevel": "AlwaysUnverifiable",
            "AllowFederatedUsers": True,
            "EnablePartnerDiscovery": not order["change"]["companions"]["enable_partner_discovery"],
        }
    )
    run = task_of(EDGE, now, order, **{**FEDERATE, **wanted})
    with pytest.raises(Refused, match=r"companions would be \{'enable_partner_discovery': "):
        EDGE.run(run)
    assert run.written == []


def test_another_task_than_the_planned_one_is_refused() -> None:
    deployment = memory.Deployment()
    order = orders(deployment)[1]
    run = task_of(EDGE, deployment, order, **FEDERATE, allow_outside_users=True)
    with pytest.raises(Refused, match="allow_outside_users was None, and is True"):
        EDGE.run(run)


@pytest.mark.parametrize(
    ("until", "check_mode", "refused"),
    [(99.0, False, True), (100.0, False, True), (101.0, False, False), (99.0, True, False)],
)
def test_the_first_write_may_be_too_late(until: float, check_mode: bool, refused: bool) -> None:
    deployment = memory.Deployment()
    order = {**orders(deployment)[1], "until": until, "closed": "The window is closed.", "withheld": "window closed"}
    run = task_of(EDGE, deployment, order, check_mode, **FEDERATE)
    run.clock = 100.0
    if not refused:
        EDGE.run(run)
        return
    with pytest.raises(Refused) as refusal:
        EDGE.run(run)
    assert refusal.value.message == "The window is closed. Nothing was changed."
    assert refusal.value.details == {"withheld": "window closed"}
    assert run.written == []


@pytest.mark.parametrize(("before", "refused"), [(None, True), ([], True), (["not_run"], True), (["ran"], False)])
def test_a_deployment_that_was_begun_is_finished(before: list[str] | None, refused: bool) -> None:
    """By what was written, not by the position: the first change may have needed no write."""
    deployment = memory.Deployment()
    order = {**orders(deployment)[1], "until": 99.0, "closed": "The window is closed.", "withheld": "window closed"}
    run = task_of(EDGE, deployment, order, **FEDERATE)
    run.clock = 100.0
    run.facts["lync_writes"] = before and [{"cmdlet": "x", "outcome": outcome} for outcome in before]
    if refused:
        with pytest.raises(Refused, match="The window is closed"):
            EDGE.run(run)
    else:
        EDGE.run(run)
    assert len(run.written) == (0 if refused else 1)


def test_what_needs_no_write_is_never_too_late() -> None:
    deployment = memory.Deployment()
    order = {**orders(deployment)[1], "until": 1.0}
    deployment.seed(AllowFederatedUsers=True)
    run = task_of(EDGE, deployment, order, **FEDERATE)
    run.clock = 100.0
    EDGE.run(run)
    assert run.result["changed"] is False


def test_the_last_write_spends_the_approval() -> None:
    deployment = memory.Deployment()
    order = {**orders(deployment)[1], "spends": "approvals/one.spent", "spent": "applied"}
    for check_mode, content in ((True, {}), (False, {"approvals/one.spent": "applied"})):
        run = task_of(EDGE, deployment, order, check_mode, **FEDERATE)
        EDGE.run(run)
        assert run.files.content == content


def test_a_write_that_failed_spends_nothing() -> None:
    deployment = memory.Deployment()
    order = {**orders(deployment)[1], "spends": "approvals/one.spent", "spent": "applied"}
    run = task_of(EDGE, deployment, order, **FEDERATE)
    run.on_write[0] = memory.refused
    with pytest.raises(Exception, match="Access is denied"):
        EDGE.run(run)
    assert run.files.content == {}


def test_an_approval_that_cannot_be_spent_is_a_warning() -> None:
    deployment = memory.Deployment()
    order = {**orders(deployment)[1], "spends": "approvals/one.spent", "spent": "applied"}
    run = task_of(EDGE, deployment, order, **FEDERATE)
    run.files.full = True
    EDGE.run(run)
    assert run.result["changed"] is True
    assert run.warnings == [
        (
            "approvals/one.spent cannot be written: the disk is full. So nothing but its dates keeps this approval from being used "
            "again."
        )
    ]


def test_what_is_no_order_is_refused() -> None:
    run = task_of(EDGE, memory.Deployment(), {"changes": []}, **FEDERATE)
    with pytest.raises(Refused, match="planned has no changes"):
        EDGE.run(run)
