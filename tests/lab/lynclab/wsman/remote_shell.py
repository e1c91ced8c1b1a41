# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every remote shell has, whatever protocol is spoken in it: an owner, idle time, an end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar

from lynclab.contract.endpoint import Endpoint, Logon
from lynclab.contract.machine import Machine
from lynclab.journal import CmdletEntry, Journal, ShellEntry
from lynclab.powershell.arguments import shown
from lynclab.powershell.values import Command


class RemoteShell:
    """One shell of one account. ``ended`` is called once, when it is gone, whatever the cause."""

    transport: ClassVar[str]
    input_streams: ClassVar[str]
    output_streams: ClassVar[str]

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
    ) -> None:
        self.id = shell_id
        self.machine = machine
        self.endpoint = endpoint
        self.logon = logon
        self.resource_uri = resource_uri
        self.idle_timeout = idle_timeout
        self.created = time.monotonic()
        self.alive = True
        self.with_profile = True
        self._journal = journal
        self._ended = ended
        self._operations = 0
        self._last_active = time.monotonic()
        self._timer = asyncio.get_running_loop().call_later(idle_timeout, self._check_idle)
        self._log("opened")

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
            self._timer = asyncio.get_running_loop().call_later(remaining, self._check_idle)

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

    def _release(self) -> None:
        """Stop what runs in the shell and wake who waits for it."""
        raise NotImplementedError

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
