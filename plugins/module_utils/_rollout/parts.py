# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading many things in as few pipelines as possible, and keeping what could not be read as a gap with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .._core.cmdlet import Cmdlet
from .._core.failures import CmdletFailed, Failure, SessionFailed
from .._core.task import Records

Read = Callable[..., list[Records]]
"""The records of each of several cmdlets; any error record of one of them is raised."""


REPLICAS, CENTRAL = "replicas", "central status"
DEPLOYMENT = "the deployment"
"""The part that is everything: nothing could be read."""


@dataclass(frozen=True)
class Gap:
    """A part that could not be read. ``error_id``: the server's FullyQualifiedErrorId, where it gave one."""

    part: str
    reason: str
    error_id: str = ""


@dataclass(frozen=True)
class Parts:
    """What was read, by part, and what was not."""

    found: Mapping[str, Records]
    gaps: tuple[Gap, ...] = ()


def read_parts(read: Read, parts: Mapping[str, Cmdlet]) -> Parts:
    """Read all parts together. One whose cmdlet fails becomes a gap, and the others are read again without it.

    :raises SessionFailed: when the server cannot be reached.
    """
    if not parts:
        return Parts({})
    try:
        return Parts(dict(zip(parts, read(*parts.values()), strict=True)))
    except SessionFailed:
        raise
    except Failure as failure:
        failing = _failing(parts, failure)
        gaps = () if failing is None else (Gap(failing, failure.message, getattr(failure, "error_id", "")),)
        rest = {part: cmdlet for part, cmdlet in parts.items() if part != failing}
        # Where it is not known which one failed, each is read alone.
        read_again = (
            [read_parts(read, {part: rest[part]}) for part in rest] if failing is None else [read_parts(read, rest)]
        )
        return Parts(
            {part: records for one in read_again for part, records in one.found.items()},
            (*gaps, *(gap for one in read_again for gap in one.gaps)),
        )


def _failing(parts: Mapping[str, Cmdlet], failure: Failure) -> str | None:
    """The part that failed; None where that is not known."""
    if len(parts) == 1:
        return next(iter(parts))
    if not isinstance(failure, CmdletFailed):
        return None
    named = [part for part, cmdlet in parts.items() if cmdlet.name.casefold() == failure.cmdlet.casefold()]
    return named[0] if len(named) == 1 else None
