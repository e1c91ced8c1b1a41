# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one cmdlet that follows from a wish for the Access Edge, or the refusal."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Failure, Refused
from ansible_collections.ucops.lync.plugins.module_utils._nouns.access_edge import RESOURCE
from ansible_collections.ucops.lync.plugins.module_utils._resource.converge import converge
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory

DNS = memory.access_edge
PUBLIC = memory.provider("Public", "sip.public.example")
HOSTED = memory.provider("LyncOnline", "sipfed.online.lync.com")


def task(edge: memory.Object, *providers: memory.Object, check_mode: bool = True, **options: Any) -> memory.MemoryTask:
    hosting = [one for one in providers if one is not PUBLIC]
    deployment = memory.Deployment(edge, hosting, [one for one in providers if one is PUBLIC])
    return memory.MemoryTask(deployment, memory.validated(RESOURCE.argument_spec, **options), check_mode)


@pytest.mark.parametrize(
    ("edge", "options", "cmdlet"),
    [
        pytest.param(DNS(), {}, None, id="nothing is managed"),
        pytest.param(DNS(AllowFederatedUsers=True), {"allow_federated_users": True}, None, id="held already"),
        pytest.param(
            DNS(),
            {"allow_federated_users": True},
            "-AllowFederatedUsers $true",
            id="no routing switch for a common setting",
        ),
        pytest.param(
            DNS(),
            {
                "allow_federated_users": True,
                "outgoing_tls_count_for_federated_partners": 4,
                "allow_outside_users": False,
            },
            "-AllowFederatedUsers $true",
            id="only what differs",
        ),
        pytest.param(
            DNS(EnablePartnerDiscovery=True),
            {"be_clearing_house": True},
            "-UseDnsSrvRouting -EnablePartnerDiscovery $true -BeClearingHouse $true",
            id="the companion has the value that was read",
        ),
        pytest.param(
            DNS(EnablePartnerDiscovery=True),
            {"be_clearing_house": True, "enable_partner_discovery": False},
            "-UseDnsSrvRouting -EnablePartnerDiscovery $false -BeClearingHouse $true",
            id="the companion has the wanted value",
        ),
        pytest.param(
            DNS(EnablePartnerDiscovery=False),
            {"enable_partner_discovery": True},
            "-UseDnsSrvRouting -EnablePartnerDiscovery $true",
            id="the companion itself",
        ),
        pytest.param(
            DNS(EnablePartnerDiscovery=True),
            {"enable_partner_discovery": True, "allow_federated_users": True},
            "-AllowFederatedUsers $true",
            id="a held routing setting brings no switch",
        ),
        pytest.param(
            DNS(), {"discovered_partner_verification_level": "UseSourceVerification"}, None, id="held enumeration"
        ),
        pytest.param(
            memory.default_routing(),
            {"is_public_provider": True},
            "-UseDefaultRouting -DefaultRouteFqdn proxy.adatum.example -IsPublicProvider $true",
            id="default routing has its companion",
        ),
        pytest.param(
            memory.default_routing(),
            {"default_route_fqdn": "PROXY.adatum.example."},
            None,
            id="names compare as DNS does",
        ),
        pytest.param(
            memory.default_routing(),
            {"allow_federated_users": True},
            "-AllowFederatedUsers $true",
            id="common setting there",
        ),
        pytest.param(
            DNS(),
            {"routing_method": "UseDefaultRouting", "default_route_fqdn": "proxy.adatum.example"},
            "-UseDefaultRouting -DefaultRouteFqdn proxy.adatum.example",
            id="to default routing",
        ),
        pytest.param(
            memory.default_routing(),
            {"routing_method": "UseDnsSrvRouting", "enable_partner_discovery": True, "allow_federated_users": False},
            "-UseDnsSrvRouting -EnablePartnerDiscovery $true",
            id="back to DNS SRV routing",
        ),
        pytest.param(DNS(), {"routing_method": "UseDnsSrvRouting"}, None, id="the routing method is held"),
        pytest.param(
            DNS(RoutingMethod="usednssrvrouting"), {"routing_method": "UseDnsSrvRouting"}, None, id="in another case"
        ),
        pytest.param(DNS(RoutingMethod=None), {"routing_method": "UseDnsSrvRouting"}, None, id="told by the class"),
        pytest.param(
            memory.access_edge_2010(), {"allow_federated_users": True}, "-AllowFederatedUsers $true", id="Lync 2010"
        ),
        pytest.param(
            memory.access_edge_2015(SkypeSearchUrl="https://skypegraph.skype.com/search/"),
            {"skype_search_url": "HTTPS://skypegraph.skype.com:443/search/", "dns_srv_cache_record_count": 131072},
            None,
            id="URLs compare normalised",
        ),
    ],
)
def test_the_plan(edge: memory.Object, options: dict[str, Any], cmdlet: str | None) -> None:
    run = task(edge, **options)
    converge(run, RESOURCE)
    assert run.result.get("cmdlets", []) == ([] if cmdlet is None else [f"Set-CsAccessEdgeConfiguration {cmdlet}"])
    assert run.result["changed"] is (cmdlet is not None)


