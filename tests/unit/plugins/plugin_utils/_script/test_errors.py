# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ansible's winrm and ssh say, as failures: pywinrm's originals have the codes."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import requests.exceptions
from ansible.errors import AnsibleAuthenticationFailure, AnsibleConnectionFailure, AnsibleError
from requests import HTTPError
from winrm import transport as winrm_transport
from winrm.exceptions import InvalidCredentialsError, WinRMError, WinRMOperationTimeoutError, WinRMTransportError
from winrm.exceptions import WSManFaultError as Fault

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    LogonRefused,
    NotAnswered,
    ServerDown,
    SessionFailed,
    SessionLost,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._script.errors import failed, output_in, overdue
from ansible_collections.ucops.lync.plugins.plugin_utils._script.options import ScriptEndpoint
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._failures.connections import OVER_SSH, OVER_WINRM

SECRET = "hunter2"
LOGON = "refused the logon as 'ADATUM\\admin' with ntlm"
FLATTENED = AnsibleConnectionFailure(f"ntlm: in der Sprache des Rechners {SECRET}")
FAULT = '<s:Fault><f:WSManFault xmlns:f="x" Code="{}" Machine="edge01"/></s:Fault>'
SSH = 'Data could not be sent to remote host "edge01". Make sure this host can be reached over ssh: '


def endpoint(plugin: str, connected: bool = False, always: bool = False, **changes: Any) -> ScriptEndpoint:
    connection = SimpleNamespace(transport=plugin, connected=connected)
    at = OVER_SSH if plugin == "ssh" else replace(OVER_WINRM, authentication="ntlm")
    return ScriptEndpoint(connection, replace(at, **changes), encodes=True, encrypted=True, always_encrypts=always)


def flattened(original: Exception, **changes: Any) -> SessionFailed:
    """What becomes of pywinrm's error that the plugin made text of."""
    failure = failed(FLATTENED, [original], endpoint("winrm", **changes), "Get-CsPool")
    assert SECRET not in failure.message
    assert "Sprache" not in failure.message
    assert "\n" not in failure.message
    return failure


def fault(code: int | None = None, behind: int | None = None) -> Fault:
    words = "Der Dienst kann das nicht."
    return Fault(500, "x", f"<{SECRET}/>", words, wsman_fault_code=code, wmierror_code=behind)


def rejection(header: str) -> SimpleNamespace:
    """The answer behind a 401."""
    return SimpleNamespace(
        headers={"WWW-Authenticate": header}, request=SimpleNamespace(headers={"Authorization": "..."})
    )


def rejected(header: str = "Negotiate") -> InvalidCredentialsError:
    error = InvalidCredentialsError("the specified credentials were rejected by the server")
    error.__context__ = HTTPError("401", response=rejection(header))  # type: ignore[arg-type]
    return error


class MutualAuthenticationError(requests.exceptions.RequestException):
    """As the copy of requests-kerberos in pywinrm has it."""


MutualAuthenticationError.__module__ = "winrm.vendor.requests_kerberos.exceptions"


@pytest.mark.parametrize(
    ("original", "expected"),
    [
        (rejected(), LOGON),
        (rejected("Basic realm=x"), "does not offer ntlm but Basic"),
        (
            requests.exceptions.ConnectionError(OSError(111, "abgelehnt")),
            "refused the connection: check the port, and that WinRM",
        ),
        (WinRMOperationTimeoutError(), "did not answer in time"),
        (WinRMTransportError("http", 404, SECRET), "HTTP 404: check ansible_winrm_path"),
        (WinRMTransportError("http", 502, SECRET), "HTTP 502: check the server"),
        (WinRMTransportError("http", 500, FAULT.format(5)), "let 'ADATUM\\admin' log on but not start a process"),
        (fault(5), "let 'ADATUM\\admin' log on but not start a process (access denied): it must be in Administrators."),
        (fault(2150859173), "has no shell left for this account"),
        (fault(None, 0x803381A6), "a quota of its WinRM service is used up (Der Dienst kann das nicht)"),
        (fault(), "answered with something else than WS-Management"),
        (AttributeError("no 'wrap'", name="wrap", obj=None), "answered without asking for a logon"),
        (KeyError("edge01.adatum.example"), "answered without asking for a logon"),
        (StopIteration(), "answered with something else than WS-Management"),
        (WinRMError("Encrypted length from server does not match"), "answered with something else than WS-Management"),
        (
            UnicodeEncodeError("latin-1", SECRET, 0, 1, "x"),
            "cannot carry a character of the user name or of the password",
        ),
        (MutualAuthenticationError("x"), "not understood (MutualAuthenticationError), and counts as refused"),
        (
            PermissionError("Access denied: Server did not respond with NTLM challenge token"),
            "not understood (PermissionError)",
        ),
        (TypeError(SECRET), "in an unforeseen way (TypeError)"),
    ],
)
def test_the_original_tells_what_the_plugin_made_text_of(original: Exception, expected: str) -> None:
    failure = flattened(original)
    assert expected in failure.message
    assert isinstance(failure, LogonRefused) is ("was not tried again" in failure.message)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"authentication": "carrierpigeon"}, "pywinrm has no such authentication. Check ansible_winrm_transport."),
        ({"authentication": "basic", "always": True}, "are encrypted by TLS only"),
        ({"authentication": "basic", "always": True, "https": False}, "over plain HTTP basic does not encrypt"),
        ({"authentication": "certificate"}, "one of the two files is not named"),
        ({"authentication": "certificate", "certificates": ("/nonexistent", "/etc/hosts")}, "(/nonexistent)"),
        ({"has_password": False}, "there is no password"),
    ],
)
def test_what_the_options_tell(changes: dict[str, Any], expected: str) -> None:
    assert expected in flattened(InvalidCredentialsError("x"), **changes).message


