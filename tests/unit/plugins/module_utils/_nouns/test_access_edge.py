# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one cmdlet that makes the Access Edge as desired, or the refusal."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Failure
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_access_edge import MODULE
from ansible_collections.ucops.lync.plugins.module_utils._nouns.access_edge import RESOURCE, routing_method
from ansible_collections.ucops.lync.plugins.module_utils._resource.impact import Impact
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory

TRUST = "UseSourceVerification"
EXAMPLE: dict[str, Any] = {}
World = dict[str, Any]
"""What a deployment is made with."""


def dns(product: str = "lync2013", **edge: Any) -> World:
    """A deployment with DNS SRV routing."""
    return {"product": product, "edge": {"AllowOutsideUsers": False, "EnablePartnerDiscovery": True, **edge}}


def default_routing(**edge: Any) -> World:
    return {"edge": {**memory.DEFAULT_ROUTING, **edge}}


def task(world: World, check_mode: bool = True, **options: Any) -> memory.MemoryTask:
    return memory.task_of(MODULE, memory.Deployment(**world), check_mode, **options)


@pytest.mark.parametrize(
    ("world", "options", "cmdlet"),
    [
        pytest.param(dns(), {}, None, id="nothing is managed"),
        pytest.param(dns(AllowFederatedUsers=True), {"allow_federated_users": True}, None, id="held already"),
        pytest.param(
            dns(),
            {"allow_federated_users": True},
            "-AllowFederatedUsers $true",
            id="no routing switch for a common setting",
        ),
        pytest.param(
            dns(),
            {
                "allow_federated_users": True,
                "outgoing_tls_count_for_federated_partners": 4,
                "allow_outside_users": False,
            },
            "-AllowFederatedUsers $true",
            id="only what differs",
        ),
        pytest.param(
            dns(EnablePartnerDiscovery=True),
            {"be_clearing_house": True},
            "-UseDnsSrvRouting -EnablePartnerDiscovery $true -BeClearingHouse $true",
            id="the companion has the value that was read",
        ),
        pytest.param(
            dns(EnablePartnerDiscovery=True),
            {"be_clearing_house": True, "enable_partner_discovery": False},
            "-UseDnsSrvRouting -EnablePartnerDiscovery $false -BeClearingHouse $true",
            id="the companion has the desired value",
        ),
        pytest.param(
            dns(EnablePartnerDiscovery=False),
            {"enable_partner_discovery": True},
            "-UseDnsSrvRouting -EnablePartnerDiscovery $true",
            id="the companion itself",
        ),
        pytest.param(
            dns(EnablePartnerDiscovery=True),
            {"enable_partner_discovery": True, "allow_federated_users": True},
            "-AllowFederatedUsers $true",
            id="a held routing setting brings no switch",
        ),
        pytest.param(
            dns(), {"discovered_partner_verification_level": "UseSourceVerification"}, None, id="held enumeration"
        ),
        pytest.param(
            default_routing(),
            {"is_public_provider": True},
            "-UseDefaultRouting -DefaultRouteFqdn proxy.adatum.example -IsPublicProvider $true",
            id="default routing has its companion",
        ),
        pytest.param(
            default_routing(),
            {"default_route_fqdn": "PROXY.adatum.example."},
            None,
            id="names compare as DNS does",
        ),
        pytest.param(
            default_routing(),
            {"allow_federated_users": True},
            "-AllowFederatedUsers $true",
            id="common setting there",
        ),
        pytest.param(
            dns(),
            {"routing_method": "UseDefaultRouting", "default_route_fqdn": "proxy.adatum.example"},
            "-UseDefaultRouting -DefaultRouteFqdn proxy.adatum.example",
            id="to default routing",
        ),
        pytest.param(
            default_routing(),
            {"routing_method": "UseDnsSrvRouting", "enable_partner_discovery": True, "allow_federated_users": False},
            "-UseDnsSrvRouting -EnablePartnerDiscovery $true",
            id="back to DNS SRV routing",
        ),
        pytest.param(dns(), {"routing_method": "UseDnsSrvRouting"}, None, id="the routing method is held"),
        pytest.param(
            {**dns(), "hides": ["RoutingMethod"]},
            {"routing_method": "UseDnsSrvRouting"},
            None,
            id="told by the class",
        ),
        pytest.param(dns("lync2010"), {"allow_federated_users": True}, "-AllowFederatedUsers $true", id="Lync 2010"),
        pytest.param(
            dns("sfb2015", SkypeSearchUrl="https://skypegraph.skype.com/search/"),
            {"skype_search_url": "HTTPS://skypegraph.skype.com:443/search/", "dns_srv_cache_record_count": 131072},
            None,
            id="URLs compare normalised",
        ),
    ],
)
def test_the_plan(world: World, options: dict[str, Any], cmdlet: str | None) -> None:
    run = task(world, **options)
    MODULE.run(run)
    assert run.result.get("cmdlets", []) == ([] if cmdlet is None else [f"Set-CsAccessEdgeConfiguration {cmdlet}"])
    assert run.result["changed"] is (cmdlet is not None)


