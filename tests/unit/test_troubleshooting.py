# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on troubleshooting quotes sentences that the code says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PAGE = CHECKOUT / "docs/docsite/rst/troubleshooting.rst"
OF_ANSIBLE = "Invalid value"
_FILLED_IN = re.compile(r"\.\.\.|\b\d{3}\b(?: s)?")


def said() -> str:
    """Every text of the plugins, a line each; what is filled in stands as a line break."""
    texts: list[str] = []
    for file in sorted((CHECKOUT / "plugins").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                texts.append(
                    "".join(str(part.value) if isinstance(part, ast.Constant) else "\n" for part in node.values)
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(re.sub(r"\{[^}]*\}", "\n", node.value))
    return "\n".join(texts)


def quoted() -> Iterator[str]:
    """The first cells of the table of the session."""
    page = PAGE.read_text(encoding="utf-8")
    table = page[page.index("The session\n") : page.index("The cmdlets\n")]
    for cell in re.findall(r"^   \* - ``(.+?)``", table, re.MULTILINE):
        if not cell.startswith(OF_ANSIBLE):
            yield cell


SAID = said()


@pytest.mark.parametrize("sentence", list(quoted()))
def test_a_sentence_in_the_table_is_one_that_the_code_says(sentence: str) -> None:
    pieces = [piece.strip(" ':(") for piece in _FILLED_IN.split(sentence)]
    pieces = [piece for piece in pieces if len(piece) > 4]
    assert pieces
    assert [piece for piece in pieces if piece not in SAID] == []
