# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole lab: over the wire with an unmodified pypsrp, its inventory, its command line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

import lynclab
from lynclab.deployment.clock import ManualClock
from lynclab.inventory import inventory, write_inventory
from lynclab.lab import Lab
from lynclab.spec import LabSpec

CLOCK = ManualClock()


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab(LabSpec(deployments=2, sites=1, edges=1), clock=CLOCK) as running:
        yield running


def session(lab: Lab, host: dict[str, Any]) -> WSMan:
    return WSMan(
        host["ansible_host"],
        port=host["ansible_port"],
        ssl=host["ansible_psrp_protocol"] == "https",
        path=host.get("ansible_psrp_path", "wsman"),
        auth=host["ansible_psrp_auth"],
        username=host["ansible_user"],
        password=host["ansible_password"],
        encryption=host.get("ansible_psrp_message_encryption", "auto"),
        cert_validation=str(lab.ca_file),
    )


def run(lab: Lab, host: dict[str, Any], name: str, **parameters: Any) -> list[Any]:
    with RunspacePool(session(lab, host)) as pool:
        shell = PowerShell(pool)
        shell.add_cmdlet(name).add_parameters(parameters)
        found: list[Any] = shell.invoke()
        assert not shell.had_errors
        return found


def hosts(content: dict[str, Any], group: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = content["all"]["children"][group]["hosts"]
    return found


@pytest.mark.parametrize("transport", ["ntlm-http", "ntlm-https", "basic-https"])
def test_a_change_on_a_front_end_reaches_the_edge_over_the_wire(lab: Lab, transport: str) -> None:
    content = inventory(lab, edge_transport=transport)
    front_end = hosts(content, "lync_management")["lyncfe01.contoso.example"]
    edge = hosts(content, "lync_edge")["lyncedge01.contoso.example"]
    name = f"Provider {transport}"
    run(
        lab,
        front_end,
        "New-CsHostingProvider",
        Identity=name,
        ProxyFqdn=f"{transport}.example",
        Enabled=True,
        EnabledSharedAddressSpace=True,
        HostsOCSUsers=False,
    )
    assert name.lower() in lab.deployments[0].content.hosting_providers
    assert name not in [p.adapted_properties["Name"] for p in run(lab, edge, "Get-CsHostingProvider", LocalStore=True)]
    CLOCK.advance(5)
    assert name in [p.adapted_properties["Name"] for p in run(lab, edge, "Get-CsHostingProvider", LocalStore=True)]
    assert not lab.deployments[1].content.hosting_providers
    assert not lab.journal.open_shells()


def test_the_inventory_says_what_a_user_would_write(lab: Lab, tmp_path: Path) -> None:
    path = tmp_path / "inventory.yml"
    write_inventory(lab, path)
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert content["all"]["vars"]["ansible_connection"] == "psrp"
    front_ends, edges = hosts(content, "lync_management"), hosts(content, "lync_edge")
    assert list(front_ends) == ["lyncfe01.contoso.example", "lyncfe01.fabrikam.example"]
    assert edges["lyncedge01.fabrikam.example"]["lync_deployment"] == "fabrikam"
    assert "lync_replica_fqdn" not in edges["lyncedge01.fabrikam.example"]
    assert front_ends["lyncfe01.contoso.example"]["ansible_psrp_path"] == "OcsPowershell"
    assert path.stat().st_mode & 0o077 == 0


def test_other_inventory_names_say_which_replica_they_are(lab: Lab) -> None:
    edges = hosts(inventory(lab, naming="short"), "lync_edge")
    assert edges["contoso-lyncedge01"]["lync_replica_fqdn"] == "lyncedge01.contoso.example"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_stays_until_it_is_told_to_stop(tmp_path: Path, number: int) -> None:
    path = tmp_path / "made" / "inventory.yml"
    package = Path(lynclab.__file__).parent.parent
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(package), "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "lynclab", "up", "--sites", "1", "--edges", "1", "--inventory", str(path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stdout is not None
        lines: list[str] = []
        while not lines or not lines[-1].startswith("Ready"):
            lines.append(process.stdout.readline())
            assert lines[-1], "the lab ended by itself"
        assert path.exists()
        assert any("lyncedge01.contoso.example" in line for line in lines)
        process.send_signal(number)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
    assert not path.exists()
    assert list(tmp_path.iterdir()) == [path.parent]


def test_a_wrong_situation_is_an_error_of_use() -> None:
    package = Path(lynclab.__file__).parent.parent
    command = [sys.executable, "-m", "lynclab", "up", "--show", "rain"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(package)}
    result = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert result.returncode == 2
    assert "no situation is called 'rain'" in result.stdout
