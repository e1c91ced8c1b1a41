# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command shell of WinRS: processes with standard input, output and error.

A process runs a ``Program``: what the command line turned out to be (``winrs_programs``).
"""

from __future__ import annotations

import asyncio
import codecs
import logging
import uuid
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from lynclab.contract.endpoint import Endpoint, Logon
from lynclab.contract.machine import Machine
from lynclab.journal import Journal
from lynclab.powershell.values import Command
from lynclab.wsman.remote_shell import RemoteShell

log = logging.getLogger(__name__)

RESOURCE_URI = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd"
#: The only path with command shells: other paths are PowerShell endpoints behind IIS.
PATH = "/wsman"
DEFAULT_CODEPAGE = 437
_UTF8 = 65001
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

    def __init__(self, process_id: uuid.UUID, shell: CommandShell, program: Program, *, piped: bool) -> None:
        self.id = process_id
        self.shell = shell
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

    def start(self) -> None:
        """Let it run."""
        self.task = asyncio.get_running_loop().create_task(self._run())

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
        self.chunks.append((stream, text.encode(self.shell.encoding, "replace")))
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


@dataclass(frozen=True)
class Settings:
    """What a client chooses for a new command shell."""

    codepage: int = DEFAULT_CODEPAGE
    with_profile: bool = True
    environment: Mapping[str, str] = field(default_factory=dict)
    working_directory: str = ""


class CommandShell(RemoteShell):
    """One WinRS shell. ``commands_started`` counts for its quota: processes that are gone count, too."""

    transport = "winrs"
    input_streams = "stdin"
    output_streams = "stdout stderr"

    def __init__(
        self,
        shell_id: str,
        machine: Machine,
        endpoint: Endpoint,
        logon: Logon,
        journal: Journal,
        *,
        resource_uri: str,
        idle_timeout: float,
        ended: Callable[[RemoteShell], None],
        settings: Settings,
    ) -> None:
        super().__init__(
            shell_id,
            machine,
            endpoint,
            logon,
            journal,
            resource_uri=resource_uri,
            idle_timeout=idle_timeout,
            ended=ended,
        )
        self.settings = settings
        self.encoding = encoding_of(settings.codepage) or "ascii"
        self.with_profile = settings.with_profile
        self.processes: dict[uuid.UUID, Process] = {}
        self.commands_started = 0

    def start(self, process_id: uuid.UUID, program: Program, *, piped: bool) -> Process:
        """Start a process."""
        process = self.processes[process_id] = Process(process_id, self, program, piped=piped)
        self.commands_started += 1
        process.start()
        return process

    def remove(self, process: Process) -> None:
        """Kill a process and forget it."""
        self.processes.pop(process.id, None)
        process.abort()

    def _release(self) -> None:
        for process in list(self.processes.values()):
            self.remove(process)


def encoding_of(codepage: int) -> str | None:
    """Python's name of a Windows code page, if there is one."""
    name = "utf-8" if codepage == _UTF8 else f"cp{codepage}"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None
