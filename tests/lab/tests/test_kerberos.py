# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kerberos against a real key distribution centre, by an unmodified pypsrp and pywinrm."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from labtests.kerberos_site import kerberos_site, needs_kdc
from labtests.site import PASSWORD, USER, Site, run
from labtests.stand_in import Endpoint, Machine
from pypsrp.powershell import RunspacePool
from pypsrp.wsman import WSMan

from lynclab.contract.accounts import Standing
from lynclab.logon.kdc import Kdc

pytestmark = needs_kdc
PRINCIPAL = "admin@CONTOSO.EXAMPLE"
HOST = "edge01.contoso.example"


@pytest.fixture
def machine() -> Machine:
    offers = frozenset({"Negotiate", "Kerberos", "Basic", "CredSSP"})
    only = Endpoint(path="/only", authentications=frozenset({"Kerberos"}))
    return Machine(endpoints={"/wsman": Endpoint(authentications=offers), "/only": only})


@pytest.fixture
def proven(machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Site, Kdc]]:
    with kerberos_site(machine, tmp_path, monkeypatch) as site_and_kdc:
        yield site_and_kdc


@pytest.fixture
def site(proven: tuple[Site, Kdc]) -> Site:
    return proven[0]


@pytest.fixture
def kdc(proven: tuple[Site, Kdc]) -> Kdc:
    return proven[1]


def connect(site: Site, auth: str = "kerberos", secure: bool = True, **settings: Any) -> WSMan:
    options = {"username": PRINCIPAL, "negotiate_hostname_override": HOST, **settings}
    return site.connect(auth, secure, **options)


