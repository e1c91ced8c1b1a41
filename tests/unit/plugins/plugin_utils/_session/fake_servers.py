# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server in memory, with sessions that open and are lost."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import CmdletFailed, SessionFailed, SessionLost
from ansible_collections.ucops.lync.plugins.plugin_utils._session.cmdlet_runner import CmdletRunner
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import Answer, Record, Session
from ansible_collections.ucops.lync.plugins.plugin_utils._session.repeats import Repeats

Written = dict[str, Sequence[Record]]


def record(kind: str, identity: str = "a") -> Record:
    return Record((f"Microsoft.Rtc.{kind}", "System.Object"), {"Identity": identity})


STORE: Written = {
    "Get-CsAccessEdgeConfiguration": [record("DisplayAccessEdgeSettingsDnsSrvRouting", "Global")],
    "Get-CsHostingProvider": [
        record("DisplayHostingProvider", "LyncOnline"),
        record("DisplayHostingProvider", "Exchange"),
    ],
    "Get-CsPublicProvider": [],
    "Get-CsPool": [record("Deploy.Internal.Cluster", "pool")],
    "Get-CsSite": [record("Topology+CentralSite", "Lisbon")],
    "Get-CsComputer": [record("Deploy.Internal.Machine", "fe01")],
    "Get-CsService": [record("DisplayEdgeServer", "edge")],
    "Get-CsSipDomain": [record("Xds.SipDomain", "adatum.example")],
}


def unknown(cmdlet: str) -> CmdletFailed:
    return CmdletFailed(
        cmdlet, f"The term '{cmdlet}' is not recognized", "CommandNotFoundException", "ObjectNotFound", cmdlet
    )


class FakeServer:
    """A server that opens sessions; it notes what travelled, pipeline by pipeline."""

    def __init__(self, written: Written | None = None, modules: Sequence[str] = (), loaded: bool = True) -> None:
        self.written = STORE if written is None else written
        self.modules = modules
        self.loaded = loaded
        self.restricted = False
        self.warnings: tuple[str, ...] = ()
        self.complete = True
        self.losses = 0
        self.loss: type[SessionFailed] = SessionLost
        self.travelled: list[list[str]] = []
        self.given: list[float | None] = []
        self.opened = 0
        self.closed = 0
        self.paused: list[float] = []
        self.repeats = Repeats(60, clock=lambda: sum(self.paused), sleep=self.paused.append)

    def session(self) -> Session:
        self.opened += 1
        return FakeSession(self)

    def run(self, cmdlet: Cmdlet) -> Sequence[Record] | CmdletFailed:
        if cmdlet.name == "Import-Module":
            if cmdlet.parameters["Name"] not in self.modules:
                return CmdletFailed("Import-Module", "no valid module file", "Modules_ModuleNotFound,Import")
            self.loaded = True
            return []
        if not self.loaded or (cmdlet.verb == "get" and cmdlet.name not in self.written):
            return unknown(cmdlet.name)
        return self.written.get(cmdlet.name, [])


class FakeSession:
    """A session of that server."""

    where = "fe01:443/OcsPowershell"
    background = None

    def __init__(self, server: FakeServer) -> None:
        self.server = server
        self.restricted = server.restricted

    def open(self) -> None:
        pass

    def invoke(self, cmdlets: Sequence[Cmdlet], seconds: float | None = None) -> Answer:
        self.server.travelled.append([str(cmdlet) for cmdlet in cmdlets])
        self.server.given.append(seconds)
        if self.server.losses:
            self.server.losses -= 1
            raise self.server.loss("The session was lost.")
        answers = [self.server.run(cmdlet) for cmdlet in cmdlets]
        return Answer(
            tuple(one for answer in answers if not isinstance(answer, CmdletFailed) for one in answer),
            tuple(answer for answer in answers if isinstance(answer, CmdletFailed)),
            self.server.warnings,
            self.server.complete,
        )

    def close(self) -> None:
        self.server.closed += 1


def runner(fake: FakeServer, warned: list[str] | None = None) -> CmdletRunner:
    return CmdletRunner(fake.session, (warned if warned is not None else []).append, fake.repeats)


def identities(found: Sequence[Sequence[dict[str, object]]]) -> list[list[object]]:
    return [[one["Identity"] for one in records] for records in found]
