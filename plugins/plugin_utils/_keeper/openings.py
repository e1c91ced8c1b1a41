# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sessions that are opened before a task needs them: not all at the same time, and in the order in which they were asked for.

A task that needs its session does not wait for those before it: its own request opens the session.
"""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Sequence, Set

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.session_thread import SessionThread

AT_ONCE = 50
"""How many sessions are opened at the same time where nobody says otherwise."""


class Openings:
    """Used by the keeper's thread only."""

    def __init__(self) -> None:
        self._queue: deque[tuple[int, SessionThread, Sequence[Cmdlet]]] = deque()
        self._opening: set[SessionThread] = set()

    def add(self, session: SessionThread, cmdlets: Sequence[Cmdlet], most: int) -> None:
        """Open a session, then read ahead in it.

        :param most: how many may be opened at the same time.
        """
        self._queue.append((most, session, cmdlets))
        self._begin()

    def forget(self, closed: Set[SessionThread]) -> None:
        """Sessions are about to be closed."""
        self._queue = deque(entry for entry in self._queue if entry[1] not in closed)
        self._opening -= closed
        self._begin()

    def _opened(self, session: SessionThread) -> None:
        """A session is open, or could not be opened."""
        self._opening.discard(session)
        self._begin()

    def _begin(self) -> None:
        while self._queue and len(self._opening) < self._queue[0][0]:
            _most, session, cmdlets = self._queue.popleft()
            self._opening.add(session)
            session.prepare(cmdlets, functools.partial(self._opened, session))