def test_the_domain_controller_is_understood_in_any_language(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where Kerberos has German messages, gettext takes them from LANGUAGE in any locale but C."""
    monkeypatch.setenv("LANGUAGE", "de")
    with kerberos_site(machine, tmp_path, monkeypatch) as site_and_kdc, connect(site_and_kdc[0]) as connection:
        RunspacePool(connection).open()


@pytest.mark.parametrize("service", ["WSMAN", "HTTP", "host"])
@pytest.mark.parametrize("secure", [True, False])
@pytest.mark.parametrize("auth", ["kerberos", "negotiate"])
def test_a_password_becomes_a_ticket(site: Site, auth: str, secure: bool, service: str) -> None:
    with connect(site, auth, secure, negotiate_service=service) as connection, RunspacePool(connection) as pool:
        assert run(pool, "Who").output == [USER]
        assert len(run(pool, "Big", Count=3, Size=50_000).output) == 3
    (logon,) = site.journal.logons()
    assert (logon.authentication, logon.succeeded, logon.delegated) == ("Kerberos", True, False)
    assert logon.bound is secure
    assert {entry.encrypted for entry in site.journal.requests() if entry.action} == {not secure}


@pytest.mark.parametrize("secure", [True, False])
def test_the_scheme_kerberos_has_an_encryption_protocol_of_its_own(site: Site, secure: bool) -> None:
    with connect(site, secure=secure, path="only") as connection, RunspacePool(connection) as pool:
        assert run(pool, "Who").output == [USER]
        encryption = connection.transport.encryption
        assert encryption is None if secure else encryption.protocol.startswith("application/HTTP-Kerberos")


def test_kerberos_is_offered_by_a_machine_with_keys(site: Site) -> None:
    with pytest.raises(ValueError, match="Kerberos' which is incompatible"):
        RunspacePool(connect(site, "ntlm", username=USER, path="only")).open()


def test_an_existing_ticket(site: Site, kdc: Kdc, machine: Machine) -> None:
    kdc.ticket(machine.accounts[0])
    with connect(site, username=None, password=None) as connection, RunspacePool(connection) as pool:
        assert run(pool, "Who").output == [USER]


@pytest.mark.parametrize("forwardable", [True, False])
def test_a_forwardable_ticket_is_delegated_when_the_client_wants_it(
    site: Site, kdc: Kdc, machine: Machine, forwardable: bool
) -> None:
    kdc.ticket(machine.accounts[0], forwardable=forwardable)
    for wanted in (True, False):
        mine: dict[str, Any] = {"username": None, "password": None, "negotiate_delegate": wanted}
        with connect(site, **mine) as connection, RunspacePool(connection) as pool:
            run(pool, "Who")
    assert [logon.delegated for logon in site.journal.logons()] == [forwardable, False]


def test_an_account_that_may_not_be_delegated(site: Site, kdc: Kdc) -> None:
    kdc.let_delegate("admin", "contoso.example", allowed=False)
    RunspacePool(connect(site, negotiate_delegate=True)).open()
    assert [logon.delegated for logon in site.journal.logons()] == [False]


def test_a_machine_without_a_service_principal(site: Site) -> None:
    """A workgroup machine, an address instead of a name: the KDC knows no such service."""
    with pytest.raises(Exception, match="not found in Kerberos database"):
        RunspacePool(connect(site, negotiate_hostname_override="127.0.0.1")).open()


def test_a_binding_to_another_channel_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    way = "pypsrp.negotiate.HTTPNegotiateAuth._get_cbt_data"
    monkeypatch.setattr(way, lambda response: b"tls-server-end-point:" + bytes(32))
    with pytest.raises(Exception, match="Failed to authenticate"):
        RunspacePool(connect(site)).open()
    (logon,) = site.journal.logons()
    assert (logon.succeeded, site.machine.accounts[0].database.failures("admin")) == (False, 0)


def test_a_wrong_password_fails_at_the_domain_controller_and_is_counted_there(site: Site) -> None:
    with pytest.raises(Exception, match="Preauthentication failed"):
        RunspacePool(connect(site, password="wrong")).open()
    (logon,) = site.journal.logons()
    assert (logon.machine, logon.path, logon.account) == ("kdc", "CONTOSO.EXAMPLE", PRINCIPAL)
    assert site.machine.accounts[0].database.failures("admin") == 1


@pytest.mark.parametrize(
    ("standing", "text"),
    [
        (Standing.LOCKED_OUT, "credentials have been revoked"),
        (Standing.DISABLED, "credentials have been revoked"),
        (Standing.EXPIRED, "credentials have been revoked"),
        (Standing.PASSWORD_EXPIRED, "Password has expired"),
        (Standing.MUST_CHANGE_PASSWORD, "Password has expired"),
    ],
)
def test_the_domain_controller_says_why(site: Site, standing: Standing, text: str) -> None:
    database = site.machine.accounts[0].database
    database.put("admin", standing)
    with pytest.raises(Exception, match=text):
        RunspacePool(connect(site)).open()
    database.put("admin", Standing.GOOD)
    RunspacePool(connect(site)).open()


def test_failures_of_every_mechanism_lock_one_account(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = machine.accounts[0].database
    database.lockout_threshold = 3
    with kerberos_site(machine, tmp_path, monkeypatch) as (site, _kdc):
        for auth, user in (("kerberos", PRINCIPAL), ("ntlm", USER), ("credssp", USER)):
            assert database.standing("admin") is Standing.GOOD
            with pytest.raises(Exception, match=r"failed|Failed|LOGON_FAILURE"):
                RunspacePool(connect(site, auth, username=user, password="wrong")).open()
        assert database.standing("admin") is Standing.LOCKED_OUT
        with pytest.raises(Exception, match="revoked"):
            RunspacePool(connect(site)).open()


def test_credssp_with_kerberos_inside(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """requests-credssp takes the service's name from the address: a name that leads to loopback stands in."""
    import socket

    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *a, **k: real("127.0.0.1" if host == HOST else host, *a, **k)
    )
    settings = {"credssp_auth_mechanism": "kerberos", "port": site.lab[HOST].http_port}
    connection = WSMan(
        HOST, ssl=False, auth="credssp", username=PRINCIPAL, password=PASSWORD, no_proxy=True, **settings
    )
    with connection, RunspacePool(connection) as pool:
        assert run(pool, "Who").output == [USER]
    assert [(logon.authentication, logon.delegated) for logon in site.journal.logons()] == [("CredSSP", True)]
