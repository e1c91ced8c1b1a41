# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What decides who is reached beside the changes, as a plan has it; and what it says of objects that need no change."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.document import from_plain
from ansible_collections.ucops.lync.plugins.module_utils._rollout.plan import Exposure, Held, Plan
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene

EXCHANGE = memory.provider("Exchange Online", "exap.um.outlook.com")
PARTNER = memory.provider("Partner", "sip.partner.example", HostsOCSUsers=True)
OFF = memory.provider("Off", "sip.off.example", Enabled=False, EnabledSharedAddressSpace=False)
SKYPE = {"Identity": "Skype", "ProxyFqdn": "a.skype.example", "Enabled": True, "VerificationLevel": "AlwaysVerifiable"}


def planned(*arguments: Any, options: dict[str, Any] | None = None, **deployment: Any) -> Plan:
    return from_plain(Plan, scene.planned(memory.Deployment(*arguments, **deployment), **(options or {}))["plan"])


def exposed(**deployment: Any) -> Exposure:
    return planned(**deployment).exposure


def domain(name: str, **values: Any) -> memory.Object:
    default = {"Comment": "", "ProxyFqdn": "", "MarkForMonitoring": False, "VerificationLevel": "UseSourceVerification"}
    return {"Identity": name, **default, **values}


def test_a_fresh_deployment() -> None:
    found = exposed()
    assert (found.routing_method, found.partner_discovery) == ("UseDnsSrvRouting", False)
    assert found.discovered_partner_verification_level == "UseSourceVerification"
    assert found.enabled_providers == ()
    assert (found.allowed_domains is not None and found.allowed_domains.count) == 0


def test_other_providers_that_are_enabled_are_named_with_what_makes_them_trusted() -> None:
    found = exposed(hosting=[EXCHANGE, PARTNER, OFF], public=[memory.provider("Skype", "a.skype.example") | SKYPE])
    assert found.enabled_providers == (
        "Partner (sip.partner.example, enabled, UseSourceVerification, shared address space, hosts Lync users)",
        "Skype (a.skype.example, enabled, AlwaysVerifiable)",
    )


def test_one_whose_state_is_not_shown_is_not_taken_for_a_disabled_one() -> None:
    found = exposed(hosting=[OFF], hides=["Enabled"])
    assert found.enabled_providers == ("Off (sip.off.example, state not shown, UseSourceVerification)",)


@pytest.mark.parametrize("hidden", ["EnablePartnerDiscovery", "DiscoveredPartnerVerificationLevel"])
def test_what_is_not_shown_is_not_known(hidden: str) -> None:
    found = exposed(hides=[hidden])
    parts = {
        "EnablePartnerDiscovery": found.partner_discovery,
        "DiscoveredPartnerVerificationLevel": found.discovered_partner_verification_level,
    }
    assert [name for name, value in parts.items() if value is None] == [hidden]


@pytest.mark.parametrize("step", [0, 1, 2])
def test_it_is_the_same_however_many_of_the_changes_are_made(step: int) -> None:
    hosting = [PARTNER, EXCHANGE][: 2 if step else 1]
    assert exposed(edge={"AllowFederatedUsers": step > 1}, hosting=hosting) == exposed(hosting=[PARTNER])


def test_the_digest_is_of_domains_not_of_their_order_or_comments() -> None:
    def digest(*domains: memory.Object) -> Any:
        return exposed(others={"allowed_domains": domains}).allowed_domains

    one = digest(domain("a.example"), domain("b.example"))
    assert (
        one == digest(domain("b.example"), domain("A.example", Comment="since Monday")) != digest(domain("a.example"))
    )
    assert one.count == 2
    assert one != digest(domain("a.example"), domain("b.example", ProxyFqdn="sip.b.example"))
    assert one != digest(domain("a.example"), domain("c.example"))


def test_a_desired_domain_is_not_part_of_it() -> None:
    options: dict[str, Any] = {"variables": {"hybrid_settings": {"allowed_domain": {"a.example": {}}}}}
    for domains in ([], [domain("a.example")]):
        found = planned(others={"allowed_domains": domains}, options=options).exposure.allowed_domains
        assert found is not None
        assert found.count == 0


