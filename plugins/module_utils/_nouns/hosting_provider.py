# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosting providers: their settings, and what may be done with one that is there already.

Source of the rules: learn.microsoft.com, New-CsHostingProvider, Set-CsHostingProvider, New-CsPublicProvider.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .._core.cmdlet import Cmdlet
from .._core.failures import Refused
from .._resource.compare import differences
from .._resource.impact import INTERRUPTS, Impacts, access, routing, trust
from .._resource.plan import Change, Step
from .._resource.planning import (
    by_option,
    check_available,
    differing,
    existing,
    new_cmdlet,
    remove_cmdlet,
    updated,
)
from .._resource.resource import Desired, Objects, Resource
from .._resource.setting import (
    BOOLEAN,
    FQDN,
    IDENTITY,
    PORT,
    URL,
    VERIFICATION_LEVEL,
    Clearing,
    Setting,
    impact_of,
)
from .._store.product import Product
from .._store.store import Object, Store
from .access_edge import ACCESS_EDGE, DEFAULT, routing_method
from .providers import HOSTING_PROVIDERS, PUBLIC_PROVIDERS

KEY = Setting("Identity", IDENTITY)
PROXY = Setting("ProxyFqdn", FQDN, immutable=True)

SETTINGS = (
    Setting("Enabled", BOOLEAN),
    Setting("EnabledSharedAddressSpace", BOOLEAN, impact=access),
    Setting("HostsOCSUsers", BOOLEAN, impact=routing),
    PROXY,
    Setting("IsLocal", BOOLEAN, impact=routing),
    Setting("VerificationLevel", VERIFICATION_LEVEL, impact=trust),
    Setting("AutodiscoverUrl", URL, Product.LYNC_2013, clearing=Clearing.EMPTY),
    Setting("SipClientPort", PORT, Product.LYNC_2013),
)


def also_reads(_desired: Desired) -> tuple[Cmdlet, ...]:
    """Names and proxy FQDNs are unique over both kinds of provider; the routing method decides whether any is of use."""
    return (PUBLIC_PROVIDERS, ACCESS_EDGE)


def rules(desired: Desired, store: Store) -> tuple[str, ...]:
    """
    :raises Refused: for a conflict with a public provider, or default routing.
    """
    proxy = desired.settings.get(PROXY)
    if desired.present:
        _check_routing(desired.identity, store)
        _check_public_providers(desired.identity, proxy, store)
        return ()
    namesake = _with_proxy(store[HOSTING_PROVIDERS], proxy)
    if namesake is None or RESOURCE.named(store[HOSTING_PROVIDERS], desired.identity) is not None:
        return ()
    note = (
        f"There is no hosting provider '{desired.identity}'; '{namesake['Identity']}', which has the proxy FQDN {proxy}, stays: a "
        "provider is removed only under its own name."
    )
    return (note,)


def find(desired: Desired, objects: Objects) -> Object | None:
    """The provider of that name, else the one with that proxy FQDN under its own name."""
    found = RESOURCE.named(objects, desired.identity)
    return found if found is not None else _with_proxy(objects, desired.settings.get(PROXY))


def update(desired: Desired, found: Object, store: Store) -> Change:
    """
    :raises Refused: for another proxy FQDN, or a provider under another name, that the user did not allow to be touched; for a
        proxy FQDN that is not understood.
    """
    if PROXY in desired.settings:
        check_available(PROXY, found, store)
    if not KEY.same(KEY.of(found), desired.identity):
        return _under_another_name(desired, found, store)
    if PROXY in desired.settings and not PROXY.same(desired.settings[PROXY], PROXY.of(found)):
        _check_proxy_is_free(desired, store)
        return _recreated(desired, found, store)
    return updated(desired, found, store)


