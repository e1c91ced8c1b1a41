# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keeper: one process of a run that holds the sessions of all hosts open, a thread each, and lends them to the tasks.

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
import time
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Failure, SessionLost
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import messages
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.run_process import Owner
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.session_thread import KeptSession, NotWanted
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.socket import BACKLOG, NAME, MeetingPlace
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import Answer

RESET_SECONDS = 2.0
"""How long Ansible waits at the end of a play for all shells to be deleted."""

LEAVING_SECONDS = 1.5
"""The same after the end of the run, which the keeper may outlive by 2 s."""

POLL_SECONDS = 0.5
"""How often the owner is looked for where its end cannot be waited for."""

_LENGTH = struct.Struct("!Q")
_CREDENTIALS = struct.Struct("3i")


def fork_keeper(place: MeetingPlace, owner: Owner) -> None:
    """Start the keeper. To be called under the place's lock; when it returns, the keeper can be reached. Raises OSError."""
    listening, address = place.listen()
    with listening:
        if os.fork() == 0:
            _become_keeper(listening, functools.partial(place.clear, address), owner)


def _become_keeper(listening: socket.socket, clear: Callable[[], None], owner: Owner) -> NoReturn:
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _let_go(listening.fileno(), owner.watched)
        _limit()
        logging.disable()  # Ansible's log file has a lock that another thread may have held at the fork
        with contextlib.suppress(OSError):
            Path("/proc/self/comm").write_text(NAME, encoding="ascii")
        gc.freeze()  # what was inherited stays in memory that is shared with Ansible
        # Not asyncio.run, which waits in the end for threads that may wait for a server.
        asyncio.new_event_loop().run_until_complete(Keeper(owner).run(listening, clear))
    finally:
        os._exit(0)  # nothing above on the stack is ours


def _let_go(*kept: int | None) -> None:
    """Let go of all inherited descriptors: ``ansible-playbook | tee`` ends when the last writer has closed the pipe.

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
    """Serves the tasks of one run, until its owner has ended."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._sessions: dict[str, KeptSession] = {}
        self._closing: set[asyncio.Future[None]] = set()

    async def run(self, listening: socket.socket, clear: Callable[[], None]) -> None:
        """
        :param clear: takes away what leads to the socket.
        """
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, ended.set)
        if self._owner.watched is not None:
            loop.add_reader(self._owner.watched, ended.set)
        server = await asyncio.start_unix_server(self._talk, sock=listening, backlog=BACKLOG)
        while self._owner.alive and not ended.is_set():
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(ended.wait(), POLL_SECONDS if self._owner.watched is None else None)
        server.close()
        clear()
        self._close(self._sessions.values())
        await _wait_for(self._closing, LEAVING_SECONDS)

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
            pass  # nobody is waiting for an answer any longer
        finally:
            writer.close()

    async def _serve(
        self, message: messages.Message, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """:raises ConnectionError: when whoever asked does not wait any longer."""
        parameters = message["params"]
        if messages.is_stale(parameters) or messages.owner_of(parameters) != self._owner:
            raise ConnectionAbortedError
        session = self._session_of(parameters)
        await _send(writer, messages.waiting(session.line))
        if messages.is_stale(parameters):  # frozen in between: the acknowledgement may have come too late
            raise ConnectionAbortedError
        turn = session.open() if message["method"] == "open" else session.invoke(messages.cmdlets_of(parameters))
        try:
            while not (await asyncio.wait([turn.work], timeout=messages.PULSE_SECONDS))[0]:
                if reader.at_eof():
                    raise ConnectionAbortedError
                await _send(writer, messages.waiting(turn.place))
                turn.heard = time.monotonic()
            await _send(writer, _outcome(message["id"], turn.work))
        finally:
            turn.wanted = False
            session.settle()

    def _session_of(self, parameters: dict[str, Any]) -> KeptSession:
        """The session with exactly these credentials and options."""
        key = parameters["endpoint"]
        if key not in self._sessions:
            self._sessions[key] = KeptSession(messages.endpoint_of(parameters))
        return self._sessions[key]

    async def _reset(self) -> None:
        """Delete the shells of all sessions that no task uses. Ansible does not say which host it means."""
        idle = {key: session for key, session in self._sessions.items() if not (session.line or session.refused)}
        for key in idle:
            del self._sessions[key]
        # Not for what an earlier reset waited for in vain: each host of a play brings one.
        await _wait_for(self._close(idle.values()), RESET_SECONDS)

    def _close(self, sessions: Iterable[KeptSession]) -> set[asyncio.Future[None]]:
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


def _outcome(number: Any, task: asyncio.Future[Answer | None]) -> messages.Message:
    try:
        return messages.answered(number, task.result())
    except NotWanted:
        raise ConnectionAbortedError from None
    except Failure as failure:
        return messages.failed(number, failure)
    except Exception as error:  # a task must have an answer, whatever the libraries raise
        told = f"The session failed in an unforeseen way ({type(error).__name__}: {error}); whether the command ran is not known."
        return messages.failed(number, SessionLost(told, exception="".join(traceback.format_exception(error))))


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
