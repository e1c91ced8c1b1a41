# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log on and run nothing: whether the endpoint answers and takes the account."""

from __future__ import annotations

from .._core.task import Module, Task


def run(task: Task) -> None:
    """
    :raises SessionFailed: with what to check.
    """
    task.result["where"] = task.log_on()


MODULE = Module({}, run)
