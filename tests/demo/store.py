# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A deployment's settings over PSRP with plain pypsrp, apart from the collection that is being shown."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

CMDLETS = ("Get-CsAccessEdgeConfiguration", "Get-CsHostingProvider", "Get-CsPublicProvider")

Objects = list[dict[str, str]]


class Store:
    """The central store of the first management host of an inventory."""

    def __init__(self, ansible_inventory: Path, inventory: Path, environment: Mapping[str, str]) -> None:
        listed = json.loads(
            subprocess.run(
                [ansible_inventory, "-i", inventory, "--list"], env=environment, check=True, capture_output=True
            ).stdout
        )
        host = listed["lync_management"]["hosts"][0]
        self._variables: dict[str, Any] = {"ansible_host": host, **listed["_meta"]["hostvars"][host]}

    def read(self) -> dict[str, Objects]:
        """What each of CMDLETS returns: objects as property texts."""
        with self._wsman() as wsman, RunspacePool(wsman, **self._pool_options()) as pool:
            return {cmdlet: self._invoke(pool, cmdlet, {}) for cmdlet in CMDLETS}

    def invoke(self, cmdlet: str, parameters: Mapping[str, Any]) -> None:
        """Somebody types a cmdlet."""
        with self._wsman() as wsman, RunspacePool(wsman, **self._pool_options()) as pool:
            self._invoke(pool, cmdlet, parameters)

    @staticmethod
    def _invoke(pool: RunspacePool, cmdlet: str, parameters: Mapping[str, Any]) -> Objects:
        pipeline = PowerShell(pool)
        pipeline.add_cmdlet(cmdlet)
        pipeline.add_parameters(dict(parameters))
        records = pipeline.invoke()
        if pipeline.streams.error:
            raise RuntimeError(f"{cmdlet}: {pipeline.streams.error[0]}")
        return [
            {name: str(value) for name, value in {**record.adapted_properties, **record.extended_properties}.items()}
            for record in records
        ]

    def _wsman(self) -> WSMan:
        get = self._variables.get
        port = int(get("ansible_port", get("ansible_psrp_port", 5986)))
        protocol = get("ansible_psrp_protocol", "http" if port in (80, 5985) else "https")
        return WSMan(
            get("ansible_host"),
            port=port,
            username=get("ansible_user"),
            password=get("ansible_password"),
            ssl=protocol == "https",
            path=str(get("ansible_psrp_path", "wsman")).lstrip("/"),
            auth=get("ansible_psrp_auth", "negotiate"),
            cert_validation=self._certificate_validation(),
            encryption=get("ansible_psrp_message_encryption", "auto"),
            no_proxy=True,
            operation_timeout=5,
            read_timeout=10,
        )

    def _certificate_validation(self) -> str | bool:
        if str(self._variables.get("ansible_psrp_cert_validation", "validate")) == "ignore":
            return False
        return str(self._variables.get("ansible_psrp_ca_cert") or "") or True

    def _pool_options(self) -> dict[str, str]:
        return {"configuration_name": self._variables.get("ansible_psrp_configuration_name", "Microsoft.PowerShell")}
