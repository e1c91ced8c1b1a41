# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The topology of a deployment: sites, pools, computers, and which of them are Edge Servers.

Replicas are machines, not pools: a pool of two Edge Servers has two replicas (learn.microsoft.com,
Get-CsManagementStoreReplicationStatus; the property is ReplicaFqdn).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .._core.cmdlet import SWITCH, Cmdlet
from .._resource.setting import FQDN
from .._store.store import Object, Store

SITES = Cmdlet("Get-CsSite", yields=r"(.*\+)?\w*Site")
POOLS = Cmdlet("Get-CsPool", yields="Cluster")
COMPUTERS = Cmdlet("Get-CsComputer", yields="Machine")
SIP_DOMAINS = Cmdlet("Get-CsSipDomain", yields="SipDomain")
EDGE_SERVICES = Cmdlet(
    "Get-CsService", {"EdgeServer": SWITCH}, yields=r"Display(?!HostingProvider|PublicProvider|AccessEdgeSettings).*"
)

FEDERATION_PORT = 5061
"""The external SIP port of an Edge pool that carries federation (Microsoft's offline diagnostics count those)."""

TOPOLOGY = (SITES, POOLS, EDGE_SERVICES, SIP_DOMAINS)
EDGES = (POOLS, EDGE_SERVICES)
WHERE_OFFERED = (COMPUTERS,)
"""What a role may lack: no page names one that has Get-CsComputer. Where it is missing, pools show their computers."""


@dataclass(frozen=True)
class Edge:
    """An Edge Server: the machine's name (that of its replica), its pool, its Lync site."""

    fqdn: str
    pool: str
    site: str


def edges(store: Store) -> list[Edge]:
    """The Edge Servers of the topology, by site and name.

    An Edge pool is one that has an Edge service, by the list of services or among the services of the pool itself.
    """
    site_of = {_folded(pool.get("Fqdn")): site_name(pool.get("Site")) for pool in store[POOLS]}
    edge_pools = _edge_pools(store)
    found = [
        Edge(str(computer["Fqdn"]), str(computer["Pool"]), site_of.get(_folded(computer["Pool"]), ""))
        for computer in computers(store)
        if computer.get("Fqdn") and computer.get("Pool") and _folded(computer["Pool"]) in edge_pools
    ]
    return sorted(found, key=lambda edge: (edge.site.casefold(), edge.fqdn.casefold()))


def computers(store: Store) -> Sequence[Object]:
    """The machines, by ``Fqdn`` and ``Pool``: as Get-CsComputer writes them, and where that was not read, as their pools do."""
    if COMPUTERS in store:
        return store[COMPUTERS]
    return [
        {"Identity": name, "Fqdn": name, "Pool": pool.get("Fqdn")}
        for pool in store[POOLS]
        for name in map(str, pool.get("Computers") or ())
    ]


def machines_are_known(store: Store) -> bool:
    """Whether the machines of each Edge pool were read."""
    edge_pools = _edge_pools(store)
    return COMPUTERS in store or all(
        "Computers" in pool for pool in store[POOLS] if _folded(pool.get("Fqdn")) in edge_pools
    )


def _edge_pools(store: Store) -> set[Any]:
    found = {_folded(service.get("PoolFqdn")) for service in store[EDGE_SERVICES]}
    return found | {_folded(pool.get("Fqdn")) for pool in store[POOLS] if _is_edge(pool.get("Services"))}


def names(objects: Iterable[Object]) -> list[str]:
    """The names of those that have one."""
    return [str(found["Name"]) for found in objects if found.get("Name")]


def _is_edge(services: Any) -> bool:
    listed: Sequence[str] = services if isinstance(services, (list, tuple)) else [str(services or "")]
    return any(str(service).partition(":")[0].strip().lower() == "edgeserver" for service in listed)


def site_name(identity: Any) -> str:
    """The site's own name: ``Site:Lisbon`` is ``Lisbon``."""
    text = str(identity or "")
    return text.partition(":")[2].strip() if text.lower().startswith("site:") else text


def _folded(name: Any) -> Any:
    return FQDN.comparable(str(name or ""))
