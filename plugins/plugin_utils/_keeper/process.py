# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keeper: one process of a run that holds the sessions of all hosts open, a thread each, for the tasks that share them.

Opening a session and loading the product's module costs seconds on a real server, and Ansible opens one for each task. The first
task forks the keeper from itself, with all that is imported; the others reach it over a socket. It ends with the run.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gc
import json
import logging
import os
import resource
import signal
import socket
import struct
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Failure, SessionLost
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import messages
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.request import (
    HEARTBEAT_SECONDS,
    RESET_SECONDS,
    RUN_POLL_SECONDS,
    SHUTDOWN_SECONDS,
    Cancelled,
    is_stale,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.run_process import RunProcess
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.session_thread import SessionThread
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.socket import BACKLOG, NAME, KeeperSocket
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import Answer

_LENGTH = struct.Struct("!Q")
_CREDENTIALS = struct.Struct("3i")


def fork_keeper(keeper_socket: KeeperSocket, run: RunProcess) -> None:
    """Start the keeper. To be called under the socket's lock; when it returns, the keeper can be reached. Raises OSError."""
    listening, path = keeper_socket.listen()
    with listening:
        if os.fork() == 0:
            _become_keeper(listening, functools.partial(keeper_socket.remove, path), run)


def _become_keeper(listening: socket.socket, remove_socket: Callable[[], None], run: RunProcess) -> NoReturn:
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _release_descriptors(listening.fileno(), run.pidfd)
        _limit()
        logging.disable()  # Ansible's log file has a lock that another thread may have held at the fork
        with contextlib.suppress(OSError):
            Path("/proc/self/comm").write_text(NAME, encoding="ascii")
        gc.freeze()  # what was inherited stays in memory that is shared with Ansible
        # Not asyncio.run, which waits in the end for threads that may wait for a server.
        asyncio.new_event_loop().run_until_complete(Keeper(run).serve(listening, remove_socket))
    finally:
        os._exit(0)  # nothing above on the stack is ours


def _release_descriptors(*kept: int | None) -> None:
    """Release all inherited descriptors: ``ansible-playbook | tee`` ends when the last writer has closed the pipe.

    They lead to nowhere instead of being closed, because objects still have their numbers and may close them later on.
    """
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in [int(entry.name) for entry in Path("/proc/self/fd").iterdir()]:
        if descriptor not in (nowhere, *kept):
            with contextlib.suppress(OSError):  # that of the listing is closed by now
                os.fstat(descriptor)
                os.dup2(nowhere, descriptor)


def _limit() -> None:
    """As many connections as allowed, and no secret in a core file."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Keeper:
    """Serves the tasks of one run, until its process has ended."""

    def __init__(self, run: RunProcess) -> None:
        self._run = run
        self._sessions: dict[str, SessionThread] = {}
        self._closing: set[asyncio.Future[None]] = set()

    async def serve(self, listening: socket.socket, remove_socket: Callable[[], None]) -> None:
        """
        :param remove_socket: removes what leads to the socket.
        """
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, ended.set)
        if self._run.pidfd is not None:
            loop.add_reader(self._run.pidfd, ended.set)
        server = await asyncio.start_unix_server(self._talk, sock=listening, backlog=BACKLOG)
        while self._run.alive and not ended.is_set():
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(ended.wait(), RUN_POLL_SECONDS if self._run.pidfd is None else None)
        server.close()
        remove_socket()
        self._close(self._sessions.values())
        await _wait_for(self._closing, SHUTDOWN_SECONDS)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One task's connection, or one of Ansible itself."""
        try:
            while _user_of(writer) == os.geteuid():
                message = json.loads(await _receive(reader))
                if message["method"] == "reset":  # from Ansible: the end of a play, or meta: reset_connection
                    await self._reset()
                    await _send(writer, messages.answered(message["id"], None))
                else:
                    await self._serve(message, reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # nobody waits for an answer any longer
        finally:
            writer.close()

    async def _serve(
        self, message: messages.Message, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """:raises ConnectionError: when the task does not wait any longer."""
        parameters = message["params"]
        sent = messages.sent(parameters)
        if is_stale(sent) or messages.run_of(parameters) != self._run:
            raise ConnectionAbortedError
        session = self._session_of(parameters)
        await _send(writer, messages.heartbeat(session.queue_length))
        if is_stale(sent):  # frozen in between: the acknowledgement may have come too late
            raise ConnectionAbortedError
        request = session.open() if message["method"] == "open" else session.invoke(messages.cmdlets_of(parameters))
        try:
            while not (await asyncio.wait([request.work], timeout=HEARTBEAT_SECONDS))[0]:
                if reader.at_eof():
                    raise ConnectionAbortedError
                await _send(writer, messages.heartbeat(request.position))
                request.heartbeat()
            await _send(writer, _response(message["id"], request.work))
        finally:
            request.cancel()
            session.housekeeping()

    def _session_of(self, parameters: dict[str, Any]) -> SessionThread:
        """The session with exactly these credentials and options."""
        key = parameters["endpoint"]
        if key not in self._sessions:
            self._sessions[key] = SessionThread(messages.endpoint_of(parameters))
        return self._sessions[key]

    async def _reset(self) -> None:
        """Delete the shells of all sessions that no task uses. Ansible does not say which host it means."""
        idle = {
            key: session for key, session in self._sessions.items() if not (session.queue_length or session.refused)
        }
        for key in idle:
            del self._sessions[key]
        # Not for what an earlier reset waited for in vain: each host of a play brings one.
        await _wait_for(self._close(idle.values()), RESET_SECONDS)

    def _close(self, sessions: Iterable[SessionThread]) -> set[asyncio.Future[None]]:
        """Begin to close sessions, all at the same time."""
        closing: set[asyncio.Future[None]] = {asyncio.ensure_future(session.close()) for session in sessions}
        self._closing |= closing
        for one in closing:
            one.add_done_callback(self._closing.discard)
        return closing


async def _wait_for(closing: set[asyncio.Future[None]], seconds: float) -> None:
    """Wait until all is closed, not longer than so many seconds."""
    if closing:
        await asyncio.wait(closing, timeout=seconds)


def _response(number: Any, work: asyncio.Future[Answer | None]) -> messages.Message:
    try:
        return messages.answered(number, work.result())
    except Cancelled:
        raise ConnectionAbortedError from None
    except Failure as failure:
        return messages.failed(number, failure)
    except Exception as error:  # a task must have an answer, whatever the libraries raise
        lost = f"The session failed in an unforeseen way ({type(error).__name__}: {error}); whether the command ran is not known."
        return messages.failed(number, SessionLost(lost, exception="".join(traceback.format_exception(error))))


def _user_of(writer: asyncio.StreamWriter) -> int:
    """The user at the other end of a connection (unix(7): SO_PEERCRED)."""
    peer = writer.get_extra_info("socket")
    _process, user, _group = _CREDENTIALS.unpack(
        peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    )
    return int(user)


async def _receive(reader: asyncio.StreamReader) -> bytes:
    (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
    return await reader.readexactly(length)


async def _send(writer: asyncio.StreamWriter, message: messages.Message) -> None:
    data = json.dumps(message).encode()
    writer.write(_LENGTH.pack(len(data)) + data)
    await writer.drain()
