# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run says of its deployments. All that depends on the wording or the shape of the report is in this file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from support.run import Result, Run

EDGE_COLUMN, CENTRAL_COLUMN, CONTENT_COLUMN, OUTCOME_COLUMN = "Edge Server", "Central store", "Edge content", "Outcome"


class Said(Enum):
    """What a report says of the writes of a deployment."""

    WRITTEN = "written"
    PERHAPS = "as desired, but nobody knows by whom"
    PARTLY = "written, then failed"
    NOT_NEEDED = "nothing to change"
    NOT_WRITTEN = "failed, and nothing was written before"
    UNKNOWN = "failed, and nobody knows what was written"

    @property
    def well(self) -> bool:
        """Whether the central store holds what is desired."""
        return self in (Said.WRITTEN, Said.PERHAPS, Said.NOT_NEEDED)

    @property
    def unsure(self) -> bool:
        """Whether a write may or may not have run."""
        return self in (Said.PERHAPS, Said.UNKNOWN)


class EdgeSaid(Enum):
    """What a report says of an Edge Server's own store."""

    VERIFIED = "verified"
    DIFFERS = "differs"
    NOTHING = "not known"


_CENTRAL = (
    (re.compile("possibly changed, |unknown"), Said.UNKNOWN),
    (re.compile("possibly changed"), Said.PERHAPS),
    (re.compile("changed, "), Said.PARTLY),
    (re.compile("changed"), Said.WRITTEN),
    (re.compile("as wanted|compliant"), Said.NOT_NEEDED),
    (re.compile("failed|unreachable|left out"), Said.NOT_WRITTEN),
)
"""How the words of the table begin; the first that fits counts."""
_TABLE = re.compile(
    rf"^(?P<heads>Deployment\b.*\b{EDGE_COLUMN}\b.*)\n(?P<rule>[- ]+)\n(?P<rows>(?:.*\S.*\n)*)", re.MULTILINE
)
"""The table on the screen: it ends with an empty line."""


@dataclass(frozen=True)
class Reported:
    """What the report says of one deployment; ``text`` is its row, for people."""

    central: Said
    edge: EdgeSaid
    text: str


def reported(run: Run) -> dict[str, Reported]:
    """What the table says, by the FQDN of the Edge Server; empty where there is no report."""
    return {cells[EDGE_COLUMN]: _row(cells) for cells in _table(run.output)}


def _table(output: str) -> Iterator[dict[str, str]]:
    """The rows by column; columns begin where the dashes of the second line do."""
    found = _TABLE.search(output)
    if found is None:
        return
    starts = [match.start() for match in re.finditer(r"-+", found["rule"])]
    spans = list(zip(starts, [*starts[1:], None], strict=True))
    heads, *rows = (
        [line[start:end].strip() for start, end in spans] for line in (found["heads"], *found["rows"].splitlines())
    )
    for row in rows:
        yield dict(zip(heads, row, strict=True))


def _row(cells: dict[str, str]) -> Reported:
    central = next(said for begins, said in _CENTRAL if begins.match(cells[CENTRAL_COLUMN]))
    edge = EdgeSaid.NOTHING
    if cells[OUTCOME_COLUMN].startswith("verified"):
        edge = EdgeSaid.VERIFIED
    elif cells[CONTENT_COLUMN].startswith("differs"):
        edge = EdgeSaid.DIFFERS
    return Reported(central, edge, " | ".join(cells.values()))


# Sentences

FAILED = ("failed", "unreachable", "item failed")
FORBIDDEN = re.compile(
    r"Traceback|unforeseen|object at 0x|<class '|NoneType|\b[A-Z]\w*(?:Error|Exception)\b(?=[(:'])|not subscriptable"
    r"|has no attribute|Expecting value|invalid literal|codec can't"
)
"""What no sentence for an administrator holds: the words of a library's or our own mistake."""
_CMDLET = re.compile(r"\b[A-Z][a-z]+-Cs\w+")
"""What a server answered to a cmdlet is told with the cmdlet's name; the host stands before it on the screen."""


def failures(results: Sequence[Result]) -> list[Result]:
    """The results that failed or could not reach their host, also those that the role goes on after; of a loop its items."""
    return [result for result in results if result.status in FAILED and "results" not in result.data]


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
    if not any(name in sentence for name in names) and not _CMDLET.search(sentence):
        return f"neither host nor cmdlet in a sentence: {sentence[:300]}"
    return ""
