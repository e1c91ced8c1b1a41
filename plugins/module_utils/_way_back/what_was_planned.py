# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run that is interrupted needs to know of a plan: it says then what became of the deployment."""

from __future__ import annotations

from typing import Any

from .._rollout.plan import Plan
from .._rollout.verdict import Content


def noted(plan: Plan, refusal: str, journal: str) -> dict[str, Any]:
    """In plain types.

    :param refusal: why nothing is written; empty where something may be.
    :param journal: the path of its journal; empty where none is kept.
    """
    contents = {edge.content for edge in plan.edges}
    return {
        "title": plan.title,
        "cmdlets": len(plan.cmdlets),
        "verify": list(plan.verify),
        "edges": len(plan.in_topology),
        "stopped": bool(refusal),
        "compliant": not plan.changes
        and Content.MATCHES in contents
        and not contents - {Content.MATCHES, Content.EXCUSED},
        "journal": journal,
        "undoes": bool(plan.undoes),
        "hosts": [plan.management_host, *_edge_hosts(plan)],
    }


def _edge_hosts(plan: Plan) -> list[str]:
    """The inventory hosts of its Edge Servers that the run had."""
    return [edge.host for edge in plan.edges if edge.host is not None and edge.content is not Content.LEFT_OUT]
