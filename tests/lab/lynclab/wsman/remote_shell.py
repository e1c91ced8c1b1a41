# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every remote shell has, whatever is spoken in it: an owner, idle time, an end.

What is spoken in it is said by its kind: a class below this one for each kind, in a package of its own.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

from lynclab.contract.endpoint import Endpoint, Logon, Runspace
from lynclab.contract.machine import Machine
from lynclab.journal import CmdletEntry, Journal, ShellEntry
from lynclab.powershell.arguments import shown
from lynclab.powershell.values import Command
from lynclab.wsman.call import Call
from lynclab.wsman.soap import Request


@dataclass(frozen=True)
class Opening:
    """What a new shell is made with. ``ended`` is called once, when it is gone, whatever the cause; times in seconds."""

    shell_id: str
    machine: Machine
    endpoint: Endpoint
    logon: Logon
    journal: Journal
    resource_uri: str
    idle_timeout: float
    ended: Callable[[RemoteShell], None]


class RemoteShell(ABC):
    """One shell of one account."""

    transport: ClassVar[str]
    input_streams: ClassVar[str]
    output_streams: ClassVar[str]

    def __init__(self, opening: Opening) -> None:
        self.id = opening.shell_id
        self.machine = opening.machine
        self.endpoint = opening.endpoint
        self.logon = opening.logon
        self.resource_uri = opening.resource_uri
        self.idle_timeout = opening.idle_timeout
        self.created = time.monotonic()
        self.alive = True
        #: Set while no client is connected to it.
        self.parted = asyncio.Event()
        self.with_profile = True
        self._journal = opening.journal
        self._ended = opening.ended
        self._operations = 0
        self._last_active = time.monotonic()
        self._timer = self._expect_idleness(self.idle_timeout)
        self._log("opened")

    # What each kind says for itself; each action raises WSManFault

    @classmethod
    @abstractmethod
    def serves(cls, resource_uri: str, path: str) -> bool:
        """Whether a resource of that name on that path is a shell of this kind."""

    @classmethod
    @abstractmethod
    def create(cls, call: Call, opening: Opening, runspace: Runspace) -> RemoteShell:
        """Open one, with what the request says of it."""

    @abstractmethod
    def connect(self, call: Call) -> str:
        """Take a new client on. Returns what the answer tells it beside the names of the streams, as XML."""

    @abstractmethod
    def commands(self) -> Iterable[uuid.UUID]:
        """The commands that were begun and not forgotten."""

    @abstractmethod
    def command(self, call: Call) -> bytes:
        """Begin a command."""

    @abstractmethod
    def send(self, call: Call) -> bytes:
        """Take input."""

    @abstractmethod
    async def receive(self, call: Call) -> bytes:
        """Give output, once there is some."""

    @abstractmethod
    def signal(self, call: Call) -> bytes:
        """Stop or forget a command."""

    @abstractmethod
    def cmdlets(self, request: Request) -> frozenset[str]:
        """The cmdlets that a request is about, in lower case: for faults that wait for one."""

    @abstractmethod
    def _release(self) -> None:
        """Stop what runs in the shell and wake who waits for it."""

    # Time

    @contextmanager
    def operation(self) -> Iterator[None]:
        """While a request about the shell is served, it is not idle."""
        self._operations += 1
        try:
            yield
        finally:
            self._operations -= 1
            self._last_active = time.monotonic()

    @property
    def inactivity(self) -> float:
        """Seconds since the last request ended."""
        return 0.0 if self._operations else time.monotonic() - self._last_active

    def _check_idle(self) -> None:
        if not self.alive:
            return
        remaining = self.idle_timeout - self.inactivity
        if remaining <= 0:
            self.end("expired")
        else:
            self._timer = self._expect_idleness(remaining)

    def _expect_idleness(self, seconds: float) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(seconds, self._check_idle)

    # Who is connected

    def disconnect(self, idle_timeout: float) -> None:
        """Its client goes; what runs in it goes on, and the shell waits so many seconds for somebody."""
        self.idle_timeout = idle_timeout
        self._timer.cancel()
        self._timer = self._expect_idleness(idle_timeout)
        self.parted.set()

    def reconnect(self) -> None:
        """A client is connected."""
        self.parted = asyncio.Event()

    # End

    def end(self, event: str) -> None:
        """The shell is gone: ``closed``, ``expired``, ``broken`` or ``left``."""
        if not self.alive:
            return
        self.alive = False
        self._timer.cancel()
        self._release()
        self._log(event)
        self._ended(self)

    # Journal

    def journal_commands(self, pipeline: str, commands: Sequence[Command]) -> None:
        """Note commands that arrived for a pipeline or a process."""
        for command in commands:
            self._journal.write(
                CmdletEntry(
                    machine=self.machine.name,
                    path=self.endpoint.path,
                    account=self.logon.qualified,
                    shell=self.id,
                    pipeline=pipeline,
                    name=command.name,
                    parameters=shown(command.arguments),
                    is_script=command.is_script,
                    transport=self.transport,
                )
            )

    def _log(self, event: str) -> None:
        entry = ShellEntry(self.machine.name, self.endpoint.path, self.logon.qualified, self.id, event, self.transport)
        self._journal.write(entry)
