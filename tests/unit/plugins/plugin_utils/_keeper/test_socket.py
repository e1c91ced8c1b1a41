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


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder with a short path."""
    with tempfile.TemporaryDirectory(dir="/tmp") as found:
        yield Path(found)


@pytest.fixture(params=["short", "long"])
def folder(request: pytest.FixtureRequest, short: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run's folder whose path leaves room for a socket's name, and one whose does not."""
    monkeypatch.setattr(socket_, "_SHORT_FOLDER", short)
    if request.param == "short":
        (short / "run").mkdir()
        return short / "run"
    found = tmp_path / ("x" * LONGEST_PATH)
    found.mkdir()
    return found


def entries(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def listen(keeper_socket: KeeperSocket) -> tuple[Any, Path]:
    with keeper_socket.locked():
        return keeper_socket.listen()


def is_reached(path: Path | None) -> bool:
    connection = connect(path, 5)
    if connection is None:
        return False
    connection.close()
    return True


def test_there_is_no_keeper(folder: Path) -> None:
    assert KeeperSocket(folder).path is None
    assert connect(None, 5) is None


def test_a_keeper_that_listens_is_reached(folder: Path) -> None:
    keeper_socket = KeeperSocket(folder)
    listening, path = listen(keeper_socket)
    assert keeper_socket.path == path
    assert len(os.fsencode(path)) <= LONGEST_PATH
    assert stat.S_ISSOCK(path.stat().st_mode)
    connection = connect(path, 5)
    assert connection is not None
    accepted, _from = listening.accept()
    with listening, connection, accepted:
        connection.sendall(b"hello")
        assert accepted.recv(5) == b"hello"


def test_the_address_stays_when_a_keeper_is_replaced(folder: Path) -> None:
    """Ansible is told only once for each host."""
    keeper_socket = KeeperSocket(folder)
    first, former = listen(keeper_socket)
    address = keeper_socket.address
    first.close()
    keeper_socket.remove(former)
    assert not is_reached(address)
    second, _path = listen(keeper_socket)
    with second:
        assert keeper_socket.address == address
        assert len(os.fsencode(str(address))) <= LONGEST_PATH
        assert is_reached(address)


def test_a_short_folder_is_for_its_user_only(folder: Path) -> None:
    listening, path = listen(KeeperSocket(folder))
    with listening:
        if path.parent != folder:
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("cleared_before", [False, True])
def test_nothing_stays_after_the_end(folder: Path, short: Path, cleared_before: bool) -> None:
    """Also where the run has cleared its own folder first."""
    keeper_socket = KeeperSocket(folder)
    listening, path = listen(keeper_socket)
    listening.close()
    if cleared_before:
        shutil.rmtree(folder)
    keeper_socket.remove(path)
    keeper_socket.remove_folder(path)
    assert not path.exists()
    assert entries(short) == (["run"] if folder.parent == short and not cleared_before else [])
    assert cleared_before or set(entries(folder)) <= {"lync-sessions", "lync-sessions.lock"}


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


def test_its_successor_is_not_removed_with_it(folder: Path) -> None:
    keeper_socket = KeeperSocket(folder)
    first, silent = listen(keeper_socket)
    second, _path = listen(keeper_socket)
    with first, second:
        keeper_socket.remove(silent)
        assert is_reached(keeper_socket.path)


def test_a_socket_that_cannot_be_made_leaves_nothing(folder: Path, short: Path) -> None:
    keeper_socket = KeeperSocket(folder)
    (folder / "lync-sessions").mkdir()
    with pytest.raises(OSError):
        listen(keeper_socket)
    assert entries(folder) == ["lync-sessions", "lync-sessions.lock"]
    assert set(entries(short)) <= {"run"}


def test_a_keeper_that_accepts_nobody_is_not_waited_for_without_end(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It hangs, and so many tasks have asked it that the system takes no more for it."""
    monkeypatch.setattr(socket_, "BACKLOG", 0)
    listening, path = listen(KeeperSocket(folder))
    with listening:
        first = connect(path, 5)
        assert first is not None
        with first, pytest.raises(TimeoutError):
            connect(path, 0.1)
