# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts of the inventory, sorted by deployment."""

from __future__ import annotations

from typing import Any

from .._core.document import to_plain
from .._core.task import QUIET, Module, Task
from .._rollout.inventory import check, check_groups, check_play, sort

ARGUMENT_SPEC: dict[str, Any] = {
    "management_group": {"type": "str", "default": "lync_management"},
    "edge_group": {"type": "str", "default": "lync_edge"},
    "rollout": {"type": "bool", "default": False},
    "needs_edges": {"type": "bool", "default": True},
}


def run(task: Task) -> None:
    """
    :raises Refused: for an inventory, or a play, with which nothing could be relied on.
    """
    inventory, options = task.inventory, task.options
    groups = (options["management_group"], options["edge_group"])
    if options["rollout"]:
        check_groups(inventory, *groups, needs_edges=options["needs_edges"])
    deployments = sort(inventory, *groups)
    check(inventory, deployments.values())
    if options["rollout"]:
        check_play(inventory, deployments.values())
        _warn_of_forks(task, sum(bool(one.management) for one in deployments.values()))
    task.result.update(
        deployments=to_plain(deployments),
        management={host: one.name for one in deployments.values() for host in one.management},
        edges={edge.host: one.name for one in deployments.values() for edge in one.edges_in_play},
        **QUIET,
    )


def _warn_of_forks(task: Task, deployments: int) -> None:
    if deployments > task.inventory.forks:
        task.warn(
            f"There are {deployments} deployments but {task.inventory.forks} forks: a deployment that waits for replication keeps "
            "others waiting. Run with --forks at least as large as the number of deployments."
        )


MODULE = Module(ARGUMENT_SPEC, run, needs_server=False)
