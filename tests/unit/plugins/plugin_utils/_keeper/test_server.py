# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keeper with sessions of a fake server: who is served, in which order, and what becomes of a task that goes away."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import LogonRefused, SessionLost
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import messages, request, session_thread
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.request import HEARTBEAT_SECONDS, RESET_SECONDS
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.run_process import RunProcess
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.output import Output
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._keeper.fake_keeper import (
    GET,
    LARGE,
    SLOW,
    FakeSession,
    Keeper,
    Server,
    Task,
    until,
)

SET = Cmdlet("Set-CsThing")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    found = Server()
    monkeypatch.setattr(FakeSession, "server", found, raising=False)
    monkeypatch.setattr(session_thread, "PsrpSession", FakeSession)
    return found


@pytest.fixture
def keeper(server: Server, tmp_path: Path) -> Iterator[Keeper]:
    run = RunProcess.current()
    assert run is not None
    found = Keeper(tmp_path, run)
    yield found
    server.release()
    found.end()
    os.close(run.pidfd or 0)


def running(keeper: Keeper, server: Server, user: str = "admin") -> Task:
    """A task whose slow command runs."""
    task = keeper.task()
    task.ask(SLOW, user=user)
    until(lambda: server.ran(SLOW.name, user))
    return task


def queued(keeper: Keeper, *cmdlets: Cmdlet) -> Task:
    """A task whose request was acknowledged."""
    task = keeper.task()
    task.ask(*cmdlets)
    assert task.receive()["method"] == "heartbeat"
    return task


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
    with pytest.raises(SessionLost, match="ZeroDivisionError: oops") as raised:
        task.output()
    assert "Traceback" in raised.value.details["exception"]


def test_a_ping_asks_the_server(keeper: Keeper, server: Server) -> None:
    task = keeper.task()
    task.ask()
    assert task.output() == Output([], [], [])
    assert server.log == [("admin", "keep alive"), ("admin", "open")]


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


# What ends sessions


def test_reset_closes_what_is_idle_and_then_answers(keeper: Keeper, server: Server) -> None:
    slow, task, ansible = running(keeper, server, user="busy"), keeper.task(), keeper.task()
    task.ask(GET, user="idle")
    task.output()
    ansible.send({"jsonrpc": "2.0", "method": "reset", "id": "a", "params": [[], {}]})
    response = ansible.response()
    assert response["id"] == "a"
    assert "result" in response
    assert server.log[-1] == ("idle", "close")
    assert server.ran("close") == 1
    server.runs.set()
    assert "result" in slow.response()


def test_a_task_after_a_reset_gets_another_session(keeper: Keeper, server: Server) -> None:
    task, ansible = keeper.task(), keeper.task()
    for _play in range(2):
        task.ask(GET)
        task.output()
        ansible.send(messages.RESET)
        ansible.response()
    assert [what for _user, what in server.log] == ["opening", GET.name, "close"] * 2


def test_a_command_whose_task_has_gone_does_not_hold_its_session_at_a_reset(keeper: Keeper, server: Server) -> None:
    running(keeper, server).hang_up()
    ansible = keeper.task()
    asked = time.monotonic()
    ansible.send(messages.RESET)
    assert "result" in ansible.response()
    assert time.monotonic() - asked < RESET_SECONDS
    assert {what for _user, what in server.log[2:]} == {"abort", "close"}


def test_the_end_of_the_run_closes_what_is_busy_too(keeper: Keeper, server: Server) -> None:
    slow = running(keeper, server)
    late = queued(keeper, SET)
    ansible = keeper.task()
    ansible.send(messages.CLOSE)
    assert "result" in ansible.response()
    assert {what for _user, what in server.log[2:]} == {"abort", "close"}
    assert late.response() is None
    assert not server.ran(SET.name)
    slow.hang_up()


