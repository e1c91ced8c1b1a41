# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a task's cmdlets in a session: loads the product's module, tells records apart, repeats what may be repeated."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    CmdletFailed,
    Failure,
    SessionLost,
    ShellGone,
)
from ansible_collections.ucops.lync.plugins.module_utils._core.task import Records
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import NOTHING, Answer, Record, Session
from ansible_collections.ucops.lync.plugins.plugin_utils._session.repeats import Repeats

MODULES = ("Lync", "SkypeForBusiness")
"""The module's name on 2010 and 2013, and from 2015 on."""


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
        self._imported = False

    def read(self, cmdlets: Sequence[Cmdlet]) -> list[Records]:
        """The records of each cmdlet; a read whose session was lost is repeated on a new one.

        :raises CmdletFailed: for any error record.
        """
        return self._repeats.read(lambda: self._read(cmdlets), self.close)

    def write(self, cmdlet: Cmdlet) -> Records:
        """The records of a changing cmdlet, which travels alone. It is sent again only where it is known not to have run.

        :raises CmdletFailed: for any error record.
        :raises SessionLost: when it may or may not have run; the next call opens another session.
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
        answer = session.invoke([Cmdlet("Get-Command", {"Name": cmdlet.name})])
        for error in answer.errors:
            if error.not_recognised and error.target.lower() == cmdlet.name.lower():
                raise _not_offered(session, cmdlet.name, error)

    def close(self) -> None:
        session, self._session = self._session, None
        self._imported = False
        if session is not None:
            session.close()

    def _write(self, cmdlet: Cmdlet) -> Records:
        try:
            return _properties(self._run([cmdlet]).records)
        except SessionLost:
            self.close()
            raise

    def _read(self, cmdlets: Sequence[Cmdlet]) -> list[Records]:
        found: dict[int, Records] = {}
        for pipeline in _pipelines(cmdlets):
            records = self._run([cmdlets[position] for position in pipeline]).records
            shares = _shares(records, [cmdlets[position] for position in pipeline])
            if shares is None:  # a class name that we do not know: the position in the pipeline tells nothing
                shares = [_properties(self._run([cmdlets[position]]).records) for position in pipeline]
            found.update(zip(pipeline, shares, strict=True))
        return [found[position] for position in range(len(cmdlets))]

    def _run(self, cmdlets: Sequence[Cmdlet]) -> Answer:
        session = self._opened()
        answer = session.invoke(cmdlets)
        unknown = next((error for error in answer.errors if error.not_recognised), None)
        if unknown is not None:
            self._import_module(session, unknown)
            answer = session.invoke(cmdlets)
        for text in answer.warnings:
            self._warn(text)
        if answer.errors:
            raise answer.errors[0]
        return answer

    def _opened(self) -> Session:
        if self._session is None:
            self._session = self._open_session()
        return self._session

    def _import_module(self, session: Session, unknown: CmdletFailed) -> None:
        """Import the product's module, once in a session.

        :raises Failure: where that is not possible or did not help, with what was tried.
        """
        cmdlet = unknown.target or unknown.cmdlet
        if session.restricted:
            raise _not_offered(session, cmdlet, unknown)
        if not self._imported:
            self._imported = True
            for name in MODULES:
                if not session.invoke([Cmdlet("Import-Module", {"Name": name})]).errors:
                    return
            tried = "importing the modules Lync and SkypeForBusiness failed, too"
        else:
            tried = "the product's module is loaded and does not have it"
        raise Failure(
            f"{session.where} does not know {cmdlet} ({tried}): this is no Lync or Skype for Business server, its "
            "administrative tools are not installed, or it has no cmdlet of that name. Check the spelling.",
            **unknown.details,
        )


def _not_offered(session: Session, cmdlet: str, error: CmdletFailed) -> Failure:
    return Failure(
        f"{session.where} does not offer {cmdlet} to this account: the cmdlet is outside its administrator role, or the server "
        "has none of that name. Check the spelling; Get-CsAdminRole lists the roles, and CsAdministrator has all that this "
        "collection uses.",
        **error.details,
    )


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
