# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A deployment of the lab's model, what is read of it, and its plan, as the role's tasks make them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.ucops.lync.plugins.module_utils._core.document import to_plain
from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_deployment_info, lync_rollout_plan
from ansible_collections.ucops.lync.plugins.module_utils._rollout.inventory import DeploymentHosts, EdgeHost
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory

DOCUMENTED: dict[str, dict[str, Any]] = {
    "access_edge": {"allow_federated_users": True},
    "hosting_provider": {
        "identity": "Exchange Online",
        "proxy_fqdn": "exap.um.outlook.com",
        "enabled": True,
        "enabled_shared_address_space": True,
        "hosts_ocs_users": False,
        "is_local": False,
        "verification_level": "UseSourceVerification",
    },
}
NOUNS = ["access_edge", "hosting_provider"]
MANAGEMENT, EDGE = "fe01", "edge01"


def reading(deployment: memory.Deployment, **options: Any) -> dict[str, Any]:
    """The result of lync_deployment_info, as another task gets it."""
    task = memory.task_of(lync_deployment_info.MODULE, deployment, **options)
    task.host = EDGE if options.get("local_store") else MANAGEMENT
    lync_deployment_info.run(task)
    found: dict[str, Any] = json.loads(json.dumps(task.result))
    return found


def edge_reading(deployment: memory.Deployment, *further: str) -> dict[str, Any]:
    """
    :param further: nouns beside those of the documented objects.
    """
    return reading(deployment, local_store=True, nouns=[*NOUNS, *further])


def edge_fqdn(deployment: memory.Deployment) -> str:
    return str(deployment.model.topology.edges()[0])


def hosts(deployment: memory.Deployment, **fields: Any) -> DeploymentHosts:
    edge = EdgeHost(EDGE, edge_fqdn(deployment), in_play=True)
    return DeploymentHosts(**{"name": "adatum", "management": (MANAGEMENT,), "edges": (edge,), **fields})


def findings(result: Mapping[str, Any], kind: str, name: str = "") -> list[str]:
    """The sentences of a plan's findings."""
    found = result["plan"]["findings"]
    return [one["sentence"] for one in found if one["kind"] == kind and (not name or one["name"] == name)]


def needed(result: Mapping[str, Any]) -> list[str]:
    """The consents that a plan needs, given or not."""
    return [one["name"] for one in result["plan"]["findings"] if one["kind"] == "consent"]


def plan_task(
    model: memory.Deployment,
    check_mode: bool = False,
    variable_names: Sequence[str] = (),
    edge_variables: Mapping[str, Any] | None = None,
    **options: Any,
) -> memory.MemoryTask:
    """A task that is ready to plan; what is not given is read."""
    stated: dict[str, Any] = {
        "deployment": to_plain(hosts(model)),
        "documented": DOCUMENTED,
        **options,
    }
    stated.setdefault("reading", reading(model))
    stated.setdefault("edge_readings", {EDGE: edge_reading(model)})
    options_ = memory.validated(lync_rollout_plan.MODULE.argument_spec, **stated)
    task = memory.MemoryTask(model, options_, check_mode)
    task.host = MANAGEMENT
    task.variable_names = variable_names
    task.inventory = memory.MemoryInventory(variables={EDGE: edge_variables or {}})
    return task


def planned(model: memory.Deployment, **options: Any) -> Mapping[str, Any]:
    """The result of planning; ``msg`` where something stops the plan."""
    task = plan_task(model, **options)
    lync_rollout_plan.run(task)
    if task.result["refusal"]:
        task.result["msg"] = task.result["refusal"]
    found: dict[str, Any] = json.loads(json.dumps(task.result))
    return found
