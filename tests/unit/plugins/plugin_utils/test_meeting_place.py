# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where tasks and the keeper meet."""

from __future__ import annotations

import os
import shutil
import socket
import stat
from pathlib import Path

import pytest

from ansible_collections.ucops.lync.plugins.plugin_utils._meeting_place import LONGEST_ADDRESS, NOBODY, MeetingPlace


@pytest.fixture(params=["short", "long"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder whose path leaves room for a socket's name, and one whose does not."""
    base = Path(os.path.relpath(tmp_path)) if request.param == "short" else tmp_path
    found = base / ("x" if request.param == "short" else "x" * LONGEST_ADDRESS)
    found.mkdir()
    return found


def listen(place: MeetingPlace) -> socket.socket:
    with place.locked():
        return place.listen()


def test_nobody_is_there(folder: Path) -> None:
    place = MeetingPlace(folder)
    assert place.connect() is None
    assert place.identity == NOBODY


def test_whoever_listens_is_reached(folder: Path) -> None:
    place = MeetingPlace(folder)
    with listen(place) as listening, place.connect() as connection:  # type: ignore[union-attr]
        assert len(os.fsencode(place.address)) <= LONGEST_ADDRESS
        assert stat.S_ISSOCK(place.address.stat().st_mode)
        accepted, _address = listening.accept()
        with accepted:
            connection.sendall(b"hello")
            assert accepted.recv(5) == b"hello"


def test_a_short_folder_is_for_its_user_only(folder: Path) -> None:
    place = MeetingPlace(folder)
    with listen(place):
        if place.address.parent != folder:
            assert stat.S_IMODE(place.address.parent.stat().st_mode) == 0o700


def test_nothing_stays_after_the_end(folder: Path) -> None:
    place = MeetingPlace(folder)
    listen(place).close()
    address = place.address
    place.clear()
    assert not address.exists()
    assert address.parent == folder or not address.parent.exists()
    assert [entry.name for entry in folder.iterdir()] == ["lync-sessions.lock"]


def test_nothing_stays_where_the_run_has_cleared_its_folder(folder: Path) -> None:
    place = MeetingPlace(folder)
    listen(place).close()
    address = place.address
    shutil.rmtree(folder)
    place.clear(address)
    assert not address.exists()
    assert address.parent == folder or not address.parent.exists()


def test_the_place_of_one_that_died_can_be_taken(folder: Path) -> None:
    place = MeetingPlace(folder)
    listen(place).close()
    assert place.connect() is None
    with listen(place), place.connect() as connection:  # type: ignore[union-attr]
        assert connection.getpeername()


def test_a_silent_keeper_loses_its_place(folder: Path) -> None:
    place = MeetingPlace(folder)
    with listen(place):
        place.leave(place.identity)
        assert place.connect() is None


def test_its_successor_does_not(folder: Path) -> None:
    place = MeetingPlace(folder)
    with listen(place):
        silent = place.identity
        with listen(place):
            place.leave(silent)
            found = place.connect()
            assert found is not None
            found.close()
