# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an Edge Server may not be excused for: one that there is not, all of them, all of the pool that carries federation."""

from __future__ import annotations

from collections.abc import Iterator

from .._replication.topology import FEDERATION_PORT
from .._resource.setting import FQDN
from .._rollout.excuse import VARIABLE
from .case import Case


def unknown_excuse(case: Case) -> Iterator[str]:
    """One that is excused and does not exist is misspelt."""
    topology = case.reading.topology
    if topology is None:
        return
    known = {FQDN.comparable(edge.fqdn) for edge in topology.edges}
    unknown = [excuse.edge for excuse in case.hosts.excuses if excuse.key not in known]
    if unknown:
        yield (
            f"The topology of {case.title} has no Edge Server {', '.join(unknown)}, as {VARIABLE} says; it has "
            f"{', '.join(edge.fqdn for edge in topology.edges) or 'none'}. Name machines as the topology does, beside the "
            "lync_deployment of their deployment."
        )


def nothing_left_to_prove(case: Case) -> Iterator[str]:
    """The proof needs one Edge Server at least, and one of those that carry federation."""
    topology = case.reading.topology
    if topology is None:
        return
    excused = {excuse.key for excuse in case.hosts.excuses}
    everything = {FQDN.comparable(edge.fqdn) for edge in topology.edges}
    pools = {FQDN.comparable(pool.fqdn) for pool in topology.federating}
    federating = {FQDN.comparable(edge.fqdn) for edge in topology.edges if FQDN.comparable(edge.pool) in pools}
    if everything and everything <= excused:
        yield f"{VARIABLE} excuses all Edge Servers of {case.title}: nothing would prove the change. Take one out at least."
    elif federating and federating <= excused:
        yield (
            f"{VARIABLE} excuses all Edge Servers that carry federation (Edge pools with external SIP port {FEDERATION_PORT}): "
            "nothing would prove the change where it matters. Take one of them out at least."
        )
