# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosting providers: their settings, and what may be done with one that is there already.

Source of the rules: learn.microsoft.com, New-CsHostingProvider, Set-CsHostingProvider, New-CsPublicProvider.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from .._core.cmdlet import Cmdlet
from .._core.failures import Refused
from .._resource.resource import (
    Options,
    Plan,
    Resource,
    changes,
    created,
    existing,
    parameters,
    removed,
    shown,
    updated,
)
from .._resource.setting import BOOLEAN, FQDN, IDENTITY, PORT, URL, VERIFICATION_LEVEL, Setting
from .._store.product import Product, product_of
from .._store.store import Object, Store
from .access_edge import ACCESS_EDGE, DEFAULT, routing_method
from .providers import HOSTING_PROVIDERS, PUBLIC_PROVIDERS

KEY = Setting("identity", "Identity", IDENTITY)
PROXY = Setting("proxy_fqdn", "ProxyFqdn", FQDN, immutable=True)

SETTINGS = (
    Setting("enabled", "Enabled", BOOLEAN),
    Setting("enabled_shared_address_space", "EnabledSharedAddressSpace", BOOLEAN),
    Setting("hosts_ocs_users", "HostsOCSUsers", BOOLEAN),
    PROXY,
    Setting("is_local", "IsLocal", BOOLEAN),
    Setting("verification_level", "VerificationLevel", VERIFICATION_LEVEL),
    Setting("autodiscover_url", "AutodiscoverUrl", URL, Product.LYNC_2013),
    Setting("sip_client_port", "SipClientPort", PORT, Product.LYNC_2013),
)

FURTHER = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "adopt_existing": {"type": "bool", "default": False},
    "allow_recreate": {"type": "bool", "default": False},
}


def plan(resource: Resource, options: Options, store: Store) -> Plan:
    """What is to be done with the provider that the options mean.

    :raises Refused: for a conflict with another provider, default routing, a proxy FQDN that would have to change.
    """
    wish = resource.wish(options)
    identity = options[KEY.option]
    named = resource.find(store[HOSTING_PROVIDERS], identity)
    if options["state"] == "absent":
        return _absent(resource, wish, identity, named, store)
    _check_routing(identity, store)
    _check_public_providers(identity, wish.get(PROXY), store)
    namesake = _with_proxy(store[HOSTING_PROVIDERS], wish.get(PROXY))
    if named is None:
        if namesake is None:
            return created(resource, wish, identity, product_of(store))
        return _under_another_name(resource, wish, identity, namesake, options["adopt_existing"], product_of(store))
    if PROXY in wish and not PROXY.same(wish[PROXY], named.get(PROXY.parameter)):
        if namesake is not None:
            raise Refused(
                f"The proxy FQDN {wish[PROXY]} belongs to the hosting provider {namesake['Identity']!r}, so {identity!r} cannot "
                "have it too. Remove one of the two, or state the other's name as identity."
            )
        return _recreated(resource, wish, named, options["allow_recreate"], product_of(store))
    return updated(resource, wish, named, product_of(store))


def reads(options: Options) -> tuple[Cmdlet, ...]:
    """Names and proxy FQDNs are unique over both kinds of provider; the routing method decides whether any is of use."""
    return (HOSTING_PROVIDERS, PUBLIC_PROVIDERS, ACCESS_EDGE)


def matching(objects: Sequence[Object], identity: str, proxy_fqdn: str | None) -> Object | None:
    """The provider that a wish means: the one of that name, else the one with that proxy FQDN under its own name."""
    named = RESOURCE.find(objects, identity)
    return named if named is not None else _with_proxy(objects, proxy_fqdn)


def _with_proxy(objects: Sequence[Object], proxy_fqdn: str | None) -> Object | None:
    if not proxy_fqdn:
        return None
    return next((found for found in objects if PROXY.same(found.get(PROXY.parameter), proxy_fqdn)), None)


def _check_routing(identity: str, store: Store) -> None:
    if routing_method(store.only(ACCESS_EDGE)) == DEFAULT:
        raise Refused(
            f"This deployment uses default routing ({DEFAULT}), with which no hosting provider can be used, so {identity!r} "
            "was not touched. DNS SRV routing is needed: lync_access_edge with routing_method: UseDnsSrvRouting."
        )


