# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an approved plan still fits the deployment: what has to be equal on the day, and what may have moved. Pure.

Not one digest over everything: a plan approved on Wednesday would be refused on Saturday for a replica that is late, and a run
that was interrupted could never be finished.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .._core.document import to_plain
from .._nouns.table import NOUNS
from .._resource.as_planned import different
from .._resource.setting import FQDN
from .._resource.values import said
from .._rollout.plan import Domains, Exposure, Held, Kind, Plan, PlannedChange


@dataclass(frozen=True)
class Fit:
    """
    :ivar differences: why it does not fit, each a clause; none where it does.
    :ivar done: the approved changes that are made already, as ``noun 'identity'``.
    :ivar drift: what is otherwise and does not matter to the approval, each a clause.
    """

    differences: tuple[str, ...]
    done: tuple[str, ...] = ()
    drift: tuple[str, ...] = ()


def fit(approved: Plan, now: Plan) -> Fit:
    """
    :param approved: the plan that was approved.
    :param now: a plan of the same deployment, made of what was read just now.
    """
    exposure = tuple(_exposure(approved.exposure, now.exposure))
    return Fit(
        (
            *_identity(approved, now),
            *_terms(approved, now),
            *_changes(approved, now),
            *_consents(approved, now),
            *(exposure if now.opens else ()),
        ),
        tuple(named(change) for change in _no_longer_needed(approved, now) if not any(_not_done(change, now))),
        (*(() if now.opens else exposure), *_warnings(approved, now)),
    )


def named(one: PlannedChange | Held) -> str:
    return f"{one.noun.replace('_', ' ')} '{one.identity}'"


def _identity(approved: Plan, now: Plan) -> Iterator[str]:
    """A deployment with another Edge Server is another one to the approval."""
    if approved.undoes != now.undoes:
        yield f"the plan takes back {approved.undoes or 'nothing'}, and this run {now.undoes or 'nothing'}"
    if approved.title != now.title:
        yield f"the plan is for deployment {approved.title}, and this is {now.title}"
    yield from _sets("SIP domain", approved.sip_domains, now.sip_domains)
    yield from _sets("site", approved.sites, now.sites)
    yield from _sets("pool", approved.pools, now.pools)
    yield from _sets("Edge Server", *([edge.fqdn for edge in plan.in_topology] for plan in (approved, now)))
    places = {FQDN.comparable(edge.fqdn): (edge.pool, edge.site) for edge in approved.in_topology}
    for edge in now.in_topology:
        pool, site = places.get(FQDN.comparable(edge.fqdn), (edge.pool, edge.site))
        if (pool.casefold(), site.casefold()) != (edge.pool.casefold(), edge.site.casefold()):
            yield f"Edge Server {edge.fqdn} was in pool {pool} at site {site}, and is in {edge.pool} at {edge.site}"


def _terms(approved: Plan, now: Plan) -> Iterator[str]:
    """The order, and the terms of the proof."""
    told: tuple[tuple[str, Callable[[Plan], Any]], ...] = (
        ("hybrid_documented_order", lambda plan: plan.documented_order),
        ("hybrid_edge_verification", lambda plan: plan.verification.value),
        ("hybrid_partial_verification", lambda plan: plan.partial),
        ("hybrid_replication_scope", lambda plan: plan.scope),
        ("hybrid_on_failure", lambda plan: plan.on_failure),
    )
    for variable, of in told:
        if of(approved) != of(now):
            yield f"{variable} was {of(approved)}, and is {of(now)}"
    yield from _sets("ignored replica (hybrid_replication_ignore)", approved.ignored, now.ignored)
    excused = ([f"{edge.fqdn} until {edge.excused_until}" for edge in plan.excused] for plan in (approved, now))
    yield from _sets("excused Edge Server", *excused)


def _changes(approved: Plan, now: Plan) -> Iterator[str]:
    planned = {_key(change): change for change in approved.changes}
    for change in now.changes:
        was = planned.get(_key(change))
        if was is None:
            yield f"{named(change)} would be changed, which is not in the approved plan ({'; '.join(change.cmdlets)})"
        elif not _is_rest(was, change):
            difference = different(to_plain(was), to_plain(change))
            if difference or was.options != change.options:
                yield f"{named(change)}: {difference or 'its options are others'}"
    still = [_key(change) for change in now.changes if _key(change) in planned]
    if still != [key for key in planned if key in still]:
        yield "the changes come in another order"
    for change in _no_longer_needed(approved, now):
        yield from _not_done(change, now)


