# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CredSSP: the client's password itself arrives, sealed, so that the session can log on to a further machine ([MS-CSSP]).

TLS inside the handshake is held at 1.2, the newest that the Windows versions of Lync's time have.
"""

from __future__ import annotations

import base64
import binascii
import functools
import logging
import ssl
import tempfile
from pathlib import Path
from typing import Any

import spnego
import spnego.exceptions
import spnego.tls

from lynclab.contract.accounts import Standing
from lynclab.logon.mechanism import Door, Outcome, Refused, logon_of
from lynclab.logon.spnego import Acceptor

# It logs refused logons as warnings; the journal has them.
logging.getLogger("spnego._credssp").addHandler(logging.NullHandler())
logging.getLogger("spnego._credssp").propagate = False

#: A TLS record holds no more: longer messages are sealed in pieces.
LARGEST_PIECE = 16384


class CredSsp:
    """The scheme ``CredSSP``."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._inner = _Inner(door)
        self._context = spnego.server(
            protocol="credssp", credssp_negotiate_context=self._inner, credssp_tls_context=_tls_context()
        )

    def step(self, token: str) -> Outcome:
        """One leg of the handshake."""
        inner = self._inner
        try:
            answer = self._context.step(base64.b64decode(token)) or b""
        except (spnego.exceptions.SpnegoError, binascii.Error, ValueError) as error:
            raise Refused(f"the logon failed: {error}", inner.user) from None
        text = f"CredSSP {base64.b64encode(answer).decode()}" if answer else "CredSSP"
        if inner.refusal is not None:
            refusal, inner.refusal = inner.refusal, None
            raise Refused(str(refusal), refusal.account, text if answer else "")
        if not self._context.complete:
            return Outcome(token=text, goes_on=True)
        return Outcome(self._log_on(), text if answer else "", cipher=self._context)

    def _log_on(self) -> Any:
        """Windows logs on with what was delegated: a wrong password there is a wrong password."""
        account = self._door.admit(self._inner.user)
        delegated = self._context.get_extra_info("client_credential")
        told = f"{delegated.domain_name}\\{delegated.username}" if delegated.domain_name else delegated.username
        if self._door.account(told) != account or delegated.password != account.password:
            raise self._door.wrong_password(told)
        return logon_of(account, "CredSSP", delegated=True)


class _Inner:
    """The logon inside, negotiated: as pyspnego's CredSSP expects a context to be. It tells refusals with their NTSTATUS."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._acceptor = Acceptor(door, "Negotiate", winrm=False)
        self.user = ""
        self.refusal: Refused | None = None

    def step(self, token: bytes, **_settings: Any) -> bytes:
        try:
            answer = self._acceptor.step(token)
            if self._acceptor.complete:
                self.user = self._acceptor.user
                self._door.admit(self.user)
        except Refused as refusal:
            self.refusal = refusal
            raise spnego.exceptions.SpnegoError(_signed(refusal.standing), context_msg=str(refusal)) from None
        return answer

    @property
    def complete(self) -> bool:
        return self._acceptor.complete

    @property
    def client_principal(self) -> str:
        return self._acceptor.user

    @property
    def negotiated_protocol(self) -> str:
        return str(self._acceptor.context.negotiated_protocol)

    def wrap(self, data: bytes) -> Any:
        return self._acceptor.context.wrap(data)

    def unwrap(self, data: bytes) -> Any:
        return self._acceptor.context.unwrap(data)


def _signed(standing: Standing) -> int:
    """Windows writes the NTSTATUS as a signed number of 32 bits."""
    return standing.value - (1 << 32)


@functools.cache
def _certificate() -> tuple[bytes, bytes]:
    """The service's own certificate with its key, and its public key; made once, as by a Windows service."""
    certificate, key, public_key = spnego.tls.generate_tls_certificate()
    return certificate + key, public_key


def _tls_context() -> spnego.tls.CredSSPTLSContext:
    settings = spnego.tls.default_tls_context("accept")
    settings.context.maximum_version = ssl.TLSVersion.TLSv1_2
    chain, settings.public_key = _certificate()
    with tempfile.TemporaryDirectory(prefix="lynclab-") as directory:
        file = Path(directory) / "credssp.pem"
        file.touch(mode=0o600)
        file.write_bytes(chain)
        settings.context.load_cert_chain(file)
    return settings
