# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of each deployment and each of its Edge Servers when a run ends: all that the report is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .._replication.status import Status
from .verdict import Circumstances, Content, Verification, Writes


@dataclass(frozen=True)
class EdgeServer:
    """
    :ivar host: its inventory host, when that is in the play.
    :ivar reason: why its content is not right or not known, where there is more to say than the kind of content does; or why it is
        excused from the proof.
    :ivar differences: where it was read and differs, each setting as desired and as found.
    :ivar excused_until: where it is excused, the last day of that.
    :ivar waited_for: whether its replica was waited for.
    :ivar seconds: after how many its status was as it must be, else how long it was waited for; None: it was not.
    :ivar last_status_report: of its replica, the server's text.
    """

    fqdn: str
    content: Content
    site: str = ""
    host: str | None = None
    reason: str = ""
    status: Status = Status.UNKNOWN
    waited_for: bool = False
    seconds: float | None = None
    last_status_report: str | None = None
    differences: tuple[str, ...] = ()
    excused_until: str = ""


@dataclass(frozen=True)
class Stop:
    """Where the work on a deployment ended before its time: the task (empty: before its first one), and its sentence.

    :ivar withheld: where nothing was written on purpose, the outcome in a word.
    :ivar writes_known: whether its result says what the task wrote, if anything.
    :ivar changed_since: whether the task found something else than the plan did: somebody else is at work there.
    """

    task: str
    message: str
    unreachable: bool = False
    withheld: str = ""
    writes_known: bool = True
    changed_since: bool = False


@dataclass(frozen=True)
class LateReplica:
    """The replica of a machine that is no Edge Server. ``last_status_report`` is the server's text."""

    fqdn: str
    last_status_report: str | None = None


@dataclass(frozen=True)
class Deployment:
    """
    :ivar title: see :func:`.deployments.title`.
    :ivar host: the host of the play that answers for it: the management host, else an Edge Server's.
    :ivar managed: whether its management host is in the play.
    :ivar topology_read: whether ``edges`` are those of the topology, else they are those of the inventory.
    :ivar compliant: whether the central store had the desired state before the run.
    :ivar ran: the changing cmdlets that the server acknowledged, as a person would type them.
    :ivar unknown: those of which it is not known whether they ran.
    :ivar missing: those of the plan that were not sent, or are known not to have run.
    :ivar passed_over: management hosts before this one that could not be read, with the reason.
    :ivar behind: the replicas of other machines that nobody waited for and that were not up to date in the end.
    :ivar late: those that were waited for in vain.
    :ivar closing: clauses of its plan's findings that the last line repeats.
    :ivar undoes: the record of the run that was to be taken back; empty where none was.
    :ivar on_failure: what was to become of what was written, where the run failed.
    :ivar rolled_back: what became of that; empty where nothing was to be taken back.
    :ivar is_back: whether the central store has again what it had before.
    """

    title: str
    host: str
    edges: tuple[EdgeServer, ...]
    managed: bool = True
    topology_read: bool = True
    compliant: bool = False
    stop: Stop | None = None
    ran: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    passed_over: Mapping[str, str] = field(default_factory=dict)
    behind: tuple[LateReplica, ...] = ()
    late: tuple[LateReplica, ...] = ()
    sip_domains: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    undoes: str = ""
    on_failure: str = "keep"
    rolled_back: str = ""
    is_back: bool = False
    verification: Verification = Verification.REQUIRED
    partial: bool = False
    check_mode: bool = False
    writes: Writes = Writes.NONE
    settled: bool = False
    master_moved: bool = False

    @property
    def unfinished(self) -> bool:
        """Whether the work ended before all was written, so that an Edge Server cannot have it."""
        return self.stop is not None and bool(self.missing)

    @property
    def circumstances(self) -> Circumstances:
        return Circumstances(
            self.verification,
            self.partial,
            self.check_mode,
            self.writes,
            self.stop is not None,
            self.settled,
            self.master_moved,
            self.is_back,
        )
