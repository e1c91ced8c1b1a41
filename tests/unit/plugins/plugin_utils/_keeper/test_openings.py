# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions that the keeper opens before a task needs them."""

from __future__ import annotations

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import SWITCH, Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    Failure,
    LogonRefused,
    ServerDown,
    SessionFailed,
    SessionLost,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import messages, read_ahead
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.session import SessionState
from ansible_collections.ucops.lync.plugins.plugin_utils._session import repeats
from ansible_collections.ucops.lync.plugins.plugin_utils._session.repeats import Repeats
from ansible_collections.ucops.lync.plugins.plugin_utils._session.time_left import TimeLeft
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._keeper.fake_keeper import (
    GET,
    SET,
    SLOW,
    FakeSession,
    Keeper,
    Server,
    queued,
    running,
    until,
)

USERS = ["one", "two", "three"]


def test_the_answer_comes_before_the_session_is_open(keeper: Keeper, server: Server) -> None:
    server.opens.clear()
    task = keeper.task()
    task.prepare(SLOW)
    until(lambda: server.ran("opening"))
    server.release()
    until(lambda: server.ran(SLOW.name))
    task.ask(GET)
    assert task.output().objects == [GET.name]
    assert server.ran("opening") == 1


def test_the_next_task_waits_for_the_rest_of_the_opening_and_opens_nothing(keeper: Keeper, server: Server) -> None:
    server.opens.clear()
    keeper.task().prepare(SLOW)
    task = queued(keeper, GET)
    assert task.receive() == messages.heartbeat(0)
    server.release()
    assert "result" in task.response()
    assert [what for _user, what in server.log] == ["opening", "open", SLOW.name, GET.name]


def test_a_session_that_is_open_is_left_alone(keeper: Keeper, server: Server) -> None:
    task = keeper.task()
    task.ask(GET)
    task.output()
    task.prepare(SLOW)
    task.ask(SET)
    task.output()
    assert [what for _user, what in server.log] == ["opening", GET.name, SET.name]


def test_the_next_task_that_reads_just_that_has_the_answer_once(keeper: Keeper, server: Server) -> None:
    task = keeper.task()
    task.prepare(GET, SLOW)  # neither says what it yields, so that each travels alone
    server.release()
    for cmdlet in (GET, SLOW, GET):
        task.ask(cmdlet)
        assert task.output().objects == [cmdlet.name]
    assert [what for _user, what in server.log] == ["opening", "open", GET.name, SLOW.name, GET.name]


def test_what_was_read_ahead_is_not_shown_after_anything_else(keeper: Keeper, server: Server) -> None:
    task = keeper.task()
    task.prepare(GET)
    for cmdlet in (SET, GET):
        task.ask(cmdlet)
        assert task.output().objects == [cmdlet.name]
    assert server.ran(GET.name) == 2, "before the change, and after it"


def test_what_was_read_ahead_is_not_shown_after_a_change_through_another_session(
    keeper: Keeper, server: Server
) -> None:
    """Other credentials, or a task with a time-out of its own, have a session of their own with the same server."""
    task = keeper.task()
    task.prepare(GET)
    until(lambda: server.ran(GET.name))
    for cmdlet, user in ((SET, "another"), (GET, "admin")):
        task.ask(cmdlet, user=user)
        assert task.output().objects == [cmdlet.name]
    assert server.ran(GET.name, "admin") == 2


def test_what_was_read_ahead_while_a_change_ran_is_not_shown_after_it(keeper: Keeper, server: Server) -> None:
    """The change is queued, and comes later than the reading."""
    writing = running(keeper, server, "fe01")
    change = keeper.task()
    change.ask(SET, user="fe01")
    assert change.receive()["method"] == "heartbeat"
    task = keeper.task()
    task.prepare(GET, user="fe02")
    until(lambda: server.ran(GET.name, "fe02"))
    server.release()
    assert "result" in writing.response()
    assert "result" in change.response()
    task.ask(GET, user="fe02")
    assert "result" in task.response()
    assert server.ran(GET.name, "fe02") == 2


@pytest.mark.parametrize("other", [Cmdlet(GET.name, {"LocalStore": SWITCH}), Cmdlet(GET.name, {"Identity": "x"})])
def test_other_parameters_are_another_reading(keeper: Keeper, server: Server, other: Cmdlet) -> None:
    task = keeper.task()
    task.prepare(GET)
    task.ask(other)
    task.output()
    assert server.ran(GET.name) == 2


def test_what_was_read_too_long_ago_is_read_again(
    keeper: Keeper, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_ahead, "LASTS_SECONDS", -1.0)
    task = keeper.task()
    task.prepare(GET)
    task.ask(GET)
    task.output()
    assert server.ran(GET.name) == 2


@pytest.mark.parametrize(
    "failure", [SessionFailed("edge01 has no shell left."), Failure("edge01 runs PowerShell 2.0.")]
)
def test_the_next_task_fails_with_what_the_opening_failed_with(
    keeper: Keeper, server: Server, failure: Failure
) -> None:
    server.fails = failure
    task = keeper.task()
    task.prepare(SLOW)
    task.ask(GET)
    with pytest.raises(type(failure), match=failure.message):
        task.output()
    assert server.ran("opening") == 1, "nobody logs on twice for it"
    server.fails = None
    task.ask(GET)
    assert task.output().objects == [GET.name], "the one after it has a reason to try again"