@pytest.mark.parametrize(
    ("edge", "options", "sentence"),
    [
        pytest.param(
            DNS(),
            {"enable_partner_discovery": True, "default_route_fqdn": "a.example"},
            "enable_partner_discovery belong to DNS SRV routing and default_route_fqdn to default routing",
            id="settings of both methods",
        ),
        pytest.param(
            DNS(),
            {"is_public_provider": True},
            "is_public_provider can be set only with UseDefaultRouting",
            id="of the other method",
        ),
        pytest.param(
            DNS(),
            {"routing_method": "UseDefaultRouting", "be_clearing_house": True},
            "be_clearing_house can be set only with UseDnsSrvRouting, but this deployment is to use UseDefaultRouting",
            id="of the method that is to be left",
        ),
        pytest.param(
            memory.default_routing(),
            {"be_clearing_house": True},
            "this deployment uses UseDefaultRouting",
            id="under default routing",
        ),
        pytest.param(
            DNS(),
            {"routing_method": "UseDefaultRouting"},
            "default_route_fqdn must be stated",
            id="companion of default routing",
        ),
        pytest.param(
            memory.default_routing(),
            {"routing_method": "UseDnsSrvRouting"},
            "enable_partner_discovery must be stated",
            id="companion of DNS SRV routing",
        ),
        pytest.param(
            DNS(EnablePartnerDiscovery=None),
            {"be_clearing_house": True},
            "enable_partner_discovery must be stated",
            id="not shown",
        ),
        pytest.param(
            memory.default_routing(DefaultRouteFqdn=""),
            {"is_public_provider": True},
            "default_route_fqdn must be stated",
            id="empty",
        ),
        pytest.param(
            memory.access_edge_2010(),
            {"enable_user_replicator": True},
            "enable_user_replicator needs Lync Server 2013 or later; this deployment runs Lync Server 2010.",
            id="newer than 2010",
        ),
        pytest.param(
            memory.access_edge_2010(),
            {"discovered_partner_verification_level": "AlwaysVerifiable"},
            "needs Lync Server 2013 or later",
            id="routing setting newer than 2010",
        ),
        pytest.param(
            DNS(),
            {"skype_search_url": "https://a.example"},
            "skype_search_url needs Skype for Business Server 2015 or later; this deployment runs Lync Server 2013.",
            id="newer than 2013",
        ),
        pytest.param(
            {name: value for name, value in DNS().items() if name != "AllowAnonymousUsers"},
            {"allow_anonymous_users": True},
            "this server does not show the property AllowAnonymousUsers",
            id="not shown though it should be",
        ),
        pytest.param(DNS(), {"outgoing_tls_count_for_federated_partners": 5}, "must be from 1 to 4", id="out of range"),
        pytest.param(DNS(), {"certificates_deleted_percentage": 101}, "must be from 0 to 100", id="per cent"),
        pytest.param(
            DNS(RoutingMethod="Carrier pigeon"),
            {"allow_federated_users": True},
            "The routing method 'Carrier pigeon'",
            id="unknown method",
        ),
    ],
)
@pytest.mark.parametrize("check_mode", [True, False])
def test_refusals_before_the_first_write(
    edge: memory.Object, options: dict[str, Any], sentence: str, check_mode: bool
) -> None:
    run = task(edge, check_mode=check_mode, **options)
    with pytest.raises(Refused) as refused:
        converge(run, RESOURCE)
    assert sentence in refused.value.message
    assert run.written == []


