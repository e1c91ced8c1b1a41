# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check on an Edge Server what federation needs of DNS, of its certificate and of its build. Reads only."""

from __future__ import annotations

from typing import Any

from .._core.document import from_plain
from .._core.failures import Refused
from .._core.task import Module, Task
from .._readiness.access_edge import AccessEdge, check
from .._resource.setting import FQDN
from .._rollout.reading import Reading

LEAST_DAYS = 30

ARGUMENT_SPEC: dict[str, Any] = {
    "reading": {"type": "dict", "required": True},
    "edge": {"type": "str"},
    "certificate_days": {"type": "float", "default": LEAST_DAYS},
}


def run(task: Task) -> None:
    """
    :raises SessionFailed: when the server cannot be reached.
    """
    reading = from_plain(Reading, task.options["reading"], "reading")
    name = task.options["edge"] or task.inventory.variable(task.host, "lync_replica_fqdn") or task.host
    rows = check(task, _access_edge(reading, str(name)), task.time(), task.options["certificate_days"])
    task.result["rows"] = [row.plain for row in rows]


def _access_edge(reading: Reading, name: str) -> AccessEdge:
    """
    :raises Refused: when the topology has no such Edge Server.
    """
    topology, wanted = reading.topology, FQDN.comparable(name)
    build = next((one.product_version for one in reading.replicas or () if one.key == wanted), None)
    if topology is None:
        return AccessEdge((), "", (), carries_federation=False, build=build)
    machine = next((edge for edge in topology.edges if FQDN.comparable(edge.fqdn) == wanted), None)
    if machine is None:
        raise Refused(
            f"The topology has no Edge Server {name}: set lync_replica_fqdn of this host, or edge of the task."
        )
    pools = {FQDN.comparable(pool.fqdn): pool for pool in topology.edge_pools}
    own = pools.get(FQDN.comparable(machine.pool))
    # A port that is not shown says nothing: then each such pool may carry federation.
    federating = topology.federating or tuple(pool for pool in topology.edge_pools if pool.federates is None)
    return AccessEdge(
        sip_domains=topology.sip_domains,
        own_name=own.external_fqdn or "" if own else "",
        federating=tuple(pool.external_fqdn for pool in federating if pool.external_fqdn),
        carries_federation=own in federating,
        build=build,
    )


MODULE = Module(ARGUMENT_SPEC, run)