def test_packages_that_pywinrm_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(winrm_transport, "HAVE_KERBEROS", False)
    failure = failed(AnsibleConnectionFailure("x"), [], endpoint("winrm", authentication="kerberos"), "the logon")
    assert "Install pywinrm[kerberos] into the Python that runs Ansible" in failure.message


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("kinit: Password incorrect while getting", "The domain controller refused 'ADATUM\\admin' the logon to"),
        ("kinit: Etwas anderes", "not understood (kinit failed), and counts as refused"),
    ],
)
def test_kinit_has_a_text_only(monkeypatch: pytest.MonkeyPatch, words: str, expected: str) -> None:
    monkeypatch.setattr(winrm_transport, "HAVE_KERBEROS", True)
    error = AnsibleConnectionFailure(f"Kerberos auth failure for principal a@B: {words}")
    failure = failed(error, [], endpoint("winrm", authentication="kerberos"), "the logon")
    assert isinstance(failure, LogonRefused)
    assert expected in failure.message


@pytest.mark.parametrize(
    ("error", "originals", "expected"),
    [
        (requests.exceptions.ConnectionError("Connection aborted."), [], "broke (ConnectionError)"),
        (FLATTENED, [WinRMTransportError("http", 503, SECRET)], "HTTP 503"),
        (
            AnsibleError(f"winrm send_input failed; \nstdout: {SECRET}\nstderr x"),
            [BrokenPipeError(32, "")],
            "broke (EPIPE)",
        ),
        (KeyError("shell"), [], "answered with something else than WS-Management"),
        (rejected(), [], "no longer accepts the logon as 'ADATUM\\admin' with ntlm, which it accepted before"),
    ],
)
def test_a_session_of_winrm_that_is_lost(error: Exception, originals: list[Exception], expected: str) -> None:
    failure = failed(error, originals, endpoint("winrm", connected=True), "Get-CsPool")
    assert failure.__class__ is SessionLost
    assert failure.message.startswith("The session was lost during Get-CsPool: ")
    assert expected in failure.message
    assert SECRET not in failure.message


@pytest.mark.parametrize(
    ("error", "kind", "expected"),
    [
        (
            AnsibleAuthenticationFailure("Invalid/incorrect password"),
            LogonRefused,
            "check user name, and password or key",
        ),
        (AnsibleConnectionFailure(SSH + "Permission denied (publickey)."), LogonRefused, "with ssh"),
        (AnsibleConnectionFailure(SSH + "Could not resolve hostname edge01"), SessionFailed, "does not resolve"),
        (
            AnsibleConnectionFailure(SSH + "connect to host edge01: Connection refused"),
            ServerDown,
            "the SSH server runs",
        ),
        (AnsibleConnectionFailure(SSH + "client_loop: send disconnect: Broken pipe"), SessionLost, "Broken pipe"),
        (
            AnsibleConnectionFailure(SSH + f"debug1: {SECRET}\nConnection reset by peer\ndebug1: Connection refused"),
            SessionLost,
            "failed: Connection reset by peer. Check the server",
        ),
        (AnsibleConnectionFailure("debug1: x"), SessionLost, "failed: AnsibleConnectionFailure"),
        (AnsibleConnectionFailure("x" * 300), SessionLost, "x" * 200 + " ..."),
    ],
)
def test_ssh_has_a_text_only(error: Exception, kind: type[SessionFailed], expected: str) -> None:
    failure = failed(error, [], endpoint("ssh"), "Get-CsPool")
    assert failure.__class__ is kind
    assert expected in failure.message
    assert SECRET not in failure.message


@pytest.mark.parametrize(
    ("plugin", "connected", "kind"),
    [("winrm", False, ServerDown), ("winrm", True, NotAnswered), ("ssh", False, NotAnswered)],
)
def test_a_command_whose_time_is_up(plugin: str, connected: bool, kind: type[SessionFailed]) -> None:
    assert overdue(endpoint(plugin, connected), "Get-CsPool").__class__ is kind


def test_the_output_of_a_process_that_read_no_input() -> None:
    assert output_in(AnsibleError("winrm send_input failed; \nstdout: a\nb\nstderr c")) == "a\nb"
    assert output_in(AnsibleError("something else")) == ""
