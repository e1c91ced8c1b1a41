# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows as aligned text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def aligned(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The heads, a rule, and the rows; the last column is not filled up."""
    found = [tuple(heads), *map(tuple, rows)]
    widths = [max(len(line[column]) for line in found) for column in range(len(heads))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in found]
    return [text[0], "  ".join("-" * width for width in widths), *text[1:]]
