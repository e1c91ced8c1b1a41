# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a change reaches the replicas, and what the master knows about it.

A change is written; ``package_delay`` later the master builds a package for each replica, a snapshot of the store
(LastUpdateCreation moves, UpToDate turns False); ``transfer_delay`` later it is in that replica's local store;
``report_delay`` later the status report is back (LastStatusReport moves, UpToDate is True when the report equals the
newest package). Between the write and the package the old True still stands: the stale window. Replicas also report
regularly without a change. Sources: Microsoft's support article on Central Management store replication failures and
learn.microsoft.com Get-CsManagementStoreReplicationStatus, Invoke-CsManagementStoreReplication; the order of the stamps
follows from them.

Nothing runs in the background: ``advance`` works off what is due whenever somebody looks.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from lynclab.deployment.clock import Clock
from lynclab.deployment.store import StoreContent


@dataclass(frozen=True)
class Delays:
    """How long each step takes, and how often a replica reports without a change, in seconds."""

    package: float = 1.0
    transfer: float = 1.0
    report: float = 1.0
    regular_report: float = 60.0


@dataclass
class Replica:
    """One machine's replica. Stamps are what the master's table shows, in seconds since 1970; None: never.

    ``skew`` is how far the machine's clock is off. ``receives`` False: packages do not arrive (port 4443 inwards);
    ``reports`` False: status reports do not come back; ``applies`` False: a package is reported and changes nothing;
    ``stamps_move`` False: the table shows the old stamps for ever.
    """

    fqdn: str
    product_version: str
    content: StoreContent
    skew: float = 0.0
    receives: bool = True
    reports: bool = True
    applies: bool = True
    stamps_move: bool = True
    last_update_creation: float | None = None
    last_status_report: float | None = None
    newest: int = 0
    arrived: int = 0
    reported: int | None = 0
    has_reported: bool = True

    @property
    def up_to_date(self) -> bool:
        """The master's view: the last report equals the newest package."""
        return self.reported == self.newest


@dataclass(order=True)
class _Event:
    time: float
    order: int
    happen: Callable[[float], None] = field(compare=False)


