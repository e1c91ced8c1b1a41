# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What pypsrp and the libraries behind it raise, as causes and failures."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    AnswerTooLarge,
    NotAnswered,
    SessionFailed,
    SessionLost,
    ShellGone,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._failures import kerberos, logon, network, wsman
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.causes import REFUSED_LOGONS, Cause, Diagnosis
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.chain import chain, first
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.only_text import offers_in
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.sentences import failure, sentence
from ansible_collections.ucops.lync.plugins.plugin_utils._session.guard import Overdue
from ansible_collections.ucops.lync.plugins.plugin_utils._session.readable import TooLarge

if TYPE_CHECKING:
    from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.options import PsrpEndpoint

try:
    import requests.exceptions as http
    from pypsrp.exceptions import (
        AuthenticationError,
        FragmentError,
        SerializationError,
        WinRMError,
        WinRMTransportError,
        WSManFaultError,
    )
    from spnego.exceptions import SpnegoError

    BROKEN: tuple[type[BaseException], ...] = (WinRMError, http.RequestException, SpnegoError, OSError, SyntaxError)
    """What pypsrp lets through: its own, those of requests, of the authentication, and of XML that is cut short."""
except ImportError:
    BROKEN = (OSError,)

_OF_THE_LOGON: tuple[type[BaseException], ...] = ()
with contextlib.suppress(ImportError):
    from requests_credssp.exceptions import AuthenticationException, NTStatusException

    _OF_THE_LOGON += (AuthenticationException, NTStatusException)
with contextlib.suppress(ImportError):
    from krb5 import Krb5Error

    _OF_THE_LOGON += (Krb5Error,)
BROKEN += _OF_THE_LOGON

_ENCRYPTING = frozenset({"credssp", "kerberos", "negotiate", "ntlm"})
"""Authentications whose keys encrypt messages."""
_MALFORMED = (LookupError, AttributeError, UnicodeDecodeError, SyntaxError)
"""What comes of an answer that pypsrp does not expect."""


def opening_failure(error: BaseException, endpoint: PsrpEndpoint, logon_unanswered: bool = False) -> SessionFailed:
    """What a session comes to that did not open; a failure that is one already stays what it is.

    :param logon_unanswered: whether a password has left, and whether it was accepted is not known.
    """
    if isinstance(error, SessionFailed):
        return error
    return failure(diagnosis_of(error, endpoint, opening=True), endpoint.at, logon_unanswered)


def lost(error: BaseException, endpoint: PsrpEndpoint, cmdlet: str, begun: bool) -> SessionLost:
    """What a command comes to whose session broke.

    :param begun: whether the server had taken the command.
    """
    kind = AnswerTooLarge if isinstance(error, TooLarge) else SessionLost
    if not begun and shell_is_gone(error):
        kind = ShellGone
    why = sentence(diagnosis_of(error, endpoint), endpoint.at)
    return kind(f"The session was lost during {cmdlet}: {why}")


def not_answered(endpoint: PsrpEndpoint, cmdlet: str) -> SessionLost:
    """A command whose time is up."""
    return NotAnswered(sentence(Diagnosis(Cause.NOT_ANSWERED, cmdlet), endpoint.at))


def no_longer_accepted(error: BaseException, endpoint: PsrpEndpoint) -> SessionFailed:
    """A logon that is refused in a run in which it was accepted before."""
    found = diagnosis_of(error, endpoint)
    if found.cause in (Cause.LOGON_REFUSED, Cause.CERTIFICATE_REFUSED):
        found = Diagnosis(Cause.LOGON_NO_LONGER_ACCEPTED)
    return failure(found, endpoint.at)


def logon_refused(error: BaseException, endpoint: PsrpEndpoint) -> bool:
    """Whether an error in the middle of a run means that the account was refused."""
    return diagnosis_of(error, endpoint).cause in REFUSED_LOGONS


def is_fault(error: BaseException) -> bool:
    """Whether WSMan itself answered, with a fault."""
    return isinstance(error, WSManFaultError)


def is_refusal(error: BaseException) -> bool:
    """Whether the server has answered that it does not do what it was asked. What a gateway says of it (5xx) is none."""
    return is_fault(error) or (isinstance(error, WinRMTransportError) and 400 <= int(error.code) < 500)


