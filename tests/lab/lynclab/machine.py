# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server of the lab: a Front End, an Edge Server, or a host on which nothing of Lync is installed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from lynclab.contract.accounts import Account
from lynclab.contract.endpoint import Endpoint, Logon
from lynclab.contract.faults import Faults
from lynclab.contract.machine import Limits, Wire
from lynclab.deployment.deployment import Deployment
from lynclab.endpoints import OCS_POWERSHELL, WSMAN, CmdletOnlyEndpoint, PlainEndpoint
from lynclab.people import People
from lynclab.spec import OFFERED

# The texts of these failures are not documented anywhere: nobody may match them.
EDGE_PROBLEM = (
    "Cannot reach the Central Management store: this computer does not belong to a domain, so Active Directory cannot be "
    "asked where the store is. Use -LocalStore to read the local copy."
)
DOUBLE_HOP_PROBLEM = (
    "Active Directory operation failed. An operations error occurred. The session's credentials cannot be used on a "
    "further computer, and the Central Management store is on {store}."
)


# Real texts of .NET for the databases, and the shape of Lync's errors about Active Directory (KB2466000); that Lync's
# cmdlets pass them on just so is not confirmed.
DIRECTORY_PROBLEM = (
    'Active Directory operation failed on "{domain}". You cannot retry this operation: "The server is not operational."'
)
DATABASE_PROBLEM = (
    "A network-related or instance-specific error occurred while establishing a connection to SQL Server. The server was "
    "not found or was not accessible. Verify that the instance name is correct and that SQL Server is configured to allow "
    "remote connections. (provider: Named Pipes Provider, error: 40 - Could not open a connection to SQL Server)"
)
LOCAL_STORE_PROBLEM = 'Cannot open database "xds" requested by the login. The login failed.'


class Outage(Enum):
    """What of the deployment a machine does not reach."""

    NONE = ""
    DIRECTORY = "Active Directory"
    DATABASE = "the SQL Server of the Central Management store"


class Kind(Enum):
    """What a machine is."""

    FRONT_END = "Front End"
    EDGE = "Edge Server"
    PLAIN = "no Lync server"


@dataclass
class LabMachine:
    """A server. ``local_store_only`` machines (Edge Servers) can reach neither Active Directory nor the store.

    ``delegation``: it is trusted for delegation, so that a plain session on it reaches the store on another machine.
    ``offers_get_command``: whether OcsPowershell has Get-Command, which no source settles. ``autoload`` False imitates
    PowerShell 2 or a profile that turns module loading off: Import-Module comes first. ``module_installed`` False: the
    product runs elsewhere, its administrative tools are not here. ``has_dns_client`` False: Windows Server 2008 R2,
    which has no Resolve-DnsName. ``functions``: the product's cmdlets are proxy functions.
    ``outage`` and ``reads_local_store`` make cmdlets fail. ``offered`` are the
    authentications of ``/wsman``.
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
    module_installed: bool = True
    has_dns_client: bool = True
    functions: bool = False
    outage: Outage = Outage.NONE
    reads_local_store: bool = True
    offered: frozenset[str] = frozenset(OFFERED)
    faults: Faults = field(default_factory=Faults)
    limits: Limits = field(default_factory=Limits)
    wire: Wire = field(default_factory=Wire)

    def __post_init__(self) -> None:
        self._endpoints: dict[str, Endpoint] = {WSMAN: PlainEndpoint(self, self.people, self.offered)}
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
        return self.kind is not Kind.PLAIN and self.module_installed

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
        if self.outage is Outage.DIRECTORY:
            return DIRECTORY_PROBLEM.format(domain=self.deployment.domain)
        if self.outage is Outage.DATABASE:
            return DATABASE_PROBLEM
        if over_web or logon.delegated or self.delegation or self.holds_store:
            return None
        return DOUBLE_HOP_PROBLEM.format(store=self.deployment.topology.store_pool)

    def local_store_problem(self) -> str | None:
        """Why the local store cannot be read, if it cannot: the account has no rights in the database."""
        return None if self.reads_local_store else LOCAL_STORE_PROBLEM
