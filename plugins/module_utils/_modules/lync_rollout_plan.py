# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the plan of one deployment, show it, and stop before the first write where there is a blocker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.document import from_plain, to_plain
from .._core.failures import Refused
from .._core.task import QUIET, Module, Task
from .._core.writes import COLLECTED
from .._rollout.case import Terms
from .._rollout.inventory import DeploymentHosts
from .._rollout.parts import DEPLOYMENT, Gap
from .._rollout.planner import plan
from .._rollout.reading import Reading
from .._rollout.texts import plan_lines, refusal
from .._rollout.verdict import Verification

ARGUMENT_SPEC: dict[str, Any] = {
    "deployment": {"type": "dict", "required": True},
    "reading": {"type": "dict", "required": True},
    "edge_readings": {"type": "dict", "default": {}},
    "documented": {"type": "dict", "required": True},
    "variables": {"type": "dict", "default": {}},
    "same_store": {"type": "list", "elements": "str", "default": []},
    "edge_verification": {"type": "str", "default": Verification.REQUIRED.value},
    "partial_verification": {"type": "bool", "default": False},
    "documented_order": {"type": "bool", "default": False},
    "replication_ignore": {"type": "list", "elements": "dict", "default": []},
}


def run(task: Task) -> None:
    """
    :raises Refused: when something stops the plan; also when the deployment could not be read.
    """
    options = task.options
    terms = Terms(
        options["edge_verification"],
        options["partial_verification"],
        options["documented_order"],
        tuple(str(one.get("replica")) for one in options["replication_ignore"]),
    )
    made = plan(
        from_plain(DeploymentHosts, options["deployment"]),
        _reading(task.host, options["reading"]),
        options["edge_readings"],
        options["documented"],
        options["variables"],
        terms,
        tuple(options["same_store"]),
    )
    task.result.update(
        plan=to_plain(made),
        replicas=list(made.replicas),
        verify=[] if task.check_mode else list(made.verify),
        fingerprint=made.fingerprint,
        ansible_facts={COLLECTED: []},
        **QUIET,
    )
    task.show("\n".join(plan_lines(made)))
    if made.stops:
        raise Refused(refusal(made), session_failed=bool(options["reading"].get("session_failed")))


def _reading(host: str, result: Mapping[str, Any]) -> Reading:
    """What was read; where nothing was, why."""
    if "reading" in result:
        return from_plain(Reading, result["reading"])
    return Reading(host, "", gaps=(Gap(DEPLOYMENT, str(result.get("msg") or f"{host} was not read.")),))


MODULE = Module(ARGUMENT_SPEC, run, needs_server=False)
