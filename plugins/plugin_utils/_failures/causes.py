# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a session could not be opened, or was lost: whatever a library raised, it comes to one of these causes.

A cause is found by code (errno, Kerberos, NTSTATUS, WSMan, OpenSSL), not by text: libraries speak the controller's language.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Cause(Enum):
    """What went wrong. ``detail`` in a comment is what ``Diagnosis.detail`` holds for that cause."""

    # On the controller, before anything is sent
    LIBRARY_MISSING = auto()
    LIBRARY_VERSION = auto()  # detail: the version of pypsrp that is installed
    PACKAGES_MISSING = auto()
    AUTHENTICATION_UNKNOWN = auto()
    NOT_ENCRYPTED = auto()
    ENCRYPTED_BY_TLS_ONLY = auto()
    NO_PASSWORD = auto()
    PASSWORD_NOT_ENCODABLE = auto()
    CERTIFICATE_UNUSABLE = auto()  # detail: the file
    CA_UNUSABLE = auto()  # detail: the file

    # On the way to the server
    NAME_NOT_RESOLVED = auto()
    CONNECTION_REFUSED = auto()
    NO_ROUTE = auto()
    NO_ANSWER = auto()
    NOT_OPENED = auto()
    CONNECTION_BROKEN = auto()  # detail: the name of the error number, or the class of the exception
    PROXY_FAILED = auto()  # detail: the same, or the proxy's HTTP status
    PROXY_ADDRESS = auto()

    # TLS
    TLS_OTHER_NAME = auto()  # detail: the names that the certificate carries
    TLS_EXPIRED = auto()
    TLS_UNKNOWN_CA = auto()
    TLS_OTHER_CA = auto()  # detail: the CA file that was named
    TLS_SELF_SIGNED = auto()
    TLS_OTHER_SELF_SIGNED = auto()  # detail: the CA file that was named
    TLS_OLD = auto()
    TLS_NOT_SPOKEN = auto()
    TLS_FAILED = auto()  # detail: OpenSSL's name of the reason
    CLOSED_UNANSWERED = auto()

    # HTTP
    FORBIDDEN = auto()
    NO_SUCH_PATH = auto()
    PROXY_LOGON = auto()
    SERVER_ERROR = auto()
    UNAVAILABLE = auto()
    UNAUTHORIZED = auto()
    HTTP_STATUS = auto()  # detail: the status
    REDIRECTED = auto()  # detail: where to
    NO_LOGON_ASKED = auto()
    NOT_WSMAN = auto()
    UNREADABLE = auto()  # detail: what is wrong with the answer

    # The logon
    LOGON_REFUSED = auto()
    LOGON_NO_LONGER_ACCEPTED = auto()
    CERTIFICATE_REFUSED = auto()
    KEY_REFUSED = auto()
    ACCOUNT_RESTRICTED = auto()
    OUTSIDE_LOGON_HOURS = auto()
    NOT_FROM_THIS_COMPUTER = auto()
    PASSWORD_EXPIRED = auto()
    PASSWORD_MUST_CHANGE = auto()
    ACCOUNT_DISABLED = auto()
    ACCOUNT_EXPIRED = auto()
    ACCOUNT_LOCKED = auto()
    NO_NETWORK_LOGON = auto()
    LOGON_NOT_UNDERSTOOD = auto()  # detail: the code, or the class of the exception
    NOT_OFFERED = auto()  # detail: what the server offers

    # Kerberos
    KDC_WRONG_PASSWORD = auto()
    KDC_ACCOUNT_REVOKED = auto()
    KDC_PASSWORD_EXPIRED = auto()
    KDC_UNKNOWN_ACCOUNT = auto()
    KDC_REFUSED = auto()  # detail: the error code of RFC 4120, as Windows' events 4768 and 4771 show it
    NO_DOMAIN_CONTROLLER = auto()
    SERVER_UNKNOWN = auto()
    CLOCK_SKEW = auto()
    NO_TICKET = auto()
    TICKET_EXPIRED = auto()
    NOT_A_PRINCIPAL = auto()
    KERBEROS_SETTINGS = auto()
    NO_KINIT = auto()

    # WSMan
    ACCESS_DENIED = auto()
    ACCESS_DENIED_LOCAL = auto()
    ACCESS_DENIED_ROLE = auto()
    SHELL_QUOTA = auto()
    LOAD_QUOTA = auto()  # detail: the server's words
    NO_CONFIGURATION = auto()
    SHELL_GONE = auto()
    WSMAN_FAULT = auto()  # detail: the code, and the server's words

    # A command
    NOT_ANSWERED = auto()  # detail: the cmdlet

    # SSH
    HOST_KEY = auto()
    SSH_FAILED = auto()  # detail: OpenSSH's words

    UNFORESEEN = auto()  # detail: the class of the exception


@dataclass(frozen=True)
class Diagnosis:
    """A cause, and the one thing beside the connection that its sentence needs."""

    cause: Cause
    detail: str = ""


REFUSED_LOGONS = frozenset(
    {
        Cause.LOGON_REFUSED,
        Cause.LOGON_NO_LONGER_ACCEPTED,
        Cause.CERTIFICATE_REFUSED,
        Cause.KEY_REFUSED,
        Cause.ACCOUNT_RESTRICTED,
        Cause.OUTSIDE_LOGON_HOURS,
        Cause.NOT_FROM_THIS_COMPUTER,
        Cause.PASSWORD_EXPIRED,
        Cause.PASSWORD_MUST_CHANGE,
        Cause.ACCOUNT_DISABLED,
        Cause.ACCOUNT_EXPIRED,
        Cause.ACCOUNT_LOCKED,
        Cause.NO_NETWORK_LOGON,
        Cause.LOGON_NOT_UNDERSTOOD,
        Cause.KDC_WRONG_PASSWORD,
        Cause.KDC_ACCOUNT_REVOKED,
        Cause.KDC_PASSWORD_EXPIRED,
        Cause.KDC_UNKNOWN_ACCOUNT,
        Cause.KDC_REFUSED,
    }
)
"""Causes after which nobody logs on again with that account: accounts lock."""

OUTAGES = frozenset(
    {
        Cause.CONNECTION_REFUSED,
        Cause.NO_ROUTE,
        Cause.NO_ANSWER,
        Cause.NOT_OPENED,
        Cause.CONNECTION_BROKEN,
        Cause.CLOSED_UNANSWERED,
        Cause.UNAVAILABLE,
    }
)
"""Causes that may be over in seconds, as when a server or its service starts again."""

UNANSWERED = frozenset({Cause.NO_ANSWER, Cause.NOT_OPENED, Cause.CONNECTION_BROKEN, Cause.CLOSED_UNANSWERED})
"""Those of them with which the answer to a logon may be lost: the server may have looked at the account."""
