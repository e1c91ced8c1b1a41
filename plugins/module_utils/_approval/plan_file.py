# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan as a document: the JSON that its text and its page are made of, and that an approval is given for."""

from __future__ import annotations

import json
from dataclasses import dataclass

from .._core.document import from_plain, to_plain
from .._core.failures import Refused
from .._core.times import compact, utc
from .._nouns.table import NOUNS
from .._rollout.plan import Plan
from .._way_back.kept import file_name
from .fingerprint import fingerprint, whole

SHORT = 12
"""Digits of a fingerprint in the name of a file, and where it stands beside the whole one."""


@dataclass(frozen=True)
class PlanFile:
    """
    :ivar made: when, in UTC by the controller's clock.
    :ivar fingerprint: as it was when the file was made; ``digest``: of the whole document then, so that each edit shows.
    """

    made: str
    fingerprint: str
    digest: str
    plan: Plan
    version: int = 1


def plan_file(plan: Plan, time: float) -> PlanFile:
    """
    :param time: in seconds since 1970.
    """
    made = utc(time)
    return PlanFile(made, fingerprint(plan), whole(plan, made), plan)


def as_json(file: PlanFile) -> str:
    return json.dumps(to_plain(file), indent=2, sort_keys=True, ensure_ascii=True) + "\n"


def from_json(text: str) -> PlanFile:
    """
    :raises Refused: for what is no plan, and for one whose own content has another fingerprint or digest than it says.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused("it is not JSON.") from None
    file = from_plain(PlanFile, data, "plan")
    if file.version != PlanFile.version or file.plan.version != Plan.version:
        raise Refused(f"it is of version {file.version}.{file.plan.version}, which this collection does not know.")
    _check_nouns(file.plan)
    try:
        found, digest = fingerprint(file.plan), whole(file.plan, file.made)
    except (ValueError, RecursionError):
        raise Refused("it was edited: it holds values that no plan has.") from None
    if found != file.fingerprint:
        raise Refused(
            f"it was edited: its content has the fingerprint {found[:SHORT]}..., and it says {file.fingerprint[:SHORT]}..."
        )
    if digest != file.digest:
        raise Refused(
            f"it was edited: what its fingerprint {found[:SHORT]}... covers is as it was written, and something else is not."
        )
    return file


def _check_nouns(plan: Plan) -> None:
    """
    :raises Refused: for a noun of another collection than this one, of which nothing could be told.
    """
    unknown = ({one.noun for one in plan.changes} | {one.noun for one in plan.held}) - NOUNS.keys()
    if unknown:
        raise Refused(f"there is no noun {', '.join(sorted(unknown))} in this collection.")


def stem(file: PlanFile, time: float) -> str:
    """The name without its ending: whose plan, when, and which."""
    return f"{file_name(file.plan.title)}-{compact(time)}-{file.fingerprint[:SHORT]}"


def ending(fingerprint: str) -> str:
    """How the name of the file of a plan ends."""
    return f"-{fingerprint[:SHORT]}.json"
