# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is reachable once the changes of a deployment are made, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from .._resource.impact import Impact
from .._resource.setting import FQDN
from .afterwards import Options, objects_afterwards
from .case import Case
from .enabled_providers import enabled_providers, listed


def reached(case: Case) -> Iterator[str]:
    """Nothing where no change opens anything."""
    if not any(Impact.OPENS in change.impact for change in case.changes):
        return
    edge: Options = next(iter(objects_afterwards(case, "access_edge") or ()), {})
    if edge.get("allow_federated_users") is False:
        yield "Reachable afterwards: nobody through federation, which is off then."
        return
    domains = ", ".join(case.sip_domains) or "SIP domains that could not be read"
    yield f"Reachable afterwards: the users of {domains}, at all sites of {case.title}."
    counts = f"{_count(case, 'allowed_domain', 'allowed')}, {_count(case, 'blocked_domain', 'blocked')}"
    own, others = _providers(case)
    yield f"Reachable by: {own}; {_discovery(edge)}, {counts}; other enabled providers: {others}."


def _discovery(edge: Options) -> str:
    discovery = edge.get("enable_partner_discovery")
    if discovery is None:
        return "partner discovery not shown"
    return f"partner discovery {'on' if discovery else 'off'}"


def _count(case: Case, noun: str, word: str) -> str:
    found = objects_afterwards(case, noun)
    if found is None:
        return f"{word} domains not read"
    return f"{len(found)} {word} domain{'' if len(found) == 1 else 's'}"


def _providers(case: Case) -> tuple[str, str]:
    """The enabled providers: those that are desired, and the others."""
    found = enabled_providers(case.reading, objects_afterwards(case, "hosting_provider"))
    if found is None:
        return "providers not read", listed(None)
    desired = {FQDN.comparable(one.options.get("proxy_fqdn")) for one in case.desired_of("hosting_provider")}
    desired |= {one.identity.casefold() for one in case.desired_of("hosting_provider")}
    own = [
        one for one in found if {FQDN.comparable(one.get("proxy_fqdn")), str(one.get("identity")).casefold()} & desired
    ]
    return listed(own) if own else "no desired provider", listed(one for one in found if one not in own)
