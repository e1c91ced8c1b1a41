# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a read is tried again, on a clock that only the pauses move."""

from __future__ import annotations

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    AnswerTooLarge,
    CmdletFailed,
    Failure,
    LogonRefused,
    NotAnswered,
    ServerDown,
    SessionFailed,
    SessionLost,
    ShellGone,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._session.repeats import OPENING_SECONDS, PAUSES, Repeats
from ansible_collections.ucops.lync.plugins.plugin_utils._session.time_left import TimeLeft


class Outage:
    """A server that is gone for a while. An attempt fails with the first of some failures, then with those after it."""

    def __init__(self, seconds: float, *failures: Failure, takes: float = 0.0) -> None:
        self.now = 0.0
        self.paused: list[float] = []
        self.given: list[float | None] = []
        self.prepared = 0
        self._ends = seconds
        self._failures = list(failures)
        self._takes = takes

    def attempt(self, left: TimeLeft) -> str:
        self.given.append(left.seconds)
        self.now += left.within(self._takes)
        if self.now >= self._ends:
            return "found"
        raise self._failures.pop(0) if len(self._failures) > 1 else self._failures[0]

    def sleep(self, seconds: float) -> None:
        self.paused.append(seconds)
        self.now += seconds

    def prepare(self) -> None:
        self.prepared += 1

    def read(self, seconds: float = 120) -> str:
        return Repeats(seconds, clock=lambda: self.now, sleep=self.sleep).read(self.attempt, self.prepare)


LOST, DOWN = SessionLost("Lost."), ServerDown("The connection was refused.")


def test_nothing_is_repeated_that_succeeds() -> None:
    outage = Outage(0, LOST)
    assert outage.read() == "found"
    assert (outage.paused, outage.prepared) == ([], 0)
    assert outage.given == [None], "the end of the session's own"


@pytest.mark.parametrize("lost", [SessionLost, ShellGone])
@pytest.mark.parametrize("seconds", [0.4, 2.5, 15])
def test_an_outage_of_seconds_is_waited_out(lost: type[SessionLost], seconds: float) -> None:
    outage = Outage(seconds, lost("Lost."), DOWN)
    assert outage.read() == "found"
    assert outage.paused == list(PAUSES)[: len(outage.paused)]
    assert outage.prepared == len(outage.paused)


def test_the_pauses_grow() -> None:
    assert list(PAUSES) == sorted(set(PAUSES))


def test_a_longer_one_is_not() -> None:
    outage = Outage(600, LOST)
    with pytest.raises(SessionLost):
        outage.read()
    assert outage.paused == list(PAUSES)


def test_the_attempts_after_the_first_have_what_is_left_of_its_time() -> None:
    outage = Outage(600, LOST, takes=0.25)
    with pytest.raises(SessionLost):
        outage.read(30)
    assert outage.given == [None, 29.25, 28.0, 25.75, 21.5, 13.25]


@pytest.mark.parametrize("takes", [59, 100, 118])
def test_all_attempts_together_last_no_longer_than_one_may(takes: float) -> None:
    """One that hangs is ended when the time of the whole is over, and is the last one."""
    outage = Outage(600, LOST, NotAnswered("Not answered."), takes=takes)
    with pytest.raises(NotAnswered):
        outage.read(120)
    assert outage.now <= 120
    assert len(outage.given) > 1


@pytest.mark.parametrize(("seconds", "pauses"), [(120, 5), (8, 3), (3, 2), (1.4, 0)])
def test_no_attempt_begins_after_the_deadline(seconds: float, pauses: int) -> None:
    outage = Outage(600, LOST)
    with pytest.raises(SessionLost):
        outage.read(seconds)
    assert outage.now <= seconds
    assert len(outage.paused) == pauses


def test_what_used_up_its_time_is_not_repeated() -> None:
    outage = Outage(600, LOST, takes=120)
    with pytest.raises(SessionLost):
        outage.read()
    assert outage.paused == []


def test_a_server_that_did_not_answer_at_all_is_tried_for_a_moment_only() -> None:
    outage = Outage(600, DOWN)
    with pytest.raises(ServerDown):
        outage.read()
    assert outage.now <= OPENING_SECONDS
    assert outage.paused == [0.5, 1.0, 2.0]
    assert Outage(2.5, DOWN).read() == "found"


@pytest.mark.parametrize(
    "failure",
    [
        LogonRefused("No."),
        SessionLost("The logon is no longer accepted.", logon_refused=True),
        SessionFailed("The certificate does not belong to that name."),
        AnswerTooLarge("Too large."),
        CmdletFailed("Get-CsThing", "No."),
        Failure("No."),
    ],
    ids=lambda failure: type(failure).__name__,
)
@pytest.mark.parametrize("before", [[], [LOST], [LOST, DOWN]])
def test_a_refusal_is_never_repeated(failure: Failure, before: list[Failure]) -> None:
    outage = Outage(600, *before, failure)
    with pytest.raises(type(failure)):
        outage.read()
    assert len(outage.paused) == len(before)
