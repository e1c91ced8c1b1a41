# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a plan: the document, and its renderings beside it."""

from __future__ import annotations

from .._core.files import Files
from .._rollout.plan import Plan
from .plan_file import as_json, plan_file, stem
from .plan_page import as_page
from .plan_text import as_text
from .plan_view import view


def write_plan(files: Files, folder: str, plan: Plan, time: float) -> tuple[str, ...]:
    """
    :param time: when it was made, in seconds since 1970.
    :return: the whole paths of the files.
    :raises FileFailed: also where there is one of that name.
    """
    file = plan_file(plan, time)
    shown = view(file)
    start = f"{folder.rstrip('/')}/{stem(file, time)}"
    renderings = {".json": as_json(file), ".txt": as_text(shown), ".html": as_page(shown)}
    return tuple(files.create(f"{start}{ending}", text) for ending, text in renderings.items())
