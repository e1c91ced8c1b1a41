# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Show what a rollout proved: the table, what is proven, what is not, and which hosts fail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.task import Module, Task
from .._rollout.noted import Notes, deployments
from .._rollout.report import Row, problems, report
from .._rollout.verdict import Verification

ARGUMENT_SPEC: dict[str, Any] = {
    "inventory": {"type": "dict", "required": True},
    "deployments": {"type": "list", "elements": "dict", "required": True},
    "contents": {"type": "dict", "default": {}},
    "probes": {"type": "dict", "default": {}},
    "logons": {"type": "dict", "default": {}},
    "edge_verification": {
        "type": "str",
        "choices": [one.value for one in Verification],
        "default": Verification.REQUIRED.value,
    },
    "partial_verification": {"type": "bool", "default": False},
}


def run(task: Task) -> None:
    """Show the table and the closing lines; the result names each host that is to fail, with its sentence."""
    options = task.options
    notes = Notes(
        options["inventory"],
        {str(state["name"]): state for state in options["deployments"]},
        {**options["contents"], **refused(options["probes"], options["logons"])},
        options["edge_verification"],
        options["partial_verification"],
        task.check_mode,
    )
    found = report(deployments(notes))
    task.show("\n" + "\n".join(found.lines) + "\n")
    task.result.update(
        rows=[_plain(row) for row in found.rows],
        lines=found.lines,
        verified=found.verified,
        total=found.total,
        problems=problems(found),
    )


def _plain(row: Row) -> dict[str, Any]:
    return {
        "deployment": row.deployment.title,
        "site": row.edge.site,
        "edge": row.edge.fqdn,
        "status": row.edge.status.value,
        "content": row.edge.content.value,
        "outcome": row.outcome.value,
        "verified": row.verdict.verified,
        "fails": row.verdict.fails,
    }


def refused(probes: Mapping[str, str], logons: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By host, why it was not asked: its account was refused where it was tried first."""
    found: dict[str, dict[str, Any]] = {}
    for host, probe in probes.items():
        logon = logons.get(probe) or {}
        if logon.get("logon_refused"):
            where = "" if host == probe else f"not tried, because {probe} refused the same account: "
            found[host] = {"unreachable": True, "msg": f"{where}{logon.get('msg')}"}
    return found


MODULE = Module(ARGUMENT_SPEC, run, needs_server=False)
