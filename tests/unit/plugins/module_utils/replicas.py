# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A deployment whose replicas are a function of the time, and the task that polls it on a clock that moves only when it waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_replication_status import ARGUMENT_SPEC, run
from ansible_collections.ucops.lync.plugins.module_utils._replication.status import CENTRAL_STATUS, STATUS
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory

ONE, TWO, FRONT = "edge01.adatum.example", "edge02.adatum.example", "fe01.adatum.example"
MASTER = "fe01.adatum.example"
CENTRAL = {"ActiveMasterFqdn": MASTER, "ActiveFileTransferAgentFqdn": MASTER, "DeletedReplicas": []}
Replicas = dict[str, memory.Object]
World = Callable[[float], Replicas]


def timestamp(second: float | None) -> str | None:
    return None if second is None else f"2026-01-02T03:{int(second) // 60:02}:{int(second) % 60:02}Z"


def state(up_to_date: bool, created: float | None = 0, reported: float | None = 0) -> memory.Object:
    return {"UpToDate": up_to_date, "LastUpdateCreation": timestamp(created), "LastStatusReport": timestamp(reported)}


BEFORE = state(True)


class Replication:
    """A deployment whose replicas are a function of the time."""

    def __init__(self, world: World, central: Callable[[float], memory.Object] = lambda _now: CENTRAL) -> None:
        self.world = world
        self.central = central
        self.task: memory.MemoryTask | None = None
        self.triggered: list[str] = []

    def answer(self, cmdlet: Cmdlet) -> list[memory.Object]:
        assert self.task is not None
        now = self.task.clock
        if cmdlet == STATUS:
            return [{"ReplicaFqdn": fqdn, **shown} for fqdn, shown in self.world(now).items()]
        if cmdlet == CENTRAL_STATUS:
            return [self.central(now)]
        if cmdlet.name == "Invoke-CsManagementStoreReplication":
            self.triggered.append(cmdlet.parameters["ReplicaFqdn"])
            return []
        topology: dict[str, list[memory.Object]] = {
            "Get-CsPool": [
                {"Fqdn": "edge.adatum.example", "Site": "Site:Lisbon", "Services": ["EdgeServer:edge.adatum.example"]}
            ],
            "Get-CsComputer": [
                {"Fqdn": ONE, "Pool": "edge.adatum.example"},
                {"Fqdn": TWO, "Pool": "edge.adatum.example"},
                {"Fqdn": FRONT, "Pool": "pool.adatum.example"},
            ],
            "Get-CsService": [{"PoolFqdn": "edge.adatum.example"}],
        }
        return topology.get(cmdlet.name, [])


def task(world: World, check_mode: bool = False, central: Any = None, **options: Any) -> memory.MemoryTask:
    deployment = Replication(world) if central is None else Replication(world, central)
    made = memory.MemoryTask(deployment, memory.validated(ARGUMENT_SPEC, **options), check_mode)
    deployment.task = made
    return made


def earlier(world: World, **central: Any) -> dict[str, Any]:
    """The result of the module that ran just before the change."""
    made = task(world, central=lambda _now: {**CENTRAL, **central})
    run(made)
    return made.result


def one(shown: memory.Object) -> World:
    return lambda _now: {ONE: shown}


def waiting(world: World, **options: Any) -> memory.MemoryTask:
    """A task that waits for a change made just after all replicas were up to date."""
    known = set(world(0))
    return task(world, wait=True, newer_than=earlier(lambda _now: dict.fromkeys(known, BEFORE)), **options)
