# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server of the lab: a Front End, an Edge Server, or a host on which nothing of Lync is installed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from lynclab.deployment.deployment import Deployment
from lynclab.endpoint import Account, Endpoint, Limits, Logon, Wire
from lynclab.endpoints import OCS_POWERSHELL, WSMAN, CmdletOnlyEndpoint, PlainEndpoint
from lynclab.faults import Faults
from lynclab.people import People

# The texts of these failures are not documented anywhere: nobody may match them.
EDGE_PROBLEM = (
    "Cannot reach the Central Management store: this computer does not belong to a domain, so Active Directory cannot be "
    "asked where the store is. Use -LocalStore to read the local copy."
)
DOUBLE_HOP_PROBLEM = (
    "Active Directory operation failed. An operations error occurred. The session's credentials cannot be used on a "
    "further computer, and the Central Management store is on {store}."
)


class Kind(Enum):
    """What a machine is."""

    FRONT_END = "Front End"
    EDGE = "Edge Server"
    PLAIN = "no Lync server"


@dataclass
class LabMachine:
    """A server. ``local_store_only`` machines (Edge Servers) can reach neither Active Directory nor the store.

    ``delegation``: it is trusted for delegation, so that a plain session on it reaches the store on another machine.
    ``offers_get_command``: whether OcsPowershell has Get-Command, which no source settles.
    ``autoload`` False imitates PowerShell 2 or a profile that turns module loading off: Import-Module comes first.
    """

    name: str
    kind: Kind
    deployment: Deployment
    people: People
    powershell_version: str = "4.0"
    autoload: bool = True
    offers_get_command: bool = False
    module_load: float = 0.0
    delegation: bool = False
    faults: Faults = field(default_factory=Faults)
    limits: Limits = field(default_factory=Limits)
    wire: Wire = field(default_factory=Wire)

    def __post_init__(self) -> None:
        self._endpoints: dict[str, Endpoint] = {WSMAN: PlainEndpoint(self, self.people)}
        if self.kind is Kind.FRONT_END:
            self._endpoints[OCS_POWERSHELL] = CmdletOnlyEndpoint(self, self.people)

    @property
    def endpoints(self) -> Mapping[str, Endpoint]:
        """Its endpoints by path."""
        return self._endpoints

    def offer(self, endpoint: Endpoint) -> None:
        """Listen on one more path, or answer on a known one otherwise."""
        self._endpoints[endpoint.path] = endpoint

    @property
    def accounts(self) -> Sequence[Account]:
        """Who can log on."""
        return self.people.accounts

    @property
    def edition_name(self) -> str:
        """``desktop`` or ``core``."""
        return self.wire.edition.name

    @property
    def has_lync(self) -> bool:
        """Whether the product is installed."""
        return self.kind is not Kind.PLAIN

    @property
    def holds_store(self) -> bool:
        """Whether the database of the Central Management store is on this machine."""
        topology = self.deployment.topology
        pool = topology.pool(topology.store_pool)
        return pool is not None and self.name.lower() in (computer.lower() for computer in pool.computers)

    def store_problem(self, logon: Logon, over_web: bool) -> str | None:
        """Why the Central Management store cannot be reached from a session, if it cannot.

        An Edge Server is in no domain. A plain session without delegation cannot log on to the store's machine; the
        cmdlet-only endpoint makes that hop itself.
        """
        if self.kind is Kind.EDGE:
            return EDGE_PROBLEM
        if over_web or logon.delegated or self.delegation or self.holds_store:
            return None
        return DOUBLE_HOP_PROBLEM.format(store=self.deployment.topology.store_pool)
