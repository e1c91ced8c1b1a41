# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a change means for those who communicate: somebody becomes reachable, or somebody may be cut off."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any


class Impact(enum.Enum):
    """A change may do both, or nothing that anybody notices."""

    OPENS = "opens"
    INTERRUPTS = "interrupts"


Impacts = frozenset[Impact]
NOTHING: Impacts = frozenset()
OPENS: Impacts = frozenset({Impact.OPENS})
INTERRUPTS: Impacts = frozenset({Impact.INTERRUPTS})

ImpactOf = Callable[[Any, Any], Impacts]
"""From the value before and after a change to what it does; None stands for no value."""

TRUST = ("AlwaysUnverifiable", "UseSourceVerification", "AlwaysVerifiable")
"""Verification levels, the most careful first."""


def none(_before: Any, _after: Any) -> Impacts:
    """Nobody notices."""
    return NOTHING


def access(before: Any, after: Any) -> Impacts:
    """True lets somebody in."""
    if bool(before) == bool(after):
        return NOTHING
    return OPENS if after else INTERRUPTS


def barrier(before: Any, after: Any) -> Impacts:
    """True keeps somebody out."""
    return access(not before, not after)


def trust(before: Any, after: Any) -> Impacts:
    """A verification level: more trust opens, less interrupts."""
    change = _rank(after) - _rank(before)
    return OPENS if change > 0 else INTERRUPTS if change < 0 else NOTHING


def routing(before: Any, after: Any) -> Impacts:
    """Any other value sends traffic another way."""
    return NOTHING if before == after else INTERRUPTS


def _rank(level: Any) -> int:
    known = [name.casefold() for name in TRUST]
    text = str(level or "").casefold()
    return known.index(text) if text in known else 0