@pytest.mark.parametrize(("provider", "named"), [(HOSTED, "LyncOnline"), (PUBLIC, "Public")])
def test_default_routing_is_refused_beside_a_provider(provider: memory.Object, named: str) -> None:
    run = task(DNS(), provider, routing_method="UseDefaultRouting", default_route_fqdn="proxy.adatum.example")
    with pytest.raises(Refused, match=named):
        converge(run, RESOURCE)


def test_providers_are_read_only_where_default_routing_is_asked_for() -> None:
    run = task(DNS(), HOSTED, allow_federated_users=True)
    converge(run, RESOURCE)
    assert [read.name for read in run.was_read] == ["Get-CsAccessEdgeConfiguration"]


def test_companions_show_in_the_cmdlets_and_not_in_the_diff() -> None:
    run = task(DNS(), be_clearing_house=True)
    converge(run, RESOURCE)
    diff = run.result["diff"]
    assert (diff["before"], diff["after"]) == ({"be_clearing_house": False}, {"be_clearing_house": True})
    assert diff["prepared"] == run.result["cmdlets"][0] + "\n"


def test_a_held_setting_shows_as_the_server_has_it() -> None:
    run = task(memory.default_routing(), default_route_fqdn="PROXY.adatum.example", allow_federated_users=True)
    converge(run, RESOURCE)
    assert run.result["diff"]["after"]["default_route_fqdn"] == "proxy.adatum.example"


def test_a_change_keeps_partner_discovery_open() -> None:
    """The server falls back to False where the companion is left out, which closes federation."""
    run = task(DNS(EnablePartnerDiscovery=True), check_mode=False, be_clearing_house=True)
    converge(run, RESOURCE)
    assert run.deployment.edge["BeClearingHouse"] is True
    assert run.deployment.edge["EnablePartnerDiscovery"] is True
    assert run.result["changed"] is True


@pytest.mark.parametrize(
    ("edge", "options", "held"),
    [
        (
            DNS(),
            {"routing_method": "UseDefaultRouting", "default_route_fqdn": "a.example"},
            {"RoutingMethod": "UseDefaultRouting", "DefaultRouteFqdn": "a.example"},
        ),
        (
            memory.default_routing(),
            {"routing_method": "UseDnsSrvRouting", "enable_partner_discovery": True},
            {"RoutingMethod": "UseDnsSrvRouting", "EnablePartnerDiscovery": True},
        ),
    ],
)
def test_the_routing_method_changes_when_it_is_stated(
    edge: memory.Object, options: dict[str, Any], held: dict[str, Any]
) -> None:
    run = task(edge, check_mode=False, **options)
    converge(run, RESOURCE)
    assert {name: run.deployment.edge[name] for name in held} == held
    assert run.result["changed"] is True


def test_a_companion_that_the_server_did_not_keep_is_a_failure() -> None:
    run = task(DNS(EnablePartnerDiscovery=True), check_mode=False, be_clearing_house=True)

    def forgetful(answer: Any) -> list[memory.Object]:
        answer()
        run.deployment.edge["EnablePartnerDiscovery"] = False
        return []

    run.on_write[0] = forgetful
    with pytest.raises(Failure, match="enable_partner_discovery was not to change, but went from True to False"):
        converge(run, RESOURCE)
