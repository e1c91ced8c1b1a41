# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A running lab of one machine, and pypsrp's way to it."""

from __future__ import annotations

from typing import Any

from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from labtests.stand_in import Machine
from lynclab.server import LabServer

USER, PASSWORD = "CONTOSO\\admin", "p:ass wörd"


class Site:
    """A running lab with one machine, and connections to it."""

    def __init__(self, machine: Machine, lab: LabServer) -> None:
        self.machine = machine
        self.lab = lab
        self.journal = lab.journal

    def connect(self, auth: str = "basic", secure: bool = True, **settings: Any) -> WSMan:
        listening = self.lab[self.machine.name]
        options: dict[str, Any] = {
            "username": USER,
            "password": PASSWORD,
            "ssl": secure,
            "port": listening.https_port if secure else listening.http_port,
            "cert_validation": str(self.lab.ca_file),
            "auth": auth,
            "no_proxy": True,
        }
        return WSMan("127.0.0.1", **{**options, **settings})

    def actions(self, since: int = 0) -> list[str]:
        return [entry.action for entry in self.journal.requests(since=since) if entry.action]


def run(pool: RunspacePool, name: str, *arguments: Any, **parameters: Any) -> PowerShell:
    shell = PowerShell(pool)
    shell.add_cmdlet(name)
    for argument in arguments:
        shell.add_argument(argument)
    for key, value in parameters.items():
        shell.add_parameter(key, value)
    shell.invoke()
    return shell
