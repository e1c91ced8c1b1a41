# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a read is tried again whose session was lost: after growing pauses, so that an outage of seconds fails no run.

The first attempt takes what its command may take. All those after it, with the pauses, have what is left of the same time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    AnswerTooLarge,
    ServerDown,
    SessionLost,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._session.time_left import ENDLESS, TimeLeft

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each further attempt."""

LEAST_SECONDS = 1.0
"""With less no further attempt begins: it would hide what the one before it failed with."""

OPENING_SECONDS = 4.0
"""How long a server is tried that did not answer at all yet: it may be the wrong port."""

Found = TypeVar("Found")


class Repeats:
    """
    :param seconds: what a read may take with all its attempts.
    :param clock: seconds that never jump.
    """

    def __init__(
        self,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._seconds = seconds
        self._clock = clock
        self._sleep = sleep

    def read(self, attempt: Callable[[TimeLeft], Found], prepare: Callable[[], None]) -> Found:
        """What an attempt finds.

        :param attempt: is given what it may take; the first one has no other end than its own.
        :param prepare: is called before each further attempt.
        :raises SessionFailed: that of the last attempt. A refusal, or an answer that is too large, is the last one.
        """
        ends, left, lost = TimeLeft(self._seconds, self._clock), ENDLESS, False
        started = self._clock()
        for pause in PAUSES:
            try:
                return attempt(left)
            except AnswerTooLarge:
                raise
            except (SessionLost, ServerDown) as error:
                lost = lost or isinstance(error, SessionLost)
                if error.details.get("logon_refused"):
                    raise
                if pause + LEAST_SECONDS > (ends.seconds or 0.0):
                    raise
                if not lost and self._clock() + pause - started > OPENING_SECONDS:
                    raise
            prepare()
            self._sleep(pause)
            left = ends
        return attempt(left)
