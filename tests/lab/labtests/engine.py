# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs cmdlets on the lab's engine directly, without a wire, on a clock that stands still."""

from __future__ import annotations

from typing import Any

from lynclab import build
from lynclab.contract.endpoint import Logon, Pause
from lynclab.deployment.clock import ManualClock
from lynclab.deployment.deployment import Deployment
from lynclab.endpoints import OCS_POWERSHELL
from lynclab.machine import LabMachine
from lynclab.powershell.values import Command, ErrorRecord, Output, Record
from lynclab.situations import catalogue
from lynclab.spec import LabSpec

ADMIN = Logon("admin", "LYNCLAB", "NTLM")
EDGE_ADMIN = Logon("edgeadmin", "", "NTLM")


class Engine:
    """One deployment and its machines. ``records`` holds what the last call wrote."""

    def __init__(self, spec: LabSpec | None = None) -> None:
        self.spec = catalogue.shape(spec or LabSpec(sites=1))
        self.clock = ManualClock()
        self.deployment: Deployment = build.build_deployment(self.spec, 0, self.clock)
        self.machines = {m.name: m for m in build.build_machines(self.spec, self.deployment, "secret")}
        for text in self.spec.situations:
            catalogue.apply(text, self.deployment, list(self.machines.values()))
        self.records: list[Record | Pause] = []

    def machine(self, short: str) -> LabMachine:
        """A machine by the first part of its name."""
        return next(machine for name, machine in self.machines.items() if name.split(".")[0] == short)

    def pipeline(
        self, *commands: Command, on: str = "lyncfe01", path: str = OCS_POWERSHELL, logon: Logon = ADMIN
    ) -> list[Any]:
        """Run a pipeline in a fresh runspace; the objects that it wrote."""
        runspace = self.machine(on).endpoints[path].open(logon)
        self.records = list(runspace.run(commands))
        return [record.value for record in self.records if isinstance(record, Output)]

    def run(
        self, name: str, *, on: str = "lyncfe01", path: str = OCS_POWERSHELL, logon: Logon = ADMIN, **arguments: Any
    ) -> list[Any]:
        """Run one cmdlet; the properties of the objects that it wrote, enumerations and identities as text."""
        outputs = self.pipeline(Command(name, tuple(arguments.items())), on=on, path=path, logon=logon)
        return [plain(value) for value in outputs]

    def local(self, edge: str, name: str) -> list[Any]:
        """Run a Get- cmdlet with -LocalStore on an Edge Server."""
        return self.run(name, on=edge, path="/wsman", logon=EDGE_ADMIN, LocalStore=True)

    def status(self) -> dict[str, Any]:
        """The replication status by the first part of each replica's name."""
        rows = self.run("Get-CsManagementStoreReplicationStatus")
        return {row["ReplicaFqdn"].split(".")[0]: row for row in rows}

    @property
    def errors(self) -> list[ErrorRecord]:
        """The errors of the last call."""
        return [record for record in self.records if isinstance(record, ErrorRecord)]

    @property
    def error_ids(self) -> list[str]:
        """Their ids."""
        return [error.error_id for error in self.errors]


def plain(value: Any) -> Any:
    """An object's properties as a client would see them."""
    if not hasattr(value, "properties"):
        return value
    return {
        name: held if held is None or isinstance(held, (bool, int)) else getattr(held, "items", None) or _text(held)
        for name, held in value.properties.items()
    }


def _text(value: Any) -> Any:
    return value.value if hasattr(value, "kind") else str(value)