def shell_is_gone(error: BaseException) -> bool:
    """Whether the server answered that it has no such shell."""
    return isinstance(error, WSManFaultError) and _code(error) == wsman.SHELL_GONE


def diagnosis_of(error: BaseException, endpoint: PsrpEndpoint, opening: bool = False) -> Diagnosis:
    """The cause behind an exception.

    :param opening: whether no session is open yet.
    """
    at = endpoint.at
    errors = chain(error)
    found = _of_options(endpoint) if opening else None
    found = found or _of_pypsrp(error, errors, endpoint)
    found = found or kerberos.diagnosis_of(errors) or logon.by_status(errors) or network.diagnosis_of(errors, at)
    return found or (_of_the_opening(error, endpoint) if opening else None) or _of_anything(error, errors)


def _of_options(endpoint: PsrpEndpoint) -> Diagnosis | None:
    """What pypsrp refuses before it sends anything; it says so without a code, and the options tell it as well."""
    at, encryption = endpoint.at, endpoint.wsman_arguments.get("encryption", "auto")
    if at.authentication in _ENCRYPTING:
        return None
    if not at.https and (encryption != "never" or at.authentication == "certificate"):
        return Diagnosis(Cause.NOT_ENCRYPTED)
    if at.https and encryption == "always":
        return Diagnosis(Cause.ENCRYPTED_BY_TLS_ONLY)
    if at.authentication == "certificate" and len(at.certificates) < 2:
        return Diagnosis(Cause.CERTIFICATE_UNUSABLE, "one of the two files is not named")
    return None


def _of_pypsrp(error: BaseException, errors: list[BaseException], endpoint: PsrpEndpoint) -> Diagnosis | None:
    if isinstance(error, Overdue):
        return Diagnosis(Cause.NOT_OPENED)
    if isinstance(error, ImportError) or type(error).__name__ == "FeatureMissingError":  # of pyspnego
        return Diagnosis(Cause.PACKAGES_MISSING)
    if isinstance(error, AuthenticationError) or offers_in(str(error)) is not None:
        return logon.by_rejection(errors, endpoint.at)
    if isinstance(error, WSManFaultError):
        return _of_fault(_code(error), error.reason, endpoint)
    if isinstance(error, WinRMTransportError):
        return network.by_http_status(int(error.code))
    if isinstance(error, (FragmentError, SerializationError)) or error.__class__ is WinRMError:
        return Diagnosis(Cause.NOT_WSMAN)
    return None


def _of_fault(code: int, words: str | None, endpoint: PsrpEndpoint) -> Diagnosis:
    if code == wsman.ACCESS_DENIED and endpoint.restricted:
        return Diagnosis(Cause.ACCESS_DENIED_ROLE)
    if code == wsman.RESOURCE_NOT_FOUND:
        return Diagnosis(Cause.NO_CONFIGURATION)
    return wsman.by_fault(code, words, endpoint.at)


def _of_the_opening(error: BaseException, endpoint: PsrpEndpoint) -> Diagnosis | None:
    at = endpoint.at
    if isinstance(error, UnicodeEncodeError):
        return Diagnosis(Cause.PASSWORD_NOT_ENCODABLE)
    if isinstance(error, KeyError) and error.args == (at.server.lower(),):  # the logon that the server never asked for
        return Diagnosis(Cause.NO_LOGON_ASKED)
    if isinstance(error, _MALFORMED):
        return Diagnosis(Cause.NOT_WSMAN)
    if not at.has_password and isinstance(error, (SpnegoError, ValueError)):
        return Diagnosis(Cause.NO_TICKET if at.authentication in ("kerberos", "negotiate") else Cause.NO_PASSWORD)
    if isinstance(error, (SpnegoError, *_OF_THE_LOGON)):
        return Diagnosis(Cause.LOGON_NOT_UNDERSTOOD, type(error).__name__)
    return None


def _of_anything(error: BaseException, errors: list[BaseException]) -> Diagnosis:
    if first(errors, *_MALFORMED):
        return Diagnosis(Cause.NOT_WSMAN)
    if isinstance(error, SpnegoError):  # what the server sent cannot be decrypted
        return Diagnosis(Cause.CONNECTION_BROKEN, type(error).__name__)
    return Diagnosis(Cause.UNFORESEEN, type(error).__name__)


def _code(error: WSManFaultError) -> int:
    return int(error.code) if str(error.code).isdecimal() else 0
