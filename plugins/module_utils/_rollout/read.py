# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Making the Reading of a deployment and of an Edge Server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .._core.cmdlet import Cmdlet
from .._core.task import Records, Task
from .._replication import topology
from .._replication.status import CENTRAL_STATUS, STATUS, replica
from .._replication.topology import EDGE_SERVICES, POOLS, SIP_DOMAINS, SITES, edges, machines_are_known, site_name
from .._store.central import read_centrally
from .._store.local import of_local_store
from .._store.names import snake_cased
from .._store.store import Store
from .parts import CENTRAL, COMPUTERS, REPLICAS, VOICEMAIL, Parts, read_parts
from .reading import EdgePool, EdgeReading, Objects, Reading, Site, Topology, noun_of
from .rights import read_rights, rights_parts

HOSTED_VOICEMAIL = Cmdlet("Get-CsHostedVoicemailPolicy", yields="HostedVoicemailPolicy")
TOPOLOGY_PARTS = {
    "sites": SITES,
    "pools": POOLS,
    COMPUTERS: topology.COMPUTERS,
    "edge services": EDGE_SERVICES,
    "SIP domains": SIP_DOMAINS,
}


def read_deployment(task: Task, nouns: Iterable[Cmdlet]) -> Reading:
    """Everything that the management host tells of its deployment, in as few pipelines as possible.

    :param nouns: the cmdlets that read the objects of nouns.
    :raises Failure: when nothing can be read.
    :raises SessionFailed: when nothing opens.
    """
    reads = tuple(nouns)
    parts = read_parts(task.attempt, deployment_parts(task, reads))
    if not parts.found:
        read_centrally(task, SITES)  # says why, and what to do about it
    return Reading(
        host=task.host,
        where=task.where,
        topology=_topology(parts),
        objects=_objects(parts, map(noun_of, reads)),
        replicas=None if REPLICAS not in parts.found else tuple(replica(one) for one in parts.found[REPLICAS]),
        central=_central(parts.found.get(CENTRAL)),
        voicemail=None if VOICEMAIL not in parts.found else tuple(parts.found[VOICEMAIL]),
        rights=read_rights(task, parts),
        gaps=parts.gaps,
    )


def read_edge(task: Task, nouns: Iterable[Cmdlet]) -> EdgeReading:
    """What a machine's own store holds.

    :raises SessionFailed: when nothing opens.
    """
    reads = edge_parts(nouns)
    parts = read_parts(task.attempt, reads)
    return EdgeReading(host=task.host, where=task.where, objects=_objects(parts, reads), gaps=parts.gaps)


def deployment_parts(task: Task, nouns: Iterable[Cmdlet]) -> dict[str, Cmdlet]:
    """What is read of a deployment, by part."""
    of_nouns = {noun_of(read): read for read in nouns}
    return {
        **TOPOLOGY_PARTS,
        REPLICAS: STATUS,
        CENTRAL: CENTRAL_STATUS,
        **of_nouns,
        VOICEMAIL: HOSTED_VOICEMAIL,
        **rights_parts(task, of_nouns),
    }


def edge_parts(nouns: Iterable[Cmdlet]) -> dict[str, Cmdlet]:
    """What is read of a machine's own store, by part."""
    return {noun_of(read): of_local_store(read) for read in nouns}


def _objects(parts: Parts, nouns: Iterable[str]) -> dict[str, Objects]:
    return {noun: tuple(parts.found[noun]) for noun in nouns if noun in parts.found}


def _central(records: Records | None) -> dict[str, Any] | None:
    return None if records is None else (snake_cased(records[0]) or {}) if records else {}


def _topology(parts: Parts) -> Topology | None:
    """None where what tells the Edge Servers is missing."""
    if not {"pools", "edge services"} <= parts.found.keys():
        return None
    store = Store({cmdlet.name: parts.found[part] for part, cmdlet in TOPOLOGY_PARTS.items() if part in parts.found})
    if not machines_are_known(store):
        return None
    pools: Sequence[Mapping[str, Any]] = store[POOLS]
    site_of = {str(pool.get("Fqdn") or "").casefold(): site_name(pool.get("Site")) for pool in pools}
    return Topology(
        sites=tuple(_site(found) for found in parts.found.get("sites", [])),
        edge_pools=tuple(_edge_pool(found, site_of) for found in store[EDGE_SERVICES]),
        edges=tuple(edges(store)),
        sip_domains=tuple(str(found["Name"]) for found in parts.found.get("SIP domains", []) if found.get("Name")),
        computers={str(pool.get("Fqdn") or ""): tuple(map(str, pool.get("Computers") or ())) for pool in pools},
    )


def _site(found: Mapping[str, Any]) -> Site:
    route = found.get("FederationRoute")
    return Site(site_name(found.get("Identity")), str(route) if route else None, "FederationRoute" in found)


def _edge_pool(found: Mapping[str, Any], site_of: Mapping[str, str]) -> EdgePool:
    pool, port, fqdn = (
        str(found.get("PoolFqdn") or ""),
        found.get("AccessEdgeExternalSipPort"),
        found.get("AccessEdgeExternalFqdn"),
    )
    return EdgePool(
        pool,
        site_of.get(pool.casefold(), ""),
        port if isinstance(port, int) and not isinstance(port, bool) else None,
        str(fqdn) if fqdn else None,
    )
