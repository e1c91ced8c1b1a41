# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Allowed domains, one by one and as a list: what is sent, what is refused, and what is never purged."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused
from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_allowed_domains
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_allowed_domain import MODULE
from ansible_collections.ucops.lync.plugins.module_utils._nouns.allowed_domain import RESOURCE
from ansible_collections.ucops.lync.plugins.module_utils._resource.impact import Impact
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from lynclab.deployment.store import allowed_domain, blocked_domain

EXAMPLE = {"identity": "fabrikam.example", "proxy_fqdn": "sip.fabrikam.example"}
PARTNER = allowed_domain("Fabrikam.example", ProxyFqdn="sip.fabrikam.example", Comment="partner")
BLOCKED = "The domain 'Fabrikam.example' stands on the list of blocked domains (advertises), and a domain has one list"


def deployment(*allowed: Any, blocked: tuple[Any, ...] = (), product: str = "lync2013") -> memory.Deployment:
    return memory.Deployment(product=product, others={"allowed_domains": allowed, "blocked_domains": blocked})


@pytest.mark.parametrize(
    ("held", "options", "cmdlets"),
    [
        pytest.param(
            [],
            {**EXAMPLE, "comment": "", "mark_for_monitoring": True},
            ["New-CsAllowedDomain -Identity fabrikam.example -MarkForMonitoring $true -ProxyFqdn sip.fabrikam.example"],
            id="new",
        ),
        pytest.param([PARTNER], {"identity": "FABRIKAM.example.", "comment": "partner"}, [], id="held"),
        pytest.param(
            [PARTNER],
            {"identity": "fabrikam.example", "comment": "", "proxy_fqdn": ""},
            ['Set-CsAllowedDomain -Identity Fabrikam.example -Comment "" -ProxyFqdn ""'],
            id="cleared",
        ),
        pytest.param(
            [PARTNER],
            {"identity": "fabrikam.example", "state": "absent"},
            ["Remove-CsAllowedDomain -Identity Fabrikam.example"],
            id="removed",
        ),
        pytest.param([], {"identity": "fabrikam.example", "state": "absent"}, [], id="not there already"),
    ],
)
def test_the_plan(held: list[memory.Object], options: dict[str, Any], cmdlets: list[str]) -> None:
    task = memory.task_of(MODULE, deployment(*held), **options)
    MODULE.run(task)
    assert task.result.get("cmdlets", []) == cmdlets


@pytest.mark.parametrize(
    ("held", "options", "inverse"),
    [
        ([], EXAMPLE, ["Remove-CsAllowedDomain -Identity fabrikam.example"]),
        (
            [PARTNER],
            {"identity": "fabrikam.example", "comment": "", "proxy_fqdn": ""},
            ["Set-CsAllowedDomain -Identity Fabrikam.example -Comment partner -ProxyFqdn sip.fabrikam.example"],
        ),
        (
            [PARTNER],
            {"identity": "fabrikam.example", "state": "absent"},
            [
                (
                    "New-CsAllowedDomain -Identity Fabrikam.example -Comment partner -MarkForMonitoring $false "
                    "-ProxyFqdn sip.fabrikam.example"
                )
            ],
        ),
    ],
)
def test_the_way_back(held: list[memory.Object], options: dict[str, Any], inverse: list[str]) -> None:
    task = memory.task_of(MODULE, deployment(*held), **options)
    MODULE.run(task)
    assert task.result["inverse"] == inverse


@pytest.mark.parametrize(
    ("held", "options", "impact"),
    [
        ([], EXAMPLE, {Impact.OPENS}),
        ([PARTNER], {"identity": "fabrikam.example", "state": "absent"}, {Impact.INTERRUPTS}),
        ([PARTNER], {"identity": "fabrikam.example", "proxy_fqdn": ""}, {Impact.INTERRUPTS}),
        ([PARTNER], {"identity": "fabrikam.example", "verification_level": "AlwaysVerifiable"}, {Impact.OPENS}),
        ([PARTNER], {"identity": "fabrikam.example", "comment": "x", "mark_for_monitoring": True}, set()),
    ],
)
def test_a_change_says_what_it_means_for_others(
    held: list[memory.Object], options: dict[str, Any], impact: set[Impact]
) -> None:
    assert memory.planned(RESOURCE, deployment(*held, product="sfb2015"), **options).impact == impact


@pytest.mark.parametrize("held", [(), (PARTNER,)])
@pytest.mark.parametrize("check_mode", [True, False])
def test_a_blocked_domain_is_refused_with_the_list_where_it_stands(check_mode: bool, held: tuple[Any, ...]) -> None:
    world = deployment(*held, blocked=(blocked_domain("Fabrikam.example", Comment="advertises"),))
    task = memory.task_of(MODULE, world, check_mode, **EXAMPLE)
    with pytest.raises(Refused) as refused:
        MODULE.run(task)
    assert refused.value.message.startswith(BLOCKED)
    assert "lync_blocked_domain with state: absent" in refused.value.message
    assert task.written == []


def test_a_blocked_domain_may_be_taken_off_the_list_of_allowed_ones() -> None:
    world = deployment(PARTNER, blocked=(blocked_domain("fabrikam.example"),))
    task = memory.task_of(MODULE, world, identity="fabrikam.example", state="absent")
    MODULE.run(task)
    assert world.items("allowed_domains") == []


@pytest.mark.parametrize("identity", ["fabrikam", "*.fabrikam.example", "a b.example", ""])
def test_an_identity_is_a_domain(identity: str) -> None:
    with pytest.raises(Refused, match="identity must be a fully qualified domain name"):
        MODULE.run(memory.task_of(MODULE, deployment(), identity=identity))


def listed(world: memory.Deployment, *identities: str, **options: Any) -> memory.MemoryTask:
    domains = [{"identity": identity} for identity in identities]
    task = memory.task_of(lync_allowed_domains.MODULE, world, domains=domains, **options)
    lync_allowed_domains.MODULE.run(task)
    return task


def held(world: memory.Deployment) -> list[str]:
    return [item["Identity"] for item in world.items("allowed_domains")]


def test_a_list_leaves_what_is_not_listed_unless_it_is_told_otherwise() -> None:
    world = deployment(PARTNER)
    listed(world, "adatum.example")
    assert held(world) == ["Fabrikam.example", "adatum.example"]
    listed(world, "adatum.example", purge=True)
    assert held(world) == ["adatum.example"]


def test_the_domain_of_push_notifications_is_never_purged_silently() -> None:
    world = deployment(PARTNER, allowed_domain("Push.Lync.com"))
    with pytest.raises(Refused, match=r"'push\.lync\.com' is not listed and would be removed: without it mobile"):
        listed(world, "fabrikam.example", purge=True)
    listed(world, "fabrikam.example")
    listed(world, "push.lync.com", purge=True)
    assert held(world) == ["Push.Lync.com"]


def test_a_list_with_a_blocked_domain_is_refused_as_a_whole() -> None:
    world = deployment(blocked=(blocked_domain("Fabrikam.example", Comment="advertises"),))
    with pytest.raises(Refused) as refused:
        listed(world, "adatum.example", "fabrikam.example")
    assert refused.value.message.startswith(BLOCKED)
    assert held(world) == []