def _is_rest(was: PlannedChange, change: PlannedChange) -> bool:
    """Whether a change is what is left of a recreation that was stopped when the object was removed: the same second write."""
    return was.recreates and change.before is None and change.cmdlets == was.cmdlets[-1:]


def _no_longer_needed(approved: Plan, now: Plan) -> tuple[PlannedChange, ...]:
    """For whatever reason: it need not be that they are made."""
    still = {_key(change) for change in now.changes}
    return tuple(change for change in approved.changes if _key(change) not in still)


def _not_done(change: PlannedChange, now: Plan) -> Iterator[str]:
    """What keeps an approved change that is no longer needed from being the one that is there."""
    held = next((one for one in now.held if _key(one) == _key(change)), None)
    if held is None:
        yield f"{named(change)} was to be changed, and {_instead(change, now)}"
    elif (held.values is None) is not (change.after is None):
        yield f"{named(change)} was to be {_state(change.after)}, and is {_state(held.values)}"
    else:
        values, resource = held.values or {}, NOUNS[change.noun]
        for option, value in (change.after or {}).items():
            if not resource.same(option, value, values.get(option)):
                yield f"{named(change)}: {option} was to be {said(value)}, and is {said(values.get(option))}"


def _instead(change: PlannedChange, now: Plan) -> str:
    """Where an approved object is, that is neither held nor changed under its own name."""
    desired: tuple[PlannedChange | Held, ...] = (*now.held, *now.changes)
    name = next((one.identity for one in desired if _wanted(one) == _key(change)), None)
    return "is no longer part of what is desired" if name is None else f"is here under the name '{name}'"


def _state(values: Any) -> str:
    return "absent" if values is None else "present"


def _consents(approved: Plan, now: Plan) -> Iterator[str]:
    """Only those that stood in the plan count."""
    given = {one.name for one in approved.consents if one.given}
    for one in now.consents:
        if one.name not in given:
            yield f"it needs the consent {one.name}, which is not in the approved plan: {one.sentence.rstrip('.')}"


def _exposure(approved: Exposure, now: Exposure) -> Iterator[str]:
    told: tuple[tuple[str, Any, Any], ...] = (
        ("routing method", approved.routing_method, now.routing_method),
        ("partner discovery", approved.partner_discovery, now.partner_discovery),
        (
            "verification level of discovered partners",
            approved.discovered_partner_verification_level,
            now.discovered_partner_verification_level,
        ),
        ("allowed domains", _counted(approved.allowed_domains), _counted(now.allowed_domains)),
        ("blocked domains", _counted(approved.blocked_domains), _counted(now.blocked_domains)),
    )
    for what, was, found in told:
        if was != found:
            yield f"{what}: {_shown(was)} then, {_shown(found)} now"
    if approved.enabled_providers is None or now.enabled_providers is None:
        if approved.enabled_providers != now.enabled_providers:
            yield "enabled providers: not read " + ("then" if approved.enabled_providers is None else "now")
        return
    yield from _sets("enabled provider", approved.enabled_providers, now.enabled_providers)


def _counted(domains: Domains | None) -> str | None:
    return None if domains is None else f"{domains.count} (digest {domains.digest[:12]})"


def _shown(value: Any) -> str:
    return "not shown" if value is None else str(value)


def _warnings(approved: Plan, now: Plan) -> Iterator[str]:
    """What is to be known now, and was not then."""
    known = {one.sentence for one in approved.findings}
    for one in now.findings:
        if one.sentence not in known and one.kind in (Kind.WARNING, Kind.UNCHECKED):
            yield one.sentence.rstrip(".")


def _sets(what: str, was: Iterable[str], now: Iterable[str]) -> Iterator[str]:
    """Names that came or went, case apart."""
    before, after = ({name.casefold(): name for name in names} for names in (was, now))
    yield from (f"{what} {name} is new" for key, name in after.items() if key not in before)
    yield from (f"{what} {name} is gone" for key, name in before.items() if key not in after)


def _key(one: PlannedChange | Held) -> tuple[str, Any]:
    return (one.noun, NOUNS[one.noun].comparable(one.identity))


def _wanted(one: PlannedChange | Held) -> tuple[str, Any]:
    """The key of an object by the name under which it is desired."""
    resource = NOUNS[one.noun]
    stated = one.wanted if isinstance(one, Held) else one.options.get(resource.key.option if resource.key else "")
    return (one.noun, resource.comparable(stated or one.identity))
