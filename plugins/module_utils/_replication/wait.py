# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting until the status of the replicas proves the last change: one step for each poll.

The step is pure. Whoever polls keeps the state, shows the news, waits for the pause, and ends when the verdict is another
than WAITING. Terms, state and polls are documents, so that another process may do that.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from .poll import Poll, master_moved
from .status import Status, status


class Verdict(enum.Enum):
    """What is known after a poll."""

    WAITING = "waiting"
    PROVEN = "proven"
    """Every replica in scope is up to date, and its timestamps moved past those of the earlier poll."""
    UP_TO_DATE = "up_to_date"
    """Every replica in scope is up to date; there is no earlier poll to compare with."""
    UP_TO_DATE_WITHOUT_MOVEMENT = "up_to_date_without_movement"
    """Every replica in scope is up to date, but timestamps did not move in time."""
    MASTER_MOVED = "master_moved"
    """Every replica in scope is up to date, but another machine writes the timestamps than before."""
    MISSING = "missing"
    """A replica in scope is no longer listed; the others are up to date."""
    NOTHING_IN_SCOPE = "nothing_in_scope"
    """There is no replica to wait for, and nothing is true of none."""
    LAGGING = "lagging"
    """The time is over, and replicas in scope are not up to date or show no new package."""
    UNSETTLED = "unsettled"
    """The time is over, and new packages kept coming."""


OVERDUE = frozenset({Verdict.LAGGING, Verdict.UNSETTLED})
"""The verdicts of a wait that failed."""


@dataclass(frozen=True)
class Terms:
    """What is waited for, by the replicas' keys, and how long; times are in seconds."""

    scope: tuple[str, ...]
    timeout: float
    interval: float
    stamp_timeout: float
    settle: float


@dataclass(frozen=True)
class State:
    """What a wait remembers: replicas are named by their keys, times are seconds after the start.

    ``packages`` is the LastUpdateCreation of each replica in scope (None before the first poll), ``unchanged_since`` when it
    was first seen so; ``reached`` is when each replica was first seen as it must be, since when it stayed so.
    """

    started: float
    elapsed: float = 0.0
    packages: Mapping[str, str | None] | None = None
    unchanged_since: float = 0.0
    settled: bool = False
    lagging: tuple[str, ...] = ()
    unmoved: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    reached: Mapping[str, float] = field(default_factory=dict)
    master_moved: bool = False

    @property
    def late(self) -> tuple[str, ...]:
        """Who is waited for."""
        return self.lagging + self.unmoved


@dataclass(frozen=True)
class Step:
    """The verdict on a poll, what to remember, whether there is news to show, and how long to wait before the next poll."""

    verdict: Verdict
    state: State
    news: bool
    pause: float


def step(poll: Poll, before: Poll | None, now: float, state: State, terms: Terms) -> Step:
    """
    :param before: read before the last change; None when there is nothing to compare with.
    :param now: seconds, on the clock of ``state.started``.
    """
    after = _observe(poll, before, now, state, terms)
    verdict = _verdict(after, before, terms)
    return Step(
        verdict,
        after,
        news=state.packages is None or (after.lagging, after.unmoved) != (state.lagging, state.unmoved),
        pause=min(terms.interval, terms.timeout - after.elapsed) if verdict is Verdict.WAITING else 0.0,
    )


def _observe(poll: Poll, before: Poll | None, now: float, state: State, terms: Terms) -> State:
    elapsed = now - state.started
    void = state.master_moved or master_moved(poll, before)
    earlier = {} if before is None or void else before.by_key
    found = {key: one for key, one in poll.by_key.items() if key in terms.scope}
    statuses = {key: status(one, earlier.get(key)) for key, one in found.items()}
    compared = before is not None and not void
    lagging = _with(statuses, Status.LAGGING)
    unmoved = _with(statuses, Status.UP_TO_DATE) if compared else ()
    packages = {key: one.last_update_creation for key, one in found.items()}
    unchanged_since = state.unchanged_since if packages == state.packages else elapsed
    return State(
        started=state.started,
        elapsed=elapsed,
        packages=packages,
        unchanged_since=unchanged_since,
        settled=elapsed - unchanged_since >= terms.settle,
        lagging=lagging,
        unmoved=unmoved,
        missing=tuple(key for key in terms.scope if key not in found),
        reached={key: state.reached.get(key, elapsed) for key in found if key not in lagging + unmoved},
        master_moved=void,
    )


def _verdict(state: State, before: Poll | None, terms: Terms) -> Verdict:
    if not terms.scope:
        return Verdict.NOTHING_IN_SCOPE
    moving = state.unmoved and state.elapsed < terms.stamp_timeout
    if state.lagging or moving or not state.settled:
        if state.elapsed < terms.timeout:
            return Verdict.WAITING
        return Verdict.LAGGING if state.late else Verdict.UNSETTLED
    if state.master_moved:
        return Verdict.MASTER_MOVED
    if state.missing:
        return Verdict.MISSING
    if before is None:
        return Verdict.UP_TO_DATE
    return Verdict.UP_TO_DATE_WITHOUT_MOVEMENT if state.unmoved else Verdict.PROVEN


def _with(statuses: Mapping[str, Status], sought: Status) -> tuple[str, ...]:
    return tuple(sorted(key for key, found in statuses.items() if found is sought))
