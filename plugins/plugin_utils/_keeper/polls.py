# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All polls of a keeper: which one begins when, who is told what, and one line of progress for all of a kind."""

from __future__ import annotations

import functools
import time
from collections.abc import Set

from ansible_collections.ucops.lync.plugins.module_utils._core.polling import Order
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import messages
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.kinds import KINDS
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.poll import Poll, PollState
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.request import Request
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.session_thread import SessionThread

PROGRESS_SECONDS = 5.0
"""How long the line of progress stands before another one is shown."""


class Polls:
    """Used by the keeper's thread only."""

    def __init__(self) -> None:
        self._polls: dict[str, Poll] = {}
        self._sessions: dict[Poll, SessionThread] = {}
        self._lines: dict[str, tuple[str, float]] = {}

    def begin(self, number: str, order: Order, session: SessionThread) -> bool:
        """Take a poll; whether it was. It is not when that which it comes after is not known."""
        before = self._polls.get(order.after)
        if order.kind not in KINDS or (order.after and before is None):
            return False
        poll = Poll(number, order, order.state)
        self._polls[number] = poll
        self._sessions[poll] = session
        if before is None or before.over:
            self._start(poll, before is None or before.ready)
        return True

    def collect(self, request: Request, number: str, shows: bool) -> None:
        """Answer a request with what a poll has ended with, once it has; at once, where there is no such poll.

        :param shows: whether the task shows progress.
        """
        request.heartbeat(0)
        poll = self._polls.get(number)
        if poll is None:
            request.answer(messages.collected(request.number, None))
            return
        poll.collectors.append((request, shows))
        self._show(poll.order.kind)
        if poll.over:
            self._hand_over(poll)

    def collected_from(self, session: SessionThread) -> bool:
        """Whether a task waits for a poll in this session."""
        return any(
            not request.cancelled
            for poll, of_poll in self._sessions.items()
            if of_poll is session
            for request, _shows in poll.collectors
        )

    def forget(self, closed: Set[SessionThread]) -> None:
        """Sessions are about to be closed: their polls that are not over are lost, and those that come after them."""
        lost = {number for number, poll in self._polls.items() if not poll.over and self._sessions[poll] in closed}
        while True:
            more = {number for number, poll in self._polls.items() if poll.order.after in lost and not poll.over}
            if more <= lost:
                break
            lost |= more
        for number in lost:
            poll = self._polls.pop(number)
            del self._sessions[poll]
            for request, _shows in poll.collectors:
                request.answer(messages.collected(request.number, None))

    def send_heartbeats(self) -> None:
        """Tell all tasks that wait that the keeper is alive, and show progress."""
        for poll in self._polls.values():
            for request, _shows in poll.collectors:
                request.heartbeat(0)
            poll.collectors = [one for one in poll.collectors if not one[0].cancelled]
        for kind in {poll.order.kind for poll in self._polls.values() if poll.collectors}:
            self._show(kind)

    def _start(self, poll: Poll, ready: bool) -> None:
        poll.start(ready)
        self._sessions[poll].poll(poll, functools.partial(self._ended, poll))

    def _ended(self, poll: Poll) -> None:
        if poll.number not in self._polls:  # it was forgotten
            return
        poll.state = PollState.OVER
        self._show(poll.order.kind)
        self._hand_over(poll)
        for one in list(self._polls.values()):
            if one.order.after == poll.number and one.state is PollState.WAITING:
                self._start(one, poll.ready)

    def _hand_over(self, poll: Poll) -> None:
        """Answer those that wait for it. When all of a kind are collected, the count begins again."""
        collectors, poll.collectors = poll.collectors, []
        for request, _shows in collectors:
            poll.collected = True
            request.answer(messages.collected(request.number, poll.outcome))
        of_kind = self._of_kind(poll.order.kind)
        if all(one.collected for one in of_kind):
            self._lines.pop(poll.order.kind, None)
            self._polls = {number: one for number, one in self._polls.items() if one not in of_kind}
            self._sessions = {one: session for one, session in self._sessions.items() if one not in of_kind}

    def _of_kind(self, kind: str) -> list[Poll]:
        return [poll for poll in self._polls.values() if poll.order.kind == kind]

    def _show(self, kind: str) -> None:
        """Let one of the tasks that wait show how far all polls of a kind are, where that has changed: the end at once."""
        polls = self._of_kind(kind)
        waiting = [request for poll in polls for request, shows in poll.collectors if shows and not request.cancelled]
        late = [(poll.order.subject, poll.late) for poll in polls if not poll.over]
        line = KINDS[kind].progress(sum(poll.ready for poll in polls if poll.over), len(polls), late)
        shown, since = self._lines.get(kind, ("", float("-inf")))
        if waiting and line != shown and (not late or time.monotonic() - since >= PROGRESS_SECONDS):
            self._lines[kind] = (line, time.monotonic())
            waiting[0].notify(messages.progress(line))
