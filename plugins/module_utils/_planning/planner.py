# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what was read of a deployment and what is desired to its plan. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from .._core.document import from_plain
from .._core.failures import Refused
from .._replication.status import status
from .._resource.compare import all_differences, apart
from .._resource.plan import Change
from .._resource.planning import by_option, existing, planned
from .._resource.resource import Desired
from .._resource.setting import FQDN
from .._rollout.desired import desired_by
from .._rollout.inventory import DeploymentHosts, EdgeHost
from .._rollout.plan import Finding, Held, Kind, Plan, PlannedChange, PlannedEdge
from .._rollout.reading import EdgeReading, Reading, noun_of
from .._rollout.verdict import Content, Verification
from .._store.store import Store
from .._way_back.way_back import REMOVE, Back, desired_back, findings_back
from .accepted import accepted, to_accept
from .case import Case, Terms
from .consents import NAMES
from .exposure import exposure, providers_left
from .findings import findings
from .in_step import late
from .reached import reached
from .recreation import completed

ACCESS_EDGE = "access_edge"


def plan(
    hosts: DeploymentHosts,
    reading: Reading,
    edge_results: Mapping[str, Mapping[str, Any]],
    documented: Mapping[str, Mapping[str, Any]],
    variables: Mapping[str, Any],
    terms: Terms,
    same_store: tuple[str, ...] = (),
    passed_over: Mapping[str, str] | None = None,
    back: Back | None = None,
    recreations: tuple[PlannedChange, ...] = (),
) -> Plan:
    """
    :param edge_results: by inventory host, the result of its lync_deployment_info.
    :param documented: by noun, the options of the documented objects.
    :param variables: the role's variables that say what is desired, as the user set them.
    :param back: a run that is to be taken back; nothing else is desired then.
    :param recreations: of the approved plan: what is left of them is to be made.
    """
    case = Case(hosts, reading, terms, same_store=same_store, back=back)
    desired, misstated = _desired(documented, variables) if back is None else _desired_back(case, back)
    case = replace(case, desired=desired)
    case = replace(case, edges=planned_edges(case, edge_results))
    changes, held, of_nouns = _changes(case, recreations)
    case = replace(case, changes=tuple(change for _desired, change in changes))
    found = (*misstated, *findings(case, of_nouns))
    return Plan(
        deployment=hosts.name,
        title=case.title,
        management_host=reading.host,
        verification=terms.verification,
        partial=terms.partial,
        desired=_plain(desired),
        changes=tuple(_planned(wanted, change) for wanted, change in (changes if back else _in_order(changes, terms))),
        findings=found,
        accept=to_accept(case, (one.name for one in found if one.kind is Kind.CONSENT and not one.given), NAMES),
        edges=case.edges,
        sites=tuple(site.name for site in reading.topology.sites) if reading.topology else (),
        sip_domains=case.sip_domains,
        reached=tuple(reached(case)),
        master=reading.master,
        behind=tuple(replica.fqdn for replica in reading.late),
        wait_for=tuple(edge.fqdn for edge in late(case)) if terms.waited is None else (),
        passed_over=passed_over or {},
        topology_read=reading.topology is not None,
        undoes=back.where if back else "",
        held=tuple(held),
        exposure=exposure(case),
        providers_left=providers_left(case),
        pools=tuple(sorted(reading.topology.computers)) if reading.topology else (),
        documented_order=terms.documented_order,
        scope=terms.scope,
        ignored=terms.ignored,
        on_failure=terms.on_failure,
    )


def _desired(
    documented: Mapping[str, Mapping[str, Any]], variables: Mapping[str, Any]
) -> tuple[tuple[Desired, ...], list[Finding]]:
    """What is desired; where it is misstated, nothing, and why."""
    try:
        return desired_by(documented, variables), []
    except Refused as refusal:
        return (), [Finding(Kind.BLOCKER, "misstated", refusal.message)]


def _desired_back(case: Case, back: Back) -> tuple[tuple[Desired, ...], list[Finding]]:
    """What takes a run back; where that cannot be, nothing, and why."""
    found = list(findings_back(back, case.reading, case.hosts.name))
    if any(one.stops for one in found):
        return (), found
    try:
        desired = desired_back(back, case.reading.store, remove=REMOVE in accepted(case))
    except Refused as refusal:
        return (), [*found, Finding(Kind.BLOCKER, "misstated", refusal.message)]
    if not desired:
        found.append(
            Finding(Kind.BLOCKER, "nothing_to_restore", f"Nothing of what {back.where} changed can be brought back.")
        )
    return desired, found


def planned_edges(case: Case, results: Mapping[str, Mapping[str, Any]]) -> tuple[PlannedEdge, ...]:
    """Each Edge Server of the topology, and those that only the inventory has."""
    by_machine = {FQDN.comparable(edge.fqdn): edge for edge in case.hosts.edges}
    topology = case.reading.topology.edges if case.reading.topology else ()
    known = {FQDN.comparable(edge.fqdn) for edge in topology}
    found = [
        replace(_edge(case, edge.fqdn, edge.site, by_machine.get(FQDN.comparable(edge.fqdn)), results), pool=edge.pool)
        for edge in topology
    ]
    unknown = Content.NOT_IN_TOPOLOGY if case.reading.topology else None
    found = [_with_replica(edge, case.reading) for edge in found]
    others = [
        PlannedEdge(edge.fqdn, "", edge.host, unknown) if unknown else _edge(case, edge.fqdn, "", edge, results)
        for key, edge in by_machine.items()
        if key not in known
    ]
    return (*found, *others)