def impact(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Impacts:
    """One that is not in use means nothing to anybody."""
    was, is_to_be = bool((before or {}).get("enabled")), bool((after or {}).get("enabled"))
    return impact_of(SETTINGS, before, after) if was and is_to_be else access(was, is_to_be)


def _with_proxy(objects: Objects, proxy_fqdn: str | None) -> Object | None:
    if not proxy_fqdn:
        return None
    return next((found for found in objects if PROXY.same(PROXY.of(found), proxy_fqdn)), None)


def _check_routing(identity: str, store: Store) -> None:
    if routing_method(store.only(ACCESS_EDGE)) == DEFAULT:
        raise Refused(
            f"This deployment uses default routing ({DEFAULT}), with which no hosting provider can be used, so '{identity}' "
            "was not touched. DNS SRV routing is needed: lync_access_edge with routing_method: UseDnsSrvRouting."
        )


def _check_public_providers(identity: str, proxy_fqdn: str | None, store: Store) -> None:
    public = store[PUBLIC_PROVIDERS]
    found = RESOURCE.named(public, identity) or _with_proxy(public, proxy_fqdn)
    if found is not None:
        raise Refused(
            f"The public provider '{found['Identity']}' (proxy FQDN {PROXY.of(found)}) conflicts with the hosting provider "
            f"'{identity}': names and proxy FQDNs are unique over both kinds. Remove-CsPublicProvider is for you to run."
        )


def _check_proxy_is_free(desired: Desired, store: Store) -> None:
    namesake = _with_proxy(store[HOSTING_PROVIDERS], desired.settings[PROXY])
    if namesake is not None:
        raise Refused(
            f"The proxy FQDN {desired.settings[PROXY]} belongs to the hosting provider '{namesake['Identity']}', so "
            f"'{desired.identity}' cannot have it too. State identity: {namesake['Identity']} to manage that one, or leave both "
            "as they are; remove one only when nothing uses it, voicemail included."
        )


def _under_another_name(desired: Desired, found: Object, store: Store) -> Change:
    name = KEY.of(found)
    change = updated(desired, found, store)
    if change.needed and not desired.options.get("adopt_existing"):
        values = ", ".join(difference.value for difference in differences(desired, [found]))
        raise Refused(
            f"The hosting provider '{name}' already has the proxy FQDN {desired.settings[PROXY]}, so '{desired.identity}' cannot "
            f"be created beside it, and its settings differ ({values}). State adopt_existing: true to set '{name}' as desired; it "
            "keeps its name."
        )
    note = f"'{desired.identity}' is here under the name '{name}', with the same proxy FQDN; that one is managed, its name stays."
    return replace(change, notes=(note,) if change.needed else ())


def _recreated(desired: Desired, found: Object, store: Store) -> Change:
    """Removed and created, with all that it was and is to be: the server cannot change a proxy FQDN."""
    name, old, new = str(KEY.of(found)), PROXY.of(found), desired.settings[PROXY]
    if not desired.options.get("allow_recreate"):
        raise Refused(
            f"The proxy FQDN of '{name}' is {old} and cannot be changed to {new}: the provider must be removed and recreated, "
            "which interrupts its service. State allow_recreate: true if that is what you want."
        )
    differing({setting: value for setting, value in desired.settings.items() if setting is not PROXY}, found, store)
    note = (
        f"INTERRUPTS SERVICE: '{name}' is removed and recreated to change its proxy FQDN from {old} to {new}; until the Edge "
        "Servers have received the change its users have no service."
    )
    kept = existing(RESOURCE, found)
    created = {setting: desired.settings.get(setting, kept.get(setting)) for setting in SETTINGS}
    before = by_option(kept)
    after = by_option(
        {setting: value for setting, value in created.items() if setting in kept or setting in desired.settings}
    )
    return Change(
        RESOURCE.name,
        name,
        before,
        after,
        (
            Step(remove_cmdlet(RESOURCE, name), new_cmdlet(RESOURCE, name, kept)),
            Step(new_cmdlet(RESOURCE, name, created), remove_cmdlet(RESOURCE, name)),
        ),
        impact=INTERRUPTS | impact(before, after),
        notes=(note,),
        found=found,
    )


RESOURCE = Resource(
    name="hosting_provider",
    read=HOSTING_PROVIDERS,
    settings=SETTINGS,
    key=KEY,
    created_with={"is_local": False},
    required_to_create=(
        "proxy_fqdn",
        "enabled",
        "enabled_shared_address_space",
        "hosts_ocs_users",
        "verification_level",
    ),
    retired_with={"enabled": False},
    further={
        "adopt_existing": {"type": "bool", "default": False},
        "allow_recreate": {"type": "bool", "default": False},
    },
    permits=("adopt_existing", "allow_recreate"),
    also_reads=also_reads,
    rules=rules,
    find=find,
    update=update,
    impact=impact,
)