def test_a_server_that_is_down_is_tried_for_a_moment_beside_the_tasks_and_not_by_the_next_one(
    keeper: Keeper, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The task would hold its fork meanwhile."""
    monkeypatch.setattr(repeats, "PAUSES", (0.01, 0.01))
    server.fails = ServerDown("edge01 is down.")
    task = keeper.task()
    task.prepare(SLOW)
    task.ask(GET)

    def attempt(_left: TimeLeft) -> object:
        return task.output()

    with pytest.raises(SessionFailed, match=r"edge01 is down\."):
        Repeats(60).read(attempt, lambda: task.ask(GET))
    assert server.ran("opening") == 3, "all of them beside the tasks"


def test_an_outage_of_a_moment_is_waited_out_beside_the_tasks(
    keeper: Keeper, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeats, "PAUSES", (0.5, 0.5))
    server.fails = ServerDown("edge01 is down.")
    task = keeper.task()
    task.prepare(GET)
    until(lambda: server.ran("opening"))
    server.fails = None
    task.ask(GET)
    assert task.output().objects == [GET.name]


def test_what_an_opening_failed_with_is_over_when_the_next_opening_succeeds(keeper: Keeper, server: Server) -> None:
    server.fails = SessionFailed("edge01 has no shell left.")
    task = keeper.task()
    task.prepare(GET)
    until(lambda: server.ran("opening"))
    task.ask(SET, user="another")  # until the failure is noted
    with pytest.raises(SessionFailed):
        task.output()
    server.fails = None
    task.prepare(GET)
    until(lambda: server.ran("open"))
    task.ask(SET)
    assert task.output().objects == [SET.name]


def test_a_refused_logon_is_known_to_all_tasks(keeper: Keeper, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(session: FakeSession) -> None:
        server.log.append(("admin", "refused"))
        session.state = SessionState.REFUSED
        raise LogonRefused("No.")

    monkeypatch.setattr(FakeSession, "open", refuse)
    task = keeper.task()
    task.prepare(SLOW)
    for _attempt in range(3):
        task.ask(GET)
        with pytest.raises(LogonRefused):
            task.output()
    assert server.log == [("admin", "refused")]


@pytest.mark.parametrize("error", [SessionLost("The session was aborted."), ZeroDivisionError()])
def test_whatever_else_happens_is_met_by_the_next_task_itself(keeper: Keeper, server: Server, error: Exception) -> None:
    server.fails = error
    task = keeper.task()
    task.prepare(GET)
    until(lambda: server.ran("opening"))
    server.fails = None
    task.ask(GET)
    assert task.output().objects == [GET.name]


def test_no_more_are_opened_at_the_same_time_than_allowed(keeper: Keeper, server: Server) -> None:
    server.opens.clear()
    task = keeper.task()
    for user in USERS:
        task.prepare(SLOW, user=user, openings=2)
    until(lambda: server.ran("opening") == 2)
    assert not server.ran("opening", "three")
    server.opens.set()
    until(lambda: server.ran("open", "three"))
    server.release()


def test_a_cmdlet_that_runs_in_an_open_session_keeps_no_other_one_closed(keeper: Keeper, server: Server) -> None:
    task = keeper.task()
    for user in USERS:
        task.prepare(SLOW, user=user, openings=1)
    until(lambda: all(server.ran(SLOW.name, user) for user in USERS))
    server.release()


def test_a_task_does_not_wait_for_the_sessions_before_its_own(keeper: Keeper, server: Server) -> None:
    server.opens.clear()
    task = keeper.task()
    for user in USERS:
        task.prepare(SLOW, user=user, openings=1)
    task.ask(GET, user="three")
    until(lambda: server.ran("opening", "three"))
    assert not server.ran("opening", "two")
    server.release()
    assert "result" in task.response()
    until(lambda: server.ran(SLOW.name, "two"))
    assert not server.ran(SLOW.name, "three"), "nothing is left to prepare"


@pytest.mark.parametrize("waits", ["opening", SLOW.name])
def test_a_reset_deletes_what_is_being_prepared(keeper: Keeper, server: Server, waits: str) -> None:
    """In a container nothing else would delete its shell."""
    task, ansible = keeper.task(), keeper.task()
    if waits == "opening":
        server.opens.clear()
    task.prepare(SLOW)
    until(lambda: server.ran(waits))
    ansible.send(messages.RESET)
    assert "result" in ansible.response()
    assert server.ran("abort") == server.ran("close") == 1


def test_what_is_not_yet_being_opened_at_a_reset_leaves_the_queue(keeper: Keeper, server: Server) -> None:
    """A session that was ended while it waited for others is not opened, and keeps no other one waiting."""
    server.opens.clear()
    task, ansible = keeper.task(), keeper.task()
    for user in USERS[:2]:
        task.prepare(SLOW, user=user, openings=1)
    until(lambda: server.ran("opening", "one"))
    ansible.send(messages.RESET)
    assert "result" in ansible.response()
    task.prepare(SLOW, user="three", openings=1)
    until(lambda: server.ran(SLOW.name, "three"))
    assert not server.ran("opening", "two")
    server.release()
