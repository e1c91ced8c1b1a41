# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What TLS that fails says to the administrator, by the words of OpenSSL."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PROBE_SECONDS = 5
_LONGEST_LIST = 4


@dataclass(frozen=True)
class Settings:
    """The host variables that a sentence names: they depend on the connection plugin."""

    protocol: str
    ca: str
    authentication: str
    encryption: str
    path: str
    proxy: str


PSRP = Settings(
    protocol="ansible_psrp_protocol",
    ca="ansible_psrp_ca_cert",
    authentication="ansible_psrp_auth",
    encryption="ansible_psrp_message_encryption",
    path="ansible_psrp_path",
    proxy="correct ansible_psrp_proxy, or set ansible_psrp_ignore_proxy: true",
)
WINRM = Settings(
    protocol="ansible_winrm_scheme",
    ca="ansible_winrm_ca_trust_path",
    authentication="ansible_winrm_transport",
    encryption="ansible_winrm_message_encryption",
    path="ansible_winrm_path",
    proxy="correct ansible_winrm_proxy, or leave it out",
)


def tls_sentence(reason: str, where: str, settings: Settings, names: Callable[[], list[str]]) -> str:
    """
    :param reason: what OpenSSL or urllib3 said.
    :param names: finds out which names the server's certificate carries.
    """

    def says(*words: str) -> bool:
        return any(word in reason.lower() for word in words)

    if says("mismatch", "doesn't match", "not valid for"):
        carried = names()
        shown = ", ".join(carried[:_LONGEST_LIST]) + (", ..." if len(carried) > _LONGEST_LIST else "")
        other = f", but to {shown}" if carried else ""
        return (
            f"TLS to {where} failed: the certificate does not belong to that name{other}. Connect by a name that it carries "
            "(ansible_host), or have one issued for this server: that of a pool often names the pool only."
        )
    if says("has expired", "not yet valid"):
        return f"TLS to {where} failed: the server's certificate has expired or is not yet valid. Renew it, or check the clocks."
    if says("self-signed certificate in certificate chain", "self signed certificate in", "local issuer"):
        return f"TLS to {where} failed: the controller does not know the CA of the certificate. Name it with {settings.ca}."
    if says("self-signed", "self signed"):
        return (
            f"TLS to {where} failed: the certificate is self-signed. Have one issued by your CA, or name this one as "
            f"its own CA with {settings.ca}."
        )
    if says("protocol version", "unsupported protocol", "no protocols available"):
        return (
            f"TLS to {where} failed: the server speaks only TLS 1.0 or 1.1, which the controller refuses. Enable TLS 1.2 on the "
            "server (Schannel), or use port 5985, whose messages ntlm and kerberos encrypt."
        )
    if says("wrong version number", "record layer", "packet length too long", "http request"):
        return (
            f"{where} does not speak TLS: check the port (WinRM: 5986), or set {settings.protocol}: http for port 5985."
        )
    if says("invalid path", "no such file"):
        return f"The controller cannot read a certificate file for {where}: {reason}. Check {settings.ca}."
    return f"TLS to {where} failed: {reason}. Check the certificate, or name the CA with {settings.ca}."


def spoken_plainly(where: str, settings: Settings) -> str:
    """A server that closed the connection at the first request without TLS, or answered with what is no HTTP."""
    return (
        f"The connection to {where} was closed without an answer. If this is the HTTPS port, set {settings.protocol}: https; else "
        "check the port, and what lies in between."
    )


def names_of(server: str, port: int, ca: str | None) -> list[str]:
    """The names in a certificate that the CA vouches for; none where it cannot be fetched. Nobody logs on for it."""
    with contextlib.suppress(OSError, ValueError):
        trusted = ca or os.environ.get("REQUESTS_CA_BUNDLE") or None
        folder = trusted is not None and Path(trusted).is_dir()
        context = ssl.create_default_context(cafile=None if folder else trusted, capath=trusted if folder else None)
        context.check_hostname = False
        with (
            socket.create_connection((server, port), timeout=_PROBE_SECONDS) as connection,
            context.wrap_socket(connection, server_hostname=server) as secured,
        ):
            certificate: dict[str, Any] = dict(secured.getpeercert() or {})
            return [str(name) for kind, name in certificate.get("subjectAltName", ()) if kind in ("DNS", "IP Address")]
    return []


def reason_of(text: str) -> str:
    """What OpenSSL said, without its place in the source."""
    found = re.search(r"\[SSL: \w+\] (.+?) \(_ssl", text)
    return (found[1] if found else re.sub(r"\s*\(_ssl\.c:\d+\)", "", text)).rstrip(". ")
