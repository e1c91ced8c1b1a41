# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""External access policies: what is sent for each scope, what a removal means, and what a server no longer has."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_external_access_policy import MODULE
from ansible_collections.ucops.lync.plugins.module_utils._nouns.external_access_policy import RESOURCE
from ansible_collections.ucops.lync.plugins.module_utils._resource.impact import Impact
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from lynclab.deployment.store import FRESH_EXTERNAL_ACCESS

POLICIES = "external_access_policies"
EXAMPLE = {"identity": "tag:Remote Users", "enable_outside_access": True}
LISBON = {"identity": "site:Lisbon", "enable_outside_access": True}


def policy(identity: str = "Global", **properties: Any) -> memory.Object:
    return {**FRESH_EXTERNAL_ACCESS, "Identity": identity, **properties}


OPEN = policy(EnableOutsideAccess=True, EnablePublicCloudAccess=True, EnableXmppAccess=True, Description="ours")


def deployment(*held: memory.Object, product: str = "lync2013") -> memory.Deployment:
    return memory.Deployment(product=product, others={POLICIES: held})


@pytest.mark.parametrize(
    ("held", "options", "cmdlets"),
    [
        pytest.param(
            [],
            {"identity": "global", "enable_outside_access": True, "enable_federation_access": False},
            ["Set-CsExternalAccessPolicy -Identity Global -EnableOutsideAccess $true"],
            id="only what differs of the global one",
        ),
        pytest.param(
            [],
            LISBON,
            ["New-CsExternalAccessPolicy -Identity site:Lisbon -EnableOutsideAccess $true"],
            id="of a site",
        ),
        pytest.param([policy("Site:Lisbon", EnableOutsideAccess=True)], LISBON, [], id="of a site, held"),
        pytest.param(
            [],
            EXAMPLE,
            ['New-CsExternalAccessPolicy -Identity "Remote Users" -EnableOutsideAccess $true'],
            id="for users, by its bare name",
        ),
        pytest.param(
            [policy("Tag:Remote Users")],
            {"identity": "remote users", "enable_xmpp_access": True},
            ['Set-CsExternalAccessPolicy -Identity "Tag:Remote Users" -EnableXmppAccess $true'],
            id="for users, under the server's spelling",
        ),
        pytest.param(
            [policy(Description="old")],
            {"identity": "global", "description": ""},
            ['Set-CsExternalAccessPolicy -Identity Global -Description ""'],
            id="a text cleared",
        ),
        pytest.param(
            [policy("Site:Lisbon")],
            {"identity": "site:LISBON", "state": "absent"},
            ["Remove-CsExternalAccessPolicy -Identity Site:Lisbon"],
            id="removed",
        ),
        pytest.param(
            [OPEN],
            {"identity": "GLOBAL", "state": "absent"},
            ["Remove-CsExternalAccessPolicy -Identity Global"],
            id="the global one reset",
        ),
        pytest.param([], {"identity": "global", "state": "absent"}, [], id="the global one as it is fresh"),
    ],
)
def test_the_plan(held: list[memory.Object], options: dict[str, Any], cmdlets: list[str]) -> None:
    task = memory.task_of(MODULE, deployment(*held), **options)
    MODULE.run(task)
    assert task.result.get("cmdlets", []) == cmdlets
    again = memory.task_of(MODULE, task.deployment, **options)
    MODULE.run(again)
    assert again.result["changed"] is False


@pytest.mark.parametrize(
    ("held", "options", "inverse"),
    [
        ([], LISBON, ["Remove-CsExternalAccessPolicy -Identity site:Lisbon"]),
        (
            [OPEN],
            {"identity": "global", "state": "absent"},
            [
                (
                    "Set-CsExternalAccessPolicy -Identity Global -Description ours -EnableOutsideAccess $true "
                    "-EnablePublicCloudAccess $true -EnableXmppAccess $true"
                )
            ],
        ),
        (
            [policy("Tag:Remote", EnablePublicCloudAccess=True)],
            {"identity": "Remote", "state": "absent"},
            [
                (
                    "New-CsExternalAccessPolicy -Identity Remote -EnableFederationAccess $false -EnableOutsideAccess $false "
                    "-EnablePublicCloudAccess $true -EnablePublicCloudAudioVideoAccess $false -EnableXmppAccess $false"
                )
            ],
        ),
    ],
)
def test_the_way_back(held: list[memory.Object], options: dict[str, Any], inverse: list[str]) -> None:
    """It has all that a reset or a removal takes."""
    world = deployment(*held)
    before = world.items(POLICIES)
    task = memory.task_of(MODULE, world, **options)
    MODULE.run(task)
    assert task.result["inverse"] == inverse
    for cmdlet in memory.planned(RESOURCE, deployment(*held), **options).inverse:
        world.answer(cmdlet)
    assert world.items(POLICIES) == before


@pytest.mark.parametrize(
    ("held", "options", "impact"),
    [
        ([], {"identity": "global", "enable_outside_access": True}, {Impact.OPENS}),
        ([OPEN], {"identity": "global", "enable_xmpp_access": False}, {Impact.INTERRUPTS}),
        ([OPEN], {"identity": "global", "state": "absent"}, {Impact.INTERRUPTS}),
        ([OPEN], {"identity": "global", "description": "x"}, set()),
        ([], LISBON, {Impact.OPENS, Impact.INTERRUPTS}),
        ([policy("Tag:Remote")], {"identity": "Remote", "state": "absent"}, {Impact.OPENS, Impact.INTERRUPTS}),
    ],
)
def test_a_change_says_what_it_means_for_others(
    held: list[memory.Object], options: dict[str, Any], impact: set[Impact]
) -> None:
    assert memory.planned(RESOURCE, deployment(*held), **options).impact == impact


@pytest.mark.parametrize("identity", ["global", "site:Lisbon"])
def test_what_a_server_no_longer_has_is_refused_for_an_old_and_for_a_new_policy(identity: str) -> None:
    options: dict[str, Any] = {"identity": identity, "enable_public_cloud_access": True}
    task = memory.task_of(MODULE, deployment(product="sfb2019"), check_mode=True, **options)
    with pytest.raises(
        Refused, match="enable_public_cloud_access: this server does not show the property EnablePublicCloudAccess"
    ):
        MODULE.run(task)
    MODULE.run(memory.task_of(MODULE, deployment(product="sfb2015"), check_mode=True, **options))


@pytest.mark.parametrize("identity", ["", " ", "site:", "tag: "])
def test_an_identity_names_something(identity: str) -> None:
    with pytest.raises(Refused, match="identity must be global, site:<site>, or the name of a policy for users"):
        MODULE.run(memory.task_of(MODULE, deployment(), identity=identity))
