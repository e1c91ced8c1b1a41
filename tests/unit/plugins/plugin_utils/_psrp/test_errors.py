# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a broken session says to the administrator."""

from __future__ import annotations

import socket
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import requests.exceptions as http
from pypsrp.exceptions import AuthenticationError, WinRMError, WinRMTransportError, WSManFaultError
from spnego.exceptions import SpnegoError
from urllib3.exceptions import MaxRetryError

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    LogonRefused,
    SessionFailed,
    SessionLost,
    ShellGone,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.errors import (
    BROKEN,
    lost,
    no_longer_accepted,
    not_answered,
    opening_failure,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.options import PsrpEndpoint
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.session import PsrpSession
from ansible_collections.ucops.lync.plugins.plugin_utils._session.guard import Overdue

PASSWORD = "hunter2"
NO_POOL: Any = None
"""What urllib3 names in its exceptions, and nobody reads here."""


def endpoint(server: str = "fe01.adatum.example", port: int = 443, **arguments: Any) -> PsrpEndpoint:
    wsman = {"server": server, "port": port, "username": "ADATUM\\admin", "password": PASSWORD, **arguments}
    authentication, https = str(arguments.get("auth", "ntlm")), bool(arguments.get("ssl", True))
    return PsrpEndpoint(server, port, "OcsPowershell", https, authentication, "Microsoft.PowerShell", 120, wsman)


def fault(code: int | None, reason: str | None = "Reason of the server.\n  On two lines.") -> WSManFaultError:
    return WSManFaultError(code, "fe01", reason, None, None, None)


def unreachable(inner: Exception) -> Exception:
    return http.ConnectionError(MaxRetryError(NO_POOL, "/OcsPowershell", inner))


WHERE = "fe01.adatum.example:443/OcsPowershell"


def told(error: BaseException, opening: bool = True, **arguments: Any) -> str:
    """What is said of a session that does not open, or is lost."""
    at = endpoint(**arguments)
    text = opening_failure(error, at).message if opening else lost(error, at, "Get-CsPool", begun=True).message
    assert PASSWORD not in text
    assert "\n" not in text
    assert "Traceback" not in text
    return text


class Kerberos(Exception):
    """As krb5 has it."""

    err_code = -1765328360


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            AuthenticationError("Failed to authenticate"),
            f"{WHERE} refused the logon as 'ADATUM\\admin' with ntlm: check user name",
        ),
        (
            fault(5),
            f"{WHERE} let 'ADATUM\\admin' log on but not open a session (access denied): the account has no Lync admin",
        ),
        (fault(2150859173), f"{WHERE} has no shell left for this account: close old sessions"),
        (
            fault(2150859174),
            "a quota of its WinRM service is used up (Reason of the server. On two lines). Run again later",
        ),
        (fault(2150858843), f"{WHERE} has closed the shell"),
        (
            fault(2150858752),
            f"{WHERE} has no session configuration Microsoft.PowerShell: check ansible_psrp_configuration_name",
        ),
        (fault(1234, None), f"{WHERE} answered with a WSMan fault: no reason given (code 1234)."),
        (fault(None), "answered with a WSMan fault: Reason of the server. On two lines (code 0)."),
        (WinRMTransportError("http", 404, "Not found"), f"{WHERE} answered HTTP 404: check ansible_psrp_path"),
        (WinRMTransportError("http", 418, PASSWORD), f"{WHERE} answered HTTP 418: check the server"),
        (unreachable(socket.gaierror(-2, "unbekannt")), "The name fe01.adatum.example does not resolve"),
        (unreachable(ConnectionRefusedError(111, "abgelehnt")), f"{WHERE} refused the connection: check the port"),
        (http.ReadTimeout("Read timed out."), f"{WHERE} did not answer in time"),
        (
            ET.ParseError("unclosed token: line 1"),
            f"{WHERE} answered with something else than WS-Management, or not completely",
        ),
        (
            WinRMError("... does not match related expected message id"),
            "answered with something else than WS-Management",
        ),
        (BrokenPipeError(32, "weg"), f"The connection to {WHERE} broke (EPIPE)"),
        (Kerberos("Vorauthentifizierung fehlgeschlagen"), "The domain controller refused 'ADATUM\\admin' the logon to"),
        (ValueError(f"Invalid {PASSWORD}"), f"The session with {WHERE} failed in an unforeseen way (ValueError)"),
    ],
)
@pytest.mark.parametrize("opening", [True, False])
def test_the_sentence_names_the_place_and_what_to_check(error: BaseException, expected: str, opening: bool) -> None:
    assert expected in told(error, opening)


