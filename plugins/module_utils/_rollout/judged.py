# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the records of deployments, and what Edge Servers held in the end, to the evidence that verdicts are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from .._core.outcome import Outcome
from .._replication.status import Status
from .._resource.compare import Difference, Match
from .._resource.setting import FQDN
from .evidence import Deployment, EdgeServer, LateReplica, Stop
from .inventory import DeploymentHosts, title
from .plan import PlannedEdge
from .record import Record, replica_of
from .verdict import Content, Verification, Writes

Result = Mapping[str, Any]

CHECKED = {match.value: Content(match.value) for match in Match}
"""The outcomes of lync_local_store_check."""

BEFORE = Stop("", "its management host failed before, see above.")


def recorded(record: Record, hosts: DeploymentHosts, contents: Mapping[str, Result]) -> Deployment:
    """
    :param contents: by inventory host, the result of its lync_local_store_check; those that were not asked are missing.
    """
    plan = record.plan
    in_play = {edge.host for edge in hosts.edges_in_play}
    return Deployment(
        title=plan.title,
        host=plan.management_host,
        edges=tuple(_edge(record, edge, in_play, contents) for edge in plan.edges),
        topology_read=plan.topology_read,
        compliant=not plan.changes,
        stop=record.stop,
        ran=_with(record, Outcome.RAN),
        unknown=_with(record, Outcome.UNKNOWN),
        missing=_missing(record),
        passed_over=plan.passed_over,
        behind=tuple(_lagging(record, waited_for=False)),
        late=tuple(_lagging(record, waited_for=True)),
        sip_domains=plan.sip_domains,
        closing=plan.closing,
        undoes=plan.undoes,
        on_failure=plan.on_failure,
        verification=plan.verification,
        partial=plan.partial,
        check_mode=record.check_mode,
        writes=record.outcome_of_writes,
        settled=record.replication.settled,
        master_moved=record.replication.master_moved,
    )


def unrecorded(
    hosts: DeploymentHosts,
    contents: Mapping[str, Result],
    verification: Verification,
    partial: bool,
    check_mode: bool,
    stop: Stop | None = None,
) -> Deployment:
    """A deployment that nobody worked on: its management host is not in the play, or failed before anything was read."""
    managed = bool(hosts.management)
    names = [*hosts.management, *(edge.host for edge in hosts.edges_in_play)]
    return Deployment(
        title=title(hosts.name, (), names),
        host=names[0],
        edges=tuple(_of_inventory(hosts, contents, verification)),
        managed=managed,
        topology_read=False,
        stop=stop or (BEFORE if managed else None),
        verification=verification,
        partial=partial,
        check_mode=check_mode,
    )


def _with(record: Record, outcome: Outcome) -> tuple[str, ...]:
    return tuple(write.cmdlet for write in record.writes if write.outcome is outcome)


def _missing(record: Record) -> tuple[str, ...]:
    """What of the plan was not written, as far as that is known."""
    written = Counter(write.cmdlet for write in record.writes if write.outcome.may_have_run)
    return tuple((Counter(record.plan.cmdlets) - written).elements())


def _lagging(record: Record, waited_for: bool) -> Iterable[LateReplica]:
    """Other machines than Edge Servers, which have rows of their own."""
    edges = {FQDN.comparable(edge.fqdn) for edge in record.plan.edges}
    for replica in record.replication.replicas:
        lagging = replica.status is Status.LAGGING and replica.waited_for is waited_for
        if lagging and FQDN.comparable(replica.fqdn) not in edges:
            yield LateReplica(replica.fqdn, replica.last_status_report)


def _of_inventory(
    hosts: DeploymentHosts, contents: Mapping[str, Result], verification: Verification
) -> Iterable[EdgeServer]:
    for edge in hosts.edges:
        excuse = hosts.excuse(edge.fqdn)
        if excuse is not None:
            yield EdgeServer(edge.fqdn, Content.EXCUSED, reason=excuse.reason, excused_until=excuse.until)
            continue
        if not edge.in_play:
            yield EdgeServer(edge.fqdn, Content.LEFT_OUT)
            continue
        unread = Content.SKIPPED if verification is Verification.SKIP else Content.NOT_READ
        content, reason = checked_content(contents.get(edge.host) or {}) or (unread, "")
        yield EdgeServer(edge.fqdn, content, host=edge.host, reason=reason)


def _edge(record: Record, edge: PlannedEdge, in_play: set[str], contents: Mapping[str, Result]) -> EdgeServer:
    found = checked_content(contents.get(edge.host or "") or {})
    content, reason = found or _first_reading(record, edge)
    replica = replica_of(record, edge)
    return EdgeServer(
        fqdn=edge.fqdn,
        content=content,
        site=edge.site,
        host=edge.host if edge.host in in_play else None,
        reason=reason,
        status=replica.status,
        waited_for=replica.waited_for,
        seconds=replica.seconds,
        last_status_report=replica.last_status_report,
        differences=_differences(contents.get(edge.host or "") or {}),
        excused_until=edge.excused_until,
    )


def _differences(result: Result) -> tuple[str, ...]:
    return tuple(str(Difference(**one)) for one in result.get("differences") or ())


def _first_reading(record: Record, edge: PlannedEdge) -> tuple[Content, str]:
    """What was read before the first write, as far as it still tells something."""
    stopped = bool(record.plan.stops)
    if edge.content is Content.DRIFTED if stopped else record.check_mode:
        return edge.content, edge.reason
    if edge.content in (Content.PENDING, Content.DRIFTED):
        return Content.DIFFERS, edge.reason
    if edge.content is Content.MATCHES and record.outcome_of_writes is not Writes.NONE:
        return Content.NOT_READ, "its own store was not read after the change"
    return edge.content, edge.reason


def checked_content(result: Result) -> tuple[Content, str] | None:
    """What a result of lync_local_store_check says, and its sentence; None where it was not asked."""
    if not result or result.get("skipped"):
        return None
    sentence = str(result.get("msg") or "").strip()
    if result.get("unreachable") or result.get("session_failed"):
        return Content.UNREACHABLE, f"unreachable: {sentence}"
    outcome = result.get("outcome")
    if outcome is None:
        return Content.NOT_READABLE, sentence
    return CHECKED.get(outcome, Content.NOT_READABLE), sentence
