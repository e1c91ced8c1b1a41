# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The step of a wait, on a clock that moves by nothing but its pauses."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.document import from_plain, to_plain
from ansible_collections.ucops.lync.plugins.module_utils._replication.poll import Poll
from ansible_collections.ucops.lync.plugins.module_utils._replication.status import Replica
from ansible_collections.ucops.lync.plugins.module_utils._replication.wait import (
    OVERDUE,
    State,
    Step,
    Terms,
    Verdict,
    step,
)

ONE, TWO, FRONT = "edge01.adatum.example", "edge02.adatum.example", "fe01.adatum.example"
START = 7.0
TERMS = Terms(scope=(ONE,), timeout=100, interval=10, stamp_timeout=40, settle=0)
BOTH = replace(TERMS, scope=(ONE, TWO))
World = Callable[[float], Poll]
Document = TypeVar("Document", Poll, State, Terms)


def replica(fqdn: str, up_to_date: bool, created: float = 0, reported: float = 0) -> Replica:
    return Replica(fqdn, up_to_date, f"package {created:g}", f"report {reported:g}", None)


def poll(*replicas: Replica, master: str = FRONT) -> Poll:
    return Poll(replicas, {"active_master_fqdn": master})


def old(*fqdns: str) -> Poll:
    """All up to date, as before the change."""
    return poll(*(replica(fqdn, True) for fqdn in fqdns))


def new(*fqdns: str, package: float = 5, master: str = FRONT) -> Poll:
    """All up to date with a package that was built after the change."""
    return poll(*(replica(fqdn, True, package, package + 1) for fqdn in fqdns), master=master)


def behind(*fqdns: str) -> Poll:
    return poll(*(replica(fqdn, False, 5, 0) for fqdn in fqdns))


def both(one: Poll, other: Poll) -> Poll:
    return Poll(one.replicas + other.replicas, one.central)


BEFORE = old(ONE, TWO, FRONT)


def polls(world: World, terms: Terms = TERMS, before: Poll | None = BEFORE, takes: float = 0) -> list[Step]:
    """The steps of a whole wait; state, terms and polls travel as text on the way, as between two processes.

    :param takes: seconds that each poll after the first one takes.
    """
    state, now = State(started=START), START
    found: list[Step] = []
    while not found or found[-1].verdict is Verdict.WAITING:
        assert len(found) < 100, "the wait never ends"
        one = step(travelled(world(now - START)), before, now, state, travelled(terms))
        if one.verdict is Verdict.WAITING:
            assert one.pause > 0, "the wait would spin"
        else:
            assert one.pause == 0
        state, now = travelled(one.state), now + one.pause + takes
        found.append(one)
    return found


def travelled(document: Document) -> Document:
    found = from_plain(type(document), json.loads(json.dumps(to_plain(document))))
    assert found == document
    return found


def at(**seen: Poll) -> World:
    """A world that changes at the given seconds: ``at(s0=..., s20=...)``."""
    times = {float(name[1:]): one for name, one in seen.items()}
    return lambda now: times[max(time for time in times if time <= now)]


