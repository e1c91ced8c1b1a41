# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts of the inventory, sorted by deployment."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean

from .._core.document import to_plain
from .._core.task import QUIET, Module, Task
from .._rollout.excused_hosts import Stated, with_excuses
from .._rollout.inventory import DeploymentHosts, check, check_groups, check_play, sort

ARGUMENT_SPEC: dict[str, Any] = {
    "management_group": {"type": "str", "default": "lync_management"},
    "edge_group": {"type": "str", "default": "lync_edge"},
    "rollout": {"type": "bool", "default": False},
    "needs_edges": {"type": "bool", "default": True},
    "edges_excused": {"type": "raw", "default": []},
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
    if options["rollout"]:
        deployments = with_excuses(deployments, Stated(inventory, task.host, options["edges_excused"]), _today(task))
    check(inventory, deployments.values())
    if options["rollout"]:
        check_play(inventory, deployments.values())
        _warn_of_forks(task, sum(_occupies_a_fork(task, one) for one in deployments.values()))
    task.result.update(
        deployments=to_plain(deployments),
        management={host: one.name for one in deployments.values() for host in one.management},
        edges={edge.host: one.name for one in deployments.values() for edge in one.edges_to_read},
        **QUIET,
    )


def _today(task: Task) -> dt.date:
    return dt.datetime.fromtimestamp(task.time(), dt.timezone.utc).date()


def _occupies_a_fork(task: Task, deployment: DeploymentHosts) -> bool:
    """Whether a task itself waits for the deployment's replication, because nothing keeps the sessions of its management hosts."""

    def kept(host: str) -> bool:
        connection = str(task.inventory.variable(host, "ansible_connection")).rpartition(".")[2]
        keep = task.inventory.variable(host, "lync_session_keep")
        return connection == "psrp" and boolean(True if keep is None else keep, strict=False)

    return not all(map(kept, deployment.management))


def _warn_of_forks(task: Task, deployments: int) -> None:
    if deployments > task.inventory.forks:
        task.warn(
            f"There are {deployments} deployments that occupy a fork while they wait for replication (winrm, ssh, or "
            f"lync_session_keep: false), but {task.inventory.forks} forks: they keep others waiting. Use psrp, or run with --forks "
            "at least as large as their number."
        )


MODULE = Module(ARGUMENT_SPEC, run, needs_server=False)
