# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan as plain text, as it is mailed, printed or put into a ticket."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from .._report.columns import aligned
from .plan_view import Section, Table, View

WIDTH = 100
"""Characters of a line of sentences. What is to be copied is never broken."""

NARROWEST = 40
"""Characters of a last column whose cells are broken."""


def as_text(view: View) -> str:
    return "\n".join(_lines(view)) + "\n"


def _lines(view: View) -> Iterator[str]:
    if view.mark:
        yield from (view.mark, "")
    yield from (view.title, "=" * len(view.title), "")
    width = max(len(name) for name, _value in view.facts)
    yield from (f"{name.ljust(width)}  {value}" for name, value in view.facts)
    for section in view.sections:
        yield from ("", section.heading, "-" * len(section.heading), *_body(section))


def _body(section: Section) -> Iterator[str]:
    for sentence in section.sentences:
        yield from _broken(sentence, WIDTH)
    yield from (f"    {line}" for line in section.code)
    if section.table is not None:
        yield from aligned(section.table.heads, _rows(section.table))


def _rows(table: Table) -> Iterator[tuple[str, ...]]:
    """A last cell that is too long goes on below itself."""
    lines = (table.heads, *table.rows)
    before = sum(max(len(line[column]) for line in lines) + 2 for column in range(len(table.heads) - 1))
    for *cells, last in table.rows:
        first, *rest = _broken(last, max(WIDTH - before, NARROWEST)) or [""]
        yield (*cells, first)
        yield from ((*("" for _cell in cells), line) for line in rest)


def _broken(sentence: str, width: int) -> list[str]:
    return textwrap.wrap(sentence, width, break_long_words=False, break_on_hyphens=False)
