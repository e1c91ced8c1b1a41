# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of each deployment and each of its Edge Servers when a run ends: all that the report is made of."""

from __future__ import annotations

from dataclasses import dataclass

from .._replication.status import Status
from .verdict import Circumstances, Content, Verification, Writes


@dataclass(frozen=True)
class EdgeServer:
    """
    :ivar host: its inventory host, when that is in the play.
    :ivar reason: why its content is not right or not known, where there is more to say than the kind of content does.
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


@dataclass(frozen=True)
class Stop:
    """Where the work on a deployment ended before its time: the task (empty: before its first one), and its sentence."""

    task: str
    message: str
    unreachable: bool = False


@dataclass(frozen=True)
class Deployment:
    """
    :ivar title: see :func:`.deployments.title`.
    :ivar host: the host of the play that answers for it: the management host, else an Edge Server's.
    :ivar managed: whether its management host is in the play.
    :ivar topology_read: whether ``edges`` are those of the topology, else they are those of the inventory.
    :ivar compliant: whether the central store had the desired state before the run.
    :ivar cmdlets: those that ran, as a person would type them.
    """

    title: str
    host: str
    edges: tuple[EdgeServer, ...]
    managed: bool = True
    topology_read: bool = True
    compliant: bool = False
    stop: Stop | None = None
    cmdlets: tuple[str, ...] = ()
    sip_domains: tuple[str, ...] = ()
    verification: Verification = Verification.REQUIRED
    partial: bool = False
    check_mode: bool = False
    writes: Writes = Writes.NONE
    settled: bool = False
    master_moved: bool = False

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
        )
