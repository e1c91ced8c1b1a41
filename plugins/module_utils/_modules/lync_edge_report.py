# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Show what a rollout proved: the table, what is proven, what is not, and which hosts fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from .._core.task import Module, Task
from .._rollout.report import closing, problems
from .._rollout.verdict import BEST_EFFORT, REQUIRED, SKIP, Circumstances, Deployment, rows, table

ARGUMENT_SPEC: dict[str, Any] = {
    "inventory": {"type": "dict", "required": True},
    "deployments": {"type": "list", "elements": "dict", "required": True},
    "contents": {"type": "dict", "default": {}},
    "probes": {"type": "dict", "default": {}},
    "logons": {"type": "dict", "default": {}},
    "edge_verification": {"type": "str", "choices": [REQUIRED, BEST_EFFORT, SKIP], "default": REQUIRED},
    "partial_verification": {"type": "bool", "default": False},
}


def run(task: Task) -> None:
    """Show the table and the closing lines; the result names each host that is to fail, with its sentence."""
    options = task.options
    states = {str(state["name"]): state for state in options["deployments"]}
    deployments = [
        Deployment(
            name,
            one["leader"],
            one["edges"],
            states.get(name),
            one["leader_in_play"],
            _circumstances(options, states.get(name) or {}, task.check_mode),
        )
        for name, one in options["inventory"].items()
        if name in states or one["leader_in_play"] or any(edge["in_play"] for edge in one["edges"])
    ]
    contents = {**options["contents"], **refused(options["probes"], options["logons"])}
    found = [row for deployment in deployments for row in rows(deployment, contents)]
    lines = [*(table(found) if found else []), "", *closing(found, deployments, task.check_mode)]
    task.show("\n" + "\n".join(lines) + "\n")
    task.result.update(
        rows=[asdict(row) for row in found],
        lines=lines,
        verified=sum(row.verified for row in found),
        total=len(found),
        problems=problems(found, deployments),
    )


def refused(probes: Mapping[str, str], logons: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By host, why it was not asked: its account was refused where it was tried first."""
    told: dict[str, dict[str, Any]] = {}
    for host, probe in probes.items():
        logon = logons.get(probe) or {}
        if logon.get("logon_refused"):
            where = "" if host == probe else f"not tried, because {probe} refused the same account: "
            told[host] = {"unreachable": True, "msg": f"{where}{logon.get('msg')}"}
    return told


def _circumstances(options: Mapping[str, Any], state: Mapping[str, Any], check_mode: bool) -> Circumstances:
    """What was asked for: a deployment may say otherwise than the play."""
    stated = {**options, **{name: value for name, value in state.items() if value is not None}}
    return Circumstances(stated["edge_verification"], stated["partial_verification"], check_mode)


MODULE = Module(ARGUMENT_SPEC, run, needs_server=False)
