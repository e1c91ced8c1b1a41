# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Watches how much memory the controller's processes take, all of them together and the keeper of sessions alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Container
from types import TracebackType

from process_tree import descendants, pss

KEEPER = "lync-sessions"
#: Between two looks, and how many times as long as a look took: watching a hundred processes may not slow them down.
INTERVAL_SECONDS = 0.25
PAUSE_PER_LOOK = 20


class MemoryWatch:
    """The highest sums of Pss that were seen inside its ``with``, in bytes. It looks from a thread of this process, whose
    CPU is nobody's whom it watches.
    """

    def __init__(self, apart_from: Container[int]) -> None:
        self.peak = 0
        self.keeper_peak = 0
        self._apart_from = apart_from
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory watch", daemon=True)

    def __enter__(self) -> MemoryWatch:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        pause = INTERVAL_SECONDS
        while not self._over.wait(pause):
            began = time.monotonic()
            self._look()
            pause = max(INTERVAL_SECONDS, PAUSE_PER_LOOK * (time.monotonic() - began))

    def _look(self) -> None:
        total = keeper = 0
        for process in descendants(self._apart_from):
            size = pss(process.pid)
            total += size
            if process.name == KEEPER:
                keeper += size
        self.peak = max(self.peak, total)
        self.keeper_peak = max(self.keeper_peak, keeper)
