# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Polls that the keeper carries on beside the tasks: when each begins, who is told what, and what becomes of one that is lost."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused, SessionFailed
from ansible_collections.ucops.lync.plugins.module_utils._core.polling import Late, Plain, Polling, Stepped
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import messages, polls
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.kinds import KINDS
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.output import Output
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._keeper.fake_keeper import (
    GET,
    FakeSession,
    Keeper,
    Server,
    Task,
    until,
)

POLLED = Cmdlet("Get-CsPolled")


class World:
    """What polls find: those of a subject are over when it is in ``over``, and end in vain where it is in ``vain``."""

    def __init__(self) -> None:
        self.over: set[str] = set()
        self.vain: set[str] = set()
        self.raises: Exception | None = None

    def step(self, state: Plain, _records: Sequence[list[dict[str, Any]]], _now: float) -> Stepped:
        if self.raises is not None:
            raise self.raises
        subject, polled = state["subject"], state["polled"] + 1
        over = subject in self.over | self.vain or state.get("once", False)
        return Stepped({**state, "polled": polled}, None if over else 0.01, "a replica", ready=subject in self.over)


def progress(ready: int, total: int, late: Sequence[Late]) -> str:
    return f"{ready} of {total}; {[f'{subject}: {what}' for subject, what in late]}"


def _once(state: Any) -> Any:
    return {**state, "once": True}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    found = World()
    monkeypatch.setitem(KINDS, "one", Polling(found.step, progress))
    monkeypatch.setitem(KINDS, "other", Polling(found.step, progress, _once))
    monkeypatch.setattr(polls, "PROGRESS_SECONDS", 0.0)
    monkeypatch.setattr(FakeSession, "run", _answer)
    return found


def _answer(session: FakeSession, cmdlets: Sequence[Cmdlet], before_sending: Any, seconds: float | None) -> Output:
    session.open()
    before_sending()
    session._note(cmdlets[0].name)
    return Output()


def begin(keeper: Keeper, subject: str, kind: str = "one", after: str = "") -> bool:
    return keeper.task().begin(subject, kind, after, POLLED, {"subject": subject, "polled": 0})


def lines(task: Task) -> list[str]:
    """What a task shows until it has its answer."""
    shown = []
    while "method" in (message := task.receive()):
        shown.append(messages.line_of(message))
    return [line for line in shown if line]


def test_what_a_poll_has_ended_with_is_kept_for_who_collects_it(keeper: Keeper, server: Server, world: World) -> None:
    assert begin(keeper, "adatum")
    until(lambda: server.ran(POLLED.name, "adatum") >= 3)
    world.over.add("adatum")
    found = keeper.task().collected("adatum")
    assert found is not None
    assert found.state["polled"] >= 3
    assert found.failure is None


def test_who_collects_early_waits_and_is_told_that_the_keeper_is_alive(keeper: Keeper, world: World) -> None:
    begin(keeper, "adatum")
    task = keeper.task()
    task.collect("adatum")
    assert [task.receive()["method"] for _message in range(4)].count("heartbeat") >= 2
    world.over.add("adatum")
    assert messages.collected_of(task.response()) is not None


def test_one_is_begun_for_another_host_in_the_session_that_was_prepared_for_it(
    keeper: Keeper, server: Server, world: World
) -> None:
    task = keeper.task()
    task.prepare(GET, user="edge01")
    world.over.add("content")
    assert task.begin("content", "one", "", POLLED, {"subject": "content", "polled": 0}, user="fe01", host="edge01")
    assert task.collected("content") is not None
    assert server.ran(POLLED.name, "edge01")
    assert not server.ran("opening", "fe01")
    assert not task.begin("late", "one", "", POLLED, {"subject": "late", "polled": 0}, user="fe01", host="edge02")


def test_whoever_waits_for_an_answer_comes_before_polls_that_are_always_due(
    keeper: Keeper, server: Server, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        KINDS, "one", Polling(lambda state, _records, _now: Stepped(state, 0.0, "x", ready=False), progress)
    )
    for poll in ("one", "other"):
        assert keeper.task().begin(poll, "one", "", POLLED, {}, user="fe01")
    until(lambda: server.ran(POLLED.name) > 5)
    task = keeper.task()
    task.ask(GET, user="fe01")
    assert "result" in task.response()


