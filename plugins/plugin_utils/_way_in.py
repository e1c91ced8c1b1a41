# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a host is reached, told by its inventory: the connection plugin's name, the shell's family, the public options.

Only ``get_option`` is used: the plugins' own attributes differ from release to release of ansible-core.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean

from ansible_collections.ucops.lync.plugins.module_utils._outcome import Refused
from ansible_collections.ucops.lync.plugins.plugin_utils._plain import plain
from ansible_collections.ucops.lync.plugins.plugin_utils._script_way import (
    ScriptWay,
    has_windows_shell,
    ssh_way,
    winrm_way,
)

COMMAND_TIMEOUT = 120
"""Seconds that one command may take, the load of the Lync module included (documented by users as 4 to 30 s)."""

SESSION_IDLE = 300
"""Seconds after which a server ends a shell that nobody uses, should its client have been killed."""

LEAST_SESSION_IDLE = 60
"""Seconds: what WinRM takes for an idle time-out at the least (policy "Specify idle Timeout")."""

THREE_LINES = """\
    ansible_connection: psrp
    ansible_psrp_path: OcsPowershell      # a Front End; leave it out for an Edge Server
    ansible_port: 443                     # a Front End; 5985 or 5986 for an Edge Server"""

_WSMAN_OPTIONS = (
    "connection_timeout",
    "max_envelope_size",
    "operation_timeout",
    "read_timeout",
    "reconnection_retries",
    "proxy",
    "certificate_key_pem",
    "certificate_pem",
    "certificate_key_password",
    "credssp_auth_mechanism",
    "credssp_disable_tlsv1_2",
    "credssp_minimum_version",
    "negotiate_send_cbt",
    "negotiate_delegate",
    "negotiate_hostname_override",
    "negotiate_service",
)
_OPTIONAL = frozenset({"certificate_key_password"})
"""Options that older releases of the psrp connection plugin do not have."""


@dataclass(frozen=True)
class PsrpWay:
    """Everything that opens a PSRP session. Secrets are in here: it is never shown whole."""

    server: str
    port: int
    path: str
    https: bool
    authentication: str
    configuration_name: str
    command_timeout: int
    wsman_arguments: Mapping[str, Any] = field(repr=False)
    session_keep: bool = True
    session_idle: int = SESSION_IDLE
    pool_arguments: Mapping[str, Any] = field(default_factory=dict)

    @property
    def mechanism_is_open(self) -> bool:
        """Whether the libraries choose between Kerberos and NTLM themselves."""
        inner = self.wsman_arguments.get("credssp_auth_mechanism", "auto")
        return self.authentication == "negotiate" or (self.authentication == "credssp" and inner == "auto")

    @property
    def where(self) -> str:
        server = f"[{self.server}]" if ":" in self.server else self.server
        return f"{server}:{self.port}/{self.path.strip('/')}"


Way = PsrpWay | ScriptWay


def way_in(connection: Any, variables: Mapping[str, Any]) -> Way:
    """The way to the host of a connection plugin.

    :param connection: the task's connection plugin, options set, not yet connected.
    :param variables: plain host variables that belong to this collection (``lync_command_timeout``, ``lync_session_keep``,
        ``lync_session_idle``).
    :raises Refused: when the inventory names no way that can be used, with the lines to add.
    """
    command_timeout = _seconds(variables, "lync_command_timeout", COMMAND_TIMEOUT, least=1)
    plugin = connection.transport
    if plugin == "psrp":
        return _psrp(
            connection,
            command_timeout,
            session_keep=boolean(variables.get("lync_session_keep", True), strict=False),
            session_idle=_seconds(variables, "lync_session_idle", SESSION_IDLE, least=LEAST_SESSION_IDLE),
        )
    if plugin == "winrm":
        return winrm_way(connection, command_timeout)
    if plugin == "ssh" and has_windows_shell(connection):
        return ssh_way(connection, command_timeout)
    raise Refused(
        f"This host is reached with the connection plugin {plugin}, over which Lync cmdlets cannot be run "
        f"(an inventory without ansible_connection means ssh; ssh needs ansible_shell_type: powershell). "
        f"Add to the host's variables:\n{THREE_LINES}"
    )


def _seconds(variables: Mapping[str, Any], name: str, default: int, least: int) -> int:
    stated = variables.get(name, default)
    try:
        seconds = int(stated)
    except (TypeError, ValueError):
        seconds = 0
    if seconds < least:
        raise Refused(f"The host variable {name} must be a number of seconds, at least {least}, not {stated!r}.")
    return seconds


def _psrp(connection: Any, command_timeout: int, session_keep: bool, session_idle: int) -> PsrpWay:
    option = connection.get_option
    protocol, port = option("protocol"), option("port")
    if protocol is None:
        protocol = "http" if port is not None and int(port) == 5985 else "https"
    if port is None:
        port = 5986 if protocol == "https" else 5985
    arguments = {name: _option(connection, name) for name in _WSMAN_OPTIONS}
    arguments.update(
        server=option("remote_addr"),
        port=int(port),
        username=option("remote_user"),
        password=option("remote_password"),
        ssl=protocol == "https",
        path=option("path"),
        auth=option("auth"),
        encryption=option("message_encryption"),
        no_proxy=bool(option("ignore_proxy")),
        reconnection_backoff=float(option("reconnection_backoff")),
        cert_validation=_cert_validation(option("cert_validation"), option("ca_cert")),
    )
    arguments = {
        name: plain(value) for name, value in arguments.items() if value is not None or name in ("username", "password")
    }
    return PsrpWay(
        server=arguments["server"],
        port=arguments["port"],
        path=arguments["path"],
        https=arguments["ssl"],
        authentication=arguments["auth"],
        configuration_name=plain(option("configuration_name")),
        command_timeout=command_timeout,
        session_keep=session_keep,
        session_idle=session_idle,
        wsman_arguments=arguments,
        pool_arguments={
            "idle_timeout": session_idle,
            "no_profile": bool(_option(connection, "no_profile", optional=True)),
        },
    )


def _option(connection: Any, name: str, optional: bool = False) -> Any:
    if not optional and name not in _OPTIONAL:
        return connection.get_option(name)
    try:
        return connection.get_option(name)
    except KeyError:
        return None


def _cert_validation(validation: str, ca_cert: str | None) -> bool | str:
    if validation == "ignore":
        return False
    return ca_cert if ca_cert is not None else True
