# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an Edge Server may not be excused for: one that there is not, all of them, all of the pool that carries federation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .._replication.topology import FEDERATION_PORT, service_pool
from .._resource.setting import FQDN
from .._rollout.excuse import VARIABLE, Excuse
from .._rollout.reading import Topology
from .case import Case


def unknown_excuse(case: Case) -> Iterator[str]:
    """One that is excused and does not exist is misspelt; the variable may be stated once for several deployments."""
    topology, unknown = case.reading.topology, _unknown(case)
    if topology is not None and unknown and not case.terms.unread_elsewhere:
        yield (
            f"The topology of {case.title} has no Edge Server {', '.join(one.edge for one in unknown)}, as {VARIABLE} says; it "
            f"has {', '.join(edge.fqdn for edge in topology.edges) or 'none'}. Name machines as the topology does, beside the "
            "lync_deployment of their deployment."
        )


def excuse_of_another(case: Case) -> Iterator[str]:
    """What is excused for a deployment that was not read keeps nobody else from being changed."""
    unknown, unread = _unknown(case), case.terms.unread_elsewhere
    if unknown and unread:
        yield (
            f"{VARIABLE} names {', '.join(one.edge for one in unknown)}, which {case.title} does not have; whether "
            f"{' or '.join(unread)} has it is not known, because that was not read in this run."
        )


def _unknown(case: Case) -> list[Excuse]:
    """None where a run is taken back: that is not kept from it by an excuse."""
    topology = case.reading.topology
    if topology is None or case.back is not None:
        return []
    known = {FQDN.comparable(name) for name in (*(edge.fqdn for edge in topology.edges), *case.terms.edges_elsewhere)}
    return [excuse for excuse in case.hosts.excuses if excuse.key not in known]


def nothing_left_to_prove(case: Case) -> Iterator[str]:
    """The proof needs one Edge Server at least, and one of those that carry federation."""
    topology = case.reading.topology
    if topology is None:
        return
    excused = {excuse.key for excuse in case.hosts.excuses}
    everything = {FQDN.comparable(edge.fqdn) for edge in topology.edges}
    if everything and everything <= excused:
        yield f"{VARIABLE} excuses all Edge Servers of {case.title}: nothing would prove the change. Take one out at least."
        return
    for sign, pools in _signs_of_federation(topology):
        machines = {FQDN.comparable(edge.fqdn) for edge in topology.edges if FQDN.comparable(edge.pool) in pools}
        if machines and machines <= excused:
            yield (
                f"{VARIABLE} excuses all Edge Servers {sign}: nothing would prove the change where it matters. Take one of them "
                "out at least."
            )
            return


def _signs_of_federation(topology: Topology) -> Iterator[tuple[str, set[Any]]]:
    """What tells the Edge pools that carry federation, with those pools; where nothing does, any that does not show it may."""
    by_port = {FQDN.comparable(pool.fqdn) for pool in topology.federating}
    by_route = {
        FQDN.comparable(service_pool(site.federation_route)) for site in topology.sites if site.federation_route
    }
    yield f"that carry federation (Edge pools with external SIP port {FEDERATION_PORT})", by_port
    yield "that carry federation (Edge pools to which the sites' federation routes lead)", by_route
    if not by_port and not by_route:
        unknown = {FQDN.comparable(pool.fqdn) for pool in topology.edge_pools if pool.federates is None}
        yield "that may carry federation (Edge pools whose external SIP port is not shown)", unknown
