# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one global Access Edge object: its settings and the rules of its two routing methods.

Source of the rules: learn.microsoft.com, Set-CsAccessEdgeConfiguration (Lync Server 2013 and Skype for Business Server).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.cmdlet import SWITCH, Cmdlet
from .._core.failures import Refused
from .._resource.resource import (
    Options,
    Plan,
    Resource,
    changes,
    parameters,
    shown,
)
from .._resource.setting import BOOLEAN, FQDN, NAME_OF_VALUE, NUMBER, URL, VERIFICATION_LEVEL, Setting, between
from .._store.product import TOLD_BY, Product, product_of
from .._store.store import Object, Store
from .providers import HOSTING_PROVIDERS, PUBLIC_PROVIDERS

ACCESS_EDGE = TOLD_BY

DNS_SRV = "UseDnsSrvRouting"
DEFAULT = "UseDefaultRouting"

PARTNER_DISCOVERY = Setting("enable_partner_discovery", "EnablePartnerDiscovery", BOOLEAN)
DEFAULT_ROUTE = Setting("default_route_fqdn", "DefaultRouteFqdn", FQDN)
COMPANION = {DNS_SRV: PARTNER_DISCOVERY, DEFAULT: DEFAULT_ROUTE}
"""What must go with a routing method's switch: left out, the server falls back to its own default."""

OF_METHOD = {
    DNS_SRV: (
        PARTNER_DISCOVERY,
        Setting("be_clearing_house", "BeClearingHouse", BOOLEAN),
        Setting(
            "discovered_partner_verification_level",
            "DiscoveredPartnerVerificationLevel",
            VERIFICATION_LEVEL,
            since=Product.LYNC_2013,
        ),
    ),
    DEFAULT: (
        DEFAULT_ROUTE,
        Setting("is_public_provider", "IsPublicProvider", BOOLEAN),
        Setting("verification_level", "VerificationLevel", VERIFICATION_LEVEL),
    ),
}

_SINCE_2013 = Product.LYNC_2013
_SINCE_2015 = Product.SFB_2015

SETTINGS = (
    Setting("allow_federated_users", "AllowFederatedUsers", BOOLEAN),
    Setting("allow_anonymous_users", "AllowAnonymousUsers", BOOLEAN),
    Setting("allow_outside_users", "AllowOutsideUsers", BOOLEAN),
    Setting("enable_archiving_disclaimer", "EnableArchivingDisclaimer", BOOLEAN),
    Setting("enable_user_replicator", "EnableUserReplicator", BOOLEAN, _SINCE_2013),
    Setting("keep_crls_up_to_date_for_peers", "KeepCrlsUpToDateForPeers", BOOLEAN),
    Setting("mark_source_verifiable_on_outgoing_messages", "MarkSourceVerifiableOnOutgoingMessages", BOOLEAN),
    Setting("outgoing_tls_count_for_federated_partners", "OutgoingTlsCountForFederatedPartners", between(1, 4)),
    Setting("dns_srv_cache_record_count", "DnsSrvCacheRecordCount", NUMBER, _SINCE_2015),
    Setting("discovered_partner_standard_rate", "DiscoveredPartnerStandardRate", NUMBER, _SINCE_2013),
    Setting("enable_discovered_partner_contacts_limit", "EnableDiscoveredPartnerContactsLimit", BOOLEAN, _SINCE_2013),
    Setting("max_contacts_per_discovered_partner", "MaxContactsPerDiscoveredPartner", NUMBER, _SINCE_2013),
    Setting("discovered_partner_report_period_minutes", "DiscoveredPartnerReportPeriodMinutes", NUMBER, _SINCE_2013),
    Setting("max_accepted_certificates_stored", "MaxAcceptedCertificatesStored", NUMBER, _SINCE_2013),
    Setting("max_rejected_certificates_stored", "MaxRejectedCertificatesStored", NUMBER, _SINCE_2013),
    Setting("certificates_deleted_percentage", "CertificatesDeletedPercentage", between(0, 100), _SINCE_2013),
    Setting("skype_search_url", "SkypeSearchUrl", URL, _SINCE_2015),
    *OF_METHOD[DNS_SRV],
    *OF_METHOD[DEFAULT],
)

ROUTING_METHOD = Setting("routing_method", "RoutingMethod", NAME_OF_VALUE)


