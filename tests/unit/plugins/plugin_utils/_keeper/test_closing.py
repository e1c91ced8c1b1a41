# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ends the sessions of a keeper, and what is done between two requests."""

from __future__ import annotations

import threading
import time

import pytest

from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import messages
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import server as keeper_server
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.request import RESET_SECONDS
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._keeper.fake_keeper import (
    GET,
    SET,
    FakeSession,
    Keeper,
    Server,
    queued,
    running,
    until,
)

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


def test_the_keeper_ends_when_all_are_closed_however_many_they_are(
    keeper: Keeper, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is closed within the limit after the one before, and all together take longer. The one that hangs is left."""
    monkeypatch.setattr(keeper_server, "SHUTDOWN_SECONDS", 2.0)
    one_at_a_time, hangs = threading.Lock(), threading.Event()

    def close(session: FakeSession) -> None:
        if session.user == "hangs":
            hangs.wait(30)
            return
        with one_at_a_time:
            time.sleep(0.5)
            server.log.append((session.user, "close"))

    monkeypatch.setattr(FakeSession, "close", close)
    users = [*(f"user{number}" for number in range(6)), "hangs"]
    for user in users:
        task = keeper.task()
        task.ask(GET, user=user)
        task.output()
    keeper.server.post(keeper.server.shut_down)
    until(lambda: not keeper.serves)
    assert server.ran("close") == 6
    hangs.set()


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
