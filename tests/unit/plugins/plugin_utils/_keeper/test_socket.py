# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where tasks and the keeper meet."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import socket as socket_
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.socket import LONGEST_ADDRESS, MeetingPlace, connect


@pytest.fixture(params=["short", "long"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose path leaves room for a socket's name, and one whose does not."""
    base = Path(os.path.relpath(tmp_path)) if request.param == "short" else tmp_path
    found = base / ("x" if request.param == "short" else "x" * LONGEST_ADDRESS)
    found.mkdir()
    with tempfile.TemporaryDirectory(dir="/tmp") as short:
        monkeypatch.setattr(socket_, "_SHORT_FOLDER", Path(short))
        yield found


def listen(place: MeetingPlace) -> tuple[Any, Path]:
    with place.locked():
        return place.listen()


def is_reached(address: Path | None) -> bool:
    connection = connect(address)
    if connection is None:
        return False
    connection.close()
    return True


def test_nobody_is_there(folder: Path) -> None:
    place = MeetingPlace(folder)
    assert place.address is None
    assert connect(None) is None


def test_whoever_listens_is_reached(folder: Path) -> None:
    place = MeetingPlace(folder)
    listening, address = listen(place)
    with listening, connect(place.address) as connection:  # type: ignore[union-attr]
        assert place.address == address
        assert len(os.fsencode(address)) <= LONGEST_ADDRESS
        assert stat.S_ISSOCK(address.stat().st_mode)
        accepted, _from = listening.accept()
        with accepted:
            connection.sendall(b"hello")
            assert accepted.recv(5) == b"hello"


def test_a_short_folder_is_for_its_user_only(folder: Path) -> None:
    listening, address = listen(MeetingPlace(folder))
    with listening:
        if address.parent != folder:
            assert stat.S_IMODE(address.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("cleared_before", [False, True])
def test_nothing_stays_after_the_end(folder: Path, cleared_before: bool) -> None:
    """Also where the run has cleared its own folder first."""
    place = MeetingPlace(folder)
    listening, address = listen(place)
    listening.close()
    if cleared_before:
        shutil.rmtree(folder)
        folder.mkdir()
    place.clear(address)
    assert not address.exists()
    assert address.parent == folder or not address.parent.exists()
    assert [entry.name for entry in folder.iterdir() if not entry.name.endswith(".lock")] == []


def test_the_place_of_one_that_died_can_be_taken(folder: Path) -> None:
    place = MeetingPlace(folder)
    listening, former = listen(place)
    listening.close()
    assert not is_reached(place.address)
    listening, address = listen(place)
    with listening:
        assert is_reached(place.address)
        assert address != former
    assert not former.exists()


def test_a_silent_keeper_loses_its_place(folder: Path) -> None:
    place = MeetingPlace(folder)
    listening, address = listen(place)
    with listening:
        place.clear(address)
        assert place.address is None
        assert not is_reached(address)


def test_its_successor_does_not(folder: Path) -> None:
    place = MeetingPlace(folder)
    first, silent = listen(place)
    second, _address = listen(place)
    with first, second:
        place.clear(silent)
        assert is_reached(place.address)


def test_a_place_that_cannot_be_taken_leaves_nothing(folder: Path) -> None:
    place = MeetingPlace(folder)
    (folder / "lync-sessions").mkdir()
    with pytest.raises(OSError):
        listen(place)
    assert sorted(entry.name for entry in folder.iterdir()) == ["lync-sessions", "lync-sessions.lock"]
