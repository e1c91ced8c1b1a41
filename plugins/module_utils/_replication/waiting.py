# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A wait for the last change, whole: what is waited for and what the polls have found, as a document.

So it can be carried on by another process, one poll at a time (``step``), and be reported by the task that collects it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .._core.document import from_plain, to_plain
from .._core.polling import Polling, Stepped
from .._core.task import Records
from .._resource.setting import FQDN
from . import texts, wait
from .poll import Poll, health_problem, master_moved, poll_of
from .scope import scope
from .wait import OVERDUE, State, Terms, Verdict

KIND = "replication"


@dataclass(frozen=True)
class Ignored:
    """A replica that is not waited for, and why."""

    replica: str
    reason: str


@dataclass(frozen=True)
class Wait:
    """A wait, or a mere look where nothing is waited for; times in seconds.

    :param replicas: names of those in scope, each of which must exist; None: all.
    :param machines: keys of those in scope, as far as they are listed; None: all.
    :param before: read before the last change.
    :param poll: the newest one.
    :param waited_for: keys of those in scope, known from the first poll on; ``reasons`` has why others are not.
    :param state: None until something was waited for.
    """

    replicas: tuple[str, ...] | None
    machines: tuple[str, ...] | None
    ignored: tuple[Ignored, ...]
    timeout: float
    interval: float
    stamp_timeout: float
    settle: float
    before: Poll | None = None
    poll: Poll | None = None
    waited_for: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    state: State | None = None
    verdict: Verdict = Verdict.WAITING

    @property
    def terms(self) -> Terms:
        return Terms(self.waited_for, self.timeout, self.interval, self.stamp_timeout, self.settle)

    @property
    def master_moved(self) -> bool:
        """Whether another machine is, or meanwhile was, master than before: the timestamps prove nothing then."""
        if self.state is not None:
            return self.state.master_moved
        return self.poll is not None and master_moved(self.poll, self.before)


def first(one: Wait, poll: Poll) -> Wait:
    """The wait after its first poll, which tells who is in scope.

    :raises Refused: when a replica that was named does not exist.
    """
    desired: Sequence[str] | None = one.replicas
    if one.machines is not None:
        desired = [found.fqdn for found in poll.replicas if found.key in one.machines]
    known = {} if one.before is None else one.before.by_key
    chosen = scope(poll.replicas, desired, [to_plain(ignored) for ignored in one.ignored], poll.deleted, known)
    return replace(one, poll=poll, waited_for=tuple(sorted(chosen.waited_for)), reasons=dict(chosen.reasons))


def next_poll(one: Wait, poll: Poll, now: float) -> tuple[Wait, wait.Step]:
    """The wait after another poll."""
    stepped = wait.step(poll, one.before, now, one.state or State(started=now), one.terms)
    return replace(one, poll=poll, state=stepped.state, verdict=stepped.verdict), stepped


def step(state: dict[str, Any], records: Sequence[Records], now: float) -> Stepped:
    """One poll, for whoever polls: the first one tells who is in scope, and ends it where nothing can replicate.

    :raises Refused: when a replica that was named does not exist.
    """
    one, poll = from_plain(Wait, state), poll_of(*records)
    if one.poll is None:
        one = first(one, poll)
        if health_problem(poll.central):
            return Stepped(to_plain(one), None)
    one, stepped = next_poll(one, poll, now)
    if one.verdict is Verdict.WAITING:
        return Stepped(to_plain(one), stepped.pause, texts.late(poll, stepped.state))
    return Stepped(to_plain(one), None, ready=one.verdict not in OVERDUE)


POLLING = Polling(step, texts.rollout_progress)


def key(fqdn: str) -> str:
    """A machine as a wait names it."""
    return str(FQDN.comparable(fqdn))
