# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every session offers, over whatever transport: cmdlets in, records out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import CmdletFailed

CLOSING_SECONDS = 5
"""How long the end of a task waits for a server to delete a shell."""


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
    """What one pipeline brought. Any error means that a cmdlet failed, also where the pipeline says Completed."""

    records: tuple[Record, ...] = ()
    errors: tuple[CmdletFailed, ...] = ()
    warnings: tuple[str, ...] = ()


class Session(Protocol):
    """A runspace on one server, opened when it is first used.

    What the server says is in the answer; what is raised is only that there is no answer.
    """

    where: str
    """The server and the path, for sentences."""

    restricted: bool
    """Whether the endpoint offers cmdlets of a role only (OcsPowershell)."""

    def open(self) -> None:
        """Log on, so that whatever is wrong with the connection shows before anything is run.

        :raises SessionFailed: when the server cannot be reached or refuses the account.
        """

    def invoke(self, cmdlets: Sequence[Cmdlet]) -> Answer:
        """Run the cmdlets as statements of one pipeline.

        :raises SessionFailed: before anything was sent.
        :raises SessionLost: when it is not known whether they ran.
        """

    def close(self) -> None:
        """Delete the shell. Raises nothing: the task has its result."""
