# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module that reads the topology."""

from __future__ import annotations

from dataclasses import asdict

from .._core.task import Module, Task
from .._replication.status import CENTRAL_STATUS
from .._replication.topology import (
    EDGE_SERVICES,
    POOLS,
    SIP_DOMAINS,
    SITES,
    TOPOLOGY,
    WHERE_OFFERED,
    computers,
    edges,
    names,
    no_machines,
    pools_without_machines,
)
from .._store.central import read_store
from .._store.names import snake_cased
from .._store.store import objects


def run(task: Task) -> None:
    """Sites, pools, computers, services and SIP domains, who is an Edge Server, and who is master."""
    store = read_store(task, (*TOPOLOGY, CENTRAL_STATUS), WHERE_OFFERED)
    central = objects(store, CENTRAL_STATUS)
    unknown = pools_without_machines(store)
    if unknown:
        task.warn(f"{task.host}: {no_machines(unknown)}, so that its Edge Servers are missing in edges.")
    task.result.update(
        edges=[asdict(edge) for edge in edges(store)],
        sites=objects(store, SITES),
        pools=objects(store, POOLS),
        computers=[snake_cased(found) for found in computers(store)],
        edge_services=objects(store, EDGE_SERVICES),
        sip_domains=names(store[SIP_DOMAINS]),
        central=central[0] if central else {},
    )


MODULE = Module({}, run)
