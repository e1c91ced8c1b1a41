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
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import messages
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.connection import Connection
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
    """What is to be done when these sessions are closed, or when it is time."""

    sessions: frozenset[SessionThread]
    deadline: float
    then: Call


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
        self._closing: set[SessionThread] = set()
        self._waits: list[_Wait] = []
        self._connections: dict[Connection, Request | None] = {}
        self._next_heartbeat = 0.0
        self._ended = False
        listening.setblocking(False)
        self._selector.register(listening, selectors.EVENT_READ, self._accept)
        self._selector.register(self._wake_up, selectors.EVENT_READ, self._run_posted)

    def serve(self) -> None:
        """Serve until the run has ended or ``shut_down`` was called, and all shells are deleted."""
        while not self._ended:
            for key, _events in self._selector.select(max(0.0, self._next_heartbeat - time.monotonic())):
                key.data()
            if time.monotonic() >= self._next_heartbeat:
                self._next_heartbeat = time.monotonic() + HEARTBEAT_SECONDS
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
        """Serve nobody any longer: delete all shells, then end."""
        if self._listening.fileno() < 0:
            return
        self._selector.unregister(self._listening)
        self._listening.close()
        self._remove_socket()
        self._close(list(self._sessions))
        self._when_closed(self._closing, SHUTDOWN_SECONDS, self._end)

    def _end(self) -> None:
        self._ended = True

    def _run_posted(self) -> None:
        os.eventfd_read(self._wake_up)
        while not self._posted.empty():
            self._posted.get()()

    def _accept(self) -> None:
        try:
            accepted, _address = self._listening.accept()
        except OSError:  # whoever connected has gone, or there is no descriptor left for now
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
        call()

    def _call_of(self, connection: Connection, message: messages.Message) -> Call:
        """What a message asks for. Raises what the content of a message may raise that is none of ours."""
        number, method = message.get("id"), message["method"]
        if method == messages.RESET["method"]:  # from Ansible: the end of a play, or meta: reset_connection
            return functools.partial(self._reset, connection, number)
        if method == messages.CLOSE["method"]:  # from Ansible's main process, which is about to end
            return functools.partial(self._close_all, connection, number)
        parameters = message["params"]
        request = Request(number, messages.cmdlets_of(parameters), messages.sent(parameters), connection)
        if messages.run_of(parameters) != self._run or request.stale:
            return connection.close
        return functools.partial(self._enqueue, connection, request, self._session_of(parameters))

    def _enqueue(self, connection: Connection, request: Request, session: SessionThread) -> None:
        self._connections[connection] = request
        request.heartbeat(len(session.requests))
        session.enqueue(request)

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

    def _reset(self, connection: Connection, number: Any) -> None:
        """Close all sessions that no task uses: Ansible does not say which host it means.

        The answer does not wait for what an earlier reset waits for: each host of a play brings one.
        """
        idle = [key for key, session in self._sessions.items() if not (session.busy or session.refused)]
        self._when_closed(self._close(idle), RESET_SECONDS, lambda: connection.send(messages.answered(number)))

    def _close_all(self, connection: Connection, number: Any) -> None:
        self._close(list(self._sessions))
        self._when_closed(self._closing, RESET_SECONDS, lambda: connection.send(messages.answered(number)))

    def _close(self, keys: Iterable[str]) -> set[SessionThread]:
        """Begin to close sessions, all at the same time; nobody is served by them any longer."""
        sessions = {self._sessions.pop(key) for key in keys}
        self._closing |= sessions
        for session in sessions:
            session.close(functools.partial(self._closed, session))
        return sessions

    def _closed(self, session: SessionThread) -> None:
        self._closing.discard(session)
        self._check_waits()

    def _when_closed(self, sessions: Iterable[SessionThread], seconds: float, then: Call) -> None:
        """Do something when all of these sessions are closed, and not later than in so many seconds."""
        self._waits.append(_Wait(frozenset(sessions), time.monotonic() + seconds, then))
        self._check_waits()

    def _check_waits(self) -> None:
        over = [
            wait for wait in self._waits if wait.sessions.isdisjoint(self._closing) or wait.deadline <= time.monotonic()
        ]
        self._waits = [wait for wait in self._waits if wait not in over]
        for wait in over:
            wait.then()