ENDINGS: dict[str, tuple[World, Terms, Poll | None, Verdict, float]] = {
    "both timestamps moved": (at(s0=new(ONE)), TERMS, BEFORE, Verdict.PROVEN, 0),
    "the old True, then False, then the new True": (
        at(s0=old(ONE), s20=behind(ONE), s35=new(ONE)),
        TERMS,
        BEFORE,
        Verdict.PROVEN,
        40,
    ),
    "a package, and its report later": (
        at(s0=poll(replica(ONE, True, 5, 0)), s15=new(ONE)),
        TERMS,
        BEFORE,
        Verdict.PROVEN,
        20,
    ),
    "the last of two": (at(s0=both(new(ONE), behind(TWO)), s30=new(ONE, TWO)), BOTH, BEFORE, Verdict.PROVEN, 30),
    "another one lags": (at(s0=both(new(ONE), behind(TWO))), TERMS, BEFORE, Verdict.PROVEN, 0),
    "nothing to compare with": (at(s0=new(ONE)), TERMS, None, Verdict.UP_TO_DATE, 0),
    "nothing to compare with, and lagging": (at(s0=behind(ONE), s10=new(ONE)), TERMS, None, Verdict.UP_TO_DATE, 10),
    "nothing to compare one of them with": (
        at(s0=new(ONE, TWO)),
        BOTH,
        old(ONE),
        Verdict.UP_TO_DATE_WITHOUT_MOVEMENT,
        40,
    ),
    "no movement": (at(s0=old(ONE)), TERMS, BEFORE, Verdict.UP_TO_DATE_WITHOUT_MOVEMENT, 40),
    "no movement of one of them": (
        at(s0=both(new(ONE), old(TWO))),
        BOTH,
        BEFORE,
        Verdict.UP_TO_DATE_WITHOUT_MOVEMENT,
        40,
    ),
    "no movement, and more patience than time": (
        at(s0=old(ONE)),
        replace(TERMS, stamp_timeout=200),
        BEFORE,
        Verdict.LAGGING,
        100,
    ),
    "no movement and no patience": (
        at(s0=old(ONE)),
        replace(TERMS, stamp_timeout=0),
        BEFORE,
        Verdict.UP_TO_DATE_WITHOUT_MOVEMENT,
        0,
    ),
    "lagging for ever": (at(s0=behind(ONE)), TERMS, BEFORE, Verdict.LAGGING, 100),
    "lagging until the last moment": (at(s0=behind(ONE), s100=new(ONE)), TERMS, BEFORE, Verdict.PROVEN, 100),
    "lagging after its package": (
        at(s0=new(ONE), s10=behind(ONE)),
        replace(TERMS, settle=20),
        BEFORE,
        Verdict.LAGGING,
        100,
    ),
    "settled": (at(s0=new(ONE)), replace(TERMS, settle=60), BEFORE, Verdict.PROVEN, 60),
    "a second package": (
        at(s0=new(ONE), s25=behind(ONE), s45=new(ONE, package=9)),
        replace(TERMS, settle=30),
        BEFORE,
        Verdict.PROVEN,
        80,
    ),
    "packages for ever": (
        lambda now: new(ONE, package=now + 1),
        replace(TERMS, settle=30),
        BEFORE,
        Verdict.UNSETTLED,
        100,
    ),
    "a package just before the end": (
        at(s0=old(ONE), s50=new(ONE)),
        replace(TERMS, settle=60, stamp_timeout=60),
        BEFORE,
        Verdict.UNSETTLED,
        100,
    ),
    "packages without a report": (
        lambda now: poll(replica(ONE, True, now + 1, 0)),
        replace(TERMS, settle=30),
        BEFORE,
        Verdict.LAGGING,
        100,
    ),
    "another master from the start": (at(s0=new(ONE, master=TWO)), TERMS, BEFORE, Verdict.MASTER_MOVED, 0),
    "another master, old timestamps": (
        at(s0=poll(replica(ONE, True), master=TWO)),
        TERMS,
        BEFORE,
        Verdict.MASTER_MOVED,
        0,
    ),
    "another master during the wait": (
        at(s0=behind(ONE), s20=new(ONE, master=TWO)),
        TERMS,
        BEFORE,
        Verdict.MASTER_MOVED,
        20,
    ),
    "another master, and back": (
        at(s0=new(ONE), s10=new(ONE, master=TWO), s20=new(ONE)),
        replace(TERMS, settle=30),
        BEFORE,
        Verdict.MASTER_MOVED,
        30,
    ),
    "another master and lagging": (
        lambda _now: Poll(behind(ONE).replicas, {"active_master_fqdn": TWO}),
        TERMS,
        BEFORE,
        Verdict.LAGGING,
        100,
    ),
    "one is gone": (at(s0=old(ONE, TWO), s10=new(ONE)), BOTH, BEFORE, Verdict.MISSING, 10),
    "one is gone, the other lags": (at(s0=behind(ONE)), BOTH, BEFORE, Verdict.LAGGING, 100),
    "all are gone": (at(s0=poll()), TERMS, BEFORE, Verdict.MISSING, 0),
    "none to wait for": (
        at(s0=new(ONE)),
        replace(TERMS, scope=(), settle=60),
        BEFORE,
        Verdict.NOTHING_IN_SCOPE,
        0,
    ),
    "an interval longer than the time": (
        at(s0=behind(ONE)),
        replace(TERMS, interval=300),
        BEFORE,
        Verdict.LAGGING,
        100,
    ),
    "an interval that does not divide it": (
        at(s0=behind(ONE)),
        replace(TERMS, interval=30),
        BEFORE,
        Verdict.LAGGING,
        100,
    ),
}


