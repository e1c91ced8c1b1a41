# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the journal of a run to what is desired in order to take it back: exactly what the run changed, as it was before. Pure.

What somebody changed since is not touched: a setting that is neither as the run left it nor as it was before stops the way back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .._core.failures import Refused
from .._core.few import few
from .._core.outcome import Outcome
from .._nouns.table import NOUNS
from .._resource.resource import Desired, Resource
from .._resource.setting import FQDN
from .._resource.settings import desired_of
from .._resource.values import said
from .._rollout.plan import Finding, Kind, Plan, PlannedChange
from .._rollout.reading import Reading, Topology
from .._store.store import Object, Store
from .journal import Journal

REMOVE = "remove_provider"
"""The consent with which a provider that the run created is removed, not only disabled."""


@dataclass(frozen=True)
class Back:
    """A run that is to be taken back.

    :ivar where: its journal's file, for sentences.
    :ivar by_itself: whether the run takes itself back, so that nobody is asked.
    :ivar differing: of a run that takes itself back, the Edge Servers because of which.
    :ivar unfinished: the records of the runs before it that it completed, the newest first: they are not taken back with it.
    :ivar passed_over: newer records, of runs that wrote nothing.
    :ivar problem: why the journal is not known, which is an empty one then.
    """

    where: str
    journal: Journal
    by_itself: bool = False
    problem: str = ""
    differing: tuple[str, ...] = ()
    unfinished: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()

    @property
    def changes(self) -> tuple[PlannedChange, ...]:
        """The changes of which anything ran or may have run, the last one first."""
        written = Counter(write.cmdlet for write in self.journal.writes if write.outcome.may_have_run)
        return tuple(change for change in reversed(self.journal.plan.changes) if any(map(written.get, change.cmdlets)))

    @property
    def created(self) -> frozenset[tuple[str, str]]:
        """The objects that the run created, by noun and identity."""
        return frozenset((one.noun, one.identity.casefold()) for one in self.changes if one.before is None)


def desired_back(back: Back, store: Store, remove: bool) -> tuple[Desired, ...]:
    """
    :param store: what the central store holds now.
    :param remove: whether what the run created is removed also where it can be taken out of use instead.
    :raises Refused: for a record that no run of this collection can have written.
    """
    found = []
    for change in back.changes:
        if change.noun not in NOUNS:
            raise Refused(f"{back.where}: there is no noun {change.noun}.")
        resource = NOUNS[change.noun]
        options = _options(resource, change, _now(resource, change, store), remove)
        if options:
            found += desired_of(NOUNS, {change.noun: {change.identity: options}}, back.where)
    return tuple(found)


def _options(resource: Resource, change: PlannedChange, found: Object | None, remove: bool) -> dict[str, Any]:
    """What is desired of an object; nothing where nothing can be brought back."""
    if change.before is None:
        if found is None or remove or not resource.retired_with:
            return {"state": "absent"}
        return dict(resource.retired_with)
    values = changed(resource, change) if change.after is not None and found is not None else change.before
    recreated = {"allow_recreate": True} if len(change.cmdlets) > 1 and found is not None else {}
    restored = {option: _cleared(value) for option, value in values.items() if option not in lost(resource, values)}
    return {**restored, **recreated} if restored else {}


def _cleared(value: Any) -> Any:
    return "" if value is None else value


def changed(resource: Resource, change: PlannedChange) -> dict[str, Any]:
    """The options that a change of an object changed, as they were before."""
    before, after = change.before or {}, change.after or {}
    return {
        option: before.get(option) for option in after if not resource.same(option, before.get(option), after[option])
    }


def lost(resource: Resource, values: Mapping[str, Any]) -> tuple[str, ...]:
    """Of old values those that no cmdlet can bring back: an empty one, where the server has no way to clear it."""
    settings = resource.settings_of(values)
    return tuple(one.option for one in settings if values[one.option] in (None, "") and not one.clearable)


def findings_back(back: Back, reading: Reading, deployment: str) -> Iterator[Finding]:
    """Why a run is not taken back, and what the way back leaves as it is.

    :param deployment: the name of the deployment of which the reading is.
    """
    if back.problem:
        yield Finding(Kind.BLOCKER, "no_record", back.problem)
        return
    for rule in (*BLOCKERS, *(BY_ITSELF if back.by_itself else ())):
        for sentence in rule(back, reading, deployment):
            yield Finding(Kind.BLOCKER, rule.__name__, sentence)
    for rule_of_warning in (stays, passed_over, completed):
        for sentence in rule_of_warning(back):
            yield Finding(Kind.WARNING, rule_of_warning.__name__, sentence)


def other_deployment(back: Back, reading: Reading, deployment: str) -> Iterator[str]:
    """A record counts for its own deployment: told by name, SIP domains and Edge Servers."""
    plan = back.journal.plan
    if plan.deployment != deployment:
        yield f"{back.where} is the record of deployment {plan.title!r}, not of this one."
    elif reading.topology is not None and plan.topology_read and _apart(plan, reading.topology):
        yield (
            f"{back.where} is the record of another deployment: that one had {', '.join(plan.sip_domains) or 'no SIP domain'}, "
            f"this one has {', '.join(reading.topology.sip_domains) or 'none'}."
        )


def _apart(plan: Plan, topology: Topology) -> bool:
    """Whether nothing of what a deployment is told by is the same; what is empty on both sides tells nothing."""
    domains = ({one.casefold() for one in plan.sip_domains}, {one.casefold() for one in topology.sip_domains})
    edges = tuple({FQDN.comparable(one.fqdn) for one in some} for some in (plan.edges, topology.edges))
    return any((one or other) and not one & other for one, other in (domains, edges))


