# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keeper's own thread: it accepts connections, queues requests at their sessions, and sends heartbeats and answers.

It never waits for a server nor for a task: each session has a thread of its own (``session_thread``), and one selector watches all
sockets. Other threads hand it calls (``post``).
"""

from __future__ import annotations

import functools
import json
import os
import queue
import selectors
import socket
import time
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from typing import Any

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import NAME, Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.polling import Order
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import messages
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.connection import Connection
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.openings import Openings
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.polls import Polls
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.request import (
    HEARTBEAT_SECONDS,
    RESET_SECONDS,
    SHUTDOWN_SECONDS,
    Request,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.run_process import RunProcess
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.session_thread import SessionThread

Call = Callable[[], None]


@dataclass(frozen=True)
class _Wait:
    """What is to be done when these sessions are closed, or when it is time: so many seconds after the beginning, or, where it is
    patient, after the last session was closed.
    """

    sessions: frozenset[SessionThread]
    begun: float
    seconds: float
    then: Call
    patient: bool

    def over(self, closing: Set[SessionThread], last_closed: float) -> bool:
        since = max(self.begun, last_closed) if self.patient else self.begun
        return self.sessions.isdisjoint(closing) or since + self.seconds <= time.monotonic()


class KeeperServer:
    """Serves the tasks of one run, until its process has ended.

    :param remove_socket: removes what leads to the listening socket.
    """

    def __init__(self, run: RunProcess, listening: socket.socket, remove_socket: Call) -> None:
        self._run = run
        self._remove_socket = remove_socket
        self._listening = listening
        self._selector = selectors.DefaultSelector()
        self._posted: queue.SimpleQueue[Call] = queue.SimpleQueue()
        self._wake_up = os.eventfd(0, os.EFD_NONBLOCK)
        self._sessions: dict[str, SessionThread] = {}
        self._prepared: dict[str, str] = {}
        self._openings = Openings()
        self._polls = Polls()
        self._closing: set[SessionThread] = set()
        self._last_closed = 0.0
        self._waits: list[_Wait] = []
        self._connections: dict[Connection, Request | None] = {}
        self._next_heartbeat = 0.0
        self._ended = False
        self._accepts = False
        listening.setblocking(False)
        self._begin_to_accept()
        self._selector.register(self._wake_up, selectors.EVENT_READ, self._run_posted)

    def serve(self) -> None:
        """Serve until the run has ended or ``shut_down`` was called, and all shells are deleted."""
        while not self._ended:
            for key, _events in self._selector.select(max(0.0, self._next_heartbeat - time.monotonic())):
                key.data()
            if time.monotonic() >= self._next_heartbeat:
                self._next_heartbeat = time.monotonic() + HEARTBEAT_SECONDS
                self._begin_to_accept()
                self._send_heartbeats()
                self._check_waits()
                if not self._run.alive:
                    self.shut_down()
        for connection in list(self._connections):
            connection.close()
        self._selector.close()

    def post(self, call: Call) -> None:
        """Let the keeper's thread do something. For other threads and for signals."""
        self._posted.put(call)
        os.eventfd_write(self._wake_up, 1)

    def shut_down(self) -> None:
        """Serve nobody any longer: delete all shells, then end. However many they are, only those that hang are left."""
        if self._is_over:
            return
        self._stop_accepting()
        self._listening.close()
        self._remove_socket()
        self._close(list(self._sessions))
        self._when_closed(self._closing, SHUTDOWN_SECONDS, self._end, patient=True)

    def _end(self) -> None:
        self._ended = True

    def _run_posted(self) -> None:
        os.eventfd_read(self._wake_up)
        while not self._posted.empty():
            self._posted.get()()

    @property
    def _is_over(self) -> bool:
        """Whether it serves nobody any longer."""
        return self._listening.fileno() < 0

    def _begin_to_accept(self) -> None:
        if not (self._accepts or self._is_over):
            self._selector.register(self._listening, selectors.EVENT_READ, self._accept)
            self._accepts = True

    def _stop_accepting(self) -> None:
        if self._accepts:
            self._selector.unregister(self._listening)
            self._accepts = False

    def _accept(self) -> None:
        try:
            accepted, _address = self._listening.accept()
        except (
            OSError
        ):  # whoever connected has gone, or there is no descriptor left: until the next heartbeat nobody is let in
            self._stop_accepting()
            return
        connection = Connection(accepted, self._selector, self._received, self._disconnected)
        self._connections[connection] = None
        if connection.user != os.geteuid():
            connection.close()

    def _disconnected(self, connection: Connection) -> None:
        request = self._connections.pop(connection)
        if request is not None:
            request.cancel()

    def _received(self, connection: Connection, data: bytes) -> None:
        try:
            call = self._call_of(connection, json.loads(data))
        except (ValueError, LookupError, TypeError, AttributeError):  # nonsense harms only its sender
            call = connection.close
        except RuntimeError:  # there can be no more threads: the task does without the keeper
            call = connection.close
        call()

    def _call_of(self, connection: Connection, message: messages.Message) -> Call:
        """What a message asks for. Raises what the content of a message may raise that is none of ours."""
        number, method = message.get("id"), message["method"]
        if method == messages.RESET["method"]:  # from Ansible: the end of a play, or meta: reset_connection
            return functools.partial(self._reset, connection, number)
        if method == messages.CLOSE["method"]:  # from Ansible's main process, which is about to end
            return functools.partial(self._close_all, connection, number)
        if self._is_over:
            return connection.close
        parameters = message["params"]
        sent, seconds = messages.sent(parameters), messages.seconds_of(parameters)
        request = Request(number, messages.cmdlets_of(parameters), sent, connection, seconds)
        if messages.run_of(parameters) != self._run or request.stale:
            return connection.close
        if method == messages.COLLECT:
            return functools.partial(self._collect, connection, request, *messages.collector_of(parameters))
        session = self._session_of(parameters)
        if method == messages.PREPARE:
            host, cmdlets, openings = messages.prepared_of(parameters)
            self._prepared[host] = parameters["endpoint"]
            return functools.partial(self._prepare, request, session, cmdlets, openings)
        if method == messages.BEGIN:
            host, poll, order = messages.order_of(parameters)
            prepared = self._sessions.get(self._prepared.get(host, ""))
            return functools.partial(self._begin, request, prepared if host else session, poll, order)
        return functools.partial(self._enqueue, connection, request, session)

    def _prepare(self, request: Request, session: SessionThread, cmdlets: Sequence[Cmdlet], openings: int) -> None:
        self._openings.add(session, cmdlets, openings)
        request.answer(messages.answered(request.number))

    def _begin(self, request: Request, session: SessionThread | None, poll: str, order: Order) -> None:
        taken = session is not None and self._polls.begin(poll, order, session)
        request.answer(messages.begun(request.number, taken))

    def _collect(self, connection: Connection, request: Request, poll: str, shows: bool) -> None:
        self._connections[connection] = request
        self._polls.collect(request, poll, shows)

    def _enqueue(self, connection: Connection, request: Request, session: SessionThread) -> None:
        self._connections[connection] = request
        request.heartbeat(len(session.requests))
        changes = any(cmdlet.changes and NAME.fullmatch(cmdlet.name) for cmdlet in request.cmdlets)  # not Import-Module
        if changes:
            self._discard_read_ahead()
        session.enqueue(request, self._discard_read_ahead if changes else None)

    def _discard_read_ahead(self) -> None:
        """Before a change, because it may come at once, and after it, because it may have come only then."""
        for one in self._sessions.values():  # of this host, there may be several
            one.discard_read_ahead()

    def _session_of(self, parameters: dict[str, Any]) -> SessionThread:
        """The session with exactly these credentials and options."""
        key = parameters["endpoint"]
        if key not in self._sessions:
            self._sessions[key] = SessionThread(messages.endpoint_of(parameters), self.post)
        return self._sessions[key]

    def _send_heartbeats(self) -> None:
        for session in self._sessions.values():
            for position, request in enumerate(session.requests):
                request.heartbeat(position)
        self._polls.send_heartbeats()

    def _reset(self, connection: Connection, number: Any) -> None:
        """Close all sessions that no task uses: Ansible does not say which host it means.

        The answer does not wait for what an earlier reset waits for: each host of a play brings one.
        """
        idle = [key for key, session in self._sessions.items() if not (self._busy(session) or session.refused)]
        self._when_closed(self._close(idle), RESET_SECONDS, lambda: connection.send(messages.answered(number)))

    def _busy(self, session: SessionThread) -> bool:
        """Whether a task waits for what the session does."""
        return session.busy or self._polls.collected_from(session)

    def _close_all(self, connection: Connection, number: Any) -> None:
        self._close(list(self._sessions))
        self._when_closed(self._closing, RESET_SECONDS, lambda: connection.send(messages.answered(number)))

    def _close(self, keys: Iterable[str]) -> set[SessionThread]:
        """Begin to close sessions, all at the same time; nobody is served by them any longer."""
        sessions = {self._sessions.pop(key) for key in keys}
        self._closing |= sessions
        self._openings.forget(sessions)
        self._polls.forget(sessions)
        for session in sessions:
            session.close(functools.partial(self._closed, session))
        return sessions

    def _closed(self, session: SessionThread) -> None:
        self._closing.discard(session)
        self._last_closed = time.monotonic()
        self._check_waits()

    def _when_closed(
        self, sessions: Iterable[SessionThread], seconds: float, then: Call, *, patient: bool = False
    ) -> None:
        """Do something when all of these sessions are closed, and not later than in so many seconds.

        :param patient: count the seconds from the last session that was closed.
        """
        self._waits.append(_Wait(frozenset(sessions), time.monotonic(), seconds, then, patient))
        self._check_waits()

    def _check_waits(self) -> None:
        over = [wait for wait in self._waits if wait.over(self._closing, self._last_closed)]
        self._waits = [wait for wait in self._waits if wait not in over]
        for wait in over:
            wait.then()
