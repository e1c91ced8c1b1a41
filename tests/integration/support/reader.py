# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a server of the lab with plain pypsrp: what the collection did is judged by other eyes than its own."""

from __future__ import annotations

from typing import Any

from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from lynclab.endpoints import OCS_POWERSHELL, WSMAN
from lynclab.lab import Lab
from lynclab.machine import Kind, LabMachine
from lynclab.server import LOOPBACK


def read_store(lab: Lab, machine: LabMachine, cmdlet: str) -> list[dict[str, Any]]:
    """What a reading cmdlet writes on a server, enumerations and identities as text.

    An Edge Server is asked for its local store.
    """
    edge = machine.kind is Kind.EDGE
    logon = lab.logon_of(machine)
    with (
        WSMan(
            LOOPBACK,
            port=lab.reach(machine.name).https_port,
            path=(WSMAN if edge else OCS_POWERSHELL).lstrip("/"),
            auth="ntlm",
            username=logon["user"],
            password=logon["password"],
            cert_validation=str(lab.ca_file),
            no_proxy=True,
        ) as wsman,
        RunspacePool(wsman) as pool,
    ):
        pipeline = PowerShell(pool)
        pipeline.add_cmdlet(cmdlet)
        if edge:
            pipeline.add_parameter("LocalStore")
        records = pipeline.invoke()
        assert not pipeline.streams.error, str(pipeline.streams.error[0])
    return [
        {name: _text(value) for name, value in {**record.adapted_properties, **record.extended_properties}.items()}
        for record in records
    ]


def _text(value: Any) -> Any:
    return value if value is None or isinstance(value, (str, bool, int)) else str(value)
