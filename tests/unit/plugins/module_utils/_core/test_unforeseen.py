# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of an exception that nobody foresaw."""

from __future__ import annotations

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.unforeseen import unforeseen


def test_it_says_where_it_was_and_keeps_its_own_text_to_itself() -> None:
    with pytest.raises(ZeroDivisionError) as raised:
        raise ZeroDivisionError("hunter2")
    message = unforeseen(raised.value, "lync_ping", "fe01").message
    assert "lync_ping failed on fe01" in message
    assert "(ZeroDivisionError at test_unforeseen.py:" in message
    assert "hunter2" not in message


def test_one_that_was_never_raised_has_no_place() -> None:
    assert "(ZeroDivisionError)" in unforeseen(ZeroDivisionError(), "lync_ping", "fe01").message
