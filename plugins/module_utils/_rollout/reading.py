# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a deployment holds, read on its management host, and what an Edge Server's own store holds: both as documents.

Objects of nouns keep the server's property names and values. What could not be read is a gap with its reason; it is not empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._core.cmdlet import Cmdlet
from .._replication.poll import MASTER, Poll
from .._replication.status import Replica
from .._replication.topology import FEDERATION_PORT, Edge
from .._store.shown import text_or_nothing
from .._store.store import Store
from .parts import Gap

Objects = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Site:
    """A Lync site. ``federation_route`` is None where it has none, and where ``shows_route`` says that the server shows none."""

    name: str
    federation_route: str | None = None
    shows_route: bool = False


@dataclass(frozen=True)
class EdgePool:
    """An Edge pool: its external SIP port and external name, None where they are not shown."""

    fqdn: str
    site: str
    external_sip_port: int | None = None
    external_fqdn: str | None = None

    @property
    def federates(self) -> bool | None:
        """Whether it carries federation, by its port; None where that is not shown."""
        return None if self.external_sip_port is None else self.external_sip_port == FEDERATION_PORT


@dataclass(frozen=True)
class Topology:
    """Sites, Edge pools, Edge Servers and SIP domains of a deployment; ``computers`` are all its machines, by pool."""

    sites: tuple[Site, ...] = ()
    edge_pools: tuple[EdgePool, ...] = ()
    edges: tuple[Edge, ...] = ()
    sip_domains: tuple[str, ...] = ()
    computers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def federating(self) -> tuple[EdgePool, ...]:
        """The Edge pools that show that they carry federation."""
        return tuple(pool for pool in self.edge_pools if pool.federates)


ADMINISTRATOR = "CsAdministrator"
"""The role that may do everything, everywhere (learn.microsoft.com, Planning for role-based access control)."""


@dataclass(frozen=True)
class Role:
    """An administrator role. ``cmdlets`` and ``scopes`` are None where they were not read."""

    name: str
    cmdlets: tuple[str, ...] | None = None
    scopes: tuple[str, ...] | None = None

    @property
    def administrates(self) -> bool:
        """Whether it may do everything."""
        return self.name.casefold() == ADMINISTRATOR.casefold()


@dataclass(frozen=True)
class Rights:
    """What the account may run, as far as the endpoint tells.

    :ivar account: the name with which the endpoint is logged on to; empty where it is not known, and where no endpoint could tell.
    :ivar offered: of the changing cmdlets those that are offered to it; None where the endpoint does not tell.
    :ivar roles: its roles, as far as they are told: those through nested groups may be missing. None where nothing is told.
    """

    account: str = ""
    offered: tuple[str, ...] | None = None
    roles: tuple[Role, ...] | None = None


@dataclass(frozen=True)
class Reading:
    """One deployment, as the Central Management store has it.

    :param host: the management host's inventory name.
    :param where: the endpoint that answered.
    :param topology: None where a part of it could not be read.
    :param objects: by a noun as cmdlets have it (``CsHostingProvider``), for each noun that could be read.
    :param replicas: None where the status could not be read; so ``central``, the status of the store itself.
    :param voicemail: the hosted voicemail policies; None where they could not be read.
    """

    host: str
    where: str
    topology: Topology | None = None
    objects: Mapping[str, Objects] = field(default_factory=dict)
    replicas: tuple[Replica, ...] | None = None
    central: Mapping[str, Any] | None = None
    voicemail: Objects | None = None
    rights: Rights = Rights()
    gaps: tuple[Gap, ...] = ()
    version: int = 1

    @property
    def master(self) -> str:
        """The active master of the Central Management store; empty where it has none or it is not known."""
        return text_or_nothing((self.central or {}).get(MASTER)) or ""

    @property
    def late(self) -> tuple[Replica, ...]:
        """The replicas that are not up to date, as far as they were read."""
        return tuple(one for one in self.replicas or () if not one.up_to_date)

    @property
    def poll(self) -> Poll | None:
        """The replicas and the state of the store together; None where either is not known."""
        if self.replicas is None or self.central is None:
            return None
        return Poll(self.replicas, self.central)

    @property
    def store(self) -> Store:
        """What the central store holds, as far as it was read."""
        return store_of(self.objects)

    def gap(self, part: str) -> Gap | None:
        return next((gap for gap in self.gaps if gap.part == part), None)


@dataclass(frozen=True)
class EdgeReading:
    """One Edge Server, as its own store has it."""

    host: str
    where: str
    objects: Mapping[str, Objects] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()
    version: int = 1

    @property
    def store(self) -> Store:
        """What its own store holds, as far as it was read."""
        return store_of(self.objects)


def noun_of(read: Cmdlet) -> str:
    """The noun that a reading cmdlet reads, as cmdlets have it."""
    return read.name.partition("-")[2]


def store_of(objects: Mapping[str, Objects]) -> Store:
    return Store({f"Get-{noun}": found for noun, found in objects.items()})
