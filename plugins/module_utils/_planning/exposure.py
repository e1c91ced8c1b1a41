# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What decides, beside the changes themselves, who becomes reachable; and the providers that no change touches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .._core.failures import Refused
from .._nouns.access_edge import ACCESS_EDGE, PARTNER_DISCOVERY, routing_method
from .._nouns.providers import PUBLIC_PROVIDERS
from .._rollout.canonical import digest
from .._rollout.plan import Domains, Exposure, Held
from .._rollout.reading import noun_of
from .afterwards import Options, objects_afterwards
from .case import Case

Named = set[tuple[str, str]]
"""Objects by noun and name."""

COMMENT = "comment"
"""Of a domain: it lets nobody in."""

_PUBLIC = {
    "Identity": "identity",
    "ProxyFqdn": "proxy_fqdn",
    "Enabled": "enabled",
    "VerificationLevel": "verification_level",
}


def exposure(case: Case, held: Iterable[Held]) -> Exposure:
    """As it is once all changes are made, so that it is the same whichever of them are made already. Desired providers and domains
    are not in it: the plan has them as changes, or as held.
    """
    desired = {(one.resource.name, one.identity.casefold()) for one in case.desired}
    desired |= {(change.noun, change.identity.casefold()) for change in case.changes}
    desired |= {(one.noun, one.identity.casefold()) for one in held}
    edge: Options = next(iter(objects_afterwards(case, "access_edge") or ()), {})
    return Exposure(
        _routing_method(case),
        edge.get(PARTNER_DISCOVERY.option),
        edge.get("discovered_partner_verification_level"),
        _enabled(case, desired),
        _domains(case, "allowed_domain", desired),
        _domains(case, "blocked_domain", desired),
    )


def providers_left(case: Case) -> tuple[str, ...] | None:
    """Those that stay as they are; None where not all could be read."""
    found = _providers(case)
    changing = {change.identity.casefold() for change in case.changes if change.noun == "hosting_provider"}
    kept = [one for one in found or () if _name(one) not in changing]
    return None if found is None else tuple(_said(one) for one in kept)


def _routing_method(case: Case) -> str | None:
    found = next(iter(case.reading.objects.get(noun_of(ACCESS_EDGE)) or ()), None)
    after: Mapping[str, Any] = next((one.after or {} for one in case.changes if one.noun == "access_edge"), {})
    try:
        return after.get("routing_method") or (None if found is None else routing_method(found))
    except Refused:
        return None


def _enabled(case: Case, desired: Named) -> tuple[str, ...] | None:
    """One whose state is not shown is not taken for a disabled one."""
    found = _providers(case)
    others = [
        one
        for one in found or ()
        if one.get("enabled") is not False and ("hosting_provider", _name(one)) not in desired
    ]
    return None if found is None else tuple(sorted(map(_said, others)))


def _providers(case: Case) -> list[Options] | None:
    """Hosting and public ones."""
    hosting = objects_afterwards(case, "hosting_provider")
    public = case.reading.objects.get(noun_of(PUBLIC_PROVIDERS))
    if hosting is None or public is None:
        return None
    return [*hosting, *({_PUBLIC[name]: one[name] for name in _PUBLIC if name in one} for one in public)]


def _said(provider: Options) -> str:
    return f"{provider.get('identity')} ({', '.join(_qualities(provider))})"


def _qualities(provider: Options) -> Iterator[str]:
    yield str(provider.get("proxy_fqdn"))
    yield {True: "enabled", False: "disabled"}.get(provider.get("enabled"), "state not shown")  # type: ignore[arg-type]
    if provider.get("verification_level"):
        yield str(provider["verification_level"])
    if provider.get("enabled_shared_address_space"):
        yield "shared address space"
    if provider.get("hosts_ocs_users"):
        yield "hosts Lync users"


def _domains(case: Case, noun: str, desired: Named) -> Domains | None:
    found = objects_afterwards(case, noun)
    if found is None:
        return None
    others = sorted((one for one in found if (noun, _name(one)) not in desired), key=_name)
    return Domains(len(others), digest([_settings(one) for one in others]))


def _settings(one: Options) -> dict[str, Any]:
    return {**{name: one[name] for name in one if name != COMMENT}, "identity": _name(one)}


def _name(one: Options) -> str:
    return str(one.get("identity")).casefold()
