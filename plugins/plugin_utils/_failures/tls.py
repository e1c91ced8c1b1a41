# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What OpenSSL says, by its codes: https://docs.openssl.org/master/man3/X509_STORE_CTX_get_error/."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible_collections.ucops.lync.plugins.plugin_utils._failures.causes import Cause, Diagnosis
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.connection import Connection

_PROBE_SECONDS = 5
_LONGEST_LIST = 4

NOT_YET_VALID, EXPIRED = 9, 10
SELF_SIGNED = 18
UNKNOWN_CA = frozenset({2, 19, 20, 21})
"""Its issuer is not there, or is not trusted (19: a CA that the server itself has sent)."""
OTHER_NAME = frozenset({62, 64})
"""The name does not match, or the IP address."""

REASONS: Mapping[str, Cause] = {
    "NO_PROTOCOLS_AVAILABLE": Cause.TLS_OLD,
    "TLSV1_ALERT_PROTOCOL_VERSION": Cause.TLS_OLD,
    "UNSUPPORTED_PROTOCOL": Cause.TLS_OLD,
    "HTTP_REQUEST": Cause.TLS_NOT_SPOKEN,
    "PACKET_LENGTH_TOO_LONG": Cause.TLS_NOT_SPOKEN,
    "RECORD_LAYER_FAILURE": Cause.TLS_NOT_SPOKEN,
    "WRONG_VERSION_NUMBER": Cause.TLS_NOT_SPOKEN,
}
"""``ssl.SSLError.reason``: which of them a server brings about depends on the release of OpenSSL."""

_OF_THE_CA_FILE = frozenset({"NO_CERTIFICATE_OR_CRL_FOUND", "NO_START_LINE"})
_OF_A_CERTIFICATE = frozenset({"", "BAD_DECRYPT", "BAD_PASSWORD_READ", "KEY_VALUES_MISMATCH"})
"""What is said of a client certificate that cannot be used; nothing where its file is no PEM file."""


def diagnosis_of(error: ssl.SSLError, at: Connection) -> Diagnosis:
    """What an error of TLS comes to. For another name the server is asked once more, for its names."""
    reason = str(error.reason or "")
    code = getattr(error, "verify_code", 0)
    if code in OTHER_NAME:
        return wrong_name(at)
    if code in (NOT_YET_VALID, EXPIRED):
        return Diagnosis(Cause.TLS_EXPIRED)
    if code == SELF_SIGNED:
        return Diagnosis(Cause.TLS_OTHER_SELF_SIGNED, at.ca) if at.ca else Diagnosis(Cause.TLS_SELF_SIGNED)
    if code in UNKNOWN_CA:
        return Diagnosis(Cause.TLS_OTHER_CA, at.ca) if at.ca else Diagnosis(Cause.TLS_UNKNOWN_CA)
    if reason in REASONS:
        return Diagnosis(REASONS[reason])
    if reason in _OF_THE_CA_FILE:
        return Diagnosis(Cause.CA_UNUSABLE, at.ca or ca_of_environment() or "")
    if reason in _OF_A_CERTIFICATE and at.certificates:
        return Diagnosis(Cause.CERTIFICATE_UNUSABLE, at.certificates[0])
    return Diagnosis(Cause.TLS_FAILED, f"{reason or 'no reason given'}{f', code {code}' if code else ''}")


def unusable_file(at: Connection) -> Diagnosis | None:
    """A certificate file that is not there, of which requests says so without a code."""
    ca = at.ca or ca_of_environment()
    if ca and not Path(ca).exists():
        return Diagnosis(Cause.CA_UNUSABLE, ca)
    missing = next((file for file in at.certificates if not Path(file).exists()), None)
    return Diagnosis(Cause.CERTIFICATE_UNUSABLE, missing) if missing else None


def ca_of_environment() -> str | None:
    """The file or folder of CAs that requests takes where none is named."""
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")


def wrong_name(at: Connection) -> Diagnosis:
    """A certificate that belongs to another name."""
    names = [] if at.proxied else names_of(at.server, at.port, at.ca)
    shown = ", ".join(names[:_LONGEST_LIST]) + (", ..." if len(names) > _LONGEST_LIST else "")
    return Diagnosis(Cause.TLS_OTHER_NAME, shown or "others")


def names_of(server: str, port: int, ca: str | None) -> list[str]:
    """The names in a certificate that the CA vouches for; none where it cannot be fetched. Nobody logs on for it."""
    with contextlib.suppress(OSError, ValueError):
        trusted = ca or ca_of_environment()
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
