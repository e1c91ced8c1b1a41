# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A process of a command shell: standard input, output and error around the ``Program`` that it runs."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from lynclab.powershell.values import Command
from lynclab.wsman.remote_shell import RemoteShell

log = logging.getLogger(__name__)

#: STATUS_CONTROL_C_EXIT, as a signed number.
_INTERRUPTED = -1073741510


class Program(Protocol):
    """What a process runs."""

    async def run(self, process: Process) -> int:
        """Run to the end. Returns the exit code."""

    def cmdlets(self, data: bytes) -> frozenset[str]:
        """The names of the commands in a part of its input, in lower case."""


class Process:
    """One command of a shell. Without ``piped`` its standard input is a console, from which nobody reads.

    Output waits in ``chunks`` until it is received; ``arrived`` says that there is some, or that the process ended.
    """

    def __init__(
        self, process_id: uuid.UUID, shell: RemoteShell, program: Program, *, encoding: str, piped: bool
    ) -> None:
        self.id = process_id
        self.shell = shell
        self.encoding = encoding
        self.program = program
        self.piped = piped
        self.exit_code: int | None = None
        self.chunks: deque[tuple[str, bytes]] = deque()
        self.arrived = asyncio.Event()
        self.aborted = False
        self.told_end = False
        self.names: frozenset[str] = frozenset()
        self.task: asyncio.Task[None] | None = None
        #: The last answer by its request's message id: a client that repeats a request gets the same data again.
        self.last_answer: tuple[str, bytes] | None = None
        self._input = bytearray()
        self._input_ended = asyncio.Event()
        if not piped:
            self._input_ended.set()

    # For the client

    def start(self) -> asyncio.Task[None]:
        """Let it run."""
        self.task = asyncio.get_running_loop().create_task(self._run())
        return self.task

    def feed(self, data: bytes, *, end: bool) -> bool:
        """Give it input. Returns False when nobody will read it."""
        if self.ended or (self.piped and self._input_ended.is_set()):
            return False
        self._input += data
        self.names |= self.program.cmdlets(data)
        if end:
            self._input_ended.set()
        return True

    def interrupt(self) -> None:
        """Ctrl+C."""
        if not self.ended:
            self._stop()
            self._end(_INTERRUPTED)

    def abort(self) -> None:
        """Kill it; whoever waits for its output is told so."""
        self.aborted = True
        self._stop()
        self.arrived.set()

    @property
    def ended(self) -> bool:
        """Whether it has an exit code."""
        return self.exit_code is not None

    def take(self, room: int, overhead: int = 0) -> list[tuple[str, bytes]]:
        """Output that fits into ``room`` bytes, at least one; ``overhead`` bytes are reckoned for each piece."""
        taken: list[tuple[str, bytearray]] = []
        while self.chunks and (not taken or room > 0):
            stream, data = self.chunks.popleft()
            size = max(1, room)
            if len(data) > size:
                self.chunks.appendleft((stream, data[size:]))
                data = data[:size]
            if taken and taken[-1][0] == stream:
                taken[-1][1].extend(data)
            else:
                taken.append((stream, bytearray(data)))
                room -= overhead
            room -= len(data)
        if not self.chunks and not self.ended:
            self.arrived.clear()
        return [(stream, bytes(data)) for stream, data in taken]

    # For the program

    async def read(self) -> bytes:
        """All its standard input, once that ended."""
        await self._input_ended.wait()
        return bytes(self._input)

    def write(self, text: str) -> None:
        """Write text to standard output."""
        self._write("stdout", text)

    def write_error(self, text: str) -> None:
        """Write text to standard error."""
        self._write("stderr", text)

    def journal(self, commands: Sequence[Command]) -> None:
        """Note the commands that it was given."""
        self.shell.journal_commands(str(self.id).upper(), commands)

    # Parts

    def _write(self, stream: str, text: str) -> None:
        self.chunks.append((stream, text.encode(self.encoding, "replace")))
        self.arrived.set()

    async def _run(self) -> None:
        try:
            self._end(await self.program.run(self))
        except Exception as error:
            log.exception("the lab itself failed in a process")
            self.write_error(f"The lab itself failed: {type(error).__name__}: {error}\r\n")
            self._end(1)

    def _stop(self) -> None:
        if self.task is not None:
            self.task.cancel()

    def _end(self, exit_code: int) -> None:
        self.exit_code = exit_code
        self.arrived.set()
