# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""lync_access_edge: from dry run to second run, its companions, its routing methods."""

from __future__ import annotations

import pytest

from support.stage import Stage, Start
from support.wishes import FEDERATION, access_edge, comes_true

pytestmark = [pytest.mark.over_psrp_and_winrm, pytest.mark.side_by_side]

SET = "Set-CsAccessEdgeConfiguration"
GET = "Get-CsAccessEdgeConfiguration"


def test_shared_address_space(stage: Stage) -> None:
    comes_true(
        stage, access_edge(**FEDERATION), [f"{SET} -AllowFederatedUsers $true"], [(SET, {"AllowFederatedUsers": True})]
    )
    assert stage.read(GET)[0]["AllowFederatedUsers"] is True


def test_an_update_sends_only_what_differs(stage: Stage) -> None:
    wish = access_edge(
        allow_federated_users=False,
        allow_anonymous_users=True,
        allow_outside_users=True,
        outgoing_tls_count_for_federated_partners=2,
        certificates_deleted_percentage=20,
    )
    comes_true(
        stage,
        wish,
        [f"{SET} -AllowAnonymousUsers $true -OutgoingTlsCountForFederatedPartners 2"],
        [(SET, {"AllowAnonymousUsers": True, "OutgoingTlsCountForFederatedPartners": 2})],
    )
    held = stage.read(GET)[0]
    assert (held["AllowAnonymousUsers"], held["OutgoingTlsCountForFederatedPartners"]) == (True, 2)
    assert (held["AllowFederatedUsers"], held["AllowOutsideUsers"]) == (False, True)


@pytest.mark.parametrize("open_federation", [True, False])
def test_partner_discovery_goes_with_its_routing_method(stage: Stage, open_federation: bool) -> None:
    stage.deployment.seed(lambda content: content.with_access_edge(EnablePartnerDiscovery=open_federation))
    switch = f"${open_federation}".lower()
    result = comes_true(
        stage,
        access_edge(discovered_partner_verification_level="AlwaysVerifiable"),
        [
            f"{SET} -UseDnsSrvRouting -EnablePartnerDiscovery {switch} -DiscoveredPartnerVerificationLevel AlwaysVerifiable"
        ],
        [
            (
                SET,
                {
                    "UseDnsSrvRouting": True,
                    "EnablePartnerDiscovery": open_federation,
                    "DiscoveredPartnerVerificationLevel": "AlwaysVerifiable",
                },
            )
        ],
    )
    assert "enable_partner_discovery" not in result["diff"]["after"], "a companion is not a difference"
    assert stage.read(GET)[0]["EnablePartnerDiscovery"] is open_federation


def test_partner_discovery_itself(stage: Stage) -> None:
    comes_true(
        stage,
        access_edge(allow_federated_users=True, enable_partner_discovery=True),
        [f"{SET} -UseDnsSrvRouting -EnablePartnerDiscovery $true -AllowFederatedUsers $true"],
        [(SET, {"UseDnsSrvRouting": True, "EnablePartnerDiscovery": True, "AllowFederatedUsers": True})],
    )


def test_to_default_routing_and_back(stage: Stage) -> None:
    there = access_edge(routing_method="UseDefaultRouting", default_route_fqdn="proxy.contoso.example")
    comes_true(
        stage,
        there,
        [f"{SET} -UseDefaultRouting -DefaultRouteFqdn proxy.contoso.example"],
        [(SET, {"UseDefaultRouting": True, "DefaultRouteFqdn": "proxy.contoso.example"})],
    )
    held = stage.read(GET)[0]
    assert (held["RoutingMethod"], held["DefaultRouteFqdn"]) == ("UseDefaultRouting", "proxy.contoso.example")

    comes_true(
        stage,
        access_edge(verification_level="AlwaysVerifiable"),
        [f"{SET} -UseDefaultRouting -DefaultRouteFqdn proxy.contoso.example -VerificationLevel AlwaysVerifiable"],
        [
            (
                SET,
                {
                    "UseDefaultRouting": True,
                    "DefaultRouteFqdn": "proxy.contoso.example",
                    "VerificationLevel": "AlwaysVerifiable",
                },
            )
        ],
    )

    comes_true(
        stage,
        access_edge(routing_method="UseDnsSrvRouting", enable_partner_discovery=False),
        [f"{SET} -UseDnsSrvRouting -EnablePartnerDiscovery $false"],
        [(SET, {"UseDnsSrvRouting": True, "EnablePartnerDiscovery": False})],
    )
    assert stage.read(GET)[0]["RoutingMethod"] == "UseDnsSrvRouting"


def test_names_compare_without_case(start: Start) -> None:
    stage = start(situations=("default-routing",))
    run = stage.run(access_edge(default_route_fqdn="Proxy.CONTOSO.example.", routing_method="UseDefaultRouting"))
    assert not run.one().changed


def test_a_property_that_changed_unasked_is_named(stage: Stage) -> None:
    stage.deployment.after_next(
        "write", lambda written: written.seed(lambda content: content.with_access_edge(AllowOutsideUsers=False))
    )
    run = stage.run(access_edge(**FEDERATION), status=2)
    assert "allow_outside_users was not to change, but went from True to False" in run.one().message
    assert run.one().changed
    assert run.one().cmdlets == [f"{SET} -AllowFederatedUsers $true"]


def test_a_value_that_was_not_kept_is_named(stage: Stage) -> None:
    stage.deployment.after_next(
        "write", lambda written: written.seed(lambda content: content.with_access_edge(AllowFederatedUsers=False))
    )
    run = stage.run(access_edge(**FEDERATION), status=2)
    assert "allow_federated_users: desired True, found False" in run.one().message


def test_a_warning_of_the_server_is_shown(stage: Stage) -> None:
    stage.deployment.warn_on_change = True
    run = stage.run(access_edge(**FEDERATION), expect=["Changing this setting affects every Edge Server."])
    assert run.one().changed


@pytest.mark.parametrize("product", ["sfb2015", "sfb2019"])
def test_skype_for_business(start: Start, product: str) -> None:
    stage = start(product=product)
    comes_true(
        stage,
        access_edge(dns_srv_cache_record_count=4096, skype_search_url="https://search.example/a", **FEDERATION),
        [f"{SET} -AllowFederatedUsers $true -DnsSrvCacheRecordCount 4096 -SkypeSearchUrl https://search.example/a"],
        [
            (
                SET,
                {
                    "AllowFederatedUsers": True,
                    "DnsSrvCacheRecordCount": 4096,
                    "SkypeSearchUrl": "https://search.example/a",
                },
            )
        ],
    )


def test_lync_2010(start: Start) -> None:
    stage = start(situations=("lync2010",))
    comes_true(
        stage,
        access_edge(allow_federated_users=True, enable_partner_discovery=True),
        [f"{SET} -UseDnsSrvRouting -EnablePartnerDiscovery $true -AllowFederatedUsers $true"],
        [(SET, {"UseDnsSrvRouting": True, "EnablePartnerDiscovery": True, "AllowFederatedUsers": True})],
    )
