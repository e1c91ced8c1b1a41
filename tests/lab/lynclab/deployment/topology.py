# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sites, pools, computers and services of a deployment (learn.microsoft.com Get-CsSite, Get-CsPool, Get-CsService).

Federation goes through one Edge pool, the one with external SIP port 5061, and each site has a route to it
(Set-CsSite -FederationRoute; Microsoft's offline diagnostics count the pools with that port and want one).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

FEDERATION_PORT = 5061
FRONT_END_ROLES = (
    "Registrar",
    "UserServer",
    "ApplicationServer",
    "ConferencingServer",
    "WebServer",
    "ManagementServer",
)


@dataclass(frozen=True)
class Pool:
    """A pool: its FQDN, the site it belongs to, its computers and the roles that it serves.

    An Edge pool has its Access Edge's external name and external SIP port. What the port of a pool without federation is
    shown as is not documented: 0 here.
    """

    fqdn: str
    site: str
    computers: tuple[str, ...]
    roles: tuple[str, ...]
    external_fqdn: str = ""
    external_sip_port: int = 0

    @property
    def is_edge(self) -> bool:
        """Whether Access Edge runs on its computers."""
        return "EdgeServer" in self.roles

    @property
    def has_replicas(self) -> bool:
        """Back ends and gateways have no replica of the Central Management store."""
        return not set(self.roles) & {"UserDatabase", "CentralManagementDatabase", "PstnGateway"}


@dataclass(frozen=True)
class SipDomain:
    """A SIP domain; exactly one of a deployment is the default one."""

    name: str
    is_default: bool = False


@dataclass(frozen=True)
class Topology:
    """The topology of one deployment. ``store_pool`` holds the SQL database of the Central Management store.

    ``federation_routes`` are Edge pools by site.
    """

    sites: tuple[str, ...]
    pools: tuple[Pool, ...]
    sip_domains: tuple[SipDomain, ...]
    store_pool: str
    federation_routes: Mapping[str, str] = field(default_factory=dict)

    def pool(self, fqdn: str) -> Pool | None:
        """The pool of that FQDN, in any case."""
        return next((pool for pool in self.pools if pool.fqdn.lower() == fqdn.lower()), None)

    def pool_of(self, computer: str) -> Pool | None:
        """The pool that a computer belongs to."""
        wanted = computer.lower()
        return next((pool for pool in self.pools if wanted in (name.lower() for name in pool.computers)), None)

    def computers(self) -> Iterator[tuple[str, Pool]]:
        """Each computer with its pool."""
        for pool in self.pools:
            for computer in pool.computers:
                yield computer, pool

    def replicas(self) -> list[str]:
        """The computers that hold a replica of the store."""
        return [computer for computer, pool in self.computers() if pool.has_replicas]

    def edges(self) -> list[str]:
        """The Edge Servers."""
        return [computer for computer, pool in self.computers() if pool.is_edge]

    def with_pool(self, pool: Pool) -> Topology:
        """The same with one more pool."""
        return replace(self, pools=(*self.pools, pool))

    def with_federation(self, federating: Mapping[str, str]) -> Topology:
        """The same with these routes by site, and external SIP port 5061 on the pools that they lead to and no others."""
        names = {fqdn.lower() for fqdn in federating.values()}
        pools = (replace(pool, external_sip_port=FEDERATION_PORT * (pool.fqdn.lower() in names)) for pool in self.pools)
        return replace(self, pools=tuple(pools), federation_routes=dict(federating))

    def without_computer(self, fqdn: str) -> Topology:
        """The same without a computer, and without its pool when that was its only one."""
        pools = tuple(
            replace(pool, computers=tuple(name for name in pool.computers if name.lower() != fqdn.lower()))
            for pool in self.pools
        )
        return replace(self, pools=tuple(pool for pool in pools if pool.computers))
