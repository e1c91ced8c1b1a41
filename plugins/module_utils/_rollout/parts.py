# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading many things in as few pipelines as possible, and keeping what could not be read as a gap with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .._core.cmdlet import Cmdlet
from .._core.failures import Failure
from .._core.task import Records

Attempt = Callable[..., list[Records | Failure]]
"""Of each of several cmdlets its records, or why it has none."""


REPLICAS, CENTRAL, COMPUTERS = "replicas", "central status", "computers"
MACHINES = "machines of Edge pools"
VOICEMAIL, OFFERED, ROLES = "hosted voicemail policies", "offered cmdlets", "administrator roles"
DEPLOYMENT = "the deployment"
"""The part that is everything: nothing could be read."""

OPTIONAL = frozenset({COMPUTERS, VOICEMAIL, OFFERED, ROLES})
"""Parts that only add to what is known: where one is missing, the plan says what was not checked for it."""


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


def read_parts(attempt: Attempt, parts: Mapping[str, Cmdlet]) -> Parts:
    """Read all parts together. One whose cmdlet fails becomes a gap.

    :raises SessionFailed: when the server cannot be reached.
    """
    if not parts:
        return Parts({})
    answers = dict(zip(parts, attempt(*parts.values()), strict=True))
    return Parts(
        {part: answer for part, answer in answers.items() if not isinstance(answer, Failure)},
        tuple(_gap(part, answer) for part, answer in answers.items() if isinstance(answer, Failure)),
    )


def _gap(part: str, failure: Failure) -> Gap:
    return Gap(part, failure.message, str(failure.details.get("error", {}).get("id", "")))
