# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check from the controller, as a partner sees it: federation records, and Access Edges over TLS. Only names that are listed."""

from __future__ import annotations

from typing import Any

from .._core.task import Module, Task
from .._readiness.partner import check
from .lync_edge_readiness_info import LEAST_DAYS

ARGUMENT_SPEC: dict[str, Any] = {
    "sip_domains": {"type": "list", "elements": "str", "default": []},
    "access_edges": {"type": "list", "elements": "str", "default": []},
    "name_servers": {"type": "list", "elements": "str", "default": []},
    "ca_file": {"type": "path"},
    "certificate_days": {"type": "float", "default": LEAST_DAYS},
    "timeout": {"type": "float", "default": 10},
}


def run(task: Task) -> None:
    """
    :raises Refused: for a name that is none.
    """
    options = task.options
    outside = task.outside(options["name_servers"], options["ca_file"] or "", options["timeout"])
    rows = check(outside, options["sip_domains"], options["access_edges"], task.time(), options["certificate_days"])
    task.result["rows"] = [row.plain for row in rows]


MODULE = Module(ARGUMENT_SPEC, run, needs_server=False)
