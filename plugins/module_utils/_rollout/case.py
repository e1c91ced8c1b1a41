# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One deployment before the first write: everything that findings look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .._resource.plan import Change
from .._resource.resource import Desired
from .inventory import DeploymentHosts, title
from .plan import PlannedEdge
from .reading import Reading
from .verdict import Verification, verification_of


@dataclass(frozen=True)
class Terms:
    """How a run is to be proven, and what it was allowed.

    :ivar stated: the verification as the user stated it.
    :ivar partial: whether Edge Servers that ``--limit`` leaves out are accepted.
    :ivar documented_order: whether federation is switched on first, as the documented page lists it.
    :ivar ignored: the replicas that are not waited for.
    """

    stated: str = Verification.REQUIRED.value
    partial: bool = False
    documented_order: bool = False
    ignored: tuple[str, ...] = ()

    @property
    def verification(self) -> Verification:
        return verification_of(self.stated)


@dataclass(frozen=True)
class Case:
    """A deployment, what was read of it, and what would be changed.

    :ivar same_store: the names of other deployments of the inventory whose store this one has.
    """

    hosts: DeploymentHosts
    reading: Reading
    terms: Terms
    desired: tuple[Desired, ...] = ()
    changes: tuple[Change, ...] = ()
    edges: tuple[PlannedEdge, ...] = ()
    same_store: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return title(self.hosts.name, self.sip_domains, (self.reading.host,))

    @property
    def sip_domains(self) -> tuple[str, ...]:
        return self.reading.topology.sip_domains if self.reading.topology else ()

    def desired_of(self, noun: str) -> Iterable[Desired]:
        return (one for one in self.desired if one.resource.name == noun)
