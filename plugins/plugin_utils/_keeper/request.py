# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A request to the keeper: its states, and the clocks that move it from one to the next.

========= =============================== =========================================== ==============================================
state     entered when                    left when                                   by whose clock
========= =============================== =========================================== ==============================================
sent      the task has written it         the keeper acknowledges it with a first     the keeper's, from the time in the request:
                                          heartbeat; or reads it later than           monotonic clocks are the same in all processes
                                          ``STALE_SECONDS``, and hangs up             (clock_gettime(2))
QUEUED    it was acknowledged             its session is open and free for it         none: the requests before it, and the opening,
                                                                                      take their time
RUNNING   its command is about to be sent the session answers or fails                the session's: ``lync_command_timeout``, or
                                                                                      what is left of it for a reading that is
                                                                                      repeated
ANSWERED  the session has answered        final
CANCELLED the task has hung up; or, while final: what was not sent never is, and what the keeper's, from heartbeat to heartbeat
          it was QUEUED, the keeper was   runs is waited for by nobody
          silent for ``STALE_SECONDS``
========= =============================== =========================================== ==============================================

A task that repeats a reading hangs up ``HEARTBEAT_SECONDS`` after its time, in whichever state the request is: others may be
before it in the queue.

Any task has one clock of its own: from sending on, a message must come every ``SILENCE_SECONDS``. When none comes, the keeper is
dead or hangs, however busy a server is: the task hangs up and goes on with a session of its own. The keeper sends a heartbeat every
``HEARTBEAT_SECONDS``, and sends no command for a task that may have gone on: ``STALE_SECONDS`` and a heartbeat are shorter than
``SILENCE_SECONDS``. So a request that was not acknowledged has not begun and never will.
"""

from __future__ import annotations

import enum
import threading
import time
from collections.abc import Sequence
from typing import Any

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import messages
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.connection import Connection
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.session import Cancelled
from ansible_collections.ucops.lync.plugins.plugin_utils._session.time_left import TimeLeft

HEARTBEAT_SECONDS = 0.5
"""How often the keeper tells a task that waits that it is alive."""

SILENCE_SECONDS = 5.0
"""How long a task waits for the next message of the keeper."""

STALE_SECONDS = 3.0
"""How old a request, or its last heartbeat, may be for the keeper to run it."""

KEEP_ALIVE_SECONDS = 60.0
"""How long a session may be idle before its connection is used: http.sys drops connections after 120 s."""

RESET_SECONDS = 2.0
"""How long Ansible waits at the end of a play for shells to be deleted."""

SHUTDOWN_SECONDS = 1.5
"""How long the keeper waits after the end of the run, while no shell is deleted. It sees the end with a heartbeat: a server that
hangs keeps it for 2 s.
"""


class RequestState(enum.Enum):
    """The states on the keeper's side (see the table above)."""

    QUEUED = enum.auto()
    RUNNING = enum.auto()
    ANSWERED = enum.auto()
    CANCELLED = enum.auto()


class Request:
    """A request in the keeper. The keeper's thread sends heartbeats and the answer; the session's thread asks whether to go on.

    :param number: the identifier in JSON-RPC.
    :param cmdlets: none when the session is only to be opened.
    :param sent: when the task sent it (``time.monotonic()``).
    :param seconds: what the session may take from then on; None: what its endpoint has.
    """

    def __init__(
        self,
        number: Any,
        cmdlets: Sequence[Cmdlet],
        sent: float,
        connection: Connection,
        seconds: float | None = None,
    ) -> None:
        self.number = number
        self.cmdlets = cmdlets
        self.left = TimeLeft(None if seconds is None else seconds + sent - time.monotonic())
        self._connection = connection
        self._state = RequestState.QUEUED
        self._last_heartbeat = sent
        self._changing = threading.Lock()

    @property
    def state(self) -> RequestState:
        return self._state

    @property
    def cancelled(self) -> bool:
        return self._state is RequestState.CANCELLED

    @property
    def stale(self) -> bool:
        """Whether the task has heard nothing for so long that it may have hung up by now."""
        return time.monotonic() - self._last_heartbeat > STALE_SECONDS

    def heartbeat(self, position: int) -> None:
        """Tell the task that the keeper is alive.

        :param position: how many requests come before; 0: it is being worked on.
        """
        now = time.monotonic()
        try:
            self.check()
        except Cancelled:
            self._connection.close()
            return
        self._connection.send([messages.encode(messages.heartbeat(position))])
        self._last_heartbeat = now

    def notify(self, notification: messages.Message) -> None:
        """Tell the task something before the answer."""
        self._connection.send([messages.encode(notification)])

    def check(self) -> None:
        """
        :raises Cancelled: when the task has hung up, or may have because the keeper was silent for too long.
        """
        with self._changing:
            self._check()

    def begin(self) -> None:
        """Its command is about to be sent.

        :raises Cancelled: as above; it must not be sent.
        """
        with self._changing:
            self._check()
            self._state = RequestState.RUNNING

    def answer(self, frames: Sequence[bytes]) -> None:
        """Send the answer; without one hang up."""
        self._enter(RequestState.ANSWERED)
        if frames:
            self._connection.send(frames)
        else:
            self._connection.close()

    def cancel(self) -> None:
        """The task has hung up."""
        self._enter(RequestState.CANCELLED)

    def _check(self) -> None:
        if self._state is RequestState.QUEUED and self.stale:
            self._state = RequestState.CANCELLED
        if self._state is RequestState.CANCELLED:
            raise Cancelled

    def _enter(self, state: RequestState) -> None:
        with self._changing:
            if self._state not in (RequestState.ANSWERED, RequestState.CANCELLED):
                self._state = state
