# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Access Edge configuration, one object of a deployment: its settings, and the rules of its two routing methods.

Source of the rules: learn.microsoft.com, Set-CsAccessEdgeConfiguration (Lync Server 2013 and Skype for Business Server).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .._core.cmdlet import SWITCH, Cmdlet
from .._core.failures import Refused
from .._resource.impact import access, routing, trust
from .._resource.plan import Change, Step
from .._resource.planning import Settings, by_option, check_available, differing, existing, impact, set_cmdlet, updated
from .._resource.resource import Desired, Resource
from .._resource.setting import (
    BOOLEAN,
    FQDN,
    NUMBER,
    URL,
    VERIFICATION_LEVEL,
    Clearing,
    Setting,
    between,
    one_of,
)
from .._store.product import TOLD_BY, Product
from .._store.store import Object, Store
from .providers import HOSTING_PROVIDERS, PUBLIC_PROVIDERS

ACCESS_EDGE = TOLD_BY

DNS_SRV = "UseDnsSrvRouting"
DEFAULT = "UseDefaultRouting"

_2013 = Product.LYNC_2013
_2015 = Product.SFB_2015


def routing_method(found: Object) -> str:
    """The routing method of the object: its property, else told by which of the two classes it is.

    :raises Refused: for a method that is not known.
    """
    shown = found.get("RoutingMethod")
    if not shown:
        return DEFAULT if DEFAULT_ROUTE.parameter in found else DNS_SRV
    method = next((known for known in OF_METHOD if ROUTING_METHOD.same(known, shown)), None)
    if method is None:
        raise Refused(f"The routing method '{shown}' of this deployment is none of {', '.join(OF_METHOD)}.")
    return method


ROUTING_METHOD = Setting("RoutingMethod", one_of(DNS_SRV, DEFAULT), impact=routing, reads=routing_method)
PARTNER_DISCOVERY = Setting("EnablePartnerDiscovery", BOOLEAN, impact=access)
DEFAULT_ROUTE = Setting("DefaultRouteFqdn", FQDN, impact=routing)
COMPANION = {DNS_SRV: PARTNER_DISCOVERY, DEFAULT: DEFAULT_ROUTE}
"""What must go with a routing method's switch: left out, the server falls back to its own default."""

OF_METHOD = {
    DNS_SRV: (
        PARTNER_DISCOVERY,
        Setting("BeClearingHouse", BOOLEAN),
        Setting("DiscoveredPartnerVerificationLevel", VERIFICATION_LEVEL, _2013, impact=trust),
    ),
    DEFAULT: (
        DEFAULT_ROUTE,
        Setting("IsPublicProvider", BOOLEAN),
        Setting("VerificationLevel", VERIFICATION_LEVEL, impact=trust),
    ),
}

SETTINGS = (
    Setting("AllowFederatedUsers", BOOLEAN, impact=access),
    Setting("AllowAnonymousUsers", BOOLEAN, impact=access),
    Setting("AllowOutsideUsers", BOOLEAN, impact=access),
    Setting("EnableArchivingDisclaimer", BOOLEAN),
    Setting("EnableUserReplicator", BOOLEAN, _2013),
    Setting("KeepCrlsUpToDateForPeers", BOOLEAN),
    Setting("MarkSourceVerifiableOnOutgoingMessages", BOOLEAN),
    Setting("OutgoingTlsCountForFederatedPartners", between(1, 4)),
    Setting("DnsSrvCacheRecordCount", NUMBER, _2015),
    Setting("DiscoveredPartnerStandardRate", NUMBER, _2013),
    Setting("EnableDiscoveredPartnerContactsLimit", BOOLEAN, _2013),
    Setting("MaxContactsPerDiscoveredPartner", NUMBER, _2013),
    Setting("DiscoveredPartnerReportPeriodMinutes", NUMBER, _2013),
    Setting("MaxAcceptedCertificatesStored", NUMBER, _2013),
    Setting("MaxRejectedCertificatesStored", NUMBER, _2013),
    Setting("CertificatesDeletedPercentage", between(0, 100), _2013),
    Setting("SkypeSearchUrl", URL, _2015, clearing=Clearing.EMPTY),
    ROUTING_METHOD,
    *OF_METHOD[DNS_SRV],
    *OF_METHOD[DEFAULT],
)