def _check_public_providers(identity: str, proxy_fqdn: str | None, store: Store) -> None:
    public = store[PUBLIC_PROVIDERS]
    found = RESOURCE.find(public, identity) or _with_proxy(public, proxy_fqdn)
    if found is not None:
        raise Refused(
            f"The public provider {found['Identity']!r} (proxy FQDN {found.get(PROXY.parameter)}) is in the way of the hosting "
            f"provider {identity!r}: names and proxy FQDNs are unique over both kinds. Remove-CsPublicProvider is for you to run."
        )


def _under_another_name(
    resource: Resource, wish: Mapping[Setting, Any], identity: str, found: Object, adopt: bool, product: Product
) -> Plan:
    differing = changes(wish, found, product)
    name = found["Identity"]
    if differing and not adopt:
        values = ", ".join(
            f"{setting.option}: wanted {value!r}, found {found.get(setting.parameter)!r}"
            for setting, value in differing.items()
        )
        raise Refused(
            f"The hosting provider {name!r} already has the proxy FQDN {wish[PROXY]}, so {identity!r} cannot be created beside "
            f"it, and its settings differ ({values}). State adopt_existing: true to set {name!r} as wanted; it keeps its name."
        )
    plan_ = updated(resource, wish, found, product)
    note = f"{identity!r} is here under the name {name!r}, which has the same proxy FQDN; that one is managed, its name stays."
    return replace(plan_, notes=(note,) if plan_.cmdlets else ())


def _recreated(resource: Resource, wish: Mapping[Setting, Any], found: Object, allowed: bool, product: Product) -> Plan:
    name, old, new = found["Identity"], found.get(PROXY.parameter), wish[PROXY]
    if not allowed:
        raise Refused(
            f"The proxy FQDN of {name!r} is {old} and cannot be changed to {new}: the provider must be removed and created "
            "anew, which interrupts its service. State allow_recreate: true if that is what you want."
        )
    changes({setting: value for setting, value in wish.items() if setting is not PROXY}, found, product)
    kept = {setting: found[setting.parameter] for setting in existing(resource, found)}
    kept = {setting: value for setting, value in kept.items() if value not in (None, "")}
    after = {**kept, **wish}
    sent = {setting: value for setting, value in after.items() if value != ""}
    key = {KEY.parameter: name}
    noun = resource.noun
    return Plan(
        name,
        (Cmdlet(f"Remove-{noun}", key), Cmdlet(f"New-{noun}", {**key, **parameters(_ordered(resource, sent))})),
        shown(_ordered(resource, after), found),
        {setting.option: value for setting, value in _ordered(resource, after).items()},
        found,
        undo=Cmdlet(f"New-{noun}", {**key, **parameters(_ordered(resource, kept))}),
        notes=(
            (
                f"INTERRUPTS SERVICE: {name!r} is removed and created anew to change its proxy FQDN from {old} to {new}; until the "
                "Edge Servers have received the change its users have no service."
            ),
        ),
    )


def _ordered(resource: Resource, settings: Mapping[Setting, Any]) -> dict[Setting, Any]:
    return {setting: settings[setting] for setting in resource.settings if setting in settings}


def _absent(resource: Resource, wish: Mapping[Setting, Any], identity: str, named: Object | None, store: Store) -> Plan:
    if named is not None:
        return removed(resource, named)
    namesake = _with_proxy(store[HOSTING_PROVIDERS], wish.get(PROXY))
    if namesake is None:
        return Plan(identity)
    note = (
        f"There is no hosting provider {identity!r}; {namesake['Identity']!r}, which has the proxy FQDN {wish[PROXY]}, stays: "
        "a provider is removed only under its own name."
    )
    return Plan(identity, notes=(note,))


RESOURCE = Resource(
    noun="CsHostingProvider",
    settings=SETTINGS,
    reads=reads,
    plan=plan,
    key=KEY,
    created_with={"is_local": False},
    required_to_create=(
        "proxy_fqdn",
        "enabled",
        "enabled_shared_address_space",
        "hosts_ocs_users",
        "verification_level",
    ),
    further=FURTHER,
)
