# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keeper's socket: how it is found, replaced and removed."""

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
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.socket import LONGEST_PATH, KeeperSocket, connect


@pytest.fixture(params=["short", "long"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose path leaves room for a socket's name, and one whose does not."""
    base = Path(os.path.relpath(tmp_path)) if request.param == "short" else tmp_path
    found = base / ("x" if request.param == "short" else "x" * LONGEST_PATH)
    found.mkdir()
    with tempfile.TemporaryDirectory(dir="/tmp") as short:
        monkeypatch.setattr(socket_, "_SHORT_FOLDER", Path(short))
        yield found


def listen(keeper_socket: KeeperSocket) -> tuple[Any, Path]:
    with keeper_socket.locked():
        return keeper_socket.listen()


def is_reached(path: Path | None) -> bool:
    connection = connect(path)
    if connection is None:
        return False
    connection.close()
    return True


def test_there_is_no_keeper(folder: Path) -> None:
    keeper_socket = KeeperSocket(folder)
    assert keeper_socket.path is None
    assert connect(None) is None


def test_a_keeper_that_listens_is_reached(folder: Path) -> None:
    keeper_socket = KeeperSocket(folder)
    listening, path = listen(keeper_socket)
    with listening, connect(keeper_socket.path) as connection:  # type: ignore[union-attr]
        assert keeper_socket.path == path
        assert len(os.fsencode(path)) <= LONGEST_PATH
        assert stat.S_ISSOCK(path.stat().st_mode)
        accepted, _from = listening.accept()
        with accepted:
            connection.sendall(b"hello")
            assert accepted.recv(5) == b"hello"


def test_a_short_folder_is_for_its_user_only(folder: Path) -> None:
    listening, path = listen(KeeperSocket(folder))
    with listening:
        if path.parent != folder:
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("cleared_before", [False, True])
def test_nothing_stays_after_the_end(folder: Path, cleared_before: bool) -> None:
    """Also where the run has cleared its own folder first."""
    keeper_socket = KeeperSocket(folder)
    listening, path = listen(keeper_socket)
    listening.close()
    if cleared_before:
        shutil.rmtree(folder)
        folder.mkdir()
    keeper_socket.remove(path)
    assert not path.exists()
    assert path.parent == folder or not path.parent.exists()
    assert [entry.name for entry in folder.iterdir() if not entry.name.endswith(".lock")] == []


def test_a_keeper_that_died_is_replaced(folder: Path) -> None:
    keeper_socket = KeeperSocket(folder)
    listening, former = listen(keeper_socket)
    listening.close()
    assert not is_reached(keeper_socket.path)
    listening, path = listen(keeper_socket)
    with listening:
        assert is_reached(keeper_socket.path)
        assert path != former
    assert not former.exists()


def test_a_silent_keeper_is_removed(folder: Path) -> None:
    keeper_socket = KeeperSocket(folder)
    listening, path = listen(keeper_socket)
    with listening:
        keeper_socket.remove(path)
        assert keeper_socket.path is None
        assert not is_reached(path)


def test_its_successor_does_not(folder: Path) -> None:
    keeper_socket = KeeperSocket(folder)
    first, silent = listen(keeper_socket)
    second, _path = listen(keeper_socket)
    with first, second:
        keeper_socket.remove(silent)
        assert is_reached(keeper_socket.path)


def test_a_socket_that_cannot_be_made_leaves_nothing(folder: Path) -> None:
    keeper_socket = KeeperSocket(folder)
    (folder / "lync-sessions").mkdir()
    with pytest.raises(OSError):
        listen(keeper_socket)
    assert sorted(entry.name for entry in folder.iterdir()) == ["lync-sessions", "lync-sessions.lock"]
