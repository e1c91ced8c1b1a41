# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark counts every process that belongs to a run, and no other."""

from __future__ import annotations

from process_tree import Process, below, parsed


def test_a_name_may_hold_spaces_and_parentheses() -> None:
    assert parsed("42 (my (odd) name) S 7 42 42 0 -1 4194560") == Process(42, "my (odd) name", 7, has_ended=False)


def test_a_process_that_waits_to_be_reaped_has_ended() -> None:
    process = parsed("42 (lync-sessions) Z 7 42 42 0 -1 4194560")
    assert process is not None
    assert process.has_ended


def test_what_is_no_process_is_none() -> None:
    assert parsed("") is None


def test_descendants_are_found_at_any_depth_and_whole_families_left_out() -> None:
    tree = {2: 1, 3: 2, 4: 3, 5: 1, 6: 5, 9: 8}
    processes = [Process(pid, "python", parent, has_ended=False) for pid, parent in tree.items()]
    assert sorted(process.pid for process in below(1, processes, apart_from={5})) == [2, 3, 4]
