# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The marker of a plan that was carried out under an approval: beside the approval, by the fingerprint of the plan.

It is made after the last write. The same approval never counts again, whatever its file is called; nor does another approval of a
plan that was made before. Where the folder does not last, as in AWX, there is no marker, and only the dates protect.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from .._core.failures import Failure
from .._core.files import Files
from .._core.times import utc
from .approval import LIMIT, Approval
from .plan_file import SHORT, PlanFile

ENDING = ".spent"


def marker(folder: str, approval: Approval) -> str:
    """Its path."""
    return f"{folder.rstrip('/')}/{approval.fingerprint[:SHORT]}-{approval.digest[:SHORT]}{ENDING}"


def text(approval: Approval, file: PlanFile, time: float) -> str:
    """What it holds.

    :param file: of the plan that was approved.
    :param time: when the run planned, in seconds since 1970.
    """
    held = {
        "deployment": approval.deployment,
        "fingerprint": approval.fingerprint,
        "document": file.digest,
        "change_number": approval.change_number,
        "approved_by": approval.approved_by,
        "run_of": utc(time),
    }
    return json.dumps(held, indent=2) + "\n"


def spent(files: Files, folder: str, approval: Approval) -> str:
    """When and by which change the approval was used up, a clause; empty where it was not."""
    own = marker(folder, approval)
    return next((_said(held) for path, held in _markers(files, folder, approval.fingerprint) if path == own), "")


def spent_file(files: Files, folder: str, file: PlanFile) -> str:
    """The same of a plan, under whichever approval: this document was carried out, or one that says the same after it was made."""
    held = (held for _path, held in _markers(files, folder, file.fingerprint))
    return next((_said(one) for one in held if _is_of(one, file)), "")


def _is_of(held: Mapping[str, str], file: PlanFile) -> bool:
    """By the document, and by the time: the one that was made last was carried out, those before it are used up with it."""
    return held.get("document") == file.digest or str(held.get("run_of") or "9") >= file.made


def _markers(files: Files, folder: str, fingerprint: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """One that cannot be read says at least that there is one."""
    for name in files.names(folder, ENDING):
        if name.startswith(fingerprint[:SHORT]):
            path = f"{folder.rstrip('/')}/{name}"
            try:
                held = json.loads(files.read(path, LIMIT))
            except (Failure, ValueError, RecursionError):
                held = {}
            yield path, held if isinstance(held, dict) else {}


def _said(held: Mapping[str, str]) -> str:
    return (
        f"applied in the run of {held.get('run_of') or '(its marker does not say when)'}, change "
        f"{held.get('change_number') or 'unknown'}"
    )
