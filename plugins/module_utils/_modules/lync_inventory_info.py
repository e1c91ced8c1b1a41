# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts of the inventory, sorted by deployment."""

from __future__ import annotations

from typing import Any

from .._core.task import Module, Task
from .._rollout.deployments import check_addresses, check_managed, probes, same_store, sort, title

ARGUMENT_SPEC: dict[str, Any] = {
    "management_group": {"type": "str", "default": "lync_management"},
    "edge_group": {"type": "str", "default": "lync_edge"},
    "active_masters": {"type": "dict"},
}


def run(task: Task) -> None:
    """
    :raises Refused: for an Edge Server of the play whose deployment has no management host, for two inventory hosts that
        are one machine, or for two deployments with one store.
    """
    inventory = task.inventory
    deployments = sort(inventory, task.options["management_group"], task.options["edge_group"])
    task.result.update(
        deployments=deployments,
        leaders={one["leader"]: name for name, one in deployments.items() if one["leader_in_play"]},
        edges={edge["host"]: name for name, one in deployments.items() for edge in one["edges"] if edge["in_play"]},
    )
    task.result["probes"] = probes(inventory, [*task.result["leaders"], *task.result["edges"]])
    check_managed(deployments)
    check_addresses(inventory, [*task.result["leaders"], *task.result["edges"]])
    if task.options["active_masters"] is not None:
        task.result["same_store"] = {
            name: [title(other, hosts=[deployments[other]["leader"]]) for other in others]
            for name, others in same_store(task.options["active_masters"]).items()
        }
    leaders = len(task.result["leaders"])
    if leaders > inventory.forks:
        task.warn(
            f"There are {leaders} deployments but {inventory.forks} forks: a deployment that waits for replication keeps others "
            "waiting. Run with --forks at least as large as the number of deployments."
        )


MODULE = Module(ARGUMENT_SPEC, run, needs_server=False)
