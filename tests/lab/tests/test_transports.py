# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every transport that an inventory can name, with an unmodified pypsrp or pywinrm behind its variables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from labtests.kerberos_site import needs_kdc
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan
from winrm.protocol import Protocol

from lynclab.lab import Lab
from lynclab.machine import Kind, LabMachine
from lynclab.spec import LabSpec
from lynclab.transports import (
    EDGE_TRANSPORTS,
    FRONT_END_TRANSPORTS,
    PSRP_TRANSPORTS,
    WINRM_TRANSPORTS,
    Transport,
    prepared,
    variables,
)

SMALL = LabSpec(sites=1, edges=1)


@pytest.fixture(scope="module")
def workgroup() -> Iterator[Lab]:
    with Lab(prepared(SMALL, "certificate-https", "basic-http")) as lab:
        yield lab


@pytest.fixture(scope="module")
def domain() -> Iterator[Lab]:
    with pytest.MonkeyPatch.context() as patch, Lab(prepared(SMALL, "kerberos-http")) as lab:
        for name, value in lab.environment.items():
            patch.setenv(name, value)
        yield lab


def edge(lab: Lab) -> LabMachine:
    return lab.of_kind(Kind.EDGE)[0]


def psrp(lab: Lab, host: dict[str, Any], **more: Any) -> WSMan:
    settings = {
        "port": host["ansible_port"],
        "ssl": host["ansible_psrp_protocol"] == "https",
        "auth": host["ansible_psrp_auth"],
        "username": host.get("ansible_user"),
        "password": host.get("ansible_password"),
        "encryption": host.get("ansible_psrp_message_encryption", "auto"),
        "negotiate_hostname_override": host.get("ansible_psrp_negotiate_hostname_override"),
        "certificate_pem": host.get("ansible_psrp_certificate_pem"),
        "certificate_key_pem": host.get("ansible_psrp_certificate_key_pem"),
        "cert_validation": str(lab.ca_file),
        "no_proxy": True,
    }
    return WSMan("127.0.0.1", **{**settings, **more})


def read(connection: WSMan) -> None:
    with connection, RunspacePool(connection) as pool:
        shell = PowerShell(pool)
        shell.add_cmdlet("Get-CsAccessEdgeConfiguration").add_parameter("LocalStore", True)
        assert len(shell.invoke()) == 1
        assert not shell.streams.error


def winrm_shell(lab: Lab, machine: LabMachine, name: str) -> None:
    host = variables(name, lab, machine)
    protocol = Protocol(
        lab.reach(machine.name).url("/wsman", secure=host["ansible_winrm_scheme"] == "https"),
        transport=host["ansible_winrm_transport"],
        username=host.get("ansible_user"),
        password=host.get("ansible_password"),
        message_encryption=host.get("ansible_winrm_message_encryption", "auto"),
        kerberos_hostname_override=host.get("ansible_winrm_kerberos_hostname_override"),
        cert_pem=host.get("ansible_winrm_cert_pem"),
        cert_key_pem=host.get("ansible_winrm_cert_key_pem"),
        ca_trust_path=str(lab.ca_file),
        proxy=None,
    )
    protocol.close_shell(protocol.open_shell())
    protocol.transport.close_session()


def arrived(lab: Lab, machine: LabMachine, since: int, name: str) -> None:
    """The session was authenticated and sealed as the name says."""
    transport = Transport.named(name)
    wanted = {"basic": "Basic", "certificate": "Certificate", "credssp": "CredSSP", "kerberos": "Kerberos"}
    negotiated = {"Negotiate", "NTLM", "Kerberos"}
    for entry in lab.journal.requests(machine.name, since=since):
        if entry.action:
            assert entry.secure is (transport.protocol == "https")
            assert entry.encrypted is transport.encrypts
            assert entry.authentication in {wanted.get(transport.authentication)} | (
                negotiated if transport.authentication not in wanted else set()
            )


