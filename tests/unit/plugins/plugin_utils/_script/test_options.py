# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which inventories mean winrm or ssh, and what the plugins are told before they connect."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible.playbook.play_context import PlayContext
from ansible.plugins.loader import connection_loader

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused
from ansible_collections.ucops.lync.plugins.plugin_utils._action.connection import endpoint_of
from ansible_collections.ucops.lync.plugins.plugin_utils._script import options
from ansible_collections.ucops.lync.plugins.plugin_utils._script.options import ScriptEndpoint

WINRM: dict[str, Any] = {
    "remote_addr": "edge01.adatum.example",
    "remote_user": "EDGE01\\svc",
    "remote_password": "hunter2",
    "port": 5986,
    "scheme": None,
    "path": "/wsman",
    "transport": None,
}
SSH: dict[str, Any] = {"host": "edge01.adatum.example", "remote_user": "svc", "port": None, "reconnection_retries": 3}


class FakeConnection:
    """A connection plugin as far as its public face goes, and its shell's family."""

    connected = False

    def __init__(self, plugin: str, shell: str = "powershell", **options: Any) -> None:
        self.transport = plugin
        self.options = {**(WINRM if plugin == "winrm" else SSH), **options}
        self._shell = SimpleNamespace(SHELL_FAMILY=shell)

    def get_option(self, name: str) -> Any:
        return self.options[name]

    def set_option(self, name: str, value: Any) -> None:
        self.options[name] = value


def endpoint(connection: FakeConnection, **variables: Any) -> ScriptEndpoint:
    found = endpoint_of(connection, variables)
    assert isinstance(found, ScriptEndpoint)
    return found


@pytest.mark.parametrize(
    ("options", "authentication", "encrypted"),
    [
        ({}, "ssl", True),
        ({"port": "5985"}, "plaintext", False),
        ({"port": 5985, "scheme": "https"}, "ssl", True),
        ({"port": 5985, "remote_user": "svc@adatum.example"}, "kerberos", True),
        ({"port": 5985, "transport": ["ntlm"]}, "ntlm", True),
        ({"port": 5985, "transport": ["basic"]}, "basic", False),
        ({"transport": ["certificate"]}, "certificate", True),
        ({"transport": [None]}, "ssl", True),
    ],
)
def test_winrm(options: dict[str, Any], authentication: str, encrypted: bool) -> None:
    connection = FakeConnection("winrm", **options)
    found = endpoint(connection, lync_command_timeout="7")
    assert (found.at.authentication, found.encrypted, found.at.seconds) == (authentication, encrypted, 7)
    assert (found.plugin, found.encodes, found.at.user) == ("winrm", True, connection.options["remote_user"])
    assert found.at.where == f"edge01.adatum.example:{connection.options['port']}"
    assert "hunter2" not in repr(found)


def test_winrm_logs_on_with_one_mechanism_only() -> None:
    connection = FakeConnection("winrm", transport=["kerberos", "ntlm"])
    found = endpoint(connection)
    assert connection.options["transport"] == ["kerberos", "ntlm"]  # a question changes nothing
    options.allow_one_attempt(found)
    assert connection.options["transport"] == ["kerberos"]


def test_winrm_runs_kinit_in_no_language() -> None:
    connection = FakeConnection("winrm", kinit_env_vars=["KRB5_CONFIG", "LANG", "LC_ALL", "LANGUAGE"])
    options.keep_english(connection)
    assert connection.options["kinit_env_vars"] == ["KRB5_CONFIG"]
    options.keep_english(FakeConnection("ssh"))  # which has no such option


def test_what_winrm_hands_to_its_library() -> None:
    extras = {
        "ca_trust_path": "/etc/ssl/corp.pem",
        "cert_pem": "a.pem",
        "cert_key_pem": "a.key",
        "proxy": "http://proxy:3128",
    }
    extras["message_encryption"] = "always"
    found = endpoint(
        FakeConnection("winrm", _extras={f"ansible_winrm_{name}": value for name, value in extras.items()})
    )
    assert (found.at.ca, found.at.certificates, found.at.proxied) == ("/etc/ssl/corp.pem", ("a.pem", "a.key"), True)
    assert found.always_encrypts
    by_password = FakeConnection("winrm", transport=["ntlm"], _extras={"ansible_winrm_cert_pem": "a.pem"})
    assert endpoint(by_password).at.certificates == ()


def test_winrm_cannot_use_the_cmdlet_only_endpoint() -> None:
    with pytest.raises(Refused, match="set ansible_connection: psrp"):
        endpoint(FakeConnection("winrm", path="OcsPowershell"))


@pytest.mark.parametrize("shell", ["powershell", "cmd"])
@pytest.mark.parametrize(
    ("release", "encodes"), [("2.16.19", True), ("2.17.14", True), ("2.18.0rc1", False), ("2.21.5", False)]
)
def test_ssh(monkeypatch: pytest.MonkeyPatch, shell: str, release: str, encodes: bool) -> None:
    monkeypatch.setattr(options, "__version__", release)
    connection = FakeConnection("ssh", shell)
    found = endpoint(connection)
    assert (found.at.where, found.encodes, found.encrypted) == ("edge01.adatum.example:22", encodes, True)
    options.allow_one_attempt(found)
    assert connection.options["reconnection_retries"] == 0  # else a change may be sent twice


def test_ssh_to_another_shell_is_what_an_inventory_without_a_connection_means() -> None:
    with pytest.raises(Refused, match="ansible_shell_type: powershell"):
        endpoint(FakeConnection("ssh", "sh"))


@pytest.mark.parametrize("transport", ["winrm", "ssh"])
def test_the_installed_connection_plugins_have_these_options(transport: str) -> None:
    connection = connection_loader.get(transport, PlayContext(), "/dev/null")
    connection._shell = SimpleNamespace(SHELL_FAMILY="powershell")
    addressed = {"winrm": "remote_addr", "ssh": "host"}[transport]
    connection.set_options(direct={addressed: "edge01.adatum.example", "remote_user": "svc", "port": 5985})
    assert endpoint(connection).at.where == "edge01.adatum.example:5985"
    assert connection.connected is False
