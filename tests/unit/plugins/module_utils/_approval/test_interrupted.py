# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that was stopped in the middle is completed under its own approval."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_hosting_provider
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout.change_window import (
    SATURDAY,
    Window,
)

EXCHANGE = memory.provider("Exchange Online", "exap.um.outlook.com")


def shown(task: memory.MemoryTask) -> str:
    return "\n".join(task.told)


def test_an_interrupted_run_is_completed_under_its_approval() -> None:
    window = Window(memory.Deployment())
    window.plan()
    window.approve()
    window.deployment.put("hosting_providers", EXCHANGE)
    task = window.task(SATURDAY)
    assert (task.result["refusal"], len(task.result["planned"])) == ("", 1)
    assert sorted(task.result["planned"][0]) == ["change", "closed", "spends", "spent", "until", "withheld"]
    assert task.result["approval"]["done"] == ["hosting provider 'Exchange Online'"]
    assert "Done already, as approved: hosting provider 'Exchange Online'." in shown(task)


OLD = memory.provider("exchange ONLINE", "old.example", SipClientPort=5061)
NEW = 'New-CsHostingProvider -Identity "exchange ONLINE" -Enabled $true -EnabledSharedAddressSpace $true'


def recreating(old: memory.Object, **options: Any) -> Window:
    """An approved plan to recreate a provider, whose run was killed after it had removed it."""
    window = Window(memory.Deployment(hosting=[old]), **options)
    accept = ["recreate_provider", "change_existing_provider", "reopen_federation"]
    assert window.plan(accept=accept)["refusal"] == ""
    window.approve()
    window.deployment.model.seed(lambda content: content.without_item("hosting_providers", old["Identity"]))
    window.deployment.replicate()
    return window


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_recreation_that_was_stopped_between_its_writes_is_completed_under_its_approval(check_mode: bool) -> None:
    """With all that the provider was to keep: nobody has service as long as it is missing."""
    window = recreating(OLD)
    task = window.task(SATURDAY, check_mode)
    assert task.result["refusal"] == ""
    assert (" written (without what the approval gives): " in shown(task)) is check_mode
    assert ("The approval still fits" if check_mode else "Approved: plan") in shown(task)
    (cmdlet,) = task.result["plan"]["changes"][0]["cmdlets"]
    assert cmdlet.startswith(NEW)
    assert cmdlet.endswith("-SipClientPort 5061")
    assert len(task.result["planned"]) == 2
    assert "sip_client_port" not in task.result["plan"]["desired"]["hosting_provider"]["Exchange Online"]
    planned = task.result["planned"][0]
    write = memory.task_of(
        lync_hosting_provider.MODULE, window.deployment, check_mode, **planned["change"]["options"], planned=planned
    )
    write.clock = SATURDAY
    lync_hosting_provider.MODULE.run(write)
    assert write.result["cmdlets"] == [cmdlet]


def test_also_where_only_its_proxy_is_desired() -> None:
    desired = {"hosting_provider": {"Partner": {"proxy_fqdn": "sip.new.example"}}}
    old = memory.provider("Partner", "sip.partner.example")
    window = recreating(old, variables={"hybrid_settings": desired})
    result = window.run()
    assert result["refusal"] == ""
    assert "-ProxyFqdn sip.new.example" in result["plan"]["changes"][1]["cmdlets"][0]


def test_what_else_is_desired_by_then_is_no_rest_of_it() -> None:
    window = recreating(OLD)
    desired = {"hybrid_hosting_provider": {"sip_client_port": 443}}
    assert "hosting provider 'Exchange Online': it was present, and is absent" in window.refusal(variables=desired)
