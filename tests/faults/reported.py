# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run says of its deployments. All that depends on the wording or the shape of the report is in this file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from support.run import Result, Run

REPORT = "ucops.lync.lync_edge_report"
"""The action whose result holds a row for each Edge Server."""
OURS = "ucops.lync."

_CHANGED = ("changed",)
_UNCHANGED = ("as wanted",)
_UNKNOWN = "unknown"
_NOTHING_WRITTEN = "nothing written"
_DIFFERS = ("differs",)


class Said(Enum):
    """What a report says of the writes of a deployment. ``NOTHING``: it says that it failed, and no more."""

    WRITTEN = "written"
    PARTLY = "written, then failed"
    NOT_NEEDED = "nothing to change"
    NOT_WRITTEN = "nothing written"
    UNKNOWN = "unknown"
    NOTHING = "failed"


class EdgeSaid(Enum):
    """What a report says of an Edge Server's own store."""

    VERIFIED = "verified"
    DIFFERS = "differs"
    NOTHING = "not proven"


@dataclass(frozen=True)
class Reported:
    """What the report says of one deployment; ``text`` is its row, for people."""

    central: Said
    edge: EdgeSaid
    text: str


def reported(run: Run) -> dict[str, Reported]:
    """By deployment; empty where there is no report."""
    rows = next((result.data.get("rows") for result in run.results if result.action == REPORT), None)
    return {str(row["deployment"]): _of_row(row) for row in rows or ()}


def _of_row(row: Mapping[str, Any]) -> Reported:
    text = " | ".join(str(row[name]) for name in ("central", "status", "content", "outcome", "problem"))
    return Reported(_central(str(row["central"]), str(row["outcome"])), _edge(row), text)


def _central(central: str, outcome: str) -> Said:
    if _UNKNOWN in central or _UNKNOWN in outcome:
        return Said.UNKNOWN
    if central.startswith(_CHANGED):
        return Said.WRITTEN if central in _CHANGED else Said.PARTLY
    if central in _UNCHANGED:
        return Said.NOT_NEEDED
    return Said.NOT_WRITTEN if outcome == _NOTHING_WRITTEN else Said.NOTHING


def _edge(row: Mapping[str, Any]) -> EdgeSaid:
    if row["verified"]:
        return EdgeSaid.VERIFIED
    return EdgeSaid.DIFFERS if str(row["content"]) in _DIFFERS else EdgeSaid.NOTHING


# Sentences

FORBIDDEN = re.compile(
    r"Traceback|unforeseen|object at 0x|<class '|NoneType|\b[A-Z]\w*(?:Error|Exception)\b(?=[(:'])|not subscriptable"
    r"|has no attribute|Expecting value|invalid literal|codec can't"
)
"""What no sentence for an administrator holds: the words of a library's or our own mistake."""


def failures(results: Sequence[Result]) -> Iterator[Result]:
    """The results of this collection's tasks, and of the role's own, that failed or could not reach their host."""
    for result in results:
        if result.status in ("failed", "unreachable"):
            yield result


def bad_sentence(result: Result, names: Sequence[str]) -> str:
    """What is wrong with the sentence of a failure; empty when nothing is.

    :param names: what a host is known by, one of which has to be in the sentence.
    """
    sentence = result.message
    if not sentence:
        return "a failure without a sentence"
    found = FORBIDDEN.search(sentence)
    if found is not None:
        return f"{found[0]!r} in a sentence: {sentence[:300]}"
    if not any(name in sentence for name in names):
        return f"no host in a sentence: {sentence[:300]}"
    return ""
