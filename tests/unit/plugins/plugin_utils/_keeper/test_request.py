# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The states of a request, on a fake clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import messages
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.request import (
    HEARTBEAT_SECONDS,
    SILENCE_SECONDS,
    STALE_SECONDS,
    Request,
    RequestState,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.session import Cancelled

QUEUED, RUNNING, ANSWERED, CANCELLED = RequestState


class FakeConnection:
    """A task's connection."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.closed = False

    def send(self, frames: Sequence[bytes]) -> None:
        self.sent += frames

    def close(self) -> None:
        self.closed = True


class Clock:
    """The monotonic clock, which a test turns on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def turn(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(time, "monotonic", lambda: found.now)
    return found


@pytest.fixture
def connection() -> FakeConnection:
    return FakeConnection()


@pytest.fixture
def request_(clock: Clock, connection: FakeConnection) -> Request:
    task: Any = connection
    return Request(7, (), clock.now, task)


Step = Callable[[Request], None]
STEPS: dict[str, Step] = {
    "begin": Request.begin,
    "answer": lambda request: request.answer([b"answer"]),
    "cancel": Request.cancel,
}


@pytest.mark.parametrize(
    ("steps", "states"),
    [
        ("begin answer", [RUNNING, ANSWERED]),
        ("begin answer cancel", [RUNNING, ANSWERED, ANSWERED]),
        ("cancel", [CANCELLED]),
        ("begin cancel", [RUNNING, CANCELLED]),
        ("begin cancel answer", [RUNNING, CANCELLED, CANCELLED]),
    ],
)
def test_the_states(request_: Request, steps: str, states: list[RequestState]) -> None:
    found = []
    assert request_.state is QUEUED
    for step in steps.split():
        STEPS[step](request_)
        found.append(request_.state)
    assert found == states


def test_a_cancelled_request_does_not_begin(request_: Request) -> None:
    request_.cancel()
    with pytest.raises(Cancelled):
        request_.check()
    with pytest.raises(Cancelled):
        request_.begin()


def test_a_request_waits_as_long_as_heartbeats_are_sent(
    request_: Request, clock: Clock, connection: FakeConnection
) -> None:
    for _heartbeat in range(100):
        clock.turn(STALE_SECONDS)
        request_.heartbeat(2)
    request_.begin()
    assert connection.sent == [messages.encode(messages.heartbeat(2))] * 100


@pytest.mark.parametrize("use", [Request.check, Request.begin])
def test_a_request_whose_task_may_have_gone_on_does_not_begin(request_: Request, clock: Clock, use: Step) -> None:
    clock.turn(STALE_SECONDS + 0.01)
    with pytest.raises(Cancelled):
        use(request_)
    assert request_.state is CANCELLED


def test_a_late_heartbeat_does_not_bring_it_back(request_: Request, clock: Clock, connection: FakeConnection) -> None:
    clock.turn(STALE_SECONDS + 0.01)
    request_.heartbeat(0)
    assert connection.sent == []
    assert connection.closed
    with pytest.raises(Cancelled):
        request_.begin()


def test_a_keeper_that_is_frozen_while_it_sends_a_heartbeat_was_silent(
    request_: Request, clock: Clock, connection: FakeConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "send", lambda frames: clock.turn(STALE_SECONDS + 0.01))
    request_.heartbeat(0)
    with pytest.raises(Cancelled):
        request_.begin()


def test_what_runs_is_answered_however_long_the_keeper_was_silent(
    request_: Request, clock: Clock, connection: FakeConnection
) -> None:
    request_.begin()
    clock.turn(10 * STALE_SECONDS)
    request_.heartbeat(0)
    request_.answer([b"answer"])
    assert connection.sent[-1] == b"answer"


def test_without_an_answer_the_keeper_hangs_up(request_: Request, connection: FakeConnection) -> None:
    request_.answer([])
    assert connection.closed


def test_the_keeper_drops_a_request_before_its_task_gives_up_the_keeper() -> None:
    """Else it could run beside the session that the task opens instead."""
    assert STALE_SECONDS + HEARTBEAT_SECONDS < SILENCE_SECONDS
