# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a broken session says to the administrator."""

from __future__ import annotations

import socket
import ssl
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import requests.exceptions as http
from pypsrp.exceptions import AuthenticationError, WinRMError, WinRMTransportError, WSManFaultError
from spnego.exceptions import SpnegoError
from urllib3.exceptions import MaxRetryError, NameResolutionError, NewConnectionError, ProtocolError

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import SessionFailed, SessionLost
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.errors import BROKEN, sentence
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.options import PsrpEndpoint
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.session import PsrpSession

PASSWORD = "hunter2"
NO_POOL: Any = None
"""What urllib3 names in its exceptions, and nobody reads here."""


def endpoint(server: str = "fe01.adatum.example", port: int = 443, **arguments: object) -> PsrpEndpoint:
    wsman = {"server": server, "port": port, "username": "ADATUM\\admin", "password": PASSWORD, **arguments}
    authentication, https = str(arguments.get("auth", "ntlm")), bool(arguments.get("ssl", True))
    return PsrpEndpoint(server, port, "OcsPowershell", https, authentication, "Microsoft.PowerShell", 120, wsman)


def caused(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


def fault(code: int | None, reason: str | None = "Reason of the server.\n  On two lines.") -> WSManFaultError:
    return WSManFaultError(code, "fe01", reason, None, None, None)


def unreachable(inner: Exception) -> Exception:
    return http.ConnectionError(MaxRetryError(NO_POOL, "/OcsPowershell", inner))


WHERE = "fe01.adatum.example:443/OcsPowershell"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            AuthenticationError("Failed to authenticate"),
            f"{WHERE} refused the logon as 'ADATUM\\\\admin' with ntlm: check user name",
        ),
        (fault(5), f"{WHERE} let 'ADATUM\\\\admin' log on but not open a session (access denied)"),
        (
            fault(2150859173),
            f"{WHERE} has no shell left for this account: Reason of the server. On two lines. Close old sessions",
        ),
        (fault(2150859174), "has no shell left"),
        (fault(2150858843), f"{WHERE} has closed the shell: Reason of the server. On two lines."),
        (fault(1234, None), f"{WHERE} answered with a WSMan fault: no reason given (code 1234)."),
        (fault(None), "answered with a WSMan fault: Reason of the server. On two lines. (code 0)."),
        (WinRMTransportError("http", 404, "Not found"), f"{WHERE} answered HTTP 404: check ansible_psrp_path"),
        (WinRMTransportError("http", 503, "Busy"), "answered HTTP 503: the service does not take requests now"),
        (WinRMTransportError("http", 418, PASSWORD), f"{WHERE} answered HTTP 418: check the server"),
        (
            unreachable(
                NameResolutionError("fe01.adatum.example", NO_POOL, socket.gaierror(-2, "Name or service not known"))
            ),
            "The name fe01.adatum.example does not resolve: check ansible_host",
        ),
        (
            unreachable(
                caused(NewConnectionError(NO_POOL, "Failed"), ConnectionRefusedError(111, "Connection refused"))
            ),
            f"{WHERE} refused the connection: check the port",
        ),
        (
            http.SSLError(MaxRetryError(NO_POOL, "/", ssl.SSLError(1, "certificate verify failed (_ssl.c:1006)"))),
            f"TLS to {WHERE} failed:",
        ),
        (http.ReadTimeout("Read timed out."), f"{WHERE} did not answer in time"),
        (http.ConnectTimeout("timed out"), f"{WHERE} did not answer in time"),
        (
            ET.ParseError("unclosed token: line 1"),
            f"{WHERE} answered with something else than WS-Management, or not completely",
        ),
        (
            http.ConnectionError(
                ProtocolError("Connection aborted.", ConnectionResetError(104, "Connection reset by peer"))
            ),
            f"The connection to {WHERE} broke: [Errno 104] Connection reset by peer.",
        ),
        (BrokenPipeError(32, "Broken pipe"), f"The connection to {WHERE} broke: [Errno 32] Broken pipe."),
        (SpnegoError(1, context_msg="No token"), f"The session with {WHERE} failed:"),
        (WinRMError("Something else"), f"The session with {WHERE} failed: Something else."),
        (ValueError("Cannot use Basic over HTTP."), f"The session with {WHERE} failed: Cannot use Basic over HTTP."),
    ],
)
def test_the_sentence_names_the_place_and_what_to_check(error: Exception, expected: str) -> None:
    said = sentence(error, endpoint())
    assert expected in said
    assert PASSWORD not in said
    assert "\n" not in said
    assert "Traceback" not in said


def test_a_chain_of_causes_that_bites_its_tail_ends() -> None:
    one, other = WinRMError("one"), WinRMError("other")
    one.__cause__, other.__cause__ = other, one
    assert sentence(one, endpoint()).endswith("failed: other.")


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


@pytest.mark.parametrize(("path", "restricted"), [("OcsPowershell", True), ("/ocspowershell/", True), ("wsman", False)])
def test_an_endpoint_of_a_role_is_known_by_its_path(path: str, restricted: bool) -> None:
    there = PsrpEndpoint("fe01", 443, path, True, "ntlm", "Microsoft.PowerShell", 120, {})
    assert PsrpSession(there).restricted is restricted
