# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run says that is interrupted after a write."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.files import FileFailed
from ansible_collections.ucops.lync.plugins.plugin_utils._action.what_stands import interrupted
from ansible_collections.ucops.lync.plugins.plugin_utils._action.write_notes import WriteNotes
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils.memory_files import MemoryFiles

NEW, SET = "New-CsHostingProvider -Identity x", "Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true"
LAST = "The next run reads what stands, does the rest and proves it."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "notes"


def test_a_run_that_ends_by_itself_has_nothing_to_say(folder: Path) -> None:
    notes = WriteNotes("fe01", folder)
    notes.begin()
    notes.sends(NEW)
    notes.end([{"cmdlet": NEW, "outcome": "ran"}])
    notes.begin()
    notes.end([])
    assert interrupted(folder) == ""


def test_a_run_that_wrote_nothing_has_nothing_to_say(folder: Path) -> None:
    notes = WriteNotes("fe01", folder)
    notes.begin()
    notes.end([])
    WriteNotes("fe02", folder).begin()
    assert interrupted(folder) == ""
    assert not folder.exists()


def test_what_stands_is_said_of_every_host(folder: Path) -> None:
    done, waiting, writing = (WriteNotes(host, folder) for host in ("fe/01", "fe02", "fe03"))
    for notes in (done, waiting):
        notes.sends(NEW)
        notes.end([{"cmdlet": NEW, "outcome": "ran"}])
    waiting.begin()
    writing.sends(NEW)
    writing.end([{"cmdlet": NEW, "outcome": "not_run"}])
    writing.begin()
    writing.sends(SET)
    assert interrupted(folder).splitlines() == [
        "The run was interrupted after it had sent:",
        f"  fe/01: {NEW}: written",
        f"  fe02: {NEW}: written",
        f"  fe03: {NEW}: not written",
        f"  fe03: {SET}: sent, and whether it ran is not known",
        LAST,
    ]


def test_the_host_that_is_worked_on_need_not_be_the_one_that_wrote(folder: Path) -> None:
    wrote, asked = WriteNotes("fe01", folder), WriteNotes("edge01", folder)
    asked.begin()
    asked.end([])
    wrote.sends(NEW)
    wrote.end([{"cmdlet": NEW, "outcome": "ran"}])
    asked.begin()
    assert interrupted(folder).splitlines()[1:] == [f"  fe01: {NEW}: written", LAST]
    asked.end([])
    assert interrupted(folder) == ""


def test_a_worker_that_is_killed_before_it_notes_anything_hides_no_write(folder: Path) -> None:
    WriteNotes("fe01", folder).sends(NEW)
    (folder / "edge01").touch()
    assert interrupted(folder).splitlines()[1:] == [f"  fe01: {NEW}: sent, and whether it ran is not known", LAST]


def test_no_host_forges_a_line(folder: Path) -> None:
    WriteNotes("fe\n01", folder).sends(NEW)
    assert len(interrupted(folder).splitlines()) == 3


def test_a_folder_that_cannot_be_written_keeps_nothing_from_running(folder: Path) -> None:
    folder.write_text("in the way", encoding="utf-8")
    notes = WriteNotes("fe01", folder)
    notes.begin()
    notes.sends(NEW)
    notes.end([])
    assert interrupted(folder) == ""


JOURNAL = "/records/a.journal.jsonl"


def journalled(files: MemoryFiles) -> list[tuple[str, str]]:
    """Each line's event, and the outcome or the cmdlet."""
    lines = [json.loads(line) for line in files.read(JOURNAL).splitlines()]
    return [(one["event"], one.get("outcome") or one["cmdlet"]) for one in lines]


def journalling(folder: Path) -> tuple[WriteNotes, MemoryFiles]:
    files, notes = MemoryFiles(**{JOURNAL: ""}), WriteNotes("fe01", folder)
    notes.journal_in(files, JOURNAL)
    return notes, files


def test_a_write_is_in_the_journal_before_it_is_sent_and_its_outcome_after_it(folder: Path) -> None:
    notes, files = journalling(folder)
    notes.sends(NEW)
    assert journalled(files) == [("write", NEW)]
    notes.became([{"cmdlet": NEW, "outcome": "unknown"}])
    assert journalled(files) == [("write", NEW)], "what is not known needs no line"
    notes.end([{"cmdlet": NEW, "outcome": "ran"}])
    assert journalled(files) == [("write", NEW), ("outcome", "ran")]


def test_an_outcome_that_the_state_decides_later_corrects_the_first(folder: Path) -> None:
    notes, files = journalling(folder)
    notes.sends(NEW)
    notes.became([{"cmdlet": NEW, "outcome": "ran"}])
    notes.sends(SET)
    notes.end([{"cmdlet": NEW, "outcome": "ran"}, {"cmdlet": SET, "outcome": "not_run"}])
    assert journalled(files) == [("write", NEW), ("outcome", "ran"), ("write", SET), ("outcome", "not_run")]


def test_what_cannot_be_journalled_is_not_sent_and_never_has_an_outcome(folder: Path) -> None:
    notes, files = WriteNotes("fe01", folder), MemoryFiles()
    notes.journal_in(files, JOURNAL)
    with pytest.raises(FileFailed):
        notes.sends(NEW)
    files.content[JOURNAL] = ""
    notes.end([{"cmdlet": NEW, "outcome": "not_run"}])
    assert files.content[JOURNAL] == ""
