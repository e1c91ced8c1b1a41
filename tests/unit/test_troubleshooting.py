# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on troubleshooting has a row for everything that can go wrong with a connection, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from ansible_collections.ucops.lync.plugins.plugin_utils._failures.causes import Cause
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.connection import Connection
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._failures.said import (
    CAN_OCCUR,
    CHECKOUT,
    ROWS,
    told,
)

OF_ANSIBLE = "Invalid"


def rows_of_the_page() -> Iterator[re.Pattern[str]]:
    """The first cells of the table of the session, as patterns: dots stand for whatever is filled in."""
    page = (CHECKOUT / "docs/docsite/rst/troubleshooting.rst").read_text(encoding="utf-8")
    table = page[page.index("The session\n") : page.index("The cmdlets\n")]
    for cell in re.findall(r"^   \* - ``(.+?)``", table, re.MULTILINE):
        yield re.compile(re.escape(cell).replace(r"\.\.\.", ".+"))


PAGE = list(rows_of_the_page())


@pytest.mark.parametrize(("at", "cause"), ROWS)
def test_the_page_on_troubleshooting_has_a_row_for_it(at: Connection, cause: Cause) -> None:
    assert any(row.search(told(cause, at)) for row in PAGE), told(cause, at)


@pytest.mark.parametrize("row", PAGE, ids=lambda row: row.pattern[:40])
def test_a_row_of_the_page_is_said_somewhere(row: re.Pattern[str]) -> None:
    """Those that are no sentences of a cause are texts of the plugins, or Ansible's."""
    sentences = [told(cause, at) for at, causes in CAN_OCCUR.values() for cause in causes]
    if any(row.search(text) for text in sentences) or row.pattern.startswith(OF_ANSIBLE):
        return
    texts = "\n".join(file.read_text(encoding="utf-8") for file in sorted((CHECKOUT / "plugins").rglob("*.py")))
    pieces = [re.sub(r"\\(.)", r"\1", piece).strip(" ':(") for piece in re.split(r"\.\+", row.pattern)]
    joined = re.sub(r'"\s+f?"', "", texts)
    assert [piece for piece in pieces if len(piece) > 4 and piece not in joined] == []
