# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is there: authentication of one connection, as Windows binds it.

Basic is checked on every request. The others authenticate the connection: once their handshake is done, every request on
it is the account's, and a new connection begins anew. Each mechanism is a class with ``step`` in a file of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lynclab.contract.endpoint import Endpoint, Logon
from lynclab.journal import Journal, LogonEntry
from lynclab.logon import certificate as logon_certificate
from lynclab.logon import encryption
from lynclab.logon.basic import Basic
from lynclab.logon.certificate import Certificate
from lynclab.logon.credssp import CredSsp
from lynclab.logon.mechanism import Cipher, Door, Mechanism, Outcome, Refused
from lynclab.logon.spnego import Spnego

_ORDER = ("Negotiate", "Kerberos", "NTLM", "CredSSP", "Basic")
_MECHANISMS: dict[str, Callable[[Door], Mechanism]] = {
    "Basic": Basic,
    "Certificate": Certificate,
    "CredSSP": CredSsp,
    "Kerberos": lambda door: Spnego(door, "Kerberos"),
    "Negotiate": lambda door: Spnego(door, "Negotiate"),
    "NTLM": lambda door: Spnego(door, "NTLM"),
}


@dataclass
class ConnectionLogon:
    """The state of authentication on one connection."""

    door: Door
    journal: Journal
    number: int
    logon: Logon | None = None
    cipher: Cipher | None = None
    _running: Mechanism | None = None
    _scheme: str = ""
    _basic: str = field(default="", repr=False)

    @property
    def secure(self) -> bool:
        """Whether the connection has TLS."""
        return self.door.endpoint_hash is not None

    def offers(self, endpoint: Endpoint) -> list[str]:
        """The WWW-Authenticate headers. Windows offers Basic over HTTP only where unencrypted traffic is allowed.

        A machine without keys for its services cannot take Kerberos; certificates are never offered in a header.
        """
        offered = []
        for scheme in _ORDER:
            if scheme not in endpoint.authentications:
                continue
            if scheme == "Basic" and not (self.secure or self.door.machine.wire.allow_unencrypted):
                continue
            if scheme == "Kerberos" and self.door.files.keytab(self.door.machine.name) is None:
                continue
            offered.append('Basic realm="WSMAN"' if scheme == "Basic" else scheme)
        return offered

    def authenticate(self, header: str | None, endpoint: Endpoint) -> Outcome:
        """Judge a request by its Authorization header and by what the connection already is."""
        if not header:
            if self._scheme == "Basic":
                self.logon = None
            return Outcome(self.logon)
        scheme, token = self._read(header, endpoint)
        if not scheme:
            self._forget()
            return Outcome()
        known = scheme == "Certificate" or (scheme == "Basic" and token == self._basic)
        if known and self.logon is not None and self._scheme == scheme:
            return Outcome(self.logon)
        if self._running is None or self._scheme != scheme or scheme == "Basic":
            self._forget()
            self._scheme, self._running = scheme, _MECHANISMS[scheme](self.door)
        return self._step(scheme, token, endpoint)

    def _read(self, header: str, endpoint: Endpoint) -> tuple[str, str]:
        """The mechanism that a client asks for and its token; no name if it is not to be had here."""
        scheme, _space, token = header.partition(" ")
        if scheme.lower() == logon_certificate.HEADER and self.secure:
            return ("Certificate" if self.door.machine.wire.certificate_mappings else ""), token
        offered = {offer.split(" ")[0] for offer in self.offers(endpoint)}
        return next((name for name in offered if name.lower() == scheme.lower()), ""), token.strip()

    def _step(self, scheme: str, token: str, endpoint: Endpoint) -> Outcome:
        assert self._running is not None
        try:
            outcome = self._running.step(token)
        except Refused as refusal:
            self._forget()
            self._record(endpoint, scheme, refusal.account, reason=str(refusal))
            return Outcome(token=refusal.token, goes_on=bool(refusal.token))
        if outcome.logon is not None:
            self.logon, self.cipher, self._running = outcome.logon, outcome.cipher, None
            self._basic = token if scheme == "Basic" else ""
            self._record(
                endpoint, scheme, outcome.logon.qualified, delegated=outcome.logon.delegated, bound=outcome.bound
            )
        return outcome

    def _record(
        self,
        endpoint: Endpoint,
        scheme: str,
        account: str,
        *,
        reason: str = "",
        delegated: bool = False,
        bound: bool = False,
    ) -> None:
        authentication = self.logon.authentication if self.logon is not None else scheme
        name = self.door.machine.name
        self.journal.write(
            LogonEntry(name, endpoint.path, account, authentication, self.number, not reason, reason, delegated, bound)
        )

    def _forget(self) -> None:
        self.logon = self.cipher = self._running = None
        self._basic = ""

    def protocol(self, content_type: str) -> str | None:
        """The encryption protocol of a sealed message, if this connection's keys can be meant by it."""
        if self.cipher is None:
            return None
        named = encryption.protocol(content_type)
        credssp = self._scheme == "CredSSP"
        return named if (named == encryption.CREDSSP) is credssp else None
