# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One session in the keeper: a thread that works on one request at a time, and keeps the session alive in between."""

from __future__ import annotations

import contextlib
import functools
import queue
import threading
import traceback
from collections.abc import Callable, Sequence

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Failure, SessionLost
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import messages
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.request import KEEP_ALIVE_SECONDS, Request
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.options import PsrpEndpoint
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.output import Output
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.session import Cancelled, PsrpSession, SessionState

Call = Callable[[], None]


class SessionThread:
    """The session with one endpoint, as the keeper's thread sees it.

    :param post: hands a call to the keeper's thread.

    ``requests`` are those that are not finished, in the order in which they came; the first one may run.
    """

    def __init__(self, endpoint: PsrpEndpoint, post: Callable[[Call], None]) -> None:
        self.requests: list[Request] = []
        self._session = PsrpSession(endpoint)
        self._post = post
        self._idle_seconds = min(KEEP_ALIVE_SECONDS, endpoint.session_idle / 2)
        self._queue: queue.SimpleQueue[Request | Call] = queue.SimpleQueue()
        threading.Thread(target=self._run, daemon=True).start()

    @property
    def busy(self) -> bool:
        """Whether a task waits for an answer. A command whose task has gone may still run."""
        return not all(request.cancelled for request in self.requests)

    @property
    def refused(self) -> bool:
        """Whether its logon was refused: it stays known for the rest of the run."""
        return self._session.state is SessionState.REFUSED

    def enqueue(self, request: Request) -> None:
        """Take a request after those that are queued. It is answered by itself, or its connection is closed."""
        self.requests.append(request)
        self._queue.put(request)

    def close(self, closed: Call) -> None:
        """Begin to delete the shell. A command that still runs in it is lost, what is queued never begins.

        :param closed: is called in the keeper's thread when that is done.
        """
        for request in self.requests:
            request.cancel()
        self._queue.put(closed)
        if self.requests:  # whose command may run for long
            threading.Thread(target=self._session.abort, daemon=True).start()

    def _finish(self, request: Request, frames: Sequence[bytes]) -> None:
        self.requests.remove(request)
        request.answer(frames)

    # In the session's own thread

    def _run(self) -> None:
        while isinstance(request := self._next(), Request):
            self._post(functools.partial(self._finish, request, self._frames(request)))
            for _step in self._session.housekeeping():
                if not self._queue.empty():
                    break
        self._session.close()
        self._post(request)

    def _next(self) -> Request | Call:
        """What comes next, a request or the end; the session is kept alive meanwhile."""
        while True:
            with contextlib.suppress(queue.Empty):
                return self._queue.get(timeout=self._idle_seconds)
            self._session.keep_alive()

    def _frames(self, request: Request) -> Sequence[bytes]:
        """The response to a request, none when it was cancelled. It is encoded here: with a large answer that takes its time."""
        try:
            return messages.answered(request.number, self._output(request))
        except Cancelled:
            return ()
        except Failure as failure:
            return messages.failed(request.number, failure)
        except Exception as error:  # a task must have an answer, whatever the libraries raise
            what = f"The session failed in an unforeseen way ({type(error).__name__}: {error})"
            trace = "".join(traceback.format_exception(error))
            lost = SessionLost(f"{what}; whether the command ran is not known.", exception=trace)
            return messages.failed(request.number, lost)

    def _output(self, request: Request) -> Output:
        request.check()
        if request.cmdlets:
            return self._session.run(request.cmdlets, before_sending=request.begin)
        request.begin()
        self._session.keep_alive()
        self._session.open()
        return Output()
