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
from .._replication.texts import last_report
from .._resource.compare import all_differences
from .._resource.plan import Change
from .._resource.planning import planned
from .._resource.resource import Desired
from .._resource.setting import FQDN
from .blockers import blockers
from .case import Case, Terms
from .desired import desired_by
from .inventory import DeploymentHosts, EdgeHost
from .plan import Finding, Kind, Plan, PlannedChange, PlannedEdge
from .reached import reached
from .reading import EdgeReading, Reading, noun_of
from .verdict import Content, Verification

ACCESS_EDGE = "access_edge"

NAMED_AT_MOST = 6
"""Replicas that a warning names."""


def plan(
    hosts: DeploymentHosts,
    reading: Reading,
    edge_results: Mapping[str, Mapping[str, Any]],
    documented: Mapping[str, Mapping[str, Any]],
    variables: Mapping[str, Any],
    terms: Terms,
    same_store: tuple[str, ...] = (),
) -> Plan:
    """
    :param edge_results: by inventory host, the result of its lync_deployment_info.
    :param documented: by noun, the options of the documented objects.
    :param variables: the role's variables that say what is desired, as the user set them.
    """
    desired, misstated = _desired(documented, variables)
    case = Case(hosts, reading, terms, desired, same_store=same_store)
    case = replace(case, edges=planned_edges(case, edge_results))
    changes, of_nouns = _changes(case)
    case = replace(case, changes=tuple(change for _desired, change in changes))
    return Plan(
        deployment=hosts.name,
        title=case.title,
        management_host=reading.host,
        verification=terms.verification,
        partial=terms.partial,
        desired=_plain(desired),
        changes=tuple(_planned(wanted, change) for wanted, change in _in_order(changes, terms)),
        findings=(*misstated, *blockers(case), *of_nouns, *_notes(case)),
        edges=case.edges,
        sites=tuple(site.name for site in reading.topology.sites) if reading.topology else (),
        sip_domains=case.sip_domains,
        reached=tuple(reached(case)),
        master=reading.master,
        behind=_behind(reading),
        topology_read=reading.topology is not None,
    )


def _desired(
    documented: Mapping[str, Mapping[str, Any]], variables: Mapping[str, Any]
) -> tuple[tuple[Desired, ...], list[Finding]]:
    """What is desired; where it is misstated, nothing, and why."""
    try:
        return desired_by(documented, variables), []
    except Refused as refusal:
        return (), [Finding(Kind.BLOCKER, "misstated", refusal.message)]


def planned_edges(case: Case, results: Mapping[str, Mapping[str, Any]]) -> tuple[PlannedEdge, ...]:
    """Each Edge Server of the topology, and those that only the inventory has."""
    by_machine = {FQDN.comparable(edge.fqdn): edge for edge in case.hosts.edges}
    topology = case.reading.topology.edges if case.reading.topology else ()
    known = {FQDN.comparable(edge.fqdn) for edge in topology}
    found = [
        _edge(case, edge.fqdn, edge.site, by_machine.get(FQDN.comparable(edge.fqdn)), results) for edge in topology
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
    differences = all_differences(several, reading.store)
    if not differences:
        return Content.MATCHES, ""
    said = "; ".join(map(str, differences))
    if not needed <= central.objects.keys():
        return Content.DIFFERS, said
    of_central = all_differences(several, central.store)
    return (Content.PENDING if all(one in of_central for one in differences) else Content.DRIFTED), said


def _changes(case: Case) -> tuple[list[tuple[Desired, Change]], list[Finding]]:
    """What would be changed, and what the nouns' own rules refuse, or what is here under another name."""
    changes: list[tuple[Desired, Change]] = []
    found: list[Finding] = []
    for wanted in case.desired:
        if not {noun_of(read) for read in wanted.reads} <= case.reading.objects.keys():
            continue  # a blocker says so already
        try:
            change = planned(wanted, case.reading.store)
        except Refused as refusal:
            found.append(Finding(Kind.BLOCKER, "conflict", refusal.message))
        else:
            if change.needed:
                changes.append((wanted, change))
            elif wanted.resource.key and not wanted.resource.key.same(change.identity, wanted.identity):
                sentence = (
                    f"'{wanted.identity}' is here under the name '{change.identity}', as desired; its name stays."
                )
                found.append(Finding(Kind.WARNING, "other_name", sentence))
    return changes, found


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


def _behind(reading: Reading) -> tuple[str, ...]:
    return tuple(replica.fqdn for replica in reading.replicas or () if not replica.up_to_date)


def _notes(case: Case) -> Iterable[Finding]:
    """What the nouns' own rules have to say, and who was behind before any change."""
    for change in case.changes:
        for note in change.notes:
            yield Finding(Kind.WARNING, "note", note)
    behind = [one for one in case.reading.replicas or () if not one.up_to_date]
    if behind:
        named = [f"{one.fqdn} ({last_report(one.last_status_report)})" for one in behind[:NAMED_AT_MOST]]
        named += [f"{len(behind) - len(named)} more"] if len(behind) > len(named) else []
        yield Finding(Kind.WARNING, "behind", f"Behind already, before any change: {', '.join(named)}.")
    yield Finding(
        Kind.UNCHECKED, "rights", "Whether the account may write is not checked where the endpoint does not tell."
    )