@pytest.mark.parametrize(("world", "terms", "before", "verdict", "elapsed"), ENDINGS.values(), ids=list(ENDINGS))
def test_how_a_wait_ends(world: World, terms: Terms, before: Poll | None, verdict: Verdict, elapsed: float) -> None:
    last = polls(world, terms, before)[-1]
    assert (last.verdict, last.state.elapsed) == (verdict, elapsed)


def test_every_verdict_is_reached() -> None:
    assert {verdict for _world, _terms, _before, verdict, _elapsed in ENDINGS.values()} == set(Verdict) - {
        Verdict.WAITING
    }


def test_a_wait_fails_when_its_time_is_over() -> None:
    assert {Verdict.LAGGING, Verdict.UNSETTLED} == OVERDUE


def test_an_unsettled_wait_proves_nothing() -> None:
    """Replicated at the end of the time, but a package for another change may be under way."""
    last = polls(at(s0=old(ONE), s50=new(ONE)), replace(TERMS, settle=60, stamp_timeout=60))[-1]
    assert (last.verdict, last.state.settled, last.state.late) == (Verdict.UNSETTLED, False, ())


def test_before_the_first_poll_nothing_is_known() -> None:
    assert to_plain(State(started=START)) == {
        "started": START,
        "elapsed": 0.0,
        "packages": None,
        "unchanged_since": 0.0,
        "settled": False,
        "lagging": [],
        "unmoved": [],
        "missing": [],
        "reached": {},
        "master_moved": False,
    }


@pytest.mark.parametrize(
    ("world", "terms", "verdict", "elapsed"),
    [
        (at(s0=behind(ONE)), TERMS, Verdict.LAGGING, 102),
        (at(s0=old(ONE)), TERMS, Verdict.UP_TO_DATE_WITHOUT_MOVEMENT, 51),
        (at(s0=new(ONE)), replace(TERMS, settle=30), Verdict.PROVEN, 34),
    ],
)
def test_polls_that_take_their_time_end_the_wait_at_the_first_one_past_a_limit(
    world: World, terms: Terms, verdict: Verdict, elapsed: float
) -> None:
    last = polls(world, terms, takes=7)[-1]
    assert (last.verdict, last.state.elapsed) == (verdict, elapsed)


@pytest.mark.parametrize(
    ("settle", "settled"), [(0, [True] * 3), (10, [False, True, True]), (15, [False, False, True])]
)
def test_settled_is_when_no_package_came_for_long_enough(settle: float, settled: list[bool]) -> None:
    found = polls(at(s0=both(new(ONE), behind(TWO)), s20=new(ONE, TWO)), replace(BOTH, settle=settle))
    assert [one.state.settled for one in found][:3] == settled


def test_who_is_late_and_since_when_the_others_are_not() -> None:
    world = at(
        s0=both(old(ONE), behind(TWO)),
        s10=both(new(ONE), behind(TWO)),
        s30=both(behind(ONE), new(TWO)),
        s40=new(ONE, TWO),
    )
    states = [one.state for one in polls(world, BOTH)]
    assert [(state.lagging, state.unmoved, dict(state.reached)) for state in states] == [
        ((TWO,), (ONE,), {}),
        ((TWO,), (), {ONE: 10}),
        ((TWO,), (), {ONE: 10}),
        ((ONE,), (), {TWO: 30}),
        ((), (), {TWO: 30, ONE: 40}),
    ]
    assert states[0].late == (TWO, ONE)


def test_there_is_news_at_the_first_poll_and_when_others_are_late_than_before() -> None:
    world = at(s0=both(old(ONE), behind(TWO)), s20=behind(ONE, TWO), s40=both(new(ONE), behind(TWO)), s60=new(ONE, TWO))
    assert [one.news for one in polls(world, BOTH)] == [True, False, True, False, True, False, True]
    assert [one.news for one in polls(at(s0=new(ONE)))] == [True]