@pytest.mark.parametrize(
    ("error", "arguments", "expected"),
    [
        (KeyError("fe01.adatum.example"), {}, "answered without asking for a logon, as WinRM never does"),
        (KeyError("Body"), {}, "answered with something else than WS-Management"),
        (AttributeError("x"), {}, "answered with something else than WS-Management"),
        (ImportError("x"), {"auth": "kerberos"}, "Install pypsrp[kerberos] into the Python that runs Ansible"),
        (Overdue(), {}, "did not open a session within 120 s: check that the port is open"),
        (
            UnicodeEncodeError("latin-1", PASSWORD, 0, 1, "x"),
            {"auth": "basic"},
            "set ansible_psrp_auth: ntlm, or change",
        ),
        (SpnegoError(16), {"password": None}, "there is no password. Set ansible_user and ansible_password."),
        (SpnegoError(16), {"password": None, "auth": "negotiate"}, "there is no password, and no ticket"),
        (ValueError("the password must be specified"), {"password": None, "auth": "credssp"}, "there is no password"),
        (TypeError("x"), {"password": None}, "in an unforeseen way (TypeError)"),
        (SpnegoError(1), {}, "for a reason that is not understood (BadMechanismError), and counts as refused"),
        (ValueError("x"), {"auth": "basic", "ssl": False}, "over plain HTTP basic does not encrypt"),
        (ValueError("x"), {"auth": "basic", "encryption": "always"}, "are encrypted by TLS only"),
        (ValueError("x"), {"auth": "certificate"}, "one of the two files is not named"),
        (AuthenticationError("... - actual: 'Basic'"), {}, "does not offer ntlm but Basic"),
        (ValueError("the auth protocol 'Kerberos' which is incompatible with"), {}, "does not offer ntlm but Kerberos"),
        (OSError("no such CA"), {"cert_validation": "/nonexistent"}, "cannot read the CA file for"),
    ],
)
def test_a_session_that_does_not_open(error: BaseException, arguments: dict[str, Any], expected: str) -> None:
    assert expected.lower() in told(error, **arguments).lower()


def test_a_refusal_in_the_middle_of_a_run_does_not_send_to_the_password() -> None:
    failure = no_longer_accepted(AuthenticationError("401"), endpoint())
    assert isinstance(failure, LogonRefused)
    assert "no longer accepts the logon as 'ADATUM\\admin'" in failure.message
    assert "password" not in failure.message


@pytest.mark.parametrize(("begun", "kind"), [(True, SessionLost), (False, ShellGone)])
def test_a_shell_that_was_gone_before_the_command(begun: bool, kind: type[SessionLost]) -> None:
    assert lost(fault(2150858843), endpoint(), "Get-CsPool", begun).__class__ is kind
    assert lost(fault(5), endpoint(), "Get-CsPool", begun).__class__ is SessionLost


def test_a_command_that_is_not_answered() -> None:
    text = not_answered(endpoint(), "Get-CsPool").message
    assert text.startswith(f"{WHERE} did not answer Get-CsPool within 120 s; whether it still runs there is not known.")


@pytest.mark.parametrize(
    "error",
    [AuthenticationError(), fault(5), http.ConnectionError(), SpnegoError(1), ConnectionResetError(), ET.ParseError()],
)
def test_all_of_these_count_as_a_broken_session(error: Exception) -> None:
    assert isinstance(error, BROKEN)


def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, "refused the connection: check the port"),
        ({"auth": "basic", "ssl": False}, "Nothing was sent to 127.0.0.1"),
        ({"auth": "carrier pigeon"}, "The session with 127.0.0.1"),
    ],
)
def test_a_session_that_cannot_be_opened_says_so(arguments: dict[str, object], expected: str) -> None:
    session = PsrpSession(endpoint("127.0.0.1", closed_port(), **arguments))
    with pytest.raises(SessionFailed) as failed:
        session.invoke([Cmdlet("Get-CsPool")])
    assert not isinstance(failed.value, SessionLost)
    assert expected in failed.value.message
    assert PASSWORD not in failed.value.message
    session.close()


@pytest.mark.parametrize(("path", "restricted"), [("OcsPowershell", True), ("ocspowershell", True), ("wsman", False)])
def test_an_endpoint_of_a_role_is_known_by_its_path(path: str, restricted: bool) -> None:
    there = PsrpEndpoint("fe01", 443, path, True, "ntlm", "Microsoft.PowerShell", 120, {})
    assert PsrpSession(there).restricted is restricted
