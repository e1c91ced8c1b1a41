# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host that is reached with the connection plugin winrm, or ssh with a Windows shell: what there is to know of it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import Any

from ansible.release import __version__

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.connection import Connection, Variables, address
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.network import through_proxy
from ansible_collections.ucops.lync.plugins.plugin_utils._session.guard import ANSWER_BYTES

WINDOWS_SHELLS = frozenset({"powershell", "cmd"})
SSH_PASSES_ON_FROM = (2, 18)
"""Since this release of ansible-core ssh sends a command as it is; before, it made an encoded one of any text."""

WINRM = Variables(
    plugin="winrm",
    service="WinRM",
    ports="5985 or 5986",
    opens="start a process",
    library="pywinrm",
    authentication="ansible_winrm_transport",
    ca="ansible_winrm_ca_trust_path",
    certificate="ansible_winrm_cert_pem and ansible_winrm_cert_key_pem",
    encryption="ansible_winrm_message_encryption",
    path="ansible_winrm_path",
    protocol="ansible_winrm_scheme",
    proxy="correct ansible_winrm_proxy, or leave it out",
)
SSH = Variables(plugin="ssh", service="the SSH server", ports="22", opens="start a process")

ENCRYPTING = frozenset({"ntlm", "kerberos", "credssp"})
"""Authentications of winrm whose keys encrypt messages."""

_LANGUAGE = ("LANG", "LANGUAGE", "LC_")


@dataclass(frozen=True)
class ScriptEndpoint:
    """A connection plugin, options set, and how to talk about it.

    :param at: the connection, as sentences name it.
    :param encodes: whether the plugin makes a command line of a script by itself.
    :param answer_limit: bytes that the answer to a command may hold in memory.
    :param encrypted: whether what is sent cannot be read on the endpoint.
    :param always_encrypts: whether the inventory says that nothing else is to be sent.
    """

    connection: Any = field(repr=False)
    at: Connection
    encodes: bool
    encrypted: bool
    always_encrypts: bool = False
    answer_limit: int = ANSWER_BYTES

    @property
    def plugin(self) -> str:
        return str(self.connection.transport)


def winrm_endpoint(connection: Any, command_timeout: int, answer_limit: int) -> ScriptEndpoint:
    """:raises Refused: when the path is that of an endpoint where no process can be started."""
    option = connection.get_option
    port, user, path = int(option("port")), option("remote_user"), str(option("path"))
    if path.strip("/").lower() == "ocspowershell":
        raise Refused(
            "OcsPowershell takes cmdlets only, and the connection plugin winrm starts processes: set ansible_connection: psrp and "
            "ansible_psrp_path: OcsPowershell, or leave out ansible_winrm_path."
        )
    scheme = option("scheme") or ("http" if port == 5985 else "https")
    by_default = "kerberos" if "@" in (user or "") else "ssl" if scheme == "https" else "plaintext"
    authentication = str(next((name for name in option("transport") or () if name), by_default))
    extras = _extras(connection)
    files = (extras.get("cert_pem"), extras.get("cert_key_pem"))
    server = str(option("remote_addr"))
    return ScriptEndpoint(
        connection,
        Connection(
            WINRM,
            address(server, port),
            server,
            port,
            user,
            authentication,
            scheme == "https",
            has_password=option("remote_password") is not None,
            ca=extras.get("ca_trust_path"),
            certificates=tuple(str(file) for file in files if file) if authentication in ("certificate", "ssl") else (),
            proxied="proxy" in extras or through_proxy(scheme == "https", server, port),
            rights="it must be in the local group Administrators",
            seconds=command_timeout,
        ),
        encodes=True,
        encrypted=scheme == "https" or authentication in ENCRYPTING,
        always_encrypts=extras.get("message_encryption") == "always",
        answer_limit=answer_limit,
    )


def _extras(connection: Any) -> dict[str, Any]:
    """What the plugin winrm hands to its library without an option of its own, by the library's names."""
    try:
        found = connection.get_option("_extras") or {}
    except KeyError:
        return {}
    return {name.removeprefix("ansible_winrm_"): value for name, value in found.items()}


def ssh_endpoint(connection: Any, command_timeout: int, answer_limit: int) -> ScriptEndpoint:
    option = connection.get_option
    server, port = str(option("host")), int(option("port") or 22)
    return ScriptEndpoint(
        connection,
        Connection(
            SSH, address(server, port), server, port, option("remote_user"), "ssh", False, seconds=command_timeout
        ),
        encodes=_release(__version__) < SSH_PASSES_ON_FROM,
        encrypted=True,
        answer_limit=answer_limit,
    )


def has_windows_shell(connection: Any) -> bool:
    return getattr(getattr(connection, "_shell", None), "SHELL_FAMILY", "") in WINDOWS_SHELLS


def _release(version: str) -> tuple[int, int]:
    major, minor = version.split(".")[:2]
    return int(major), int(minor)


def allow_one_attempt(endpoint: ScriptEndpoint) -> None:
    """Keep the connection plugin from trying again: winrm with its next mechanism, where each refused logon counts against the
    account; ssh by sending the command once more, also one that has changed something already.
    """
    if endpoint.plugin == "winrm":
        endpoint.connection.set_option("transport", [endpoint.at.authentication])
    else:
        endpoint.connection.set_option("reconnection_retries", 0)


def password_of(endpoint: ScriptEndpoint) -> str | None:
    """The password that the inventory gives; None where a key, a certificate or a ticket serves."""
    found = endpoint.connection.get_option("remote_password" if endpoint.plugin == "winrm" else "password")
    return None if found is None else str(found)


def keep_english(connection: Any) -> None:
    """Keep the plugin winrm from running kinit in the controller's language: its text is all that it says of a refusal.

    The plugin hands on the variables of its option only, so that kinit speaks English where none of them names a language.
    """
    with contextlib.suppress(KeyError):
        stated = connection.get_option("kinit_env_vars") or []
        connection.set_option("kinit_env_vars", [name for name in stated if not name.startswith(_LANGUAGE)])