def desiring(noun: str, identity: str, **options: Any) -> dict[str, Any]:
    return {"variables": {"hybrid_settings": {noun: {identity: options}}}}


def test_of_a_desired_provider_what_nobody_manages_counts() -> None:
    """Else somebody could enable it, or lead it elsewhere, behind an approver's back."""
    options = desiring("hosting_provider", "partner", verification_level="UseSourceVerification")

    def enabled(**properties: Any) -> Any:
        return planned(hosting=[{**PARTNER, **properties}], options=options).exposure.enabled_providers

    assert enabled(Enabled=False) == ()
    assert enabled() == ("Partner (sip.partner.example, enabled, shared address space, hosts Lync users)",)
    assert enabled() != enabled(ProxyFqdn="sip.evil.example")
    assert enabled(VerificationLevel="AlwaysVerifiable") == enabled(), "it is set as desired"


def test_a_provider_that_is_desired_in_all_that_counts_is_not_part_of_it_under_another_name_either() -> None:
    assert exposed(hosting=[{**EXCHANGE, "Identity": "Voicemail"}]).enabled_providers == ()


DIRECT = {"ProxyFqdn": "sip.evil.example"}
TRUSTED = {"VerificationLevel": "AlwaysVerifiable"}


@pytest.mark.parametrize("properties", [DIRECT, TRUSTED, {"MarkForMonitoring": True}])
def test_of_a_desired_domain_what_nobody_manages_counts(properties: dict[str, Any]) -> None:
    def allowed(options: dict[str, Any], **values: Any) -> Any:
        listed = {"allowed_domains": [domain("A.example", **values)]}
        found = planned(product="sfb2015", others=listed, options=options)
        return found.exposure.allowed_domains

    nothing = desiring("allowed_domain", "a.example")
    found = allowed(nothing, **properties)
    assert (allowed(nothing).count, found.count) == (0, 1), "as the server makes a new one, it is not part of it"
    (name,) = properties
    option = {"ProxyFqdn": "proxy_fqdn", "MarkForMonitoring": "mark_for_monitoring"}.get(name)
    if option:
        assert allowed(desiring("allowed_domain", "a.example", **{option: properties[name]}), **properties).count == 0


def test_what_needs_no_change_is_held_with_what_was_read() -> None:
    plan = planned(edge={"AllowFederatedUsers": True}, hosting=[EXCHANGE])
    provider, edge = plan.held
    assert (edge.noun, edge.identity, edge.managed) == ("access_edge", "global", ("allow_federated_users",))
    assert (edge.values or {})["allow_federated_users"] is True
    assert (edge.values or {})["enable_partner_discovery"] is False, "what nobody manages, too"
    assert (provider.noun, provider.identity) == ("hosting_provider", "Exchange Online")
    assert (provider.values or {})["proxy_fqdn"] == "exap.um.outlook.com"
    assert planned().held == ()


def test_what_is_to_be_absent_and_is_is_held_as_absent() -> None:
    options: dict[str, Any] = {"variables": {"hybrid_settings": {"blocked_domain": {"a.example": {"state": "absent"}}}}}
    assert Held("blocked_domain", "a.example", wanted="a.example") in planned(options=options).held


def test_providers_that_stay_are_named_whatever_their_state() -> None:
    plan = planned(hosting=[PARTNER, OFF])
    assert plan.providers_left == (
        "Partner (sip.partner.example, enabled, UseSourceVerification, shared address space, hosts Lync users)",
        "Off (sip.off.example, disabled, UseSourceVerification)",
    )
    assert planned(hosting=[EXCHANGE]).providers_left == (
        "Exchange Online (exap.um.outlook.com, enabled, UseSourceVerification, shared address space)",
    )
    changed = planned(hosting=[{**EXCHANGE, "Enabled": False}])
    assert changed.providers_left == ()