class Replication:
    """The master and its replicas. ``store`` gives the store's content as it is now."""

    def __init__(self, clock: Clock, delays: Delays, store: Callable[[], StoreContent], master: str) -> None:
        self.delays = delays
        self.replicas: dict[str, Replica] = {}
        self.master: str | None = master
        self.file_transfer_agent: str | None = master
        self.master_skew = 0.0
        self.deleted: list[str] = []
        self.running = True
        self.last_change = clock.now()
        self._clock = clock
        self._store = store
        self._packaged: StoreContent = store()
        self._stopped_at: float | None = None
        self._waiting: list[Callable[[float], None]] = []
        self._events: list[_Event] = []
        self._order = itertools.count()
        self._numbers = itertools.count(1)

    def add(self, fqdn: str, product_version: str, *, never_reported: bool = False) -> Replica:
        """A replica that holds what the store holds, reported just now; or one that was never filled."""
        now = self._clock.now()
        replica = Replica(fqdn, product_version, StoreContent() if never_reported else self._store())
        if never_reported:
            replica.receives = replica.reports = replica.has_reported = False
            replica.reported = None
            replica.newest = next(self._numbers)
            replica.last_update_creation = now + self.master_skew
        else:
            replica.last_update_creation = now - self.delays.transfer - self.delays.report + self.master_skew
            replica.last_status_report = now + replica.skew
        self.replicas[fqdn.lower()] = replica
        self._schedule(now + self.delays.regular_report, lambda at: self._regular_report(replica, at))
        return replica

    def advance(self) -> None:
        """Work off everything that is due by now."""
        now = self._clock.now()
        while self._events and self._events[0].time <= now:
            event = heapq.heappop(self._events)
            event.happen(event.time)

    def changed(self) -> None:
        """The store was written just now."""
        now = self._clock.now()
        self.last_change = now
        self._schedule(now + self.delays.package, lambda at: self._when_running(self._build_changed, at))

    @property
    def has_unsent_change(self) -> bool:
        """Whether the store holds something that no package holds yet."""
        return self._store() is not self._packaged

    def forget_change(self) -> None:
        """Take what the store holds as sent: nothing of it is left to replicate."""
        self._packaged = self._store()

    def push(self, fqdns: list[str] | None = None) -> None:
        """Invoke-CsManagementStoreReplication: forget the status of these replicas and send them everything."""
        now = self._clock.now()
        chosen = [self.replicas[fqdn.lower()] for fqdn in fqdns] if fqdns is not None else list(self.replicas.values())
        for replica in chosen:
            replica.reported = None
            replica.has_reported = False
            replica.last_status_report = None
        self._schedule(
            now + self.delays.package,
            lambda at: self._when_running(lambda then: self._build(chosen, then), at),
        )

    def build_now(self, *, everywhere_at_once: bool = False) -> None:
        """Build a package of what the store holds at this moment; on request let it arrive and be reported at once."""
        now = self._clock.now()
        self._packaged = self._store()
        for replica in self.replicas.values():
            number = self._package(replica, now)
            if everywhere_at_once:
                self._arrive(replica, number, self._packaged, now, report_after=0.0)

    def stop(self) -> None:
        """The master replicator stops: no packages from now on."""
        self.advance()
        self.running = False
        self._stopped_at = self._clock.now()

    def start(self) -> None:
        """The master replicator runs again and works off what waited."""
        self.running = True
        self._stopped_at = None
        waiting, self._waiting = self._waiting, []
        for build in waiting:
            self._schedule(self._clock.now() + self.delays.package, build)

    def move_master(self, fqdn: str, skew: float = 0.0) -> None:
        """Another Front End takes over: it builds everything anew and stamps it with its own clock."""
        self.master = self.file_transfer_agent = fqdn
        self.master_skew = skew
        self._schedule(
            self._clock.now() + self.delays.package,
            lambda at: self._when_running(lambda then: self._build(list(self.replicas.values()), then), at),
        )

    def heartbeat(self) -> float:
        """When master and file transfer agent last gave a sign of life, by the master's clock."""
        return (self._stopped_at if self._stopped_at is not None else self._clock.now()) + self.master_skew

    def _schedule(self, time: float, happen: Callable[[float], None]) -> None:
        heapq.heappush(self._events, _Event(time, next(self._order), happen))

    def _when_running(self, build: Callable[[float], None], at: float) -> None:
        if self.running:
            build(at)
        else:
            self._waiting.append(build)

    def _build_changed(self, at: float) -> None:
        # Two writes before one package leave nothing for a second one.
        if self.has_unsent_change:
            self._build(list(self.replicas.values()), at)

    def _build(self, replicas: list[Replica], at: float) -> None:
        content = self._packaged = self._store()
        for replica in replicas:
            number = self._package(replica, at)
            self._schedule(at + self.delays.transfer, self._arrival(replica, number, content))

    def _arrival(self, replica: Replica, number: int, content: StoreContent) -> Callable[[float], None]:
        return lambda at: self._arrive(replica, number, content, at, self.delays.report)

    def _package(self, replica: Replica, at: float) -> int:
        replica.newest = next(self._numbers)
        if replica.stamps_move:
            replica.last_update_creation = at + self.master_skew
        return replica.newest

    def _arrive(self, replica: Replica, number: int, content: StoreContent, at: float, report_after: float) -> None:
        if not replica.receives or number < replica.arrived:
            return
        replica.arrived = number
        if replica.applies:
            replica.content = content
        if report_after:
            self._schedule(at + report_after, lambda then: self._report(replica, number, then))
        else:
            self._report(replica, number, at)

    def _report(self, replica: Replica, number: int, at: float) -> None:
        if not replica.reports:
            return
        replica.reported = max(number, replica.reported or 0)
        replica.has_reported = True
        if replica.stamps_move:
            replica.last_status_report = at + replica.skew

    def _regular_report(self, replica: Replica, at: float) -> None:
        if replica.reported is not None:
            self._report(replica, replica.arrived, at)
        self._schedule(at + self.delays.regular_report, lambda then: self._regular_report(replica, then))
