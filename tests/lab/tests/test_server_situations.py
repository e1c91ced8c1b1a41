# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each situation of a server, as an unmodified pypsrp meets it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from pypsrp.exceptions import AuthenticationError, WinRMTransportError, WSManFaultError
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from lynclab.lab import Lab
from lynclab.machine import LabMachine
from lynclab.situations import servers
from lynclab.spec import LabSpec
from lynclab.transports import prepared

EDGE, FRONT_END = "lyncedge01.contoso.example", "lyncfe01.contoso.example"


@contextmanager
def showing(*texts: str, **shape: Any) -> Iterator[Lab]:
    with Lab(LabSpec(sites=1, edges=1, situations=texts, **shape)) as lab:
        yield lab


def connect(lab: Lab, name: str, **settings: Any) -> WSMan:
    account = lab.machine(name).people.people[0].account
    options: dict[str, Any] = {
        "port": lab.reach(name).https_port,
        "auth": "ntlm",
        "username": account.qualified,
        "password": lab.password,
        "cert_validation": str(lab.ca_file),
        "no_proxy": True,
        "reconnection_retries": 0,
    }
    return WSMan("127.0.0.1", **{**options, **settings})


def run(lab: Lab, cmdlet: str, name: str = FRONT_END, **settings: Any) -> PowerShell:
    local = settings.pop("local", False)
    with connect(lab, name, **settings) as connection, RunspacePool(connection) as pool:
        shell = PowerShell(pool)
        shell.add_cmdlet(cmdlet)
        if local:
            shell.add_parameter("LocalStore", True)
        shell.invoke()
        return shell


def only_error(shell: PowerShell) -> str:
    (error,) = shell.streams.error
    return str(error)


def fails(situation: str, error: type[Exception], text: str, **settings: Any) -> None:
    with showing(situation) as lab:
        with pytest.raises(error, match=text):
            RunspacePool(connect(lab, EDGE, **settings)).open()
        assert lab.journal.shells() == []


@pytest.mark.parametrize(
    ("situation", "error", "text"),
    [
        ("refused:edges", requests.ConnectionError, "refused"),
        ("service-unavailable:edges", WinRMTransportError, "Code: 503.*The service is unavailable"),
        ("wrong-path:lyncedge01", WSManFaultError, "No details returned by the server"),
        ("proxy-answers", WinRMTransportError, "Code: 403.*cache administrator"),
        ("proxy-answers::407", WinRMTransportError, "Code: 407.*cache administrator"),
        ("proxy-answers::502", WinRMTransportError, "Code: 502.*cache administrator"),
        ("certificate-other-name", requests.exceptions.SSLError, "doesn't match|mismatch"),
        ("certificate-expired", requests.exceptions.SSLError, "expired"),
        ("certificate-self-signed", requests.exceptions.SSLError, "self.signed"),
        ("certificate-unknown-authority", requests.exceptions.SSLError, "unable to get local issuer"),
        ("tls-old", requests.exceptions.SSLError, "(?i)protocol"),
        ("tls-missing", requests.exceptions.SSLError, "(?i)wrong version|record layer"),
        ("account-locked", AuthenticationError, "Failed to authenticate"),
        ("account-disabled::edgeadmin", AuthenticationError, "Failed to authenticate"),
        ("account-expired", AuthenticationError, "Failed to authenticate"),
        ("password-expired", AuthenticationError, "Failed to authenticate"),
        ("local-accounts-filtered", WSManFaultError, "Access is denied"),
        ("session-denied", WSManFaultError, "Code: 5,.*Access is denied"),
        ("shell-quota", WSManFaultError, "maximum number of 0 concurrent shells"),
    ],
)
def test_no_session_is_opened(situation: str, error: type[Exception], text: str) -> None:
    fails(situation, error, f"(?s){text}")


def test_a_silent_server() -> None:
    fails("silent", requests.ReadTimeout, "timed out", read_timeout=1, auth="basic")


def test_a_proxy_that_answers_with_success() -> None:
    with showing("proxy-answers::200") as lab:
        answer = requests.post(lab.reach(EDGE).url("/wsman"), verify=str(lab.ca_file), timeout=30)
        assert (answer.status_code, answer.headers["Server"]) == (200, "squid/5.7")
        assert "Access control configuration" in answer.text


def test_the_built_in_administrator_keeps_his_rights() -> None:
    with showing("local-accounts-filtered") as lab:
        assert run(lab, "Get-CsAccessEdgeConfiguration", EDGE, local=True, username="Administrator").output


def test_a_lost_session_did_its_work() -> None:
    with showing("session-lost:edges") as lab:
        pool = RunspacePool(connect(lab, EDGE))
        pool.open()
        with pytest.raises(requests.ConnectionError):
            PowerShell(pool).add_cmdlet("Get-CsAccessEdgeConfiguration").invoke()
        assert len(lab.journal.cmdlets(EDGE)) == 1
        assert [entry.event for entry in lab.journal.shells(EDGE)] == ["opened", "broken"]


