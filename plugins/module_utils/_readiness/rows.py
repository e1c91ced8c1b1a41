# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A result of a readiness check: what was looked at, and whether it is good, bad or not known, with the reason."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .._core.visible import visible


class Outcome(enum.Enum):
    """The values are those of results. What is not known is neither good nor bad."""

    GOOD = "good"
    BAD = "bad"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class Row:
    """One result. ``subject`` is what was checked: a SIP domain, a name, a build."""

    check: str
    subject: str
    outcome: Outcome
    reason: str

    @property
    def plain(self) -> dict[str, Any]:
        """For a result: plain types only."""
        return {"check": self.check, "subject": self.subject, "outcome": self.outcome.value, "reason": self.reason}


def good(check: str, subject: str, reason: str) -> Row:
    return Row(check, subject, Outcome.GOOD, reason)


def bad(check: str, subject: str, reason: str) -> Row:
    return Row(check, subject, Outcome.BAD, reason)


def not_checked(check: str, subject: str, reason: str) -> Row:
    return Row(check, subject, Outcome.NOT_CHECKED, reason)


def rows_of(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rows of a module's result; one that failed is a row with its reason, one that was skipped has none."""
    if result.get("failed"):
        return [not_checked("readiness", "-", str(result.get("msg"))).plain]
    found: list[Mapping[str, Any]] = list(result.get("rows") or ())
    return found


def lines(found: Mapping[str, Iterable[Mapping[str, Any]]]) -> list[str]:
    """A table of the rows of results, by where they were looked at; nothing when there are none."""
    heads = ("Checked on", "Check", "Of", "Result", "Why")
    rows = [
        tuple(visible(str(cell)) for cell in (where, row["check"], row["subject"], row["outcome"], row["reason"]))
        for where, several in found.items()
        for row in several
    ]
    if not rows:
        return []
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    text = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in (heads, *rows)
    ]
    counts = ", ".join(f"{sum(row[3] == one.value for row in rows)} {one.value}" for one in Outcome)
    return [f"Readiness: {counts}.", "", text[0], "  ".join("-" * width for width in widths), *text[1:]]
