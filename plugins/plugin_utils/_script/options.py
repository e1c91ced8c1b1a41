# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host that is reached with the connection plugin winrm, or ssh with a Windows shell: what there is to know of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ansible.release import __version__

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused

WINDOWS_SHELLS = frozenset({"powershell", "cmd"})
SSH_PASSES_ON_FROM = (2, 18)
"""Since this release of ansible-core ssh sends a command as it is; before, it made an encoded one of any text."""

_ENCRYPTING = frozenset({"ntlm", "kerberos", "credssp"})


@dataclass(frozen=True)
class ScriptEndpoint:
    """A connection plugin, options set, and how to talk about it.

    :param encodes: whether the plugin makes a command line of a script by itself.
    :param encrypted: whether what is sent cannot be read on the endpoint.
    :param secure: whether by TLS (or ssh), which a port without it does not understand.
    """

    connection: Any = field(repr=False)
    server: str
    port: int
    user: str | None
    authentication: str
    encodes: bool
    encrypted: bool
    command_timeout: int
    secure: bool = True

    @property
    def plugin(self) -> str:
        return str(self.connection.transport)

    @property
    def where(self) -> str:
        return f"{self.server}:{self.port}"


def winrm_endpoint(connection: Any, command_timeout: int) -> ScriptEndpoint:
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
    return ScriptEndpoint(
        connection,
        server=str(option("remote_addr")),
        port=port,
        user=user,
        authentication=authentication,
        encodes=True,
        encrypted=scheme == "https" or authentication in _ENCRYPTING,
        command_timeout=command_timeout,
        secure=scheme == "https",
    )


def ssh_endpoint(connection: Any, command_timeout: int) -> ScriptEndpoint:
    option = connection.get_option
    return ScriptEndpoint(
        connection,
        server=str(option("host")),
        port=int(option("port") or 22),
        user=option("remote_user"),
        authentication="ssh",
        encodes=_release(__version__) < SSH_PASSES_ON_FROM,
        encrypted=True,
        command_timeout=command_timeout,
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
        endpoint.connection.set_option("transport", [endpoint.authentication])
    else:
        endpoint.connection.set_option("reconnection_retries", 0)


def password_of(endpoint: ScriptEndpoint) -> str | None:
    """The password that the inventory gives; None where a key, a certificate or a ticket serves."""
    found = endpoint.connection.get_option("remote_password" if endpoint.plugin == "winrm" else "password")
    return None if found is None else str(found)
