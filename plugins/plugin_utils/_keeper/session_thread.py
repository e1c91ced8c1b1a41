# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One session in the keeper: a thread that works on one request at a time, and keeps the session alive in between."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.messages import STALE_SECONDS
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.options import PsrpEndpoint
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.session import PsrpSession
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import Answer

KEEP_ALIVE_SECONDS = 60
"""How long a session may be idle before its connection is used: http.sys drops connections after 120 s."""


class NotWanted(Exception):
    """Whoever asked has gone: nothing was run."""


class Turn:
    """A request in the line for a session. ``work`` is done when it has had its turn."""

    work: asyncio.Future[Answer | None]

    def __init__(self, session: KeptSession, number: int) -> None:
        self._session = session
        self._number = number
        self.wanted = True
        self.heard = time.monotonic()
        """When whoever asked was told last that the keeper is alive."""

    @property
    def place(self) -> int:
        """How many requests come before."""
        return max(0, self._number - self._session.done)


class KeptSession:
    """The session with one endpoint, used from the event loop."""

    def __init__(self, endpoint: PsrpEndpoint) -> None:
        self.done = 0
        self._entered = 0
        self._session = PsrpSession(endpoint)
        self._closed = False
        self._alive_seconds = min(KEEP_ALIVE_SECONDS, endpoint.session_idle / 2)
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._timer: asyncio.TimerHandle | None = None

    @property
    def line(self) -> int:
        """How many requests stand in line, the one that is worked on included."""
        return self._entered - self.done

    @property
    def refused(self) -> bool:
        """Whether its logon was refused: it stays known for the rest of the run."""
        return self._session.refusal is not None

    def open(self) -> Turn:
        """Log on, or see that the open session is alive."""
        return self._enter(self._opened)

    def invoke(self, cmdlets: Sequence[Cmdlet]) -> Turn:
        """Run cmdlets when the turn has come."""
        return self._enter(lambda: self._session.invoke(cmdlets))

    def _enter(self, work: Callable[[], Answer | None]) -> Turn:
        """The work may end with a Failure of the session, or with NotWanted when whoever asked went before it began."""
        self._stop_timer()
        turn = Turn(self, self._entered)
        turn.work = asyncio.get_running_loop().run_in_executor(self._thread, self._work, turn, work)
        self._entered += 1
        turn.work.add_done_callback(self._count)
        return turn

    def _count(self, _work: asyncio.Future[Answer | None]) -> None:
        self.done += 1
        if not self.line and not self._closed:
            self._start_timer()

    def settle(self) -> None:
        """Let the session do what could wait until the answer was given."""
        if not self._closed:
            self._thread.submit(self._session.settle)

    async def close(self) -> None:
        """Delete the shell; the command that still runs in it is lost."""
        self._closed = True
        self._stop_timer()
        closing = [asyncio.get_running_loop().run_in_executor(self._thread, self._session.close)]
        if self.line:
            beside = ThreadPoolExecutor(max_workers=1)
            closing.append(asyncio.get_running_loop().run_in_executor(beside, self._session.give_up))
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

    def _work(self, turn: Turn, work: Callable[[], Answer | None]) -> Answer | None:
        if self._closed or not turn.wanted or time.monotonic() - turn.heard > STALE_SECONDS:
            raise NotWanted  # also when the keeper was frozen: whoever asked has given up meanwhile
        return work()

    def _opened(self) -> None:
        self._session.keep_alive()
        self._session.open()
