# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one command may still take: time until its deadline, and bytes. The connections of a session look here at each step."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NoReturn

from ansible_collections.ucops.lync.plugins.plugin_utils._session.readable import MEGABYTE, Allowance, TooLarge

ANSWER_BYTES = 64 * MEGABYTE
"""What the answer to a command may hold where nobody says otherwise: some hundred thousand values."""

BODY_BYTES = 8 * MEGABYTE
"""What one HTTP answer may hold. A WSMan answer is as large as its client allows, and ours allow 500 kB (MaxEnvelopeSize)."""


class Overdue(Exception):
    """A command did not answer before its deadline."""


class Guard:
    """One for each session; ``begin`` renews it for each command.

    :param limit: bytes that the answer to a command may hold, on the wire and in memory.
    :param clock: seconds that never jump.
    """

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self.begin(None)

    def begin(self, seconds: float | None) -> None:
        """A command begins, with so many seconds for all that belongs to it; None: without an end."""
        self._deadline = None if seconds is None else self._clock() + seconds
        self.answer = allowance(self._limit)
        """What the answer may still hold once it is read."""
        self._received = allowance(self._limit)
        self._body = Allowance(BODY_BYTES, "")
        self.sent = False
        """Whether any of the command's requests was sent."""
        self.written = False
        """Whether any byte of one has left: before that the server has seen nothing."""
        self.refusal: Exception | None = None
        """Why nothing more of this command is taken, whatever libraries have made of it."""

    @property
    def overdue(self) -> bool:
        return self._deadline is not None and self._clock() >= self._deadline

    def remaining(self) -> float | None:
        """Seconds until the deadline; None without one.

        :raises Overdue: when there are none.
        """
        if self._deadline is None:
            return None
        remaining = self._deadline - self._clock()
        if remaining <= 0:
            self.refuse(Overdue())
        return remaining

    def within(self, seconds: float | None) -> float | None:
        """A time-out of a library (None: it has none), cut to what remains.

        :raises Overdue: when nothing does.
        """
        remaining = self.remaining()
        if remaining is None or seconds is None:
            return seconds if remaining is None else remaining
        return min(seconds, remaining)

    def check(self) -> None:
        """:raises Exception: what was refused before, so that no library tries again; Overdue."""
        if self.refusal is not None:
            raise self.refusal
        self.remaining()

    def sends(self) -> None:
        """A request is about to be sent. Raises what ``check`` raises."""
        self.check()
        self.sent = True
        self._body = Allowance(BODY_BYTES, f"its answer is larger than {BODY_BYTES // MEGABYTE} MiB at once")

    def receives(self, size: int) -> None:
        """:raises TooLarge: when that is more than the answer may hold."""
        try:
            self._body.take(size)
            self._received.take(size)
        except TooLarge as error:
            self.refuse(error)

    def refuse(self, error: Exception) -> NoReturn:
        """Take no more of this command."""
        self.refusal = self.refusal or error
        raise self.refusal


def allowance(limit: int) -> Allowance:
    """What an answer may hold: so many bytes."""
    return Allowance(limit, f"its answer is larger than {limit / MEGABYTE:g} MiB (host variable lync_answer_limit)")