def test_a_server_that_does_not_answer_delays_a_reset_by_its_limit_only(
    keeper: Keeper, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    closing = threading.Event()
    monkeypatch.setattr(FakeSession, "close", lambda session: closing.wait(30))
    task, ansible = keeper.task(), keeper.task()
    task.ask(GET)
    task.output()
    for limit in (RESET_SECONDS, 0.0):  # the next host's reset does not wait for the same server again
        asked = time.monotonic()
        ansible.send(messages.RESET)
        ansible.response()
        assert limit <= time.monotonic() - asked < limit + RESET_SECONDS
    closing.set()


def test_the_keeper_ends_with_its_last_shell(keeper: Keeper, server: Server) -> None:
    task = keeper.task()
    task.ask(GET)
    task.output()
    keeper.server.post(keeper.server.shut_down)
    until(lambda: not keeper.serves)
    assert server.log[-1] == ("admin", "close")
    assert keeper.socket.path is None


# What is done between requests


def test_a_request_does_not_wait_behind_more_than_one_step_of_housekeeping(keeper: Keeper, server: Server) -> None:
    server.housekeeping = 10
    first = keeper.task()
    first.ask(GET)
    first.output()
    until(lambda: server.ran("housekeeping"))
    second = queued(keeper, SET)
    assert second.receive() == messages.heartbeat(0), "it is in the queue now"
    server.steps.release()
    second.output()
    assert [what for _user, what in server.log[:4]] == ["opening", GET.name, "housekeeping", SET.name]


def test_a_reset_does_not_wait_behind_more_than_one_step_of_housekeeping(keeper: Keeper, server: Server) -> None:
    server.housekeeping = 10
    task, ansible = keeper.task(), keeper.task()
    task.ask(GET)
    task.output()
    until(lambda: server.ran("housekeeping"))
    ansible.send(messages.RESET)
    time.sleep(0.05)
    server.steps.release()
    ansible.response()
    assert [what for _user, what in server.log] == ["opening", GET.name, "housekeeping", "close"]


def test_housekeeping_goes_on_while_nobody_asks(keeper: Keeper, server: Server) -> None:
    server.housekeeping = 10
    server.steps.release(10)
    task = keeper.task()
    task.ask(GET)
    task.output()
    until(lambda: server.ran("housekeeping") == 10)


# Large answers


def test_a_large_answer_arrives_whole(keeper: Keeper, server: Server) -> None:
    server.large = [f"{number} {'x' * 1000}" for number in range(10_000)]
    task = keeper.task()
    task.ask(LARGE)
    assert task.output().objects == server.large


def test_a_task_that_does_not_read_its_answer_delays_nobody(keeper: Keeper, server: Server) -> None:
    server.large = ["x" * 1000] * 10_000
    lazy, other = keeper.task(), keeper.task()
    lazy.ask(LARGE)
    until(lambda: server.ran(LARGE.name))
    for _request in range(3):
        other.ask(GET)
        other.output()
    other.ask(SLOW, user="other")
    for _heartbeat in range(3):
        assert other.receive() == messages.heartbeat(0)
    assert lazy.output().objects == server.large


def longest_silence(task: Task, seconds: float) -> float:
    """The longest time between two messages to a task, in so many seconds."""
    heard = [time.monotonic()]
    while heard[-1] - heard[0] < seconds:
        assert task.receive() is not None
        heard.append(time.monotonic())
    return max(later - earlier for earlier, later in itertools.pairwise(heard))


def test_large_answers_delay_no_heartbeat_by_more_than_a_second(keeper: Keeper, server: Server) -> None:
    """80 MB in all, from four servers at once."""
    server.large = ["<S>value</S>" * 160] * 10_000
    slow = running(keeper, server, user="slow")
    readers = []
    for number in range(4):
        task = keeper.task()
        task.ask(LARGE, user=f"large{number}")
        readers.append(threading.Thread(target=task.response))
        readers[-1].start()
    silence = longest_silence(slow, 4.0)
    for reader in readers:
        reader.join(60)
        assert not reader.is_alive()
    assert silence < HEARTBEAT_SECONDS + 1.0