@pytest.mark.parametrize(
    ("options", "reads"),
    [
        ({"allow_federated_users": True}, ["Get-CsAccessEdgeConfiguration"]),
        ({"enable_user_replicator": True}, ["Get-CsAccessEdgeConfiguration"]),
        (
            {"routing_method": "UseDefaultRouting", "default_route_fqdn": "a.example"},
            ["Get-CsAccessEdgeConfiguration", "Get-CsHostingProvider", "Get-CsPublicProvider"],
        ),
    ],
)
def test_providers_are_read_only_where_default_routing_is_asked_for(options: dict[str, Any], reads: list[str]) -> None:
    run = task(dns(), **options)
    MODULE.run(run)
    assert [read.name for read in run.was_read] == reads


@pytest.mark.parametrize(
    ("shown", "method"),
    [
        ({"RoutingMethod": "usednssrvrouting"}, "UseDnsSrvRouting"),
        ({"RoutingMethod": "UseDefaultRouting"}, "UseDefaultRouting"),
        ({"RoutingMethod": None}, "UseDnsSrvRouting"),
        ({"DefaultRouteFqdn": None}, "UseDefaultRouting"),
    ],
)
def test_the_routing_method_is_told_by_its_property_else_by_the_class(shown: memory.Object, method: str) -> None:
    assert routing_method(shown) == method


def test_companions_show_in_the_cmdlets_and_not_in_the_diff() -> None:
    run = task(dns(), be_clearing_house=True)
    MODULE.run(run)
    diff = run.result["diff"]
    assert (diff["before"], diff["after"]) == ({"be_clearing_house": False}, {"be_clearing_house": True})
    assert diff["prepared"] == run.result["cmdlets"][0] + "\n"


@pytest.mark.parametrize(
    ("options", "companions"),
    [
        ({"be_clearing_house": True}, {"enable_partner_discovery": True}),
        ({"be_clearing_house": True, "enable_partner_discovery": True}, {}),
        ({"allow_federated_users": True}, {}),
        ({"be_clearing_house": False}, {}),
    ],
)
def test_a_change_names_its_companions(options: dict[str, Any], companions: dict[str, Any]) -> None:
    assert memory.planned(RESOURCE, memory.Deployment(**dns()), **options).companions == companions


@pytest.mark.parametrize(
    ("world", "options", "impact"),
    [
        (dns(), {"allow_federated_users": True}, {Impact.OPENS}),
        (dns(AllowFederatedUsers=True), {"allow_federated_users": False}, {Impact.INTERRUPTS}),
        (dns(), {"allow_federated_users": True, "enable_partner_discovery": False}, {Impact.OPENS, Impact.INTERRUPTS}),
        (dns(), {"discovered_partner_verification_level": "AlwaysVerifiable"}, {Impact.OPENS}),
        (dns(), {"discovered_partner_verification_level": "AlwaysUnverifiable"}, {Impact.INTERRUPTS}),
        (dns(), {"discovered_partner_standard_rate": 5}, set()),
        (dns(), {"allow_federated_users": False}, set()),
        (dns(), {"routing_method": "UseDefaultRouting", "default_route_fqdn": "a.example"}, {Impact.INTERRUPTS}),
    ],
)
def test_a_change_says_what_it_means_for_others(world: World, options: dict[str, Any], impact: set[Impact]) -> None:
    assert memory.planned(RESOURCE, memory.Deployment(**world), **options).impact == impact


def test_a_held_setting_shows_as_the_server_has_it() -> None:
    run = task(default_routing(), default_route_fqdn="PROXY.adatum.example", allow_federated_users=True)
    MODULE.run(run)
    assert run.result["diff"]["after"]["default_route_fqdn"] == "proxy.adatum.example"


