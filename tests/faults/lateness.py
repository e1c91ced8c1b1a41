# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""By how much an event loop is late: so much of what its times say is the machine's load and nobody's fault."""

from __future__ import annotations

import asyncio
import time

STEP_SECONDS = 0.05


class Lateness:
    """Watches the loop in which ``watch`` runs."""

    def __init__(self) -> None:
        self._worst = 0.0

    async def watch(self) -> None:
        """Sleep again and again, and see how much longer it took. Ends when it is cancelled."""
        while True:
            due = time.monotonic() + STEP_SECONDS
            await asyncio.sleep(STEP_SECONDS)
            self._worst = max(self._worst, time.monotonic() - due)

    def taken(self) -> float:
        """By how many seconds the loop was late at most since this was asked last. May be asked from any thread."""
        worst, self._worst = self._worst, 0.0
        return worst
