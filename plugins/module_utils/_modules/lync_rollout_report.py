# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Show the report of a rollout."""

from __future__ import annotations

from typing import Any

from .._core.task import Module, Task

ARGUMENT_SPEC: dict[str, Any] = {"lines": {"type": "list", "elements": "str", "required": True}}


def run(task: Task) -> None:
    """Show the lines of lync_rollout_verdict."""
    task.show("\n".join(task.options["lines"]))


MODULE = Module(ARGUMENT_SPEC, run, needs_server=False)