def reads(options: Options) -> tuple[Cmdlet, ...]:
    """Providers matter only where default routing is asked for."""
    if options.get(ROUTING_METHOD.option) == DEFAULT:
        return (ACCESS_EDGE, HOSTING_PROVIDERS, PUBLIC_PROVIDERS)
    return (ACCESS_EDGE,)


def routing_method(found: Object) -> str:
    """The routing method of the object: its property, else told by which of the two classes it is.

    :raises Refused: for a method that is not known.
    """
    shown_ = found.get(ROUTING_METHOD.parameter)
    if not shown_:
        return DEFAULT if DEFAULT_ROUTE.parameter in found else DNS_SRV
    method = next((known for known in OF_METHOD if ROUTING_METHOD.same(known, shown_)), None)
    if method is None:
        raise Refused(f"The routing method {shown_!r} of this deployment is none of {', '.join(OF_METHOD)}.")
    return method


def plan(resource: Resource, options: Options, store: Store) -> Plan:
    """The one Set-CsAccessEdgeConfiguration that brings about the wish, or none.

    :raises Refused: for mixed routing methods, default routing beside providers, an unknown companion.
    """
    wish = resource.wish(options)
    found = store.only(ACCESS_EDGE)
    current = routing_method(found)
    method = options.get(ROUTING_METHOD.option) or current
    _check_methods(wish, method, current)
    moves = method != current
    if moves and method == DEFAULT:
        _check_no_providers(store)

    of_method = {setting: value for setting, value in wish.items() if setting in OF_METHOD[method]}
    elsewhere = {setting: value for setting, value in wish.items() if setting not in of_method}
    changed = changes(elsewhere, found, product_of(store))
    if moves:
        for setting in of_method:
            setting.check_available(product_of(store), None)
        changed.update(of_method)
    else:
        changed.update(changes(of_method, found, product_of(store)))

    before, after = shown(wish, found), {setting.option: value for setting, value in wish.items()}
    if options.get(ROUTING_METHOD.option):
        before[ROUTING_METHOD.option], after[ROUTING_METHOD.option] = current, method
    for setting in wish:
        if setting not in changed:
            after[setting.option] = before[setting.option]
    cmdlets: tuple[Cmdlet, ...] = ()
    if changed or moves:
        routed = moves or any(setting in OF_METHOD[method] for setting in changed)
        lead = _switch_and_companion(method, wish, found) if routed else {}
        cmdlets = (Cmdlet(f"Set-{resource.noun}", {**lead, **parameters(changed)}),)
    loses = frozenset(setting.parameter for setting in OF_METHOD[current]) if moves else frozenset()
    return Plan(None, cmdlets, before, after, found, loses=loses)


def _check_methods(wish: Mapping[Setting, Any], method: str, current: str) -> None:
    stated = {name: [setting.option for setting in settings if setting in wish] for name, settings in OF_METHOD.items()}
    if stated[DNS_SRV] and stated[DEFAULT]:
        raise Refused(
            f"{', '.join(stated[DNS_SRV])} belong to DNS SRV routing and {', '.join(stated[DEFAULT])} to default routing; "
            "a deployment has one routing method, so state the settings of one."
        )
    other = DEFAULT if method == DNS_SRV else DNS_SRV
    if stated[other]:
        raise Refused(
            f"{', '.join(stated[other])} can be set only with {other}, but this deployment "
            + (f"uses {current}" if method == current else f"is to use {method}")
            + f"; to change the routing method, state routing_method: {other}."
        )


def _check_no_providers(store: Store) -> None:
    names = [str(found.get("Identity")) for read in (HOSTING_PROVIDERS, PUBLIC_PROVIDERS) for found in store[read]]
    if names:
        raise Refused(
            f"Default routing is not possible while providers exist ({', '.join(names)}): with it there is no federation with "
            "hosting or public providers. Remove them first, if that is what you want."
        )


def _switch_and_companion(method: str, wish: Mapping[Setting, Any], found: Object) -> dict[str, Any]:
    companion = COMPANION[method]
    value = wish.get(companion, found.get(companion.parameter))
    if value is None or value == "":
        raise Refused(
            f"{companion.option} must be stated: -{method} is sent with -{companion.parameter}, whose present value this "
            "server does not show, and leaving it out could change it."
        )
    return {method: SWITCH, companion.parameter: value}


RESOURCE = Resource(
    noun="CsAccessEdgeConfiguration",
    settings=SETTINGS,
    reads=reads,
    plan=plan,
    further={ROUTING_METHOD.option: {"type": "str", "choices": [DNS_SRV, DEFAULT]}},
)
