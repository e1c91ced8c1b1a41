# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rollout at its end, as its report is made of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.ucops.lync.plugins.module_utils._replication.status import Status
from ansible_collections.ucops.lync.plugins.module_utils._report.closing import closing
from ansible_collections.ucops.lync.plugins.module_utils._report.rows import judge
from ansible_collections.ucops.lync.plugins.module_utils._rollout.evidence import (
    Deployment,
    EdgeServer,
    Stop,
)
from ansible_collections.ucops.lync.plugins.module_utils._rollout.verdict import (
    Content,
    Writes,
)

DATE = "2026-01-02T03:04:05Z"
ONE = EdgeServer(
    "edge01.adatum.example",
    Content.MATCHES,
    site="Lisbon",
    host="edge01",
    status=Status.REPLICATED,
    waited_for=True,
    seconds=12.0,
    last_status_report=DATE,
)
TWO = replace(ONE, fqdn="edge02.adatum.example", host="edge02")
DIFFERS = replace(ONE, content=Content.DIFFERS, reason="The local store of edge01 differs.")
UNREACHABLE = replace(
    ONE, content=Content.UNREACHABLE, reason="unreachable: no route to host", status=Status.UP_TO_DATE
)
EXCUSED = EdgeServer(
    "edge03.adatum.example",
    Content.EXCUSED,
    site="Lisbon",
    reason="power supply",
    excused_until="2026-12-31",
    status=Status.LAGGING,
)


SET = "Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true"
STOP = Stop("Add the hosting provider", "Access is denied.")


def deployment(*edges: EdgeServer, **known: Any) -> Deployment:
    """One that was changed, and replicated."""
    return Deployment(
        **{
            "title": "adatum",
            "host": "fe01",
            "edges": edges,
            "writes": Writes.RAN,
            "settled": True,
            "sip_domains": ("adatum.example",),
            **known,
        }
    )


def last_line(*deployments: Deployment) -> str:
    return closing(judge(deployments))[-1]