def test_a_change_keeps_partner_discovery_open() -> None:
    """The server falls back to False where the companion is left out, which closes federation."""
    run = task(dns(), check_mode=False, be_clearing_house=True)
    MODULE.run(run)
    assert run.deployment.edge["BeClearingHouse"] is True
    assert run.deployment.edge["EnablePartnerDiscovery"] is True
    assert run.result["changed"] is True


@pytest.mark.parametrize(
    ("world", "options", "held"),
    [
        (
            dns(),
            {"routing_method": "UseDefaultRouting", "default_route_fqdn": "a.example"},
            {"RoutingMethod": "UseDefaultRouting", "DefaultRouteFqdn": "a.example"},
        ),
        (
            default_routing(),
            {"routing_method": "UseDnsSrvRouting", "enable_partner_discovery": True},
            {"RoutingMethod": "UseDnsSrvRouting", "EnablePartnerDiscovery": True},
        ),
    ],
)
def test_the_routing_method_changes_when_it_is_stated(
    world: World, options: dict[str, Any], held: dict[str, Any]
) -> None:
    run = task(world, check_mode=False, **options)
    MODULE.run(run)
    assert {name: run.deployment.edge[name] for name in held} == held
    assert run.result["changed"] is True


def test_check_mode_predicts_an_object_without_the_settings_of_the_other_routing_method() -> None:
    run = task(dns(), routing_method="UseDefaultRouting", default_route_fqdn="a.example")
    MODULE.run(run)
    assert run.result["after"]["default_route_fqdn"] == "a.example"
    assert "enable_partner_discovery" not in run.result["after"]


@pytest.mark.parametrize(
    ("world", "options", "inverse"),
    [
        (dns(), {"allow_federated_users": True, "allow_outside_users": False}, "-AllowFederatedUsers $false"),
        (
            dns(),
            {"enable_partner_discovery": False, "be_clearing_house": True},
            "-UseDnsSrvRouting -EnablePartnerDiscovery $true -BeClearingHouse $false",
        ),
        (
            dns(),
            {"be_clearing_house": True},
            "-UseDnsSrvRouting -EnablePartnerDiscovery $true -BeClearingHouse $false",
        ),
        (
            default_routing(),
            {"default_route_fqdn": "a.example"},
            "-UseDefaultRouting -DefaultRouteFqdn proxy.adatum.example",
        ),
        (
            default_routing(),
            {"routing_method": "UseDnsSrvRouting", "enable_partner_discovery": True},
            "-UseDefaultRouting -DefaultRouteFqdn proxy.adatum.example -IsPublicProvider $false -VerificationLevel "
            + TRUST,
        ),
        (dns("sfb2015"), {"skype_search_url": "https://a.example"}, '-SkypeSearchUrl ""'),
    ],
)
def test_the_way_back(world: World, options: dict[str, Any], inverse: str) -> None:
    (back,) = memory.planned(RESOURCE, memory.Deployment(**world), **options).inverse
    assert str(back) == f"Set-CsAccessEdgeConfiguration {inverse}"


def test_the_way_back_to_the_old_routing_method_brings_its_settings_back() -> None:
    deployment = memory.Deployment(**dns(BeClearingHouse=True, DiscoveredPartnerVerificationLevel="AlwaysVerifiable"))
    change = memory.planned(
        RESOURCE,
        deployment,
        routing_method="UseDefaultRouting",
        default_route_fqdn="a.example",
        allow_outside_users=True,
    )
    (back,) = change.inverse
    assert str(back) == (
        "Set-CsAccessEdgeConfiguration -UseDnsSrvRouting -EnablePartnerDiscovery $true -AllowOutsideUsers $false "
        "-BeClearingHouse $true -DiscoveredPartnerVerificationLevel AlwaysVerifiable"
    )


def test_a_companion_that_the_server_did_not_keep_is_a_failure() -> None:
    run = task(dns(), check_mode=False, be_clearing_house=True)

    def forgetful(answer: Any) -> list[memory.Object]:
        answer()
        run.deployment.seed(EnablePartnerDiscovery=False)
        return []

    run.on_write[0] = forgetful
    with pytest.raises(Failure, match="enable_partner_discovery was not to change, but went from True to False"):
        MODULE.run(run)
