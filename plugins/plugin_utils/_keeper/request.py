# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A request to the keeper: its states, and the clocks that move it from one to the next.

========= ================================= ====================================================== ==============================
state     entered when                      left when                                              by whose clock
========= ================================= ====================================================== ==============================
SENT      the task has written it           the keeper acknowledges it with a first heartbeat; or  the keeper's, from the time in
                                            it is older than ``STALE_SECONDS`` when the keeper     the request: monotonic clocks
                                            reads it, which then hangs up                          are the same in all processes
                                                                                                   (clock_gettime(2))
QUEUED    it was acknowledged               its session is free for it                             none: that takes as long as the
                                                                                                   requests before it
RUNNING   its session begins it             the session answers or fails                           the session's own:
                                                                                                   ``lync_command_timeout``
ANSWERED  the session has answered          final: the answer is sent
CANCELLED the task has hung up; or its      final: what had not begun never begins, and the answer the keeper's, from the last
          last heartbeat was longer ago     to what runs is for nobody                             heartbeat
          than ``STALE_SECONDS`` when the
          session was to begin it
========= ================================= ====================================================== ==============================

The task has one clock of its own: from sending on, a message must come every ``SILENCE_SECONDS``. When none comes, the keeper is
dead or hangs, however busy a server is: the task hangs up and goes on with a session of its own. The keeper sends a heartbeat every
``HEARTBEAT_SECONDS``, and begins nothing for a task that may have gone on: ``STALE_SECONDS`` and a heartbeat are shorter than
``SILENCE_SECONDS``. So a request that was not acknowledged has not begun and never will.
"""

from __future__ import annotations

import enum
import threading
import time

HEARTBEAT_SECONDS = 0.5
"""How often the keeper tells a task that waits that it is alive."""

SILENCE_SECONDS = 5.0
"""How long a task waits for the next message of the keeper."""

STALE_SECONDS = 3.0
"""How old a request, or its last heartbeat, may be for the keeper to begin it."""

KEEP_ALIVE_SECONDS = 60.0
"""How long a session may be idle before its connection is used: http.sys drops connections after 120 s."""

RESET_SECONDS = 2.0
"""How long Ansible waits at the end of a play for all shells to be deleted."""

SHUTDOWN_SECONDS = 1.5
"""The same after the end of the run, which the keeper may outlive by 2 s."""

RUN_POLL_SECONDS = 0.5
"""How often the run's process is looked for where its end cannot be waited for (no pidfd)."""


class Cancelled(Exception):
    """Nobody waits for the request any longer: nothing was run."""


class RequestState(enum.Enum):
    """The states on the keeper's side (see the table above)."""

    QUEUED = enum.auto()
    RUNNING = enum.auto()
    ANSWERED = enum.auto()
    CANCELLED = enum.auto()


class Request:
    """A request in the keeper, from its acknowledgement on. The keeper's thread and that of the session share it."""

    def __init__(self) -> None:
        self._state = RequestState.QUEUED
        self._changing = threading.Lock()
        self._last_heartbeat = time.monotonic()

    @property
    def state(self) -> RequestState:
        return self._state

    def heartbeat(self) -> None:
        """The task was just told that the keeper is alive."""
        self._last_heartbeat = time.monotonic()

    def begin(self) -> None:
        """Its session is free for it.

        :raises Cancelled: when nobody waits for it any longer, also because the keeper was frozen for a while.
        """
        with self._changing:
            if time.monotonic() - self._last_heartbeat > STALE_SECONDS:
                self._state = RequestState.CANCELLED
            if self._state is RequestState.CANCELLED:
                raise Cancelled
            self._state = RequestState.RUNNING

    def answer(self) -> None:
        """Its session has answered it."""
        self._end(RequestState.ANSWERED)

    def cancel(self) -> None:
        """The task has hung up."""
        self._end(RequestState.CANCELLED)

    def _end(self, state: RequestState) -> None:
        with self._changing:
            if self._state not in (RequestState.ANSWERED, RequestState.CANCELLED):
                self._state = state


def is_stale(sent: float) -> bool:
    """Whether whoever sent a request at that time may have hung up by now.

    :param sent: ``time.monotonic()`` of the task.
    """
    return time.monotonic() - sent > STALE_SECONDS
