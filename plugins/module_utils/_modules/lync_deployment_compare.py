# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find deployments of an inventory that are one: they have the same Central Management store."""

from __future__ import annotations

from typing import Any

from .._core.task import Module, Task
from .._rollout.compared import same

ARGUMENT_SPEC: dict[str, Any] = {
    "identities": {"type": "dict", "required": True},
    "deployments": {"type": "dict", "required": True},
}


def run(task: Task) -> None:
    """By management host, the names of the other deployments that have its store."""
    task.result["same_store"] = same(task.options["identities"], task.options["deployments"])


MODULE = Module(ARGUMENT_SPEC, run, needs_server=False)