def nothing_written(back: Back, _reading: Reading, _deployment: str) -> Iterator[str]:
    """Nothing holds of an empty set: a way back without a step would prove nothing."""
    if not back.changes and not unknown_write(back):
        yield f"The run of {back.where} wrote nothing here: there is nothing to go back from."


def unplanned_write(back: Back, _reading: Reading, _deployment: str) -> Iterator[str]:
    for cmdlet in unknown_write(back):
        yield f"{back.where} has a write that its plan has not, so what it changed is not known: {cmdlet}"


def unknown_write(back: Back) -> list[str]:
    """Writes that belong to no change of the plan."""
    planned = set(back.journal.plan.cmdlets)
    return [one.cmdlet for one in back.journal.writes if one.outcome.may_have_run and one.cmdlet not in planned]


def changed_since(back: Back, reading: Reading, _deployment: str) -> Iterator[str]:
    """What is neither as the run left it nor as it was before."""
    for change in back.changes:
        resource = NOUNS.get(change.noun)
        if resource is None or resource.noun not in reading.objects:
            continue  # another blocker says so
        differing = list(_since(resource, change, _now(resource, change, reading.store), _certain(back, change)))
        if differing:
            yield (
                f"The {resource.title} '{change.identity}' was changed by somebody since, and is left as it is: "
                f"{'; '.join(differing)}. Go back by hand, or make it again what the run left."
            )


def _certain(back: Back, change: PlannedChange) -> bool:
    """Whether each write of a change ran."""
    ran = Counter(write.cmdlet for write in back.journal.writes if write.outcome is Outcome.RAN)
    return all(ran[cmdlet] for cmdlet in change.cmdlets)


def _since(resource: Resource, change: PlannedChange, found: Object | None, certain: bool) -> Iterator[str]:
    if found is None:
        if change.before is not None and change.after is not None and (certain or len(change.cmdlets) == 1):
            yield "it was removed"
        return
    before, after = change.before, change.after
    if after is None:
        before = before or {}
        yield from _apart_from(resource, before, found, "before the run")
    elif before is None:
        kept = {
            option: value for option, value in after.items() if not _is(resource, option, resource.retired_with, found)
        }
        yield from _apart_from(resource, kept, found, "as the run left it")
    else:
        options = changed(resource, change)
        left = {option: after[option] for option in options if not _is(resource, option, before, found)}
        yield from _apart_from(resource, left, found, "as the run left it")


def _is(resource: Resource, option: str, values: Mapping[str, Any], found: Object) -> bool:
    """Whether an option of an object has the value that it has among some values."""
    settings = resource.settings_of({option: None})
    return option in values and all(setting.same(values[option], setting.of(found)) for setting in settings)


def _apart_from(resource: Resource, values: Mapping[str, Any], found: Object, when: str) -> Iterator[str]:
    for setting, value in resource.settings_of(values).items():
        if not setting.same(value, setting.of(found)):
            yield f"{setting.option} is {said(setting.of(found))}, {when} {said(value)}"


def _now(resource: Resource, change: PlannedChange, store: Store) -> Object | None:
    return resource.named(store[resource.read], change.identity) if resource.read in store else None


def master_moved(back: Back, reading: Reading, _deployment: str) -> Iterator[str]:
    """To a run that takes itself back: the stores may differ, and others are at work there."""
    if reading.master != back.journal.plan.master:
        yield f"The active master is {reading.master or 'none'} now, and was {back.journal.plan.master or 'none'}."


def not_as_left(back: Back, reading: Reading, _deployment: str) -> Iterator[str]:
    """To a run that takes itself back: what is as it was before again is somebody else's doing, too."""
    for change in back.changes:
        resource = NOUNS[change.noun]
        found = _now(resource, change, reading.store)
        if (found is None) is not (change.after is None):
            yield f"The {resource.title} '{change.identity}' is no longer as this run left it."
        elif found is not None:
            wrong = list(_apart_from(resource, change.after or {}, found, "as this run left it"))
            if wrong:
                yield f"The {resource.title} '{change.identity}' was changed by somebody since: {'; '.join(wrong)}."


def not_up_to_date(back: Back, reading: Reading, _deployment: str) -> Iterator[str]:
    """To a run that takes itself back: an Edge Server because of which it would, and that may get the change after all."""
    known = {replica.key: replica.up_to_date for replica in reading.replicas or ()}
    late = [fqdn for fqdn in back.differing if not known.get(FQDN.comparable(fqdn))]
    if late:
        yield f"{few(late)} may still get the change: the replica is not up to date any more."


BY_ITSELF = (master_moved, not_as_left, not_up_to_date)
BLOCKERS = (other_deployment, nothing_written, unplanned_write, changed_since)


def stays(back: Back) -> Iterator[str]:
    """What the way back cannot bring back."""
    for change in back.changes:
        resource = NOUNS.get(change.noun)
        if resource is None or change.before is None:
            continue
        values = changed(resource, change) if change.after is not None else change.before
        options = lost(resource, values) if change.after is not None else ()
        if options:
            yield (
                f"The {resource.title} '{change.identity}' keeps what the run set for {', '.join(options)}: it had no value "
                "before, and no cmdlet clears it."
            )


def passed_over(back: Back) -> Iterator[str]:
    """Somebody may have meant the newest run."""
    for record in back.passed_over:
        yield f"The newer record {record} was passed over: its run wrote nothing."


def completed(back: Back) -> Iterator[str]:
    """A run that completed others is only a part of what was changed."""
    if back.unfinished:
        several = len(back.unfinished) > 1
        subject, them = ("Runs", "are not taken back with it") if several else ("A run", "is not taken back with it")
        yield (
            f"{subject} before this one stopped or failed before {'their' if several else 'its'} end, and {them}: go back from "
            f"{', then '.join(back.unfinished)} next (hybrid_record)."
        )
