# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Open the host's session beside the tasks, and read ahead in it, so that no task waits for all that."""

from __future__ import annotations

from typing import Any

from .._core.task import Module, Task
from .._store.local import PROBE
from . import lync_deployment_info

ARGUMENT_SPEC: dict[str, Any] = {
    "state": {"type": "str", "choices": ["opened"], "default": "opened"},
    "read_ahead": {"type": "dict", "options": lync_deployment_info.ARGUMENT_SPEC},
}


def run(task: Task) -> None:
    """Nothing is waited for: what fails is said by the next task that needs the session.

    Reading anything loads the product's module.
    """
    ahead = task.options["read_ahead"]
    cmdlets = (PROBE,) if ahead is None else lync_deployment_info.cmdlets(task, ahead)
    task.result["begun"] = task.prepare(*cmdlets)
    if not task.result["begun"]:
        task.result["msg"] = "Nothing was done: each task of this host opens a session of its own."


MODULE = Module(ARGUMENT_SPEC, run)
