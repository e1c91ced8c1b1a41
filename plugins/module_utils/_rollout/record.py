# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The record of one deployment: its plan, and what became of it. A document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._core.outcome import Outcome
from .._replication.status import Status
from .._resource.setting import FQDN
from .evidence import Stop
from .plan import Plan, PlannedEdge
from .verdict import Writes


@dataclass(frozen=True)
class Write:
    """A changing cmdlet as a person would type it, and what became of it."""

    cmdlet: str
    outcome: Outcome


@dataclass(frozen=True)
class ReplicaRecord:
    """What the status of one replica said in the end.

    :ivar seconds: after how many it was as it must be, else how long it was waited for; None: it was not.
    """

    fqdn: str
    status: Status
    waited_for: bool
    seconds: float | None = None
    last_status_report: str | None = None


@dataclass(frozen=True)
class ReplicationRecord:
    """How replication went. ``failed``: not all that was waited for came in time."""

    replicas: tuple[ReplicaRecord, ...] = ()
    settled: bool = False
    master_moved: bool = False
    failed: bool = False


@dataclass(frozen=True)
class RecordedEdge:
    """An Edge Server at the end of the run, with the values of its verdict."""

    fqdn: str
    content: str
    status: str
    outcome: str
    verified: bool
    excused_until: str = ""


@dataclass(frozen=True)
class Record:
    """
    :ivar stop: where the work ended before its time; None: it did not.
    :ivar replication: None where nobody waited for it; the status before the change is then in it, where it was read.
    """

    plan: Plan
    check_mode: bool
    writes: tuple[Write, ...] = ()
    stop: Stop | None = None
    replication: ReplicationRecord = ReplicationRecord()
    version: int = 1

    @property
    def outcome_of_writes(self) -> Writes:
        """What became of all writes together."""
        outcomes = {write.outcome for write in self.writes}
        if Outcome.UNKNOWN in outcomes:
            return Writes.UNKNOWN
        return Writes.RAN if Outcome.RAN in outcomes else Writes.NONE


def replication_of(result: Mapping[str, Any]) -> ReplicationRecord:
    """From a result of lync_replication_status; nothing where it was not read."""
    waited = result.get("waited")
    return ReplicationRecord(
        replicas=tuple(_replica(one, waited) for one in result.get("replicas") or ()),
        settled=bool(result.get("settled")),
        master_moved=bool(result.get("master_moved")),
        failed=bool(result.get("failed")),
    )


def _replica(shown: Mapping[str, Any], waited: float | None) -> ReplicaRecord:
    waited_for, seconds = bool(shown.get("in_scope")), shown.get("seconds")
    return ReplicaRecord(
        fqdn=str(shown["replica_fqdn"]),
        status=Status(shown["state"]),
        waited_for=waited_for,
        seconds=(waited if seconds is None else seconds) if waited_for else None,
        last_status_report=shown.get("last_status_report"),
    )


def replica_of(record: Record, edge: PlannedEdge) -> ReplicaRecord:
    """The replica of an Edge Server in the end; where nothing was written, as it was read before."""
    key = FQDN.comparable(edge.fqdn)
    found = next((one for one in record.replication.replicas if FQDN.comparable(one.fqdn) == key), None)
    if found is not None:
        return found
    known = edge.status if record.outcome_of_writes is Writes.NONE else Status.UNKNOWN
    return ReplicaRecord(edge.fqdn, known, waited_for=False, last_status_report=edge.last_status_report)
