# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is there: authentication of one connection, as Windows binds it.

Basic is checked on every request. NTLM and Negotiate authenticate the connection: once their handshake is done, every
request on it is the account's, and a new connection begins anew. Each mechanism is a class with ``step``; Kerberos,
CredSSP and client certificates have their place in ``_MECHANISMS``.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any, Protocol

import spnego
import spnego.channel_bindings
import spnego.exceptions

from lynclab import accounts
from lynclab.accounts import AccountFiles
from lynclab.endpoint import Account, Endpoint, Logon, Machine
from lynclab.journal import Journal, LogonEntry

_ORDER = ("Negotiate", "Kerberos", "NTLM", "CredSSP", "Basic")
#: The head of the channel binding in an NTLM response: MsvAvChannelBindings, 16 bytes. CbtHardeningLevel is Relaxed by
#: default: a response without one is accepted, one with another channel's is not.
_CHANNEL_BINDING = b"\x0a\x00\x10\x00"
_ENCRYPTING = frozenset({"Negotiate", "NTLM"})


@dataclass
class Outcome:
    """What a request's authentication came to: a logon, or a refusal; ``token`` goes back to the client."""

    logon: Logon | None = None
    token: str = ""
    #: The handshake goes on: only its token is sent, not the list of offers.
    goes_on: bool = False


class Refused(Exception):
    """The account or its password is wrong."""

    def __init__(self, reason: str, account: str = "") -> None:
        super().__init__(reason)
        self.account = account


class Mechanism(Protocol):
    """One way to log on."""

    def step(self, token: str) -> Outcome:
        """Take what the client sent behind the scheme's name. Raises Refused."""


@dataclass
class ConnectionLogon:
    """The state of authentication on one connection."""

    machine: Machine
    files: AccountFiles
    journal: Journal
    number: int
    endpoint_hash: bytes | None = None
    logon: Logon | None = None
    context: Any = None
    _running: Mechanism | None = None
    _scheme: str = ""
    _basic: str = field(default="", repr=False)

    @property
    def secure(self) -> bool:
        """Whether the connection has TLS."""
        return self.endpoint_hash is not None

    def offers(self, endpoint: Endpoint) -> list[str]:
        """The WWW-Authenticate headers. Windows offers Basic over HTTP only where unencrypted traffic is allowed."""
        offered = []
        for scheme in _ORDER:
            if scheme not in endpoint.authentications or scheme not in _MECHANISMS:
                continue
            if scheme == "Basic" and not (self.secure or self.machine.wire.allow_unencrypted):
                continue
            offered.append('Basic realm="WSMAN"' if scheme == "Basic" else scheme)
        return offered

    def authenticate(self, header: str | None, endpoint: Endpoint) -> Outcome:
        """Judge a request by its Authorization header and by what the connection already is."""
        if not header:
            if self._scheme == "Basic":
                self.logon = None
            return Outcome(self.logon)
        scheme, _space, token = header.partition(" ")
        scheme = next((name for name in _ORDER if name.lower() == scheme.lower()), "")
        if scheme not in {offer.split(" ")[0] for offer in self.offers(endpoint)}:
            self._forget()
            return Outcome()
        if scheme == "Basic" and self.logon is not None and token == self._basic:
            return Outcome(self.logon)
        if self._running is None or self._scheme != scheme or scheme == "Basic":
            self._forget()
            self._scheme, self._running = scheme, _MECHANISMS[scheme](self)
        return self._step(scheme, token.strip(), endpoint)

    def _step(self, scheme: str, token: str, endpoint: Endpoint) -> Outcome:
        assert self._running is not None
        try:
            outcome = self._running.step(token)
        except Refused as refusal:
            self._forget()
            self._record(endpoint, scheme, refusal.account, str(refusal))
            return Outcome()
        if outcome.logon is not None:
            self.logon, self._running = outcome.logon, None
            self._basic = token if scheme == "Basic" else ""
            self._record(endpoint, scheme, outcome.logon.qualified)
        return outcome

    def _record(self, endpoint: Endpoint, scheme: str, account: str, reason: str = "") -> None:
        self.journal.write(
            LogonEntry(self.machine.name, endpoint.path, account, scheme, self.number, not reason, reason)
        )

    def _forget(self) -> None:
        self.logon = self.context = self._running = None
        self._basic = ""

    @property
    def encrypts(self) -> bool:
        """Whether messages on this connection can be encrypted by the logon's own keys."""
        return self.context is not None and self._scheme in _ENCRYPTING


class Basic:
    """User and password in the clear, in base64."""

    def __init__(self, connection: ConnectionLogon) -> None:
        self._connection = connection

    def step(self, token: str) -> Outcome:
        """The token is ``user:password``."""
        try:
            user, _colon, password = _clear(base64.b64decode(token, validate=True)).partition(":")
        except binascii.Error:
            raise Refused("the token cannot be read") from None
        account = accounts.find(self._connection.machine.accounts, user)
        if account is None or account.password != password:
            raise Refused("unknown user name or bad password", user)
        return Outcome(_logon(account, "Basic"))


class Spnego:
    """NTLM, alone or negotiated, by pyspnego's acceptor; with channel binding where the connection has TLS."""

    def __init__(self, connection: ConnectionLogon, protocol: str, name: str) -> None:
        self._connection = connection
        self._name = name
        self._bindings = None
        if connection.endpoint_hash is not None:
            self._bindings = spnego.channel_bindings.GssChannelBindings(
                application_data=b"tls-server-end-point:" + connection.endpoint_hash
            )
        with connection.files.of(connection.machine.accounts):
            self._context = spnego.server(
                protocol=protocol,
                options=spnego.NegotiateOptions.use_ntlm | spnego.NegotiateOptions.wrapping_winrm
                if protocol == "ntlm"
                else spnego.NegotiateOptions.use_negotiate,
            )

    def step(self, token: str) -> Outcome:
        """One leg of the handshake."""
        connection = self._connection
        try:
            with connection.files.of(connection.machine.accounts):
                data = base64.b64decode(token)
                bindings = self._bindings if _CHANNEL_BINDING in data else None
                answer = self._context.step(data, channel_bindings=bindings)
        except (spnego.exceptions.SpnegoError, binascii.Error, ValueError) as error:
            raise Refused(f"the logon failed: {error}") from None
        text = f"{self._name} {base64.b64encode(answer).decode()}" if answer else ""
        if not self._context.complete:
            if not answer:
                raise Refused("the handshake stopped")
            return Outcome(token=text, goes_on=True)
        principal = self._context.client_principal or ""
        account = accounts.find(connection.machine.accounts, principal)
        if account is None:
            raise Refused("unknown user name", principal)
        connection.context = self._context
        return Outcome(_logon(account, self._name), text)


def _clear(data: bytes) -> str:
    """RFC 7617 leaves the encoding open: clients send UTF-8 or, as requests does, Latin-1."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _logon(account: Account, authentication: str) -> Logon:
    return Logon(account.name, account.domain, authentication)


_MECHANISMS: dict[str, Any] = {
    "Basic": Basic,
    "Negotiate": lambda connection: Spnego(connection, "negotiate", "Negotiate"),
    "NTLM": lambda connection: Spnego(connection, "ntlm", "NTLM"),
}
