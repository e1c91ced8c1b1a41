# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keeper with sessions of a fake server: who is served, in which order, and what becomes of a task that goes away."""

from __future__ import annotations

import os
import threading
import time

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import LogonRefused, SessionLost
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import messages, request, session_thread
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.output import Output
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._keeper.fake_keeper import (
    GET,
    SET,
    Keeper,
    Server,
    queued,
    running,
    until,
)


def test_a_request_is_acknowledged_before_it_is_answered(keeper: Keeper) -> None:
    task = keeper.task()
    task.ask(GET)
    assert task.receive() == messages.heartbeat(0)
    assert task.output().objects == [GET.name]


def test_a_connection_serves_many_requests(keeper: Keeper) -> None:
    task = keeper.task()
    for cmdlet in (GET, SET, GET):
        task.ask(cmdlet)
        assert task.output().objects == [cmdlet.name]


def test_a_queued_request_is_told_its_position(keeper: Keeper, server: Server) -> None:
    first, second, third = running(keeper, server), keeper.task(), keeper.task()
    second.ask(GET)
    assert second.receive() == messages.heartbeat(1)
    third.ask(GET)
    assert third.receive() == messages.heartbeat(2)
    assert third.receive() == messages.heartbeat(2), "again, while nothing moves"
    server.runs.set()
    for task in (first, second, third):
        assert "result" in task.response()


def test_another_account_does_not_wait(keeper: Keeper, server: Server) -> None:
    running(keeper, server, user="one")
    other = keeper.task()
    other.ask(GET, user="other")
    assert "result" in other.response()


def test_a_queued_request_is_cancelled_when_its_task_is_gone(keeper: Keeper, server: Server) -> None:
    slow = running(keeper, server)
    queued(keeper, SET).hang_up()
    last = queued(keeper, GET)
    server.runs.set()
    assert "result" in slow.response()
    assert "result" in last.response()
    assert not server.ran(SET.name)


def test_a_command_is_not_sent_when_its_task_is_gone_while_the_session_opens(keeper: Keeper, server: Server) -> None:
    server.opens.clear()
    gone = queued(keeper, SET)
    until(lambda: server.ran("opening"))
    gone.hang_up()
    last = queued(keeper, GET)
    server.opens.set()
    assert "result" in last.response()
    assert not server.ran(SET.name)
    assert server.ran("opening") == 1, "the session stays"


def freeze(thawed: threading.Event) -> None:
    assert thawed.wait(30)


@pytest.mark.parametrize("opened", [False, True])
def test_nothing_is_sent_after_the_keeper_was_frozen(
    keeper: Keeper, server: Server, monkeypatch: pytest.MonkeyPatch, opened: bool
) -> None:
    """Its task may have gone on with a session of its own."""
    monkeypatch.setattr(request, "STALE_SECONDS", 0.3)
    monkeypatch.setattr(request, "HEARTBEAT_SECONDS", 0.05)
    if opened:
        slow = running(keeper, server)
    else:
        server.opens.clear()
        slow = queued(keeper, GET)
        until(lambda: server.ran("opening"))
    late = queued(keeper, SET)
    thawed = threading.Event()
    keeper.server.post(lambda: freeze(thawed))
    time.sleep(0.4)
    server.release()
    thawed.set()
    assert late.response() is None, "the keeper has hung up"
    assert not server.ran(SET.name)
    assert slow.response() is not None if opened else slow.response() is None


def test_a_late_request_is_dropped(keeper: Keeper, server: Server) -> None:
    task = keeper.task()
    task.ask(GET, sent=0.0)
    assert task.receive() is None
    assert server.log == []


def test_a_request_has_what_is_left_of_its_time_when_its_turn_comes(keeper: Keeper, server: Server) -> None:
    slow, late = running(keeper, server), keeper.task()
    late.ask(GET, seconds=3600, sent=time.monotonic() - 1)
    server.runs.set()
    for task in (slow, late):
        assert "result" in task.response()
    unlimited, left = server.given
    assert unlimited is None
    assert left is not None
    assert left <= 3599


def test_a_request_of_another_run_is_dropped(keeper: Keeper, server: Server) -> None:
    task = keeper.task()
    task.ask(GET, run=[keeper.run.pid, keeper.run.started + 1])
    assert task.receive() is None
    assert server.log == []


def test_another_user_is_not_served(keeper: Keeper, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    task = keeper.task()
    assert task.receive() is None
    assert server.log == []


@pytest.mark.parametrize(
    "data",
    [
        b"\0" * 8,
        b"\0" * 7 + b"\2[]",
        b"\0" * 7 + b"\2{}",
        b"\0" * 7 + b"\1{",
        b"\0" * 7 + b"\x11" + b'{"method": "?"}  ',
        b"GET / HTTP/1.1\r\n\r\n",
        b"\0" * 8 + b"\0" * 8,
    ],
)
def test_nonsense_harms_only_its_sender(keeper: Keeper, data: bytes) -> None:
    strange, task = keeper.task(), keeper.task()
    strange.send_bytes(data)
    assert strange.receive() is None
    task.ask(GET)
    assert "result" in task.response()


def test_a_refused_logon_is_remembered_for_that_account(keeper: Keeper, server: Server) -> None:
    task = keeper.task()
    server.fails = LogonRefused("No.")
    for _attempt in range(2):
        task.ask(GET)
        with pytest.raises(LogonRefused):
            task.output()
    assert server.ran(GET.name) == 1
    server.fails = None
    task.ask(GET, user="other")
    assert "result" in task.response()
    task.send(messages.RESET)
    task.response()
    task.ask(GET)
    with pytest.raises(LogonRefused):
        task.output()
    assert server.ran(GET.name) == 2, "nor in the next play"


def test_an_error_that_nobody_foresaw_is_an_answer(keeper: Keeper, server: Server) -> None:
    task = keeper.task()
    server.fails = ZeroDivisionError("oops")
    task.ask(GET)
    with pytest.raises(SessionLost, match=r"ZeroDivisionError at fake_keeper\.py") as raised:
        task.output()
    assert "fake_keeper.py" in raised.value.details["exception"]
    assert "oops" not in f"{raised.value}{raised.value.details}", "a text may quote a secret"


def test_a_ping_asks_the_server(keeper: Keeper, server: Server) -> None:
    task = keeper.task()
    task.ask()
    assert task.output() == Output([], [], [])
    assert [what for _user, what in server.log] == ["keep alive", "opening", "open"]


def test_an_idle_session_is_kept_alive(keeper: Keeper, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_thread, "KEEP_ALIVE_SECONDS", 0.02)
    task = keeper.task()
    task.ask(GET)
    task.output()
    until(lambda: server.ran("keep alive") >= 2)
    task.send(messages.RESET)
    task.response()
    times = server.ran("keep alive")
    time.sleep(0.1)
    assert server.ran("keep alive") == times
