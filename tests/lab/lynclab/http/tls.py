# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The TLS of a machine's HTTPS port: its settings, and the server's side of a handshake."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from asyncio import sslproto
from pathlib import Path

from lynclab.contract.tls import Tls, Trust
from lynclab.http.certificates import Authority, ServerCertificate


class TlsServer(sslproto.SSLProtocol):
    """The server's side of TLS on one connection. asyncio's own keeps back the alert that says why a handshake failed."""

    def __init__(self, loop: asyncio.AbstractEventLoop, inner: asyncio.Protocol, context: ssl.SSLContext) -> None:
        super().__init__(loop, inner, context, None, server_side=True)  # type: ignore[arg-type]

    def _on_handshake_complete(self, handshake_exc: BaseException | None) -> None:
        if handshake_exc is not None:
            self._process_outgoing()  # type: ignore[attr-defined]
        super()._on_handshake_complete(handshake_exc)


class CertificateStore:
    """The server certificates of a lab and the authorities behind them. ``directory`` holds its files."""

    def __init__(self, directory: Path) -> None:
        self.authority = Authority(directory)
        self._directory = directory
        self._unknown: Authority | None = None

    def certificate(self, name: str, tls: Tls, *, asks_client: bool) -> ServerCertificate:
        """The TLS settings of a machine. ``asks_client``: a client may show a certificate of the lab's authority."""
        authority = self.authority if tls.trust is Trust.AUTHORITY else self._other()
        certificate = authority.issue(name, names=tls.names, expired=tls.expired, self_signed=tls.trust is Trust.ITSELF)
        context = certificate.context
        if tls.old:
            _speak_only_tls10(context)
        if asks_client:
            context.verify_mode = ssl.CERT_OPTIONAL
            context.load_verify_locations(self.authority.ca_file)
        return certificate

    def _other(self) -> Authority:
        if self._unknown is None:
            self._unknown = Authority(self._directory, "Unknown authority", "unknown-ca")
        return self._unknown


def _speak_only_tls10(context: ssl.SSLContext) -> None:
    """The libraries of today need to be asked twice for it."""
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