def test_without_the_module_its_cmdlets_are_unknown() -> None:
    with showing("module-missing") as lab:
        assert "is not recognized" in only_error(run(lab, "Get-CsSite"))
        assert "was not loaded" in only_error(imported(lab))


def imported(lab: Lab) -> PowerShell:
    with connect(lab, FRONT_END) as connection, RunspacePool(connection) as pool:
        shell = PowerShell(pool)
        shell.add_cmdlet("Import-Module").add_parameter("Name", "Lync").invoke()
        return shell


def test_powershell_2_says_so_when_a_session_opens() -> None:
    with showing("powershell2") as lab, connect(lab, EDGE) as connection, RunspacePool(connection) as pool:
        told = pool._application_private_data.data["PSVersionTable"]
        versions = [str(told[name]) for name in ("PSVersion", "PSRemotingProtocolVersion", "WSManStackVersion")]
        assert versions == ["2.0", "2.1", "2.0"]
        shell = PowerShell(pool)
        shell.add_cmdlet("Get-CsAccessEdgeConfiguration").add_parameter("LocalStore", True).invoke()
        assert "is not recognized" in only_error(shell)


@pytest.mark.parametrize(
    ("situation", "text"),
    [("directory-unreachable", "The server is not operational"), ("database-unreachable", "SQL Server")],
)
@pytest.mark.parametrize("path", ["wsman", "OcsPowershell"])
def test_what_cannot_be_reached(situation: str, text: str, path: str) -> None:
    with showing(situation, delegation=True) as lab:
        assert text in only_error(run(lab, "Get-CsSite", path=path))


def test_a_local_store_that_may_not_be_read() -> None:
    with showing("local-store-denied:edges") as lab:
        assert "The login failed" in only_error(run(lab, "Get-CsAccessEdgeConfiguration", EDGE, local=True))


def test_a_lockout_counts_over_the_machines_of_a_domain() -> None:
    with showing("lockout::2") as lab:
        for name in ("lyncfe01.contoso.example", "lyncfe02.contoso.example"):
            with pytest.raises(AuthenticationError):
                RunspacePool(connect(lab, name, password="wrong")).open()
        with pytest.raises(AuthenticationError):
            RunspacePool(connect(lab, FRONT_END)).open()
        RunspacePool(connect(lab, EDGE)).open()


def test_a_threshold_of_the_specification() -> None:
    with Lab(LabSpec(sites=1, edges=1, lockout_threshold=1)) as lab:
        with pytest.raises(AuthenticationError):
            RunspacePool(connect(lab, EDGE, password="wrong")).open()
        with pytest.raises(AuthenticationError):
            RunspacePool(connect(lab, EDGE)).open()


def test_a_role_of_one_site_changes_what_is_that_sites() -> None:
    with showing() as lab:
        settings = {"path": "OcsPowershell", "username": "LYNCLAB\\siteadmin"}
        with connect(lab, FRONT_END, **settings) as connection, RunspacePool(connection) as pool:

            def call(name: str, **parameters: Any) -> list[str]:
                shell = PowerShell(pool)
                shell.add_cmdlet(name).add_parameters(parameters).invoke()
                return [str(error) for error in shell.streams.error]

            assert call("Get-CsHostingProvider") == []
            assert "is not within the scope" in call("Set-CsAccessEdgeConfiguration", AllowFederatedUsers=True)[0]
            assert call("New-CsExternalAccessPolicy", Identity="site:Lisbon") == []


def test_what_the_paths_offer() -> None:
    with showing(offered=("Negotiate",)) as lab:
        offers = {
            path: requests.post(lab.reach(FRONT_END).url(path), verify=str(lab.ca_file), timeout=30).headers
            for path in ("/wsman", "/OcsPowershell")
        }
    assert offers["/wsman"]["WWW-Authenticate"] == "Negotiate"
    assert offers["/OcsPowershell"]["WWW-Authenticate"] == "Negotiate, NTLM"


def test_every_situation_has_a_sentence_and_chooses_its_machines() -> None:
    lab = Lab(prepared(LabSpec(sites=2, edges=1)))
    for name, situation in servers.TABLE.items():
        assert (situation.__doc__ or "").endswith("."), name
        lab.show(f"{name}:edges")
    assert lab.machine("lyncedge02.contoso.example").wire.tls.old
    assert not lab.machine(FRONT_END).wire.tls.old
    assert closed(lab.machine(EDGE))
    assert not closed(lab.machine(FRONT_END))
    with pytest.raises(ValueError, match="there is no server 'elsewhere'"):
        lab.show("refused:elsewhere")


def closed(machine: LabMachine) -> bool:
    return machine.faults.refusing