def _edge(
    case: Case, fqdn: str, site: str, host: EdgeHost | None, results: Mapping[str, Mapping[str, Any]]
) -> PlannedEdge:
    excuse = case.hosts.excuse(fqdn)
    if excuse is not None:
        return PlannedEdge(
            fqdn, site, host.host if host else None, Content.EXCUSED, excuse.reason, excused_until=excuse.until
        )
    if host is None:
        return PlannedEdge(fqdn, site, None, Content.NOT_IN_INVENTORY, "it has no host in the group lync_edge")
    if not host.in_play:
        return PlannedEdge(fqdn, site, host.host, Content.LEFT_OUT, "--limit leaves it out")
    if case.terms.verification is Verification.SKIP:
        return PlannedEdge(fqdn, site, host.host, Content.SKIPPED)
    content, reason = content_of(results.get(host.host) or {}, case.desired, case.reading)
    return PlannedEdge(fqdn, site, host.host, content, reason)


def _with_replica(edge: PlannedEdge, reading: Reading) -> PlannedEdge:
    key = FQDN.comparable(edge.fqdn)
    replica = next((one for one in reading.replicas or () if one.key == key), None)
    if replica is None:
        return edge
    return replace(edge, status=status(replica, None), last_status_report=replica.last_status_report)


def content_of(result: Mapping[str, Any], desired: Iterable[Desired], central: Reading) -> tuple[Content, str]:
    """What an Edge Server's own store holds, by the result of its lync_deployment_info; and why, or what differs."""
    if result.get("unreachable") or result.get("session_failed"):
        return Content.UNREACHABLE, str(result.get("msg") or "")
    if "reading" not in result:
        return (Content.NOT_READABLE, str(result["msg"])) if result.get("msg") else (Content.NOT_READ, "")
    reading = from_plain(EdgeReading, result["reading"])
    several = list(desired)
    needed = {noun_of(one.resource.read) for one in several}
    gaps = [gap for gap in reading.gaps if gap.part in needed]
    if gaps:
        return Content.NOT_READABLE, " ".join(gap.reason for gap in gaps)
    not_asked = sorted(needed - reading.objects.keys())
    if not_asked:
        return Content.NOT_READABLE, (
            f"{', '.join(not_asked)} of hybrid_settings was not asked for there: state hybrid_settings beside lync_deployment, so "
            "that management host and Edge Servers have the same."
        )
    said = "; ".join(map(str, all_differences(several, reading.store)))
    if not needed <= central.objects.keys():
        return (Content.DIFFERS if said else Content.MATCHES), said
    drift = apart(several, reading.store, central.store)
    if drift:
        return Content.DRIFTED, "; ".join(drift)
    return (Content.PENDING if said else Content.MATCHES), said


def _changes(
    case: Case, recreations: tuple[PlannedChange, ...]
) -> tuple[list[tuple[Desired, Change]], list[Held], list[Finding]]:
    """What would be changed, what needs no change, and what the nouns' own rules refuse, or what is here under another name."""
    changes: list[tuple[Desired, Change]] = []
    held: list[Held] = []
    found: list[Finding] = []
    for wanted in case.desired:
        if not {noun_of(read) for read in wanted.reads} <= case.reading.objects.keys():
            continue  # a blocker says so already
        try:
            permitted, change = _permitted(completed(wanted, case.reading.store, recreations), case.reading.store)
        except Refused as refusal:
            found.append(Finding(Kind.BLOCKER, "conflict", refusal.message))
        else:
            if change.needed:
                changes.append((permitted, change))
                continue
            held.append(_held(wanted, change))
            if wanted.resource.key and not wanted.resource.key.same(change.identity, wanted.identity):
                sentence = (
                    f"'{wanted.identity}' is here under the name '{change.identity}', as desired; its name stays."
                )
                found.append(Finding(Kind.WARNING, "other_name", sentence))
    return changes, held, found


def _held(desired: Desired, change: Change) -> Held:
    """With what nobody manages, too: a run may have kept it, or the server set it."""
    if change.found is None:
        return Held(change.noun, change.identity, wanted=desired.identity)
    shown = by_option(existing(desired.resource, change.found))
    return Held(change.noun, change.identity, shown, tuple(change.before or ()), desired.identity)


def _permitted(wanted: Desired, store: Store) -> tuple[Desired, Change]:
    """The change, and the options with which it is made: with a permission where it is refused without. A consent stands for it.

    :raises Refused: what no permission helps against.
    """
    try:
        return wanted, planned(wanted, store)
    except Refused as refusal:
        for option in wanted.resource.permits:
            permitted = replace(wanted, options={**wanted.options, option: True})
            try:
                return permitted, planned(permitted, store)
            except Refused:
                continue
        raise refusal


def _in_order(changes: list[tuple[Desired, Change]], terms: Terms) -> list[tuple[Desired, Change]]:
    """Federation is switched on last, so that a run that stops in the middle leaves a closed deployment closed; the documented
    page, which states no dependency, has it first.
    """
    return sorted(changes, key=lambda pair: (pair[0].resource.name == ACCESS_EDGE) is not terms.documented_order)


def _planned(desired: Desired, change: Change) -> PlannedChange:
    return from_plain(PlannedChange, {**change.plain(), "options": _options(desired)})


def _options(desired: Desired) -> dict[str, Any]:
    return {option: value for option, value in desired.options.items() if value is not None}


def _plain(desired: Iterable[Desired]) -> dict[str, dict[str, dict[str, Any]]]:
    """By noun and identity, as lync_local_store_check takes it."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for one in desired:
        key = one.resource.key.option if one.resource.key else ""
        options = {option: value for option, value in _options(one).items() if option != key}
        found.setdefault(one.resource.name, {})[one.identity] = options
    return found
