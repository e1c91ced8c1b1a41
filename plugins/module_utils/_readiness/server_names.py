# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names as a server resolves them: Resolve-DnsName, which Windows has from Server 2012 on (learn.microsoft.com, DnsClient).

A name that does not exist is an error there, recognised by its id; a name without a record of the type brings the zone's SOA.
"""

from __future__ import annotations

from typing import Any

from .._core.cmdlet import SWITCH, Cmdlet
from .._core.failures import CmdletFailed
from .._core.outside import Looked, Srv
from .._core.task import Records, Task

NO_SUCH_NAME = frozenset({"DNS_ERROR_RCODE_NAME_ERROR", "DNS_INFO_NO_RECORDS"})
NO_CMDLET = "this server has no Resolve-DnsName, which came with Windows Server 2012"


class ServerNames:
    """Each name is asked for once."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._known: dict[tuple[str, str], Looked] = {}
        self._missing = False

    def federation(self, name: str) -> Looked:
        return self._look(name, "SRV")

    def addresses(self, name: str) -> Looked:
        return self._look(name, "A")

    def _look(self, name: str, kind: str) -> Looked:
        if self._missing:
            return Looked(problem=NO_CMDLET)
        key = (name.casefold(), kind)
        if key not in self._known:
            self._known[key] = self._asked(name, kind)
        return self._known[key]

    def _asked(self, name: str, kind: str) -> Looked:
        cmdlet = Cmdlet("Resolve-DnsName", {"Name": name, "Type": kind, "DnsOnly": SWITCH})
        try:
            (records,) = self._task.read(cmdlet)
        except CmdletFailed as error:
            if error.not_recognised:
                self._missing = True
                return Looked(problem=NO_CMDLET)
            if error.short_id in NO_SUCH_NAME:
                return Looked()
            return Looked(problem=f"its DNS servers did not answer for {name} ({error.short_id or error.text})")
        answers = [record for record in records if str(record.get("Section", "Answer")) in ("Answer", "1")]
        return Looked(tuple(_srv(answers)), tuple(_addresses(answers)))


def _srv(records: Records) -> list[Srv]:
    found = []
    for record in records:
        target, port = record.get("NameTarget") or record.get("Target"), record.get("Port")
        if target and isinstance(port, int):
            found.append(Srv(str(target).rstrip("."), port))
    return found


def _addresses(records: Records) -> list[str]:
    found: list[Any] = [record.get("IPAddress") or record.get("IP4Address") for record in records]
    return [str(address) for address in found if address]
