# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Client certificates, by an unmodified pypsrp and pywinrm's transport."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from labtests.site import Site, run
from labtests.stand_in import Machine
from pypsrp.exceptions import AuthenticationError
from pypsrp.powershell import RunspacePool
from winrm.exceptions import WinRMTransportError
from winrm.transport import Transport

from lynclab.contract.accounts import Standing
from lynclab.contract.machine import Wire
from lynclab.http.certificates import UserCertificate
from lynclab.server import LabServer


@pytest.fixture
def site() -> Iterator[Site]:
    machine = Machine(wire=Wire(certificate_mappings={"local@localhost": "local"}))
    with LabServer([machine]) as lab:
        yield Site(machine, lab)


def show(issued: UserCertificate, **settings: Any) -> dict[str, Any]:
    files = {"certificate_pem": str(issued.certificate), "certificate_key_pem": str(issued.key)}
    return {"username": None, "password": None, **files, **settings}


@pytest.mark.parametrize("passphrase", ["", "let me in"])
def test_a_certificate_is_an_account(site: Site, passphrase: str) -> None:
    issued = site.lab.issue_to_user("local@localhost", passphrase=passphrase)
    settings = show(issued, certificate_key_password=passphrase or None)
    with site.connect("certificate", **settings) as connection, RunspacePool(connection) as pool:
        assert run(pool, "Who").output == ["local"]
    (logon,) = site.journal.logons()
    assert (logon.authentication, logon.account, logon.succeeded) == ("Certificate", "local", True)


def test_certificates_are_never_offered_and_nobody_else_needs_one(site: Site) -> None:
    answer = requests.post(site.lab[site.machine.name].url("/wsman"), verify=str(site.lab.ca_file), timeout=30)
    assert "mutual" not in answer.headers["WWW-Authenticate"]
    with site.connect("ntlm") as connection, RunspacePool(connection) as pool:
        run(pool, "Who")


def test_a_certificate_that_is_not_mapped(site: Site) -> None:
    with pytest.raises(AuthenticationError):
        RunspacePool(site.connect("certificate", **show(site.lab.issue_to_user("guest@localhost")))).open()
    (logon,) = site.journal.logons()
    assert (logon.account, logon.reason) == ("guest@localhost", "no account is mapped to the certificate")


def test_a_mapped_account_that_is_disabled(site: Site) -> None:
    site.machine.accounts[1].database.put("local", Standing.DISABLED)
    with pytest.raises(AuthenticationError):
        RunspacePool(site.connect("certificate", **show(site.lab.issue_to_user("local@localhost")))).open()


def test_an_expired_certificate_ends_the_handshake(site: Site) -> None:
    issued = site.lab.issue_to_user("local@localhost", expired=True)
    with pytest.raises(requests.ConnectionError, match="certificate expired"):
        RunspacePool(site.connect("certificate", **show(issued))).open()


def test_a_machine_that_maps_none_refuses(site: Site) -> None:
    site.machine.wire.certificate_mappings.clear()
    with pytest.raises(AuthenticationError):
        RunspacePool(site.connect("certificate", **show(site.lab.issue_to_user("local@localhost")))).open()


def test_pywinrm_shows_the_same_certificate(site: Site) -> None:
    issued = site.lab.issue_to_user("local@localhost")
    transport = Transport(
        site.lab[site.machine.name].url("/wsman"),
        auth_method="certificate",
        cert_pem=str(issued.certificate),
        cert_key_pem=str(issued.key),
        ca_trust_path=str(site.lab.ca_file),
        proxy=None,
    )
    with pytest.raises(WinRMTransportError):
        transport.send_message("not SOAP")
    transport.close_session()
    assert [logon.account for logon in site.journal.logons()] == ["local"]
