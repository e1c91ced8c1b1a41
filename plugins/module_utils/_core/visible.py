# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server's text as it may be shown: nothing in it acts on a terminal, breaks a line, or hides."""

from __future__ import annotations

import re

_HIDDEN = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # control characters: ESC, CR, LF, tab ...
    "\u2028\u2029"  # line and paragraph separator
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # what turns the direction of writing (Unicode 9, bidirectional controls)
    "\u200b\u2060-\u2065\u206a-\u206f\ufeff\U000e0000-\U000e007f"  # what has no width
    "\ud800-\udfff"  # half a character, which no terminal and no file takes
    "]"
)


def visible(text: str) -> str:
    r"""The text on one line, control characters and the like as Python writes them: ``\x1b``, ``\n``, ``\u202e``."""
    return _HIDDEN.sub(_escaped, text)


def visible_lines(text: str) -> str:
    """The same for text that has lines of its own."""
    return "\n".join(visible(line) for line in text.split("\n"))


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")
