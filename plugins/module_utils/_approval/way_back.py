# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a plan that takes a run back is the way back that stood in the approved plan. Pure."""

from __future__ import annotations

from collections.abc import Hashable

from .._core.cmdlet import quoted
from .._nouns.table import NOUNS
from .._rollout.plan import Plan, PlannedChange


def beyond(approved: Plan, back: Plan) -> tuple[str, ...]:
    """The cmdlets of a way back that the approved one does not have. Two spellings of a name are one to it, as they are to the
    server: the approved plan has the user's, as long as there was no object; the way back has the server's.
    """
    known = {_comparable(change, cmdlet) for change in approved.changes for cmdlet in change.inverse}
    return tuple(
        cmdlet for change in back.changes for cmdlet in change.cmdlets if _comparable(change, cmdlet) not in known
    )


def _comparable(change: PlannedChange, cmdlet: str) -> Hashable:
    """A cmdlet of a change, as a person would type it: its name, the object, and the other parameters. The object comes first."""
    resource = NOUNS[change.noun]
    if resource.key is None:
        return cmdlet
    name, _space, parameters = cmdlet.partition(" ")
    for spelling in (change.identity, resource.key.kind.normal(change.identity)):
        first = f"-{resource.key.parameter} {quoted(spelling)}"
        if f"{parameters} ".startswith(f"{first} "):
            return (name, resource.comparable(spelling), parameters[len(first) :])
    return cmdlet
