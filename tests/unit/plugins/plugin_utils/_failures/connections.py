# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection of each kind, as sentences name it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.ucops.lync.plugins.plugin_utils._failures.connection import Connection
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.options import PsrpEndpoint
from ansible_collections.ucops.lync.plugins.plugin_utils._script.options import SSH, WINRM

SERVER = "edge01.adatum.example"
USER = "ADATUM\\admin"

OVER_PSRP = PsrpEndpoint(
    SERVER,
    443,
    "OcsPowershell",
    True,
    "kerberos",
    "Microsoft.PowerShell",
    120,
    {"username": USER, "password": "hunter2"},
).at
OVER_WINRM = Connection(
    WINRM, f"{SERVER}:5986", SERVER, 5986, USER, "kerberos", True, rights="it must be in Administrators", seconds=120
)
OVER_SSH = Connection(SSH, f"{SERVER}:22", SERVER, 22, USER, "ssh", False, seconds=120)


def over_psrp(**changes: Any) -> Connection:
    return replace(OVER_PSRP, **changes)
