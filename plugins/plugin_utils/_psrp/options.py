# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A PSRP endpoint: everything that opens a session with it, from the options of the connection plugin psrp."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.ucops.lync.plugins.plugin_utils._failures.connection import Connection, Variables, address
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.network import through_proxy
from ansible_collections.ucops.lync.plugins.plugin_utils._session.guard import ANSWER_BYTES
from ansible_collections.ucops.lync.plugins.plugin_utils._session.plain import plain

VARIABLES = Variables(
    plugin="psrp",
    service="WinRM (or IIS, for OcsPowershell)",
    ports="5985, 5986 or 443",
    opens="open a session",
    library="pypsrp",
    authentication="ansible_psrp_auth",
    ca="ansible_psrp_ca_cert",
    certificate="ansible_psrp_certificate_pem and ansible_psrp_certificate_key_pem",
    configuration="ansible_psrp_configuration_name",
    encryption="ansible_psrp_message_encryption",
    path="ansible_psrp_path",
    protocol="ansible_psrp_protocol",
    proxy="correct ansible_psrp_proxy, or set ansible_psrp_ignore_proxy: true",
)
RESTRICTED_PATHS = frozenset({"ocspowershell"})
"""Endpoints that offer the cmdlets of a role only."""

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
class PsrpEndpoint:
    """Everything that opens a PSRP session. Secrets are in here: it is never shown whole.

    :param path: without slashes around it.
    :param command_timeout: seconds.
    :param answer_limit: bytes that the answer to a command may hold in memory.
    """

    server: str
    port: int
    path: str
    https: bool
    authentication: str
    configuration_name: str
    command_timeout: int
    wsman_arguments: Mapping[str, Any] = field(repr=False)
    answer_limit: int = ANSWER_BYTES
    session_keep: bool = True
    session_idle: int = 300
    pool_arguments: Mapping[str, Any] = field(default_factory=dict)

    @property
    def mechanism_is_open(self) -> bool:
        """Whether the libraries choose between Kerberos and NTLM themselves."""
        inner = self.wsman_arguments.get("credssp_auth_mechanism", "auto")
        return self.authentication == "negotiate" or (self.authentication == "credssp" and inner == "auto")

    @property
    def without_kerberos(self) -> Mapping[str, Any]:
        """The arguments with which the libraries, where they choose, choose NTLM."""
        option = "credssp_auth_mechanism" if self.authentication == "credssp" else "auth"
        return {**self.wsman_arguments, option: "ntlm"}

    @property
    def account(self) -> tuple[str | None, str | None]:
        """The name and the password that are logged on with."""
        return self.wsman_arguments.get("username"), self.wsman_arguments.get("password")

    @property
    def restricted(self) -> bool:
        return self.path.lower() in RESTRICTED_PATHS

    @property
    def where(self) -> str:
        return f"{address(self.server, self.port)}/{self.path}"

    @property
    def _proxied(self) -> bool:
        arguments = self.wsman_arguments
        if arguments.get("proxy") is not None:
            return True
        return not arguments.get("no_proxy") and through_proxy(self.https, self.server, self.port)

    @property
    def at(self) -> Connection:
        """The connection, as sentences name it."""
        arguments = self.wsman_arguments
        validation = arguments.get("cert_validation")
        certificates = (arguments.get("certificate_pem"), arguments.get("certificate_key_pem"))
        return Connection(
            VARIABLES,
            self.where,
            self.server,
            self.port,
            arguments.get("username"),
            self.authentication,
            self.https,
            has_password=arguments.get("password") is not None,
            ca=validation if isinstance(validation, str) else None,
            certificates=tuple(file for file in certificates if file) if self.authentication == "certificate" else (),
            proxied=self._proxied,
            rights="it must be in the local group Administrators or Remote Management Users, or have rights on the session "
            f"configuration {self.configuration_name}",
            configuration=self.configuration_name,
            seconds=self.command_timeout,
        )


def psrp_endpoint(
    connection: Any, command_timeout: int, answer_limit: int, session_keep: bool, session_idle: int
) -> PsrpEndpoint:
    """The endpoint behind the connection plugin psrp, options set, not yet connected."""
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
        path=str(option("path")).strip("/"),  # pypsrp puts a slash before it
        auth=option("auth"),
        encryption=option("message_encryption"),
        no_proxy=bool(option("ignore_proxy")),
        reconnection_backoff=float(option("reconnection_backoff")),
        cert_validation=_cert_validation(option("cert_validation"), option("ca_cert")),
    )
    arguments = {
        name: plain(value) for name, value in arguments.items() if value is not None or name in ("username", "password")
    }
    return PsrpEndpoint(
        server=arguments["server"],
        port=arguments["port"],
        path=arguments["path"],
        https=arguments["ssl"],
        authentication=arguments["auth"],
        configuration_name=plain(option("configuration_name")),
        command_timeout=command_timeout,
        answer_limit=answer_limit,
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