def test_each_ends_by_itself(keeper: Keeper, world: World) -> None:
    for subject in ("adatum", "fabrikam"):
        begin(keeper, subject)
    world.over.add("fabrikam")
    assert keeper.task().collected("fabrikam") is not None
    world.vain.add("adatum")
    assert keeper.task().collected("adatum") is not None


def test_tasks_use_the_session_between_two_polls(keeper: Keeper, server: Server, world: World) -> None:
    begin(keeper, "adatum")
    until(lambda: server.ran(POLLED.name))
    task = keeper.task()
    task.ask(GET, user="adatum")
    assert "result" in task.response()
    assert server.ran("opening") == 1


@pytest.mark.parametrize(
    "failure",
    [
        Refused("There is no replica 'edge09'.", replica="edge09"),
        SessionFailed("fe01 refused the connection."),
    ],
)
def test_a_failure_is_handed_over_as_it_is(keeper: Keeper, world: World, failure: Exception) -> None:
    world.raises = failure
    begin(keeper, "adatum")
    found = keeper.task().collected("adatum")
    assert found is not None
    assert type(found.failure) is type(failure)
    assert str(found.failure) == str(failure)


def test_a_step_that_stumbles_is_a_failure_too(keeper: Keeper, world: World) -> None:
    world.raises = ZeroDivisionError("oops")
    begin(keeper, "adatum")
    found = keeper.task().collected("adatum")
    assert found is not None
    assert "Get-CsPolled failed on adatum in an unforeseen way (ZeroDivisionError at test_polls.py:" in str(
        found.failure
    )
    assert "oops" not in str(found.failure)


@pytest.mark.parametrize(("ends", "polled"), [("over", 3), ("vain", 1)])
def test_one_that_comes_after_another_begins_when_that_is_over(
    keeper: Keeper, server: Server, world: World, ends: str, polled: int
) -> None:
    """Where the first one ended in vain, its kind says what becomes of it: here it is polled once."""
    begin(keeper, "adatum")
    assert begin(keeper, "edge01", "other", after="adatum")
    until(lambda: server.ran(POLLED.name, "adatum") >= 3)
    assert not server.ran(POLLED.name, "edge01")
    getattr(world, ends).add("adatum")
    until(lambda: server.ran(POLLED.name, "edge01") >= polled)
    world.over.add("edge01")
    found = keeper.task().collected("edge01")
    assert found is not None
    assert (found.state["polled"] == 1) is (ends == "vain")


def test_one_that_comes_after_what_is_over_begins_at_once(keeper: Keeper, server: Server, world: World) -> None:
    world.over |= {"adatum", "edge01"}
    begin(keeper, "adatum")
    until(lambda: server.ran(POLLED.name, "adatum"))
    begin(keeper, "edge01", "other", after="adatum")
    assert keeper.task().collected("edge01") is not None


def test_one_that_comes_after_what_nobody_knows_is_not_begun(keeper: Keeper, server: Server, world: World) -> None:
    assert not begin(keeper, "edge01", "other", after="adatum")
    assert keeper.task().collected("edge01") is None


def test_a_kind_that_nobody_registered_is_not_begun(keeper: Keeper, world: World) -> None:
    assert not begin(keeper, "adatum", "another")


def test_one_line_tells_of_all_of_a_kind(keeper: Keeper, server: Server, world: World) -> None:
    for subject in ("adatum", "fabrikam", "litware"):
        begin(keeper, subject)
    until(lambda: all(server.ran(POLLED.name, subject) > 1 for subject in ("adatum", "fabrikam", "litware")))
    task, silent, other = keeper.task(), keeper.task(), keeper.task()
    silent.collect("fabrikam", shows=False)
    task.collect("adatum")
    other.collect("litware")
    assert messages.line_of(task.receive()) == "", "the heartbeat"
    assert (
        messages.line_of(task.receive()) == "0 of 3; ['adatum: a replica', 'fabrikam: a replica', 'litware: a replica']"
    )
    world.over.add("litware")
    assert lines(other) == [], "one task shows it"
    world.over.add("fabrikam")
    assert lines(silent) == []
    world.over.add("adatum")
    assert lines(task)[-1] == "3 of 3; []"


