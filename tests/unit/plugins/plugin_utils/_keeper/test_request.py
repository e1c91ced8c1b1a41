# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The states of a request, on a fake clock."""

from __future__ import annotations

import time

import pytest

from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.request import (
    HEARTBEAT_SECONDS,
    SILENCE_SECONDS,
    STALE_SECONDS,
    Cancelled,
    Request,
    RequestState,
    is_stale,
)


class Clock:
    """The monotonic clock, which a test turns on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def pass_(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(time, "monotonic", lambda: found.now)
    return found


def test_a_request_runs_and_is_answered() -> None:
    request = Request()
    states = [request.state]
    for step in (request.begin, request.answer, request.cancel):
        step()
        states.append(request.state)
    assert states == [RequestState.QUEUED, RequestState.RUNNING, RequestState.ANSWERED, RequestState.ANSWERED]


def test_a_request_waits_as_long_as_its_task_hears_heartbeats(clock: Clock) -> None:
    request = Request()
    for _heartbeat in range(100):
        clock.pass_(STALE_SECONDS)
        request.heartbeat()
    request.begin()


def test_a_request_whose_task_may_have_gone_on_never_begins(clock: Clock) -> None:
    request = Request()
    clock.pass_(STALE_SECONDS + 0.01)
    with pytest.raises(Cancelled):
        request.begin()
    request.heartbeat()
    with pytest.raises(Cancelled):
        request.begin()


def test_a_request_whose_task_has_hung_up_never_begins() -> None:
    request = Request()
    request.cancel()
    with pytest.raises(Cancelled):
        request.begin()


def test_a_request_whose_task_hangs_up_while_it_runs_is_for_nobody() -> None:
    request = Request()
    request.begin()
    request.cancel()
    request.answer()
    assert request.state is RequestState.CANCELLED


def test_a_request_that_was_long_under_way_is_stale(clock: Clock) -> None:
    sent = clock.now
    clock.pass_(STALE_SECONDS)
    assert not is_stale(sent)
    clock.pass_(0.01)
    assert is_stale(sent)


def test_the_keeper_gives_a_request_up_before_its_task_gives_up_the_keeper() -> None:
    """Else it could run beside the session that the task opens instead."""
    assert STALE_SECONDS + HEARTBEAT_SECONDS < SILENCE_SECONDS
