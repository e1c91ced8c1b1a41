# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long something may still take whose several steps each have a time-out of their own."""

from __future__ import annotations

import time
from collections.abc import Callable

LEAST = 0.001
"""Seconds that a step has at the least: to alarms and sockets 0 means something else."""


class TimeLeft:
    """
    :param seconds: what all steps together may take from now on; None: each has its own time-out and nothing more.
    :param clock: seconds that never jump.
    """

    def __init__(self, seconds: float | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._ends = None if seconds is None else clock() + seconds
        self._clock = clock

    @property
    def seconds(self) -> float | None:
        """What is left, negative when it is over; None without an end."""
        return None if self._ends is None else self._ends - self._clock()

    @property
    def over(self) -> bool:
        return self._ends is not None and self._clock() >= self._ends

    def within(self, seconds: float) -> float:
        """A step's own time-out, cut to what is left."""
        left = self.seconds
        return seconds if left is None else max(LEAST, min(seconds, left))


ENDLESS = TimeLeft(None)
"""Each step has its own time-out."""