@pytest.mark.parametrize("name", [name for name in PSRP_TRANSPORTS if "kerberos" not in name])
def test_psrp_to_an_edge_outside_of_the_domain(workgroup: Lab, name: str) -> None:
    machine, since = edge(workgroup), workgroup.journal.position()
    read(psrp(workgroup, variables(name, workgroup, machine)))
    arrived(workgroup, machine, since, name)


@pytest.mark.parametrize("name", [name for name in WINRM_TRANSPORTS if "kerberos" not in name])
def test_winrm_to_an_edge_outside_of_the_domain(workgroup: Lab, name: str) -> None:
    machine, since = edge(workgroup), workgroup.journal.position()
    winrm_shell(workgroup, machine, name)
    arrived(workgroup, machine, since, name)


@needs_kdc
@pytest.mark.parametrize("name", [name for name in PSRP_TRANSPORTS if "kerberos" in name or "credssp" in name])
def test_psrp_to_a_machine_in_the_domain(domain: Lab, name: str) -> None:
    machine, since = edge(domain), domain.journal.position()
    read(psrp(domain, variables(name, domain, machine)))
    arrived(domain, machine, since, name)


@needs_kdc
@pytest.mark.parametrize("name", ["winrm-kerberos-http", "winrm-kerberos-https", "winrm-credssp-http"])
def test_winrm_to_a_machine_in_the_domain(domain: Lab, name: str) -> None:
    machine, since = edge(domain), domain.journal.position()
    assert domain.kdc is not None
    domain.kdc.ticket(machine.people.people[0].account)
    winrm_shell(domain, machine, name)
    arrived(domain, machine, since, name)


@needs_kdc
@pytest.mark.parametrize("delegate", [True, False])
def test_a_delegated_ticket_makes_the_second_hop(domain: Lab, delegate: bool) -> None:
    machine = domain.of_kind(Kind.FRONT_END)[0]
    host = variables("kerberos-https", domain, machine)
    with psrp(domain, host, negotiate_delegate=delegate) as connection, RunspacePool(connection) as pool:
        shell = PowerShell(pool)
        shell.add_cmdlet("Get-CsSite").invoke()
        assert [str(error) for error in shell.streams.error if "cannot be used on a further" in str(error)] == (
            [] if delegate else [str(shell.streams.error[0])]
        )


@needs_kdc
def test_kerberos_to_the_cmdlet_only_endpoint(domain: Lab) -> None:
    machine = domain.of_kind(Kind.FRONT_END)[0]
    host = variables("kerberos-https", domain, machine)
    with psrp(domain, host, path="OcsPowershell") as connection, RunspacePool(connection) as pool:
        shell = PowerShell(pool)
        assert len(shell.add_cmdlet("Get-CsSite").invoke()) == 1
    assert domain.journal.logons(machine.name)[-1].authentication == "Kerberos"


def test_credssp_makes_the_second_hop(workgroup: Lab) -> None:
    machine = workgroup.of_kind(Kind.FRONT_END)[0]
    for name, errors in (("credssp-https", 0), ("credssp-http", 0), ("ntlm-https", 1)):
        with psrp(workgroup, variables(name, workgroup, machine)) as connection, RunspacePool(connection) as pool:
            shell = PowerShell(pool)
            shell.add_cmdlet("Get-CsSite").invoke()
            assert len(shell.streams.error) == errors


def test_every_name_is_a_transport() -> None:
    assert EDGE_TRANSPORTS[0] == "ntlm-http"
    assert FRONT_END_TRANSPORTS[0] == "negotiate-https"
    assert {Transport.named(name).connection for name in WINRM_TRANSPORTS} == {"winrm"}
    assert Transport.named("winrm-http") == Transport.named("winrm-ntlm-http")


@needs_kdc
def test_a_stopped_lab_leaves_no_domain_controller() -> None:
    with Lab(prepared(SMALL, "kerberos-https")) as lab:
        assert lab.kdc is not None
        settings = Path(lab.environment["KRB5_CONFIG"])
        assert settings.exists()
    assert not settings.exists()
