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
from .._core.few import few
from .._resource.setting import FQDN
from .._store.shown import text_or_nothing, texts
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
    """The Edge Servers of the topology, by site and name, each machine once.

    An Edge pool is one that has an Edge service, by the list of services or among the services of the pool itself.
    """
    site_of = {_folded(pool.get("Fqdn")): site_name(pool.get("Site")) for pool in store[POOLS]}
    edge_pools = _edge_pools(store)
    found: dict[Any, Edge] = {}
    for computer in computers(store):
        fqdn, pool = text_or_nothing(computer.get("Fqdn")), text_or_nothing(computer.get("Pool"))
        if fqdn and pool and _folded(pool) in edge_pools:
            found.setdefault(_folded(fqdn), Edge(fqdn.rstrip("."), pool, site_of.get(_folded(pool), "")))
    return sorted(found.values(), key=lambda edge: (edge.site.casefold(), edge.fqdn.casefold()))


def computers(store: Store) -> Sequence[Object]:
    """The machines, by ``Fqdn`` and ``Pool``: as Get-CsComputer writes them, and those that only their pools show."""
    rows = store[COMPUTERS] if COMPUTERS in store else ()  # noqa: SIM401 a Store has no get
    whole = {_folded(row.get("Fqdn")) for row in rows if _folded(row.get("Pool"))}
    of_pools = {
        _folded(name): {"Identity": name, "Fqdn": name, "Pool": pool.get("Fqdn")}
        for pool in store[POOLS]
        for name in texts(pool.get("Computers"))
        if _folded(name) not in whole
    }
    return [*(row for row in rows if _folded(row.get("Fqdn")) not in of_pools), *of_pools.values()]


def pools_without_machines(store: Store) -> list[str]:
    """The names of the Edge pools of which no machine is known: what is not known of them would be taken for proven."""
    having = {_folded(computer.get("Pool")) for computer in computers(store) if _folded(computer.get("Fqdn"))}
    return sorted(name for key, name in _edge_pools(store).items() if key not in having)


def no_machines(pools: Iterable[str]) -> str:
    """
    :param pools: the names of Edge pools of which no machine is known.
    """
    return (
        f"no machine of the Edge pool {few(pools)} is known: neither Get-CsComputer nor the property Computers of Get-CsPool "
        "names one"
    )


def _edge_pools(store: Store) -> dict[Any, str]:
    """Their names, by what compares."""
    named = [pool_of(service) for service in store[EDGE_SERVICES]]
    named += [text_or_nothing(pool.get("Fqdn")) or "" for pool in store[POOLS] if _is_edge(pool.get("Services"))]
    return {_folded(name): name or "(without a name)" for name in reversed(named)}


def pool_of(service: Object) -> str:
    """The pool of an Edge service, which its identity (``EdgeServer:edge.contoso.example``) tells, too."""
    identity = text_or_nothing(service.get("Identity")) or ""
    return text_or_nothing(service.get("PoolFqdn")) or (service_pool(identity) if _is_edge(identity) else "")


def names(objects: Iterable[Object]) -> list[str]:
    """The names of those that have one."""
    return [name for name in (text_or_nothing(found.get("Name")) for found in objects) if name]


def _is_edge(services: Any) -> bool:
    return any(service.partition(":")[0].strip().lower() == "edgeserver" for service in texts(services))


def service_pool(identity: str) -> str:
    """The pool of a service: ``EdgeServer:edge.contoso.example`` is of ``edge.contoso.example``."""
    return identity.rpartition(":")[2].strip()


def site_name(identity: Any) -> str:
    """The site's own name: ``Site:Lisbon`` is ``Lisbon``."""
    found = text_or_nothing(identity) or ""
    return found.partition(":")[2].strip() if found.lower().startswith("site:") else found


def _folded(name: Any) -> Any:
    return FQDN.comparable(text_or_nothing(name) or "")
