# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a keeper does that is at its end, or at that of the machine: no thread, no descriptor, nobody left to serve."""

from __future__ import annotations

import errno
import socket
import threading
import time

import pytest

from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.run_process import RunProcess
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.server import KeeperServer
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._keeper.fake_keeper import (
    GET,
    SET,
    FakeSession,
    Keeper,
    Server,
    running,
    until,
)


def test_where_no_thread_can_be_had_the_task_does_without_and_the_others_go_on(
    keeper: Keeper, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = keeper.task()
    other.ask(GET, user="other")
    assert "result" in other.response()
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", _no_thread)
        task = keeper.task()
        task.ask(GET)
        assert task.receive() is None, "the keeper has hung up"
    other.ask(GET, user="other")
    assert "result" in other.response()


def test_where_no_thread_can_be_had_to_abort_a_command_the_session_is_closed_after_it(
    keeper: Keeper, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    running(keeper, server)
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", _no_thread)
        keeper.server.post(keeper.server.shut_down)
        until(lambda: keeper.server._closing)
    server.release()
    until(lambda: server.ran("close"))


def _no_thread(_thread: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


def test_nothing_is_run_any_more_once_the_keeper_shuts_down(
    keeper: Keeper, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    closing, go_on = threading.Event(), threading.Event()

    def close(session: FakeSession) -> None:
        closing.set()
        assert go_on.wait(30)
        session._note("close")

    monkeypatch.setattr(FakeSession, "close", close)
    task = keeper.task()
    task.ask(GET)
    assert "result" in task.response()
    keeper.server.post(keeper.server.shut_down)
    assert closing.wait(30)
    task.ask(SET, user="new")
    assert task.receive() is None, "the keeper has hung up"
    go_on.set()
    until(lambda: not keeper.serves)
    assert not server.ran(SET.name)


class _Exhausted:
    """A listening socket whose process has no descriptor left."""

    def __init__(self, real: socket.socket) -> None:
        self.real = real
        self.asked = 0

    def setblocking(self, flag: bool) -> None:
        self.real.setblocking(flag)

    def fileno(self) -> int:
        return self.real.fileno()

    def accept(self) -> None:
        self.asked += 1
        raise OSError(errno.EMFILE, "Too many open files")

    def close(self) -> None:
        self.real.close()


def test_without_a_descriptor_left_it_does_not_spin() -> None:
    """Who knocks stays at the door; it is tried again with each heartbeat."""
    with socket.create_server(("127.0.0.1", 0)) as real, socket.create_connection(real.getsockname()):
        listening = _Exhausted(real)
        run = RunProcess.current()
        assert run is not None
        keeper = KeeperServer(run, listening, lambda: None)  # type: ignore[arg-type]
        thread = threading.Thread(target=keeper.serve)
        thread.start()
        until(lambda: listening.asked)
        time.sleep(0.3)
        asked = listening.asked
        keeper.post(keeper.shut_down)
        thread.join(30)
    assert asked <= 3
    assert not thread.is_alive()


def test_what_goes_wrong_in_housekeeping_ends_no_session(
    keeper: Keeper, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def housekeeping(_session: FakeSession) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(FakeSession, "housekeeping", housekeeping)
    task = keeper.task()
    for _time in range(2):
        task.ask(GET)
        assert "result" in task.response()
