# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be done with one object, and how it is taken back: a value, made by ``planning``, carried out by ``converge``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._core.cmdlet import Cmdlet
from .._store.store import Object
from .impact import NOTHING, Impacts

Values = Mapping[str, Any]
"""Values by option name."""


@dataclass(frozen=True)
class Step:
    """One write, and the one that takes it back, where there is one."""

    cmdlet: Cmdlet
    undo: Cmdlet | None


@dataclass(frozen=True)
class Change:
    """One object: what it is, what it is to be, and the cmdlets between. Without steps it is as desired already.

    :ivar noun: the object's noun, by its name in the table of nouns.
    :ivar identity: its name as the server spells it, or is to spell it; ``global`` where a deployment has one object.
    :ivar before: the managed settings as they were read; None: there is no object.
    :ivar after: the managed settings as they are to be; None: there is to be no object.
    :ivar companions: what is stated beside them because the cmdlet would reset it otherwise.
    :ivar impact: what it means for those who communicate.
    :ivar not_restored: options that the inverse cannot bring back.
    :ivar notes: sentences that the user must see before and after.
    :ivar found: the whole object as it was read.
    :ivar loses: options that the object will no longer have.
    :ivar resets: whether settings that are not managed change, too.
    """

    noun: str
    identity: str
    before: Values | None = None
    after: Values | None = None
    steps: tuple[Step, ...] = ()
    companions: Values = field(default_factory=dict)
    impact: Impacts = NOTHING
    not_restored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    found: Object | None = field(default=None, repr=False)
    loses: frozenset[str] = frozenset()
    resets: bool = False

    @property
    def needed(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.steps)

    @property
    def cmdlets(self) -> tuple[Cmdlet, ...]:
        """What is written, in order."""
        return tuple(step.cmdlet for step in self.steps)

    @property
    def inverse(self) -> tuple[Cmdlet, ...]:
        """What brings the object back to what it was before, in order."""
        return tuple(step.undo for step in reversed(self.steps) if step.undo is not None)

    @property
    def restores(self) -> Cmdlet | None:
        """Of a recreation: what brings the removed object back when it cannot be created."""
        return self.steps[0].undo if len(self.steps) > 1 else None

    def plain(self) -> dict[str, Any]:
        """For documents and results: plain types only; cmdlets as a person would type them."""
        return {
            "noun": self.noun,
            "identity": self.identity,
            "cmdlets": [str(cmdlet) for cmdlet in self.cmdlets],
            "before": None if self.before is None else dict(self.before),
            "after": None if self.after is None else dict(self.after),
            "companions": dict(self.companions),
            "impact": sorted(one.value for one in self.impact),
            "inverse": [str(cmdlet) for cmdlet in self.inverse],
            "not_restored": list(self.not_restored),
            "notes": list(self.notes),
        }
