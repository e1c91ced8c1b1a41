# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server's text that would act on a terminal or forge a line is shown instead."""

from __future__ import annotations

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.visible import visible, visible_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J\x1b[31mok", r"\x1b[2J\x1b[31mok"),
        ("Lisbon\r\nPLAY RECAP ***", r"Lisbon\r\nPLAY RECAP ***"),
        ("a\tb\0c\x7fd\x9be", r"a\tb\x00c\x7fd\x9be"),
        ("one\u2028two\u2029three\x85four", r"one\u2028two\u2029three\x85four"),
        ("safe\u202egnp.exe\u2066\u2069\u200f", r"safe\u202egnp.exe\u2066\u2069\u200f"),
        ("in\u200bvisible\ufeff\U000e0041", r"in\u200bvisible\ufeff\U000e0041"),
        ("half \ud83d", r"half \ud83d"),
    ],
)
def test_what_acts_or_hides_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert visible(text).isascii()


@pytest.mark.parametrize("text", ["DOM\\user", "Zürich", "日本語 😀", "سایت\u200cها", "a  b", ""])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


def test_own_lines_stay_lines() -> None:
    assert visible_lines("one\x1b\ntwo\r\nthree") == "one\\x1b\ntwo\\r\nthree"
