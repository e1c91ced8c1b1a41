# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a task's cmdlets in a session: loads the product's module, tells records apart, repeats what may be repeated."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    CmdletFailed,
    Failure,
    SessionLost,
    ShellGone,
)
from ansible_collections.ucops.lync.plugins.module_utils._core.task import Records
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import (
    NOTHING,
    Answer,
    Background,
    Record,
    Session,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._session.repeats import Repeats
from ansible_collections.ucops.lync.plugins.plugin_utils._session.time_left import ENDLESS, TimeLeft

MODULES = ("Lync", "SkypeForBusiness")
"""The module's name on 2010 and 2013, and from 2015 on."""

OF_WINDOWS = frozenset({"resolve-dnsname"})
"""Cmdlets that no module of the product brings: where they are missing, nothing is imported for them."""


class CmdletRunner:
    """Runs cmdlets for a task; opens sessions by itself.

    :param open_session: gives a session that opens itself when it is first used.
    :param warn: takes each warning of the server.
    :param repeats: when a read is tried again.
    """

    def __init__(self, open_session: Callable[[], Session], warn: Callable[[str], None], repeats: Repeats) -> None:
        self._open_session = open_session
        self._warn = warn
        self._repeats = repeats
        self._session: Session | None = None
        self._imported: bool | None = None

    def read(self, cmdlets: Sequence[Cmdlet]) -> list[Records]:
        """The records of each cmdlet; a read whose session was lost is repeated on a new one.

        :raises CmdletFailed: for any error record.
        """
        found: dict[int, Records] = {}
        for pipeline in _pipelines(cmdlets):
            records = self._read([cmdlets[position] for position in pipeline])
            shares = _shares(records, [cmdlets[position] for position in pipeline])
            if shares is None:  # a class name that we do not know: the position in the pipeline tells nothing
                shares = [_properties(self._read([cmdlets[position]])) for position in pipeline]
            found.update(zip(pipeline, shares, strict=True))
        return [found[position] for position in range(len(cmdlets))]

    def attempt(self, cmdlets: Sequence[Cmdlet]) -> list[Records | Failure]:
        """Of each reading cmdlet its records, or why it has none; repeated like a read."""
        found: dict[int, Records | Failure] = {}
        for pipeline in _pipelines(cmdlets):
            found.update(zip(pipeline, self._attempt_together([cmdlets[at] for at in pipeline]), strict=True))
        return [found[position] for position in range(len(cmdlets))]

    def write(self, cmdlet: Cmdlet) -> Records:
        """The records of a changing cmdlet, which travels alone. It is sent again only where it is known not to have run.

        :raises CmdletFailed: for any error record.
        :raises SessionLost: when it may or may not have run; the next call opens the session again.
        """
        try:
            return self._write(cmdlet)
        except ShellGone:
            return self._write(cmdlet)

    @property
    def restricted(self) -> bool:
        """Whether the endpoint is a role-based one."""
        return self._opened().restricted

    @property
    def where(self) -> str:
        """The endpoint; nothing is opened for it."""
        return self._opened().where

    @property
    def background(self) -> Background | None:
        """What works on the server beside the tasks; nothing is opened for it."""
        return self._opened().background

    def log_on(self) -> str:
        """Open a session; where it leads.

        :raises SessionFailed: when that fails.
        """
        session = self._opened()
        session.open()
        return session.where

    def check_offered(self, cmdlet: Cmdlet) -> None:
        """For a dry run: fail as the real one would, where the endpoint tells which cmdlets it offers to this account.

        Only a role-based endpoint is asked; one that does not offer Get-Command either tells nothing.

        :raises Failure: when it offers Get-Command but not this cmdlet.
        """
        session = self._opened()
        if not session.restricted:
            return
        question = [Cmdlet("Get-Command", {"Name": cmdlet.name})]
        answer = self._repeats.read(lambda left: session.invoke(question, left.seconds), self._lost)
        for error in answer.errors:
            if error.not_recognised and error.target.lower() == cmdlet.name.lower():
                raise _not_offered(session, cmdlet.name, error)

    def close(self) -> None:
        session, self._session = self._session, None
        self._lost()
        if session is not None:
            session.close()

    def _lost(self) -> None:
        """What the session knew is gone with its shell. It opens another one by itself, and deletes the old one."""
        self._imported = None

    def _write(self, cmdlet: Cmdlet) -> Records:
        try:
            return _properties(self._succeeded(self._answer([cmdlet])))
        except SessionLost:
            self._lost()
            raise

    def _read(self, cmdlets: Sequence[Cmdlet]) -> Sequence[Record]:
        """What one reading pipeline brought. Raises what ``read`` raises."""
        return self._succeeded(self._repeated(cmdlets))

    def _attempt_together(self, cmdlets: Sequence[Cmdlet]) -> list[Records | Failure]:
        answer = self._repeated(cmdlets)
        failed, shares = _failed(answer.errors, cmdlets), _shares(answer.records, cmdlets)
        if len(cmdlets) == 1 and shares is not None:
            return [self._failure(answer.errors[0])] if answer.errors else list(shares)
        if failed is None or shares is None or not answer.complete:  # whose they are is not known, or there may be more
            return [one for cmdlet in cmdlets for one in self._attempt_together([cmdlet])]
        return [self._failure(failed[at]) if at in failed else share for at, share in enumerate(shares)]

    def _succeeded(self, answer: Answer) -> Sequence[Record]:
        """:raises Failure: for any error record."""
        if answer.errors:
            unknown = next((error for error in answer.errors if error.not_recognised), answer.errors[0])
            raise self._failure(unknown)
        return answer.records

    def _repeated(self, cmdlets: Sequence[Cmdlet]) -> Answer:
        """What one reading pipeline brings, which is repeated on a new session where its own was lost."""
        return self._repeats.read(lambda left: self._answer(cmdlets, left), self._lost)

    def _answer(self, cmdlets: Sequence[Cmdlet], left: TimeLeft = ENDLESS) -> Answer:
        """What they bring; where one is not known, once more when the product's module could be imported."""
        session = self._opened()
        answer = session.invoke(cmdlets, left.seconds)
        unknown = any(error.not_recognised and not _of_windows(error) for error in answer.errors)
        if unknown and not session.restricted and self._imported is None:
            self._imported = any(
                not session.invoke([Cmdlet("Import-Module", {"Name": name})], left.seconds).errors for name in MODULES
            )
            answer = session.invoke(cmdlets, left.seconds) if self._imported else answer
        for text in answer.warnings:
            self._warn(text)
        names = [cmdlet.name for cmdlet in cmdlets]
        return replace(answer, errors=tuple(error.among(names) for error in answer.errors))

    def _opened(self) -> Session:
        if self._session is None:
            self._session = self._open_session()
        return self._session

    def _failure(self, error: CmdletFailed) -> Failure:
        """The error, or why the session does not know the cmdlet."""
        if not error.not_recognised or _of_windows(error):
            return error
        session, cmdlet = self._opened(), error.target or error.cmdlet
        if session.restricted:
            return _not_offered(session, cmdlet, error)
        tried = (
            "the product's module is loaded and does not have it"
            if self._imported
            else "importing the modules Lync and SkypeForBusiness failed, too"
        )
        return Failure(
            f"{session.where} does not know {cmdlet} ({tried}): this is no Lync or Skype for Business server, its "
            "administrative tools are not installed, or it has no cmdlet of that name. Check the spelling.",
            **error.details,
        )


def _of_windows(unknown: CmdletFailed) -> bool:
    return (unknown.target or unknown.cmdlet).lower() in OF_WINDOWS


def _not_offered(session: Session, cmdlet: str, error: CmdletFailed) -> Failure:
    return Failure(
        f"{session.where} does not offer {cmdlet} to this account: the cmdlet is outside its administrator roles, or the server "
        "has none of that name. Check the spelling; Get-CsAdminRole shows each role's cmdlets.",
        **error.details,
    )


def _failed(errors: Sequence[CmdletFailed], cmdlets: Sequence[Cmdlet]) -> dict[int, CmdletFailed] | None:
    """The first error of each cmdlet, by its position; None when one belongs to no cmdlet or to several."""
    found: dict[int, CmdletFailed] = {}
    for error in errors:
        name = (error.target if error.not_recognised and error.target else error.cmdlet).lower()
        owners = [position for position, cmdlet in enumerate(cmdlets) if cmdlet.name.lower() == name]
        if len(owners) != 1:
            return None
        found.setdefault(owners[0], error)
    return found


def _pipelines(cmdlets: Sequence[Cmdlet]) -> list[list[int]]:
    """Positions of the cmdlets that may travel together: those whose records can be told apart."""
    together: list[int] = []
    alone: list[list[int]] = []
    seen: set[str] = set()
    for position, cmdlet in enumerate(cmdlets):
        if cmdlet.yields and cmdlet.yields not in seen:
            seen.add(cmdlet.yields)
            together.append(position)
        else:
            alone.append([position])
    return [together, *alone] if together else alone


def _shares(records: Sequence[Record], cmdlets: Sequence[Cmdlet]) -> list[Records] | None:
    """The records by cmdlet, or None when one of them belongs to no cmdlet or to several."""
    if len(cmdlets) == 1:
        return [_properties(_known(records) if cmdlets[0].yields else records)]
    shares: list[list[Record]] = [[] for cmdlet in cmdlets]
    for record in _known(records):
        owners = [position for position, cmdlet in enumerate(cmdlets) if re.fullmatch(cmdlet.yields, record.short_type)]
        if len(owners) != 1:
            return None
        shares[owners[0]].append(record)
    return [_properties(share) for share in shares]


def _known(records: Sequence[Record]) -> list[Record]:
    """Without ``$null``, which is no object of any class."""
    return [record for record in records if record != NOTHING]


def _properties(records: Sequence[Record]) -> Records:
    return [record.properties for record in records]
