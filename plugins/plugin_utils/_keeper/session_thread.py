# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One session in the keeper: a thread that works on one request at a time, and keeps the session alive in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.request import KEEP_ALIVE_SECONDS, Request
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.options import PsrpEndpoint
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.session import PsrpSession, SessionState
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import Answer


class QueuedRequest(Request):
    """A request in the queue of a session. ``work`` is done when it was worked on."""

    work: asyncio.Future[Answer | None]

    def __init__(self, thread: SessionThread, number: int) -> None:
        super().__init__()
        self._thread = thread
        self._number = number

    @property
    def position(self) -> int:
        """How many requests come before."""
        return max(0, self._number - self._thread.done)


class SessionThread:
    """The session with one endpoint, used from the event loop."""

    def __init__(self, endpoint: PsrpEndpoint) -> None:
        self.done = 0
        self._queued = 0
        self._session = PsrpSession(endpoint)
        self._closed = False
        self._alive_seconds = min(KEEP_ALIVE_SECONDS, endpoint.session_idle / 2)
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._timer: asyncio.TimerHandle | None = None

    @property
    def queue_length(self) -> int:
        """How many requests are queued, the one that is worked on included."""
        return self._queued - self.done

    @property
    def refused(self) -> bool:
        """Whether its logon was refused: it stays known for the rest of the run."""
        return self._session.state is SessionState.REFUSED

    def open(self) -> QueuedRequest:
        """Log on, or see that the open session is alive."""
        return self._enqueue(self._opened)

    def invoke(self, cmdlets: Sequence[Cmdlet]) -> QueuedRequest:
        """Run cmdlets after the requests that are queued."""
        return self._enqueue(lambda: self._session.invoke(cmdlets))

    def _enqueue(self, work: Callable[[], Answer | None]) -> QueuedRequest:
        """The work may end with a Failure of the session, or with Cancelled."""
        self._stop_timer()
        request = QueuedRequest(self, self._queued)
        request.work = asyncio.get_running_loop().run_in_executor(self._thread, self._work, request, work)
        self._queued += 1
        request.work.add_done_callback(self._count)
        return request

    def _count(self, _work: asyncio.Future[Answer | None]) -> None:
        self.done += 1
        if not self.queue_length and not self._closed:
            self._start_timer()

    def housekeeping(self) -> None:
        """Let the session do what could wait until the answer was given."""
        if not self._closed:
            self._thread.submit(self._session.housekeeping)

    async def close(self) -> None:
        """Delete the shell; the command that still runs in it is lost."""
        self._closed = True
        self._stop_timer()
        closing = [asyncio.get_running_loop().run_in_executor(self._thread, self._session.close)]
        if self.queue_length:
            beside = ThreadPoolExecutor(max_workers=1)
            closing.append(asyncio.get_running_loop().run_in_executor(beside, self._session.abort))
        self._thread.shutdown(wait=False)
        await asyncio.wait(closing)

    def _start_timer(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._alive_seconds, self._keep_alive)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _keep_alive(self) -> None:
        self._thread.submit(self._session.keep_alive)
        self._start_timer()

    # In the session's thread

    def _work(self, request: QueuedRequest, work: Callable[[], Answer | None]) -> Answer | None:
        if self._closed:
            request.cancel()
        request.begin()
        try:
            return work()
        finally:
            request.answer()

    def _opened(self) -> None:
        self._session.keep_alive()
        self._session.open()
