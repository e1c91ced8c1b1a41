# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a task ends without having done what it was asked for.

Each carries one sentence for the administrator: what failed, on which object, what to check.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .outcome import Outcome
from .visible import visible

NOT_RECOGNISED = "CommandNotFoundException"
NEVER_BEGAN = frozenset(
    {
        NOT_RECOGNISED,
        "AmbiguousParameter",
        "AmbiguousParameterSet",
        "CannotConvertArgument",
        "CannotConvertArgumentNoMessage",
        "MissingMandatoryParameter",
        "NamedParameterNotFound",
        "ParameterAlreadyBound",
        "ParameterArgumentValidationError",
        "ParameterArgumentValidationErrorEmptyStringNotAllowed",
        "ParameterArgumentValidationErrorNullNotAllowed",
        "PositionalParameterNotFound",
        "ScriptsNotAllowed",
    }
)
"""Error ids of PowerShell itself: it found no such cmdlet or could not bind its parameters, so that nothing ran (most of them
recorded from a real engine)."""


class Failure(Exception):
    """Foreseeable: becomes a failed result.

    ``details`` are further result keys. ``outcome`` is what it says of the write that ended with it, if there was one.
    The message is one line, whatever a server wrote into it.
    """

    outcome = Outcome.NOT_RUN

    def __init__(self, message: str, **details: Any) -> None:
        self.message = visible(message)
        super().__init__(self.message)
        self.details = details

    def __str__(self) -> str:
        return self.message

    def add(self, *sentences: str) -> None:
        """Say more, behind what the message says already."""
        self.message = visible(" ".join([self.message, *sentences]))


class Refused(Failure):
    """What is desired cannot be carried out; nothing was written.

    :param example: lines to copy, shown below the message.
    """

    def __init__(self, message: str, example: str = "", **details: Any) -> None:
        super().__init__(message, **details)
        self.example = example


UNNAMED = "The command"
"""Where an error record does not say which cmdlet it is about."""


class CmdletFailed(Failure):
    """The server answered a cmdlet with an error record.

    :param cmdlet: the cmdlet's name.
    :param text: the server's message.
    :param error_id: FullyQualifiedErrorId; only the part before the comma is the same on all servers.
    :param category: such as ``ObjectNotFound``.
    :param target: the target object's text.
    """

    def __init__(self, cmdlet: str, text: str, error_id: str = "", category: str = "", target: str = "") -> None:
        self.cmdlet = cmdlet
        self.text = text.strip()
        self.error_id = error_id
        self.category = category
        self.target = target
        error = {"cmdlet": cmdlet, "message": self.text, "id": error_id, "category": category, "target": target}
        super().__init__(f"{cmdlet} failed: {self.text}" + (f" ({error_id})" if error_id else ""), error=error)
        # An error record may come after the change was made: only PowerShell's own errors tell that nothing ran.
        self.outcome = Outcome.NOT_RUN if self.short_id in NEVER_BEGAN else Outcome.UNKNOWN

    def among(self, cmdlets: Sequence[str]) -> CmdletFailed:
        """The same, told by what was sent where the record names no cmdlet."""
        if self.cmdlet != UNNAMED:
            return self
        several = f"One of {', '.join(cmdlets)}" if len(cmdlets) > 1 else cmdlets[0]
        return CmdletFailed(several, self.text, self.error_id, self.category, self.target)

    @property
    def short_id(self) -> str:
        """The part of the error id that is the same on all servers."""
        return self.error_id.partition(",")[0]

    @property
    def not_recognised(self) -> bool:
        """Whether the session does not know the cmdlet: no such module, or outside the account's role."""
        return self.short_id == NOT_RECOGNISED


class SessionFailed(Failure):
    """The server cannot be reached or does not let us in: becomes an unreachable result."""


class LogonRefused(SessionFailed):
    """The server refused the account. Nobody tries it again: accounts lock."""

    def __init__(self, message: str) -> None:
        super().__init__(message, logon_refused=True)


class ServerDown(SessionFailed):
    """Nobody answers for now, as in an outage that may be over in seconds. No account was looked at, unless the server is
    known to accept it.
    """


class SessionLost(SessionFailed):
    """An open session broke; whether the command in it ran is not known."""

    outcome = Outcome.UNKNOWN


class NotAnswered(SessionLost):
    """The time was up before the answer came: the command may still run there, whatever the state says meanwhile."""


class ShellGone(SessionLost):
    """The server had ended the shell before the command arrived: it did not run, and may be sent again."""

    outcome = Outcome.NOT_RUN


class AnswerTooLarge(SessionLost):
    """The server's answer was more than one may hold: asking again would bring the same."""
