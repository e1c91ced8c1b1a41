# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What decides, beside the changes themselves, who becomes reachable; and the providers that no change touches."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from .._core.failures import Refused
from .._nouns.access_edge import ACCESS_EDGE, PARTNER_DISCOVERY, routing_method
from .._nouns.providers import PUBLIC_PROVIDERS
from .._nouns.table import NOUNS
from .._resource.resource import Resource
from .._rollout.canonical import digest
from .._rollout.plan import Domains, Exposure
from .._rollout.reading import noun_of
from .afterwards import Options, objects_afterwards
from .case import Case

Managed = Mapping[Any, Collection[str]]
"""Of a noun, the options that are desired of each object, by what tells objects apart."""

HOSTING = NOUNS["hosting_provider"]

COMMENT = "comment"
"""Of a domain: it lets nobody in."""

_PUBLIC = {
    "Identity": "identity",
    "ProxyFqdn": "proxy_fqdn",
    "Enabled": "enabled",
    "VerificationLevel": "verification_level",
}


def exposure(case: Case) -> Exposure:
    """As it is once all changes are made, so that it is the same whichever of them are made already. What is desired of providers
    and domains is not in it: the plan has that as changes, or as held. What nobody manages of them is.
    """
    edge: Options = next(iter(objects_afterwards(case, "access_edge") or ()), {})
    return Exposure(
        _routing_method(case),
        edge.get(PARTNER_DISCOVERY.option),
        edge.get("discovered_partner_verification_level"),
        _enabled(case),
        _domains(case, "allowed_domain"),
        _domains(case, "blocked_domain"),
    )


def providers_left(case: Case) -> tuple[str, ...] | None:
    """Those that stay as they are; None where not all could be read."""
    found = _providers(case)
    changing = {HOSTING.comparable(change.identity) for change in case.changes if change.noun == HOSTING.name}
    kept = [one for one in found or () if _name(HOSTING, one) not in changing]
    return None if found is None else tuple(_said(one) for one in kept)


def _routing_method(case: Case) -> str | None:
    found = next(iter(case.reading.objects.get(noun_of(ACCESS_EDGE)) or ()), None)
    after: Mapping[str, Any] = next((one.after or {} for one in case.changes if one.noun == "access_edge"), {})
    try:
        return after.get("routing_method") or (None if found is None else routing_method(found))
    except Refused:
        return None


def _managed(case: Case, resource: Resource) -> Managed:
    """Of an object that is here under another name, under that one."""
    found: dict[Any, Collection[str]] = {}
    for one in case.desired_of(resource.name):
        there = one.found_in(case.reading.store[resource.read])
        name = one.identity if there is None else resource.identity_of(there)
        found[resource.comparable(name)] = {setting.option for setting in one.settings}
    return found


def _enabled(case: Case) -> tuple[str, ...] | None:
    """One whose state is not shown is not taken for a disabled one. One of which nothing is left to nobody is left out."""
    found = _providers(case)
    if found is None:
        return None
    managed = _managed(case, HOSTING)
    enabled = ((one, managed.get(_name(HOSTING, one), ())) for one in found if one.get("enabled") is not False)
    return tuple(sorted(_said(one, desired) for one, desired in enabled if not set(desired) >= QUALITIES))


def _providers(case: Case) -> list[Options] | None:
    """Hosting and public ones."""
    hosting = objects_afterwards(case, "hosting_provider")
    public = case.reading.objects.get(noun_of(PUBLIC_PROVIDERS))
    if hosting is None or public is None:
        return None
    return [*hosting, *({_PUBLIC[name]: one[name] for name in _PUBLIC if name in one} for one in public)]


QUALITIES = {"proxy_fqdn", "enabled", "verification_level", "enabled_shared_address_space", "hosts_ocs_users"}
"""What makes a provider reachable and trusted."""


def _said(provider: Options, left_out: Collection[str] = ()) -> str:
    """A provider with its qualities, without some of them."""
    said = (text for option, text in _qualities(provider) if option not in left_out)
    return f"{provider.get('identity')} ({', '.join(said)})"


def _qualities(provider: Options) -> Iterator[tuple[str, str]]:
    """By option; what is not so is not said."""
    yield "proxy_fqdn", str(provider.get("proxy_fqdn"))
    states = {True: "enabled", False: "disabled"}
    yield "enabled", states.get(provider.get("enabled"), "state not shown")  # type: ignore[arg-type]
    if provider.get("verification_level"):
        yield "verification_level", str(provider["verification_level"])
    if provider.get("enabled_shared_address_space"):
        yield "enabled_shared_address_space", "shared address space"
    if provider.get("hosts_ocs_users"):
        yield "hosts_ocs_users", "hosts Lync users"


def _domains(case: Case, noun: str) -> Domains | None:
    resource, found = NOUNS[noun], objects_afterwards(case, noun)
    if found is None:
        return None
    managed = _managed(case, resource)
    named = {_name(resource, one): one for one in found}
    counting = {
        name: _unmanaged(resource, one, managed[name]) if name in managed else one for name, one in named.items()
    }
    counted = [{**_settings(counting[name]), "identity": name} for name in sorted(named) if counting[name]]
    return Domains(len(counted), digest(counted))


def _settings(one: Options) -> Options:
    return {option: value for option, value in one.items() if option != COMMENT}


def _unmanaged(resource: Resource, one: Options, managed: Collection[str]) -> Options:
    """What a desired object has beside what is desired, and beside what the server gives a new one: the same before it is made
    and afterwards.
    """
    key = resource.key.option if resource.key else ""
    beside = {option: value for option, value in _settings(one).items() if option not in (key, *managed)}
    return {
        option: value
        for option, value in beside.items()
        if not resource.same(option, value, resource.made_with.get(option))
    }


def _name(resource: Resource, one: Options) -> Any:
    return resource.comparable(str(one.get("identity")))
