# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names as a server resolves them: Resolve-DnsName, which Windows has from Server 2012 on (learn.microsoft.com, DnsClient).

A name that does not exist is an error there, recognised by its id; a name without a record of the type brings the zone's SOA.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._core.cmdlet import SWITCH, Cmdlet
from .._core.failures import CmdletFailed
from .._core.outside import Looked, Srv
from .._core.task import Task

NO_SUCH_NAME = frozenset({"DNS_ERROR_RCODE_NAME_ERROR", "DNS_INFO_NO_RECORDS"})
Record = Mapping[str, Any]

_OTHER_SECTIONS = frozenset({"question", "authority", "additional", "0", "2", "3"})
_ALIASES = frozenset({"cname", "5", "dname", "39", "rrsig", "46"})
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
        """IPv4, or IPv6 where it has no other."""
        looked = self._look(name, "A")
        return looked if looked.addresses or looked.problem else self._look(name, "AAAA")

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
        found = [_RECORDS[kind](record) for record in records if _is_answer(record)]
        if None in found:
            return Looked(problem=f"what the server shows of {name} is not understood")
        return Looked(records=tuple(found)) if kind == "SRV" else Looked(addresses=tuple(found))


def _is_answer(record: Record) -> bool:
    """Whether a record is one that was asked for: neither one of another section, nor an alias on the way to it, nor a signature.
    One that does not say so is: what is there must not go unseen.
    """
    section, kind = record.get("Section"), record.get("Type") or record.get("QueryType")
    return str(section).casefold() not in _OTHER_SECTIONS and str(kind).casefold() not in _ALIASES


def _srv(record: Record) -> Srv | None:
    target, port = record.get("NameTarget") or record.get("Target"), str(record.get("Port"))
    if not isinstance(target, str) or not (port.isascii() and port.isdecimal()):
        return None
    return Srv(target.rstrip("."), int(port))


def _address(record: Record) -> str | None:
    address = record.get("IPAddress") or record.get("IP4Address") or record.get("IP6Address")
    return address if isinstance(address, str) else None


_RECORDS: dict[str, Callable[[Record], Any]] = {"SRV": _srv, "A": _address, "AAAA": _address}
