# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Making the Reading of a deployment and of an Edge Server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .._core.cmdlet import Cmdlet
from .._core.failures import Failure
from .._core.task import Records, Task
from .._nouns.understood import understood
from .._replication import topology
from .._replication.poll import MASTER
from .._replication.status import CENTRAL_STATUS, STATUS, Replica, replica
from .._replication.topology import (
    EDGE_SERVICES,
    POOLS,
    SIP_DOMAINS,
    SITES,
    edges,
    names,
    no_machines,
    pool_of,
    pools_without_machines,
    site_name,
)
from .._resource.setting import FQDN
from .._store.central import read_centrally
from .._store.local import of_local_store
from .._store.names import snake_cased
from .._store.shown import is_shown, number_or_nothing, text, text_or_nothing, texts
from .._store.store import Store
from .parts import CENTRAL, COMPUTERS, MACHINES, REPLICAS, VOICEMAIL, Gap, Parts, read_parts
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
    gaps = list(parts.gaps)
    return Reading(
        host=task.host,
        where=task.where,
        topology=_topology(parts, gaps),
        objects=_objects(task.host, parts, reads, gaps),
        replicas=_replicas(task.host, parts.found.get(REPLICAS), gaps),
        central=_central(task.host, parts.found.get(CENTRAL), gaps),
        voicemail=None if VOICEMAIL not in parts.found else tuple(parts.found[VOICEMAIL]),
        rights=read_rights(task, parts),
        gaps=tuple(gaps),
    )


def read_edge(task: Task, nouns: Iterable[Cmdlet]) -> EdgeReading:
    """What a machine's own store holds.

    :raises SessionFailed: when nothing opens.
    """
    reads = edge_parts(nouns)
    parts = read_parts(task.attempt, reads)
    gaps = list(parts.gaps)
    objects = _objects(task.host, parts, reads.values(), gaps)
    return EdgeReading(host=task.host, where=task.where, objects=objects, gaps=tuple(gaps))


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


def _objects(host: str, parts: Parts, reads: Iterable[Cmdlet], gaps: list[Gap]) -> dict[str, Objects]:
    """By noun; what is not understood is added to the gaps."""
    found = {}
    for read in reads:
        noun = noun_of(read)
        objects = _understood(host, read, parts.found.get(noun), gaps)
        if objects is not None:
            found[noun] = objects
    return found


def _understood(host: str, read: Cmdlet, records: Records | None, gaps: list[Gap]) -> Objects | None:
    try:
        return None if records is None else understood(read.name, records)
    except ValueError as problem:
        gaps.append(Gap(noun_of(read), f"{read.name} on {host} wrote {problem}, which is not understood."))
        return None


def _replicas(host: str, records: Records | None, gaps: list[Gap]) -> tuple[Replica, ...] | None:
    try:
        return None if records is None else tuple(map(replica, records))
    except Failure as failure:
        gaps.append(Gap(REPLICAS, f"on {host}, {failure.message}"))
        return None


def _central(host: str, records: Records | None, gaps: list[Gap]) -> dict[str, Any] | None:
    """The state of the store; where nothing tells it, that is a gap and no health."""
    if records is None:
        return None
    found = (snake_cased(records[0]) if records else None) or {}
    problem = "" if found else "nothing"
    try:
        text(found.get(MASTER))
    except ValueError as form:
        problem = f"ActiveMasterFqdn as {form}, which is not understood"
    if problem:
        gaps.append(Gap(CENTRAL, f"{CENTRAL_STATUS} on {host} wrote {problem}."))
    return None if problem else found


def _topology(parts: Parts, gaps: list[Gap]) -> Topology | None:
    """None where what tells the Edge Servers is missing; an Edge pool without a known machine is added to the gaps."""
    if not {"pools", "edge services"} <= parts.found.keys():
        return None
    store = Store({cmdlet.name: parts.found[part] for part, cmdlet in TOPOLOGY_PARTS.items() if part in parts.found})
    unknown = pools_without_machines(store)
    if unknown:
        gaps.append(Gap(MACHINES, f"{no_machines(unknown)}."))
        return None
    pools: Sequence[Mapping[str, Any]] = store[POOLS]
    site_of = {_folded(pool.get("Fqdn")): site_name(pool.get("Site")) for pool in pools}
    return Topology(
        sites=tuple(map(_site, parts.found.get("sites", []))),
        edge_pools=tuple(_edge_pool(found, site_of) for found in store[EDGE_SERVICES]),
        edges=tuple(edges(store)),
        sip_domains=tuple(names(parts.found.get("SIP domains", []))),
        computers={text_or_nothing(pool.get("Fqdn")) or "": texts(pool.get("Computers")) for pool in pools},
    )


def _site(found: Mapping[str, Any]) -> Site:
    """A route in another form than text is not shown."""
    route = text_or_nothing(found.get("FederationRoute"))
    shown = "FederationRoute" in found and (route is not None or not is_shown(found["FederationRoute"]))
    return Site(site_name(found.get("Identity")), route, shown)


def _edge_pool(found: Mapping[str, Any], site_of: Mapping[Any, str]) -> EdgePool:
    pool = pool_of(found)
    return EdgePool(
        pool,
        site_of.get(_folded(pool), ""),
        number_or_nothing(found.get("AccessEdgeExternalSipPort")),
        text_or_nothing(found.get("AccessEdgeExternalFqdn")),
    )


def _folded(name: Any) -> Any:
    return FQDN.comparable(text_or_nothing(name) or "")
