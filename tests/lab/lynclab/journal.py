# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of all that went over the wire, so that tests assert what a server saw.

Written by the server's thread, read from any other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar


@dataclass(frozen=True)
class RequestEntry:
    """One HTTP request and its answer.

    ``action`` is the last part of the WSMan action (``Create``, ``Receive``, ...), or empty for a request of the
    authentication handshake. Bytes count headers and body, without TLS. ``status`` is 0 where nothing was answered.
    """

    machine: str
    path: str
    action: str
    connection: int
    account: str
    authentication: str
    secure: bool
    encrypted: bool
    bytes_in: int
    bytes_out: int
    status: int
    shell: str = ""


@dataclass(frozen=True)
class LogonEntry:
    """One attempt to log on, once per connection. ``account`` is as the client spelled it where that is known.

    ``delegated``: the credentials came along, so that the session can log on to a further machine. ``bound``: the client
    bound the logon to the TLS channel, with the right binding. A failed attempt at a domain controller has the machine
    ``kdc`` and its realm as path.
    """

    machine: str
    path: str
    account: str
    authentication: str
    connection: int
    succeeded: bool
    reason: str = ""
    delegated: bool = False
    bound: bool = False


@dataclass(frozen=True)
class CmdletEntry:
    """One command of a pipeline as it arrived, before it was bound or run. A SecureString shows as ``********``.

    ``transport`` is ``psrp``, or ``winrs`` for a command that the collection's script was given (``pipeline`` is then its
    process). Any other script or command line is an entry with ``is_script``.
    """

    machine: str
    path: str
    account: str
    shell: str
    pipeline: str
    name: str
    parameters: tuple[tuple[str | None, object], ...]
    is_script: bool = False
    transport: str = "psrp"


@dataclass(frozen=True)
class ShellEntry:
    """What happened to a shell: ``opened``, ``closed`` by its client, ``expired`` idle, ``broken``, ``left`` at the end.

    ``transport`` is ``psrp``, or ``winrs`` for a command shell.
    """

    machine: str
    path: str
    account: str
    shell: str
    event: str
    transport: str = "psrp"


Entry = RequestEntry | LogonEntry | CmdletEntry | ShellEntry
_Kind = TypeVar("_Kind", RequestEntry, LogonEntry, CmdletEntry, ShellEntry)


class Journal:
    """All entries in order. Every reading method returns a snapshot; ``machine`` filters without regard to case."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: list[Entry] = []
        self._listeners: list[Callable[[Entry], None]] = []
        self._sources: list[Callable[[], None]] = []

    def write(self, entry: Entry) -> None:
        """Add an entry and tell the listeners."""
        with self._lock:
            self._entries.append(entry)
            listeners = list(self._listeners)
        for listener in listeners:
            listener(entry)

    def listen(self, listener: Callable[[Entry], None]) -> None:
        """Call ``listener`` with every later entry, in the server's thread."""
        with self._lock:
            self._listeners.append(listener)

    def consult(self, source: Callable[[], None]) -> None:
        """Call ``source`` before every reading: it writes what it has heard elsewhere."""
        with self._lock:
            self._sources.append(source)

    def entries(self, since: int = 0) -> list[Entry]:
        """All entries from the position ``since`` on."""
        self._hear()
        with self._lock:
            return self._entries[since:]

    def position(self) -> int:
        """Where the next entry will stand: keep it, and read ``since`` it later."""
        self._hear()
        with self._lock:
            return len(self._entries)

    def clear(self) -> None:
        """Forget all entries."""
        with self._lock:
            self._entries.clear()

    def requests(self, machine: str | None = None, action: str | None = None, since: int = 0) -> list[RequestEntry]:
        """HTTP requests, of one machine, of one action."""
        found = self._of_kind(RequestEntry, machine, since)
        return [entry for entry in found if action is None or entry.action == action]

    def logons(self, machine: str | None = None, succeeded: bool | None = None, since: int = 0) -> list[LogonEntry]:
        """Attempts to log on, all or only those that succeeded or failed."""
        found = self._of_kind(LogonEntry, machine, since)
        return [entry for entry in found if succeeded is None or entry.succeeded == succeeded]

    def cmdlets(self, machine: str | None = None, name: str | None = None, since: int = 0) -> list[CmdletEntry]:
        """Commands that arrived, of one name (without regard to case)."""
        found = self._of_kind(CmdletEntry, machine, since)
        return [entry for entry in found if name is None or entry.name.lower() == name.lower()]

    def shells(self, machine: str | None = None, event: str | None = None, since: int = 0) -> list[ShellEntry]:
        """What happened to shells."""
        found = self._of_kind(ShellEntry, machine, since)
        return [entry for entry in found if event is None or entry.event == event]

    def open_shells(self, machine: str | None = None) -> list[ShellEntry]:
        """The shells that are open now."""
        opened: dict[str, ShellEntry] = {}
        for entry in self.shells(machine):
            if entry.event == "opened":
                opened[entry.shell] = entry
            else:
                opened.pop(entry.shell, None)
        return list(opened.values())

    def _hear(self) -> None:
        with self._lock:
            sources = list(self._sources)
        for source in sources:
            source()

    def _of_kind(self, kind: type[_Kind], machine: str | None, since: int) -> list[_Kind]:
        wanted = machine.lower() if machine is not None else None
        return [
            entry
            for entry in self.entries(since)
            if isinstance(entry, kind) and (wanted is None or entry.machine.lower() == wanted)
        ]
