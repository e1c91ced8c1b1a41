# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Show the document of a plan again, without a server."""

from __future__ import annotations

from typing import Any

from .._approval.plan_file import PlanFile, from_json
from .._approval.plan_page import as_page
from .._approval.plan_text import as_text
from .._approval.plan_view import NOT_APPROVABLE, view
from .._core.failures import Failure, Refused
from .._core.task import QUIET, Module, Task

ARGUMENT_SPEC: dict[str, Any] = {
    "plan": {"type": "str", "required": True},
    "page": {"type": "str", "default": ""},
    "text": {"type": "str", "default": ""},
}


def run(task: Task) -> None:
    """
    :raises Failure: for a file that is no plan, or was edited; also where a rendering cannot be written.
    """
    shown = view(file := _read(task))
    renderings = {"page": as_page, "text": as_text}
    task.result.update(
        fingerprint=file.fingerprint,
        deployment=file.plan.title,
        approvable=shown.mark != NOT_APPROVABLE,
        files=[
            task.files.create(task.options[name], render(shown))
            for name, render in renderings.items()
            if task.options[name]
        ],
        **QUIET,
    )
    task.show(as_text(shown))


def _read(task: Task) -> PlanFile:
    path = task.options["plan"]
    text = task.files.read(path)
    try:
        return from_json(text)
    except Failure as failure:
        raise Refused(f"{task.files.whole(path)} is no plan to rely on: {failure.message}") from None


MODULE = Module(ARGUMENT_SPEC, run, needs_server=False)
