# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's files, on a real file system: private, whole, never overwritten."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.files import FileFailed
from ansible_collections.ucops.lync.plugins.plugin_utils._files.files import ControllerFiles


@pytest.fixture
def files(tmp_path: Path) -> ControllerFiles:
    return ControllerFiles(tmp_path)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_new_file_and_its_folders_are_private_under_any_umask(files: ControllerFiles, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        path = files.create("plans/today/one.json", "text\r\n")
    finally:
        os.umask(before)
    assert path == str(tmp_path / "plans" / "today" / "one.json")
    assert (mode(Path(path)), mode(tmp_path / "plans"), mode(tmp_path / "plans" / "today")) == (0o600, 0o700, 0o700)
    assert files.read(path) == "text\r\n"


def test_a_file_is_never_overwritten(files: ControllerFiles, tmp_path: Path) -> None:
    files.create("one", "first")
    with pytest.raises(FileFailed, match="one cannot be written: there is a file of that name already"):
        files.create("one", "second")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileFailed):
        files.create("link", "second")
    assert (files.read("one"), (tmp_path / "elsewhere").exists()) == ("first", False)


def test_half_a_file_is_not_left(files: ControllerFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_opened: int, _content: bytes) -> int:
        raise OSError(errno.ENOSPC, "auf dem Gerät ist kein Platz mehr")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(FileFailed, match=r"/one cannot be written: the disk is full\.$"):
        files.create("one", "text")
    assert list(tmp_path.iterdir()) == []


def test_text_is_written_to_the_end_whatever_one_call_takes(
    files: ControllerFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda opened, content: write(opened, content[:3]))
    files.create("one", "a longer text")
    assert files.read("one") == "a longer text"


def test_what_was_written_is_on_the_disk(
    files: ControllerFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []

    def sync(opened: int) -> None:
        synced.append(Path(f"/proc/self/fd/{opened}").readlink().name)

    monkeypatch.setattr(os, "fsync", sync)
    files.create("plans/one", "text")
    assert synced == [tmp_path.name, "one", "plans"]
    files.append("plans/one", "more")
    assert synced[3:] == ["one"]


def test_a_line_is_added(files: ControllerFiles) -> None:
    files.create("journal", "")
    files.append("journal", "first")
    files.append("journal", "second")
    assert files.read("journal") == "first\nsecond\n"


def test_half_a_line_is_ended_before_the_next(files: ControllerFiles) -> None:
    files.create("journal", "first\nsec")
    files.append("journal", "third")
    assert files.read("journal") == "first\nsec\nthird\n"


def test_a_line_needs_a_file(files: ControllerFiles) -> None:
    with pytest.raises(FileFailed) as failure:
        files.append("journal", "first")
    assert failure.value.missing


def test_names_are_sorted_and_not_hidden(files: ControllerFiles) -> None:
    for name in ("b.json", "a.json", ".hidden.json", "a.json.sig"):
        files.create(f"plans/{name}", "")
    assert files.names("plans", ".json") == ("a.json", "b.json")


def _folder(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _large(path: Path) -> None:
    path.write_text("12345")


def _bytes(path: Path) -> None:
    path.write_bytes(b"\xff")


def _circle(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize(
    ("make", "reason", "missing"),
    [
        (lambda path: None, "there is no such file or folder", True),
        (_folder, "it is a folder", False),
        (_pipe, "it is no plain file", False),
        (_large, "it has more than 4 bytes", False),
        (_bytes, "it is not in UTF-8", False),
        (_circle, "its links lead round in a circle", False),
    ],
)
def test_what_cannot_be_read_says_why(
    make: Any, reason: str, missing: bool, files: ControllerFiles, tmp_path: Path
) -> None:
    make(tmp_path / "one")
    with pytest.raises(FileFailed) as failure:
        files.read("one", 4)
    assert (failure.value.message, failure.value.missing) == (f"{tmp_path / 'one'} cannot be read: {reason}.", missing)


def test_a_file_of_just_the_limit_is_read_also_behind_a_link(files: ControllerFiles, tmp_path: Path) -> None:
    files.create("one", "1234")
    (tmp_path / "link").symlink_to(tmp_path / "one")
    assert files.read("link", 4) == "1234"


@pytest.mark.parametrize("path", ["", "a\0b", "~nobody-of-that-name/plans"])
def test_what_is_no_path_is_refused(path: str, files: ControllerFiles) -> None:
    for asked in (files.whole, files.read, lambda path: files.create(path, "")):
        with pytest.raises(FileFailed):
            asked(path)


def test_a_file_where_a_folder_should_be_is_told(files: ControllerFiles) -> None:
    files.create("plans", "")
    with pytest.raises(FileFailed, match=r"/plans/one cannot be written: a part of the path is no folder\.$"):
        files.create("plans/one", "")


def test_the_home_of_the_user_is_known(files: ControllerFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert files.whole("~/plans") == str(tmp_path / "home" / "plans")


def test_half_a_character_is_refused_and_leaves_nothing(files: ControllerFiles, tmp_path: Path) -> None:
    with pytest.raises(FileFailed, match="half a character"):
        files.create("one", "\ud800")
    assert list(tmp_path.iterdir()) == []