def also_reads(desired: Desired) -> tuple[Cmdlet, ...]:
    """Providers matter only where default routing is asked for."""
    return (HOSTING_PROVIDERS, PUBLIC_PROVIDERS) if desired.settings.get(ROUTING_METHOD) == DEFAULT else ()


def update(desired: Desired, found: Object, store: Store) -> Change:
    """The one Set-CsAccessEdgeConfiguration that makes the object as desired, or none.

    :raises Refused: for mixed routing methods, default routing beside providers, an unknown companion.
    """
    current = routing_method(found)
    method = desired.settings.get(ROUTING_METHOD, current)
    _check_methods(desired.settings, method, current)
    if method != current:
        return _rerouted(desired, found, store, current, method)

    def lead(settings: Settings) -> dict[str, Any]:
        """The switch and its companion, where one of the method's own settings is sent."""
        routed = any(setting in OF_METHOD[method] for setting in settings)
        return _switch_and_companion(method, settings, found) if routed else {}

    return _with_companion(updated(desired, found, store, lead), method)


def _rerouted(desired: Desired, found: Object, store: Store, current: str, method: str) -> Change:
    """Another routing method: its own settings are not shown yet, and those of the old one are lost."""
    if method == DEFAULT:
        _check_no_providers(store)
    of_method = {setting: value for setting, value in desired.settings.items() if setting in OF_METHOD[method]}
    for setting in of_method:
        check_available(setting, None, store)
    common = {
        setting: value
        for setting, value in desired.settings.items()
        if setting not in of_method and setting is not ROUTING_METHOD
    }
    changed = {**differing(common, found, store), **of_method}
    kept = {
        setting: value
        for setting, value in existing(desired.resource, found).items()
        if (setting in changed or setting in OF_METHOD[current]) and value not in (None, "")
    }
    step = Step(
        set_cmdlet(desired.resource, desired.identity, changed, _switch_and_companion(method, changed, found)),
        set_cmdlet(desired.resource, desired.identity, kept, _switch_and_companion(current, kept, found)),
    )
    before = {setting.option: setting.of(found) for setting in desired.settings}
    after = {**before, **by_option(changed), ROUTING_METHOD.option: method}
    whole = by_option(existing(desired.resource, found))
    change = Change(
        desired.resource.name,
        desired.identity,
        before,
        after,
        (step,),
        impact=impact(desired.resource, whole, {**whole, **after}),
        found=found,
        loses=frozenset(setting.option for setting in OF_METHOD[current]),
    )
    return _with_companion(change, method)


def _with_companion(change: Change, method: str) -> Change:
    """The change with the companion named that its cmdlet states beside what changes."""
    companion = COMPANION[method]
    stated = {} if not change.steps else change.steps[0].cmdlet.parameters
    if companion.parameter not in stated or companion.option in (change.after or {}):
        return change
    return replace(change, companions={companion.option: stated[companion.parameter]})


def _check_methods(settings: Settings, method: str, current: str) -> None:
    stated = {name: [setting.option for setting in of if setting in settings] for name, of in OF_METHOD.items()}
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


def _switch_and_companion(method: str, settings: Mapping[Setting, Any], found: Object) -> dict[str, Any]:
    companion = COMPANION[method]
    value = settings.get(companion, companion.of(found))
    if value is None or value == "":
        raise Refused(
            f"{companion.option} must be stated: -{method} is sent with -{companion.parameter}, whose present value this "
            "server does not show, and leaving it out could change it."
        )
    return {method: SWITCH, companion.parameter: value}


RESOURCE = Resource(
    name="access_edge",
    read=ACCESS_EDGE,
    settings=SETTINGS,
    also_reads=also_reads,
    update=update,
)
