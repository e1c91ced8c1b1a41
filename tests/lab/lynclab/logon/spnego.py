# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""NTLM, Kerberos, and either of them negotiated: by pyspnego's acceptor, with the channel binding where there is TLS."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import spnego
import spnego.channel_bindings
import spnego.exceptions
from spnego._context import GSSMech
from spnego._ntlm_raw.messages import Authenticate
from spnego._spnego import NegTokenInit, unpack_token

from lynclab.logon import kerberos
from lynclab.logon.mechanism import Door, Outcome, Refused, logon_of

#: The head of the channel binding in an NTLM response: MsvAvChannelBindings, 16 bytes. CbtHardeningLevel is Relaxed by
#: default: a response without one is accepted, one with another channel's is not.
_CHANNEL_BINDING = b"\x0a\x00\x10\x00"
_NTLM = b"NTLMSSP\x00"
_NTLM_RESPONSE = _NTLM + b"\x03\x00\x00\x00"
_KERBEROS_OIDS = frozenset(mech.value for mech in (GSSMech.kerberos, GSSMech._ms_kerberos, GSSMech._kerberos_draft))


class Acceptor:
    """The server's side of one handshake. ``scheme`` is ``Negotiate``, ``NTLM`` or ``Kerberos``.

    ``winrm``: its keys will seal WinRM's messages.
    """

    def __init__(self, door: Door, scheme: str, *, winrm: bool = True) -> None:
        self._door = door
        self._scheme = scheme
        self._options = spnego.NegotiateOptions.wrapping_winrm if winrm else spnego.NegotiateOptions.none
        self._context: Any = None
        self._user = ""
        self._ntlm_bound = False
        self._bindings = None
        if door.endpoint_hash is not None:
            self._bindings = spnego.channel_bindings.GssChannelBindings(
                application_data=b"tls-server-end-point:" + door.endpoint_hash
            )

    def step(self, token: bytes) -> bytes:
        """One leg. Raises Refused, with the name of the account where the client told it."""
        self._read_user(token)
        with self._door.files.of(self._door.machine.accounts):
            try:
                if self._context is None:
                    self._context = self._begin(token)
                bindings = self._bindings_for(token)
                answer: bytes | None = self._context.step(token, channel_bindings=bindings)
                self._ntlm_bound = bindings is not None and _NTLM_RESPONSE in token
            except spnego.exceptions.BadBindingsError as error:
                raise Refused(f"the channel binding is another channel's: {error}", self._user) from None
            except (spnego.exceptions.SpnegoError, ValueError) as error:
                if self._user:
                    raise self._door.wrong_password(self._user) from None
                raise Refused(f"the logon failed: {error}") from None
        return answer or b""

    @property
    def context(self) -> Any:
        """pyspnego's context."""
        return self._context

    @property
    def complete(self) -> bool:
        """Whether the handshake is done."""
        return bool(self._context is not None and self._context.complete)

    @property
    def user(self) -> str:
        """Who logged on, as ``DOMAIN\\user`` or ``user@REALM``."""
        return str(self._context.client_principal or "")

    @property
    def protocol(self) -> str:
        """``Kerberos``, or the scheme under which NTLM was used."""
        if self._context.negotiated_protocol == "kerberos":
            return "Kerberos"
        return "NTLM" if self._scheme == "NTLM" else "Negotiate"

    @property
    def delegated(self) -> bool:
        """Whether the client's own ticket came along."""
        return self.protocol == "Kerberos" and bool(self._context.context_attr & spnego.ContextReq.delegate)

    @property
    def bound(self) -> bool:
        """Whether the client bound the logon to the TLS channel."""
        if self.protocol == "Kerberos":
            return self._bindings is not None and kerberos.bound(self._context)
        return self._ntlm_bound

    def _begin(self, token: bytes) -> Any:
        """A context for what the client offers and this machine can do."""
        kerberos_wanted, ntlm_wanted, wrapped = _offered(token)
        keytab = self._door.files.keytab(self._door.machine.name)
        contexts: dict[GSSMech, Any] = {}
        if kerberos_wanted and keytab is not None and self._scheme != "NTLM":
            contexts[GSSMech.kerberos] = kerberos.acceptor(keytab, self._options)
        if ntlm_wanted and self._scheme != "Kerberos":
            options = self._options | spnego.NegotiateOptions.use_ntlm
            contexts[GSSMech.ntlm] = spnego.server(protocol="ntlm", options=options)
        if not contexts:
            raise Refused("the client offers no mechanism that this machine has")
        if not wrapped:
            return next(iter(contexts.values()))
        for context in contexts.values():
            context._is_wrapped = True
        options = self._options | spnego.NegotiateOptions.use_negotiate
        return spnego.server(protocol="negotiate", options=options, _negotiate_contexts=contexts)

    def _bindings_for(self, token: bytes) -> Any:
        """NTLM's response shows whether it is bound; Kerberos accepts an unbound one by itself."""
        ntlm = _NTLM in token
        return self._bindings if not ntlm or _CHANNEL_BINDING in token else None

    def _read_user(self, token: bytes) -> None:
        """NTLM's last message names the account in the clear."""
        start = token.find(_NTLM_RESPONSE)
        if start < 0:
            return
        try:
            response = Authenticate.unpack(token[start:])
        except Exception:  # whatever is wrong with it, the acceptor will say
            return
        user = response.user_name or ""
        self._user = f"{response.domain_name}\\{user}" if response.domain_name else user


class Spnego:
    """The schemes ``Negotiate``, ``NTLM`` and ``Kerberos``."""

    def __init__(self, door: Door, scheme: str) -> None:
        self._door = door
        self._scheme = scheme
        self._acceptor = Acceptor(door, scheme)

    def step(self, token: str) -> Outcome:
        """One leg of the handshake."""
        acceptor = self._acceptor
        try:
            answer = acceptor.step(base64.b64decode(token))
        except binascii.Error as error:
            raise Refused(f"the logon failed: {error}") from None
        text = f"{self._scheme} {base64.b64encode(answer).decode()}" if answer else ""
        if not acceptor.complete:
            if not answer:
                raise Refused("the handshake stopped")
            return Outcome(token=text, goes_on=True)
        account = self._door.admit(acceptor.user)
        logon = logon_of(account, acceptor.protocol, delegated=acceptor.delegated)
        return Outcome(logon, text, cipher=acceptor.context, bound=acceptor.bound)


def _offered(token: bytes) -> tuple[bool, bool, bool]:
    """What a first token offers: Kerberos, NTLM, and whether SPNEGO is around it."""
    if token.startswith(_NTLM):
        return False, True, False
    init = unpack_token(token)
    if not isinstance(init, NegTokenInit):
        return True, False, False
    return bool(_KERBEROS_OIDS & set(init.mech_types)), GSSMech.ntlm.value in init.mech_types, True
