# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every session offers, over whatever transport: cmdlets in, records out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import CmdletFailed
from ansible_collections.ucops.lync.plugins.module_utils._core.polling import Collected, Order

CLOSING_SECONDS = 5
"""How long the end of a task waits for a server to delete a shell."""

CLOSING_PAUSES = (0.5, 1.0, 2.0)
"""Seconds before each further attempt to delete one, within that time."""


@dataclass(frozen=True)
class Record:
    """One object that a cmdlet wrote: its type names, the most derived first, and its properties."""

    types: tuple[str, ...]
    properties: dict[str, Any]

    @property
    def short_type(self) -> str:
        """The class name without its namespace: ``DisplayHostingProvider``."""
        return self.types[0].rpartition(".")[2] if self.types else ""


NOTHING = Record((), {"Value": None})
"""The record of ``$null``, and of empty text: over PSRP both arrive as no text."""


@dataclass(frozen=True)
class Answer:
    """What one pipeline brought. Any error means that a cmdlet failed, also where the pipeline says Completed.

    ``complete``: all its statements ran, those that failed included.
    """

    records: tuple[Record, ...] = ()
    errors: tuple[CmdletFailed, ...] = ()
    warnings: tuple[str, ...] = ()
    complete: bool = True


class Background(Protocol):
    """What works on a server beside the tasks, so that none of Ansible's forks waits."""

    def prepare(self, host: str, cmdlets: Sequence[Cmdlet]) -> bool:
        """Begin to open the session of the tasks and to read ahead in it: the next task that reads just that has the answer.

        What the opening fails with is what the next task fails with that needs the session.

        :param host: the host's name in the inventory, by which other tasks may call the session.

        :return: whether it was begun.
        """

    def begin(self, order: Order, host: str = "") -> str | None:
        """Begin to poll; the poll, for the task that collects it. None where it was not begun.

        :param host: in the session that was prepared for this host; empty: in that of the tasks.
        """

    def collect(self, poll: str, show: Callable[[str], None] | None) -> Collected | None:
        """What a poll has ended with, which is waited for. None where there is none.

        :param show: shows a line of progress.
        """


class Session(Protocol):
    """A runspace on one server, opened when it is first used, and again when it is used after it was lost.

    What the server says is in the answer; what is raised is only that there is no answer.
    """

    where: str
    """The server and the path, for sentences."""

    restricted: bool
    """Whether the endpoint offers cmdlets of a role only (OcsPowershell)."""

    @property
    def background(self) -> Background | None:
        """What works on the server beside the tasks; None where nothing does."""

    def open(self) -> None:
        """Log on, so that whatever is wrong with the connection shows before anything is run.

        :raises SessionFailed: when the server cannot be reached or refuses the account.
        """

    def invoke(self, cmdlets: Sequence[Cmdlet], seconds: float | None = None) -> Answer:
        """Run the cmdlets as statements of one pipeline.

        :param seconds: what that may take, together with the opening of the session where it is not open; None: what the
            endpoint has for each of the two.
        :raises SessionFailed: before anything was sent.
        :raises SessionLost: when it is not known whether they ran.
        """

    def close(self) -> None:
        """Delete the shell. Raises nothing: the task has its result."""
