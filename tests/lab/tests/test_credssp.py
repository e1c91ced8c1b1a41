# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CredSSP, by an unmodified pypsrp: the client's credentials arrive, and nobody writes them down."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from labtests.site import PASSWORD, USER, Site, run
from labtests.stand_in import Endpoint, Machine
from pypsrp.powershell import RunspacePool
from requests_credssp.exceptions import AuthenticationException, NTStatusException

from lynclab.contract.accounts import Standing
from lynclab.server import LabServer


@pytest.fixture
def machine() -> Machine:
    return Machine(endpoints={"/wsman": Endpoint(authentications=frozenset({"Negotiate", "CredSSP"}))})


@pytest.fixture
def site(machine: Machine) -> Iterator[Site]:
    with LabServer([machine]) as lab:
        yield Site(machine, lab)


@pytest.mark.parametrize("mechanism", ["auto", "ntlm"])
@pytest.mark.parametrize("secure", [True, False])
def test_the_credentials_are_delegated(site: Site, secure: bool, mechanism: str) -> None:
    with (
        site.connect("credssp", secure, credssp_auth_mechanism=mechanism) as connection,
        RunspacePool(connection) as pool,
    ):
        assert run(pool, "Who").output == [USER]
    (logon,) = site.journal.logons()
    assert (logon.authentication, logon.account, logon.delegated) == ("CredSSP", USER, True)
    assert site.machine.endpoints["/wsman"].runspaces[0].logon.delegated
    assert {entry.encrypted for entry in site.journal.requests() if entry.action} == {not secure}


def test_long_messages_travel_in_pieces(site: Site) -> None:
    with site.connect("credssp", secure=False) as connection, RunspacePool(connection) as pool:
        text = "x" * 200_000
        assert run(pool, "Write", text).output == [text]


def test_a_wrong_password_is_told_with_its_status_and_counted_once(site: Site) -> None:
    with pytest.raises(NTStatusException, match="STATUS_LOGON_FAILURE 0xc000006d"):
        RunspacePool(site.connect("credssp", password="wrong")).open()
    (logon,) = site.journal.logons()
    assert (logon.account, logon.authentication, logon.succeeded) == (USER, "CredSSP", False)
    assert site.machine.accounts[0].database.failures("admin") == 1


def test_an_expired_password_has_a_status_of_its_own(site: Site) -> None:
    site.machine.accounts[0].database.put("admin", Standing.PASSWORD_EXPIRED)
    with pytest.raises(NTStatusException, match="STATUS_PASSWORD_EXPIRED"):
        RunspacePool(site.connect("credssp")).open()


@pytest.mark.parametrize("standing", [Standing.LOCKED_OUT, Standing.DISABLED, Standing.EXPIRED])
def test_the_client_library_loses_the_other_statuses(site: Site, standing: Standing) -> None:
    """The number is on the wire; requests-credssp 2.0.0 knows some names only, and says as much as this."""
    site.machine.accounts[0].database.put("admin", standing)
    with pytest.raises(AuthenticationException, match="Received NTStatus in TSRequest from acceptor"):
        RunspacePool(site.connect("credssp")).open()
    assert [logon.reason for logon in site.journal.logons()] == [standing.words]


def test_no_log_holds_the_password(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("spnego._credssp").propagate = True
    try:
        RunspacePool(site.connect("credssp", secure=False)).open()
        with pytest.raises(NTStatusException):
            RunspacePool(site.connect("credssp", secure=False, password="also-secret")).open()
    finally:
        logging.getLogger("spnego._credssp").propagate = False
    told = caplog.text + repr(site.journal.entries())
    assert "CredSSP" in told
    assert PASSWORD not in told
    assert "also-secret" not in told