def test_the_end_is_shown_to_whoever_collects_last_however_short_the_line_before_has_stood(
    keeper: Keeper, server: Server, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polls, "PROGRESS_SECONDS", 3600.0)
    begin(keeper, "adatum")
    begin(keeper, "fabrikam")
    until(lambda: all(server.ran(POLLED.name, subject) > 1 for subject in ("adatum", "fabrikam")))
    early = keeper.task()
    early.collect("adatum")
    assert messages.line_of(early.receive()) == "", "the heartbeat"
    assert messages.line_of(early.receive()).startswith("0 of 2")
    world.over.add("adatum")
    lines(early)
    begin(keeper, "next", "other", after="fabrikam")
    world.over.add("fabrikam")
    until(lambda: server.ran(POLLED.name, "next"))
    late = keeper.task()
    late.collect("fabrikam")
    assert lines(late) == ["2 of 2; []"]


def test_the_next_ones_are_counted_anew(keeper: Keeper, world: World) -> None:
    world.over.add("adatum")
    begin(keeper, "adatum")
    assert keeper.task().collected("adatum") is not None
    begin(keeper, "fabrikam")
    task = keeper.task()
    task.collect("fabrikam")
    until(lambda: messages.line_of(task.receive()).startswith("0 of 1"))


def test_nobody_collects_what_was_not_begun(keeper: Keeper) -> None:
    assert keeper.task().collected("adatum") is None


def test_a_reset_loses_what_nobody_waits_for(keeper: Keeper, server: Server, world: World) -> None:
    """Whoever collects it later polls by itself."""
    begin(keeper, "adatum")
    begin(keeper, "edge01", "other", after="adatum")
    until(lambda: server.ran(POLLED.name))
    ansible = keeper.task()
    ansible.send(messages.RESET)
    assert "result" in ansible.response()
    polled = server.ran(POLLED.name)
    assert keeper.task().collected("adatum") is None
    assert keeper.task().collected("edge01") is None
    assert server.ran(POLLED.name) == polled


def test_a_reset_leaves_what_a_task_waits_for(keeper: Keeper, server: Server, world: World) -> None:
    begin(keeper, "adatum")
    task, ansible = keeper.task(), keeper.task()
    task.collect("adatum")
    assert task.receive() is not None
    ansible.send(messages.RESET)
    assert "result" in ansible.response()
    world.over.add("adatum")
    assert messages.collected_of(task.response()) is not None
    assert not server.ran("close")


def test_the_end_of_the_run_ends_all_polls(keeper: Keeper, server: Server, world: World) -> None:
    begin(keeper, "adatum")
    task, ansible = keeper.task(), keeper.task()
    task.collect("adatum")
    ansible.send(messages.CLOSE)
    assert "result" in ansible.response()
    assert messages.collected_of(task.response()) is None
    assert server.ran("close") == 1


def test_a_collector_that_has_gone_is_forgotten(keeper: Keeper, server: Server, world: World) -> None:
    begin(keeper, "adatum")
    gone = keeper.task()
    gone.collect("adatum")
    assert gone.receive() is not None
    gone.hang_up()
    ansible = keeper.task()
    until(lambda: _closed_by_reset(ansible, server))


def _closed_by_reset(ansible: Task, server: Server) -> bool:
    ansible.send(messages.RESET)
    assert "result" in ansible.response()
    return bool(server.ran("close"))


def test_a_session_that_closes_ends_its_poll_at_once(
    keeper: Keeper, server: Server, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    polling, go_on = threading.Event(), threading.Event()

    def hang(session: FakeSession, cmdlets: Sequence[Cmdlet], before_sending: Any, seconds: float | None) -> Output:
        before_sending()
        polling.set()
        assert go_on.wait(30)
        return Output()

    monkeypatch.setattr(FakeSession, "run", hang)
    monkeypatch.setattr(FakeSession, "abort", lambda session: go_on.set())
    begin(keeper, "adatum")
    assert polling.wait(30)
    ansible = keeper.task()
    ansible.send(messages.CLOSE)
    assert "result" in ansible.response()
    assert go_on.is_set()
