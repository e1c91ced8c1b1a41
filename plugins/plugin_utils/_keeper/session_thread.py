# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One session in the keeper: a thread that works on one thing at a time, and keeps the session alive in between."""

from __future__ import annotations

import contextlib
import functools
import queue
import threading
import time
import traceback
from collections.abc import Callable, Sequence

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    Failure,
    ServerDown,
    SessionFailed,
    SessionLost,
)
from ansible_collections.ucops.lync.plugins.module_utils._core.unforeseen import named
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import messages
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.own_reading import reader
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.poll import Poll
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.read_ahead import ReadAhead
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.request import KEEP_ALIVE_SECONDS, Request
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.options import PsrpEndpoint
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.output import Output
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.session import Cancelled, PsrpSession, SessionState
from ansible_collections.ucops.lync.plugins.plugin_utils._session.repeats import Repeats

Call = Callable[[], None]
Work = Callable[[], Call]
"""What the session's thread does; it gives what the keeper's thread is to do then."""


class SessionThread:
    """The session with one endpoint, as the keeper's thread sees it.

    :param post: hands a call to the keeper's thread.

    ``requests`` are those that are not finished, in the order in which they came; the first one may run.
    """

    def __init__(self, endpoint: PsrpEndpoint, post: Callable[[Call], None]) -> None:
        self.requests: list[Request] = []
        self._session = PsrpSession(endpoint)
        self._endpoint = endpoint
        self._post = post
        self._idle_seconds = min(KEEP_ALIVE_SECONDS, endpoint.session_idle / 2)
        self._queue: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._closed: Call = lambda: None
        self._closing = threading.Event()
        self._working = False
        self._unopened: Failure | None = None
        self._ahead = ReadAhead()
        self._polls: list[tuple[Poll, Call]] = []
        threading.Thread(target=self._run, daemon=True).start()

    @property
    def busy(self) -> bool:
        """Whether a task waits for an answer. A command whose task has gone may still run."""
        return not all(request.cancelled for request in self.requests)

    @property
    def refused(self) -> bool:
        """Whether its logon was refused: it stays known for the rest of the run."""
        return self._session.state is SessionState.REFUSED

    def enqueue(self, request: Request, ended: Call | None = None) -> None:
        """Take a request after those that are queued. It is answered by itself, or its connection is closed.

        :param ended: is called in the keeper's thread when it has run, or never will, before it is answered.
        """
        self.requests.append(request)
        self._queue.put(functools.partial(self._serve, request, ended or _nothing))

    def prepare(self, cmdlets: Sequence[Cmdlet], opened: Call) -> None:
        """Open the session, unless a request has done so before, and read ahead: the next request for that has the answer.

        :param opened: is called in the keeper's thread between the two and in the end, also where it could not be opened.
        """
        self._queue.put(functools.partial(self._prepare, cmdlets, opened))

    def discard_read_ahead(self) -> None:
        """Something may have changed: give out nothing that was read before."""
        self._ahead.discard()

    def poll(self, poll: Poll, ended: Call) -> None:
        """Carry on a poll until it is over.

        :param ended: is called in the keeper's thread then; not when the session is closed before.
        """
        self._queue.put(functools.partial(self._begin, poll, ended))

    def close(self, closed: Call) -> None:
        """Begin to delete the shell. A command that still runs in it is lost, what is queued never begins.

        :param closed: is called in the keeper's thread when that is done.
        """
        self._closed = closed
        for request in self.requests:
            request.cancel()
        self._closing.set()
        self._queue.put(None)
        if self._working:  # on a command that may run for long
            with contextlib.suppress(RuntimeError):  # there can be no more threads: it ends with its command
                threading.Thread(target=self._session.abort, daemon=True).start()

    def _finish(self, request: Request, ended: Call, frames: Sequence[bytes]) -> None:
        ended()
        self.requests.remove(request)
        request.answer(frames)

    # In the session's own thread

    def _run(self) -> None:
        while (work := self._next()) is not None:
            self._working = True  # before it looks whether the session closes: one of the two threads sees the other
            finished = work()
            self._working = False
            self._post(finished)
            self._keep_house()
        self._session.close()
        self._post(self._closed)

    def _keep_house(self) -> None:
        with contextlib.suppress(Exception):  # whatever the libraries raise: the next request will meet it
            for _step in self._session.housekeeping():
                if not self._queue.empty():
                    break

    def _next(self) -> Work | None:
        """What comes next; None: the end. Whoever waits for an answer comes before polls. The session is kept alive meanwhile."""
        while True:
            due = min((poll.due for poll, _ended in self._polls), default=float("inf")) - time.monotonic()
            with contextlib.suppress(queue.Empty):
                return self._queue.get(timeout=max(0.0, min(due, self._idle_seconds)))
            if due <= self._idle_seconds:
                return self._step
            with contextlib.suppress(Exception):  # as above
                self._session.keep_alive()

    def _begin(self, poll: Poll, ended: Call) -> Call:
        self._polls.append((poll, ended))
        return _nothing

    def _step(self) -> Call:
        """Carry on the poll that is due."""
        poll, ended = min(self._polls, key=lambda entry: entry[0].due)
        own = reader(self._session, self._endpoint, self._closing, self._endpoint.at.seconds, poll.warn)
        if not poll.step(own, self._check_opened):
            return _nothing
        self._polls.remove((poll, ended))
        return ended

    def _serve(self, request: Request, ended: Call) -> Call:
        return functools.partial(self._finish, request, ended, self._frames(request))

    def _frames(self, request: Request) -> Sequence[bytes]:
        """The response to a request, none when it was cancelled. It is encoded here: with a large answer that takes its time."""
        try:
            return messages.answered(request.number, self._output(request))
        except Cancelled:
            return ()
        except Failure as failure:
            return messages.failed(request.number, failure)
        except Exception as error:  # a task must have an answer, whatever the libraries raise
            what = f"The session with {self._endpoint.where} failed in an unforeseen way ({named(error)})"
            trace = "".join(traceback.format_tb(error.__traceback__))
            lost = SessionLost(f"{what}; whether the command ran is not known.", exception=trace)
            return messages.failed(request.number, lost)

    def _output(self, request: Request) -> Output:
        request.check()
        self._check_opened()
        known = self._ahead.take(request.cmdlets)
        if known is not None:
            request.begin()
            return known
        if request.cmdlets:
            return self._session.run(request.cmdlets, before_sending=request.begin, seconds=request.left.seconds)
        request.begin()
        self._session.keep_alive()
        self._session.open()
        return Output()

    def _check_opened(self) -> None:
        """Raise what the opening failed with; once, because whoever tries again has a reason."""
        unopened, self._unopened = self._unopened, None
        if unopened is not None:
            raise unopened

    def _prepare(self, cmdlets: Sequence[Cmdlet], opened: Call) -> Call:
        if self._opens_first():
            self._post(opened)
            with contextlib.suppress(Exception):  # whatever it is: the next task will meet it
                self._ahead.read(cmdlets, self._session, self._endpoint, self._closing)
        return opened

    def _opens_first(self) -> bool:
        """Open the session if nothing was opened yet; whether it was this that opened it.

        An outage is waited out here, so that no task holds its fork for it.
        """
        if self._session.state is not SessionState.CLOSED or self._closing.is_set():
            return False
        outage = Repeats(self._endpoint.at.seconds, sleep=self._closing.wait)
        try:
            outage.read(lambda left: self._session.open(), _nothing)
        except Exception as error:  # whatever the libraries raise: the next task will meet it
            if isinstance(error, Failure) and not isinstance(error, SessionLost):  # lost: it was aborted
                self._unopened = _tried(error)
            return False
        self._unopened = None
        return True


def _tried(failure: Failure) -> Failure:
    """The same for a task that is not to repeat it: a server that is down was tried for long enough."""
    return SessionFailed(failure.message, **failure.details) if isinstance(failure, ServerDown) else failure


def _nothing() -> None:
    """There is nothing to do."""
