# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of readiness."""

from __future__ import annotations

from ansible_collections.ucops.lync.plugins.module_utils._readiness.rows import bad, good, lines, not_checked, rows_of


def test_every_row_is_in_the_table() -> None:
    rows = [
        good("TLS 1.2", "7.0.2046.0", "why"),
        bad("federation record", "contoso.com", "a\x1b[2J"),
        not_checked("x", "y", "z"),
    ]
    found = lines({"edge01": [row.plain for row in rows]})
    assert found[0] == "Readiness: 1 good, 1 bad, 1 not checked."
    assert found[2].split() == ["Checked", "on", "Check", "Of", "Result", "Why"]
    assert found[4].split() == ["edge01", "TLS", "1.2", "7.0.2046.0", "good", "why"]
    assert "\x1b" not in "".join(found)


def test_a_check_that_failed_is_a_row_and_one_that_was_skipped_is_none() -> None:
    (row,) = rows_of({"failed": True, "msg": "no session"})
    assert (row["outcome"], row["reason"]) == ("not checked", "no session")
    assert rows_of({"skipped": True}) == rows_of({}) == []
    assert rows_of({"rows": [row]}) == [row]


def test_without_rows_there_is_no_table() -> None:
    assert lines({}) == lines({"edge01": []}) == []
