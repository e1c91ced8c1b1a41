# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small engine for tests of the wire: machines whose commands do what their names say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lynclab.contract.accounts import Account
from lynclab.contract.endpoint import AccessDenied, Logon, Pause, QuotaExceeded
from lynclab.contract.faults import Faults
from lynclab.contract.machine import Limits, Wire
from lynclab.powershell import values
from lynclab.powershell.edition import version_table
from lynclab.powershell.values import Command, ErrorRecord, Output, Record, VerboseRecord, WarningRecord

_EXCEPTION = ("System.InvalidOperationException", "System.SystemException", "System.Exception", "System.Object")


@dataclass
class Runspace:
    """Its commands: Write (each argument), Big, Fail, Complain, Warn, Tell, Wait, Break; all are counted in ``ran``.

    ``Get-CsBig`` and so on are the same: the collection's script runs no others.
    """

    logon: Logon
    ran: list[Command]
    closed: int = 0
    windows_powershell: str = "5.1"

    @property
    def version(self) -> Mapping[str, Any]:
        return version_table(self.windows_powershell)

    def close(self) -> None:
        self.closed += 1

    def run(self, commands: Sequence[Command]) -> Iterator[Record | Pause]:
        for command in commands:
            self.ran.append(command)
            yield from self._run(command, dict(command.arguments))

    def _run(self, command: Command, arguments: dict[Any, Any]) -> Iterator[Record | Pause]:
        name = command.name.removeprefix("Get-Cs")
        if name == "Write":
            yield from (Output(value) for _name, value in command.arguments)
        elif name == "Secret":
            yield Output(arguments["Password"].text)
        elif name == "Big":
            for number in range(arguments["Count"]):
                yield Output(f"{number}:" + "x" * arguments["Size"])
        elif name == "Who":
            yield Output(self.logon.qualified)
        elif name in ("Fail", "Complain"):
            terminating = name == "Fail"
            yield ErrorRecord(
                "it went wrong",
                "Wrong",
                7,
                _EXCEPTION,
                name,
                "StandIn",
                terminating=terminating,
                thrown=terminating,
                written=not terminating,
            )
        elif name == "Warn":
            yield WarningRecord("take care", name, arguments)
        elif name == "Tell":
            yield VerboseRecord("as I said", name, arguments)
        elif name == "Wait":
            yield Pause(arguments["Seconds"])
            yield Output("waited")
        elif name == "Break":
            raise ZeroDivisionError
        elif name == "Object":
            yield Output(
                values.PSObject(("A.Thing", "System.Object"), "a thing", {"Name": "x", "Port": values.UInt64(1)})
            )


@dataclass
class Endpoint:
    """An endpoint that opens such runspaces."""

    path: str = "/wsman"
    authentications: frozenset[str] = frozenset({"Basic", "Negotiate"})
    runspaces: list[Runspace] = field(default_factory=list)
    ran: list[Command] = field(default_factory=list)
    denied: bool = False
    full: str = ""
    windows_powershell: str = "5.1"

    def open(self, logon: Logon) -> Runspace:
        if self.denied:
            raise AccessDenied
        if self.full:
            raise QuotaExceeded(self.full)
        runspace = Runspace(logon, self.ran, windows_powershell=self.windows_powershell)
        self.runspaces.append(runspace)
        return runspace


@dataclass
class Machine:
    """A machine with one domain account and one local account."""

    name: str = "edge01.contoso.example"
    endpoints: Mapping[str, Endpoint] = field(default_factory=lambda: {"/wsman": Endpoint()})
    accounts: Sequence[Account] = field(
        default_factory=lambda: (
            Account("admin", "p:ass wörd", "CONTOSO", "contoso.example"),
            Account("local", "secret"),
        )
    )
    faults: Faults = field(default_factory=Faults)
    limits: Limits = field(default_factory=lambda: Limits(least_idle_timeout=0))
    wire: Wire = field(default_factory=Wire)
