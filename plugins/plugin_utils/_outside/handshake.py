# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A TLS handshake as a partner begins it, by the standard library: nothing is sent behind it.

An Access Edge asks for a certificate (mutual TLS) and gets none, so some end the handshake. What is wrong with a certificate is
told by OpenSSL's codes; its words for them are in English whatever the language of the controller.
"""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.ucops.lync.plugins.module_utils._core.outside import Handshake

_TOO_OLD = frozenset({"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "WRONG_SSL_VERSION", "VERSION_TOO_LOW"})
_NOT_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"})


def handshake(host: str, port: int, addresses: Sequence[str], ca_file: str, timeout: float) -> Handshake:
    """
    :param addresses: of the host; none: this computer resolves it.
    :param ca_file: the authorities to trust; empty: those of this computer.
    :param timeout: seconds.
    """
    try:
        context = ssl.create_default_context(cafile=ca_file or None)
    except (OSError, ssl.SSLError) as error:
        return Handshake(problem=f"{ca_file} cannot be read as certificates of authorities ({_code(error)})")
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        with (
            socket.create_connection((addresses[0] if addresses else host, port), timeout) as connection,
            context.wrap_socket(connection, server_hostname=host) as secure,
        ):
            shown = secure.getpeercert() or {}
            return Handshake(secure.version() or "", _ends(shown.get("notAfter")), tuple(_names(shown)))
    except ssl.SSLCertVerificationError as error:
        return Handshake(wrong=f"its certificate is refused: {error.verify_message} (code {error.verify_code})")
    except ssl.SSLError as error:
        return _ended(error)
    except TimeoutError:
        return Handshake(problem=f"no answer on port {port} within {timeout:g} seconds")
    except (OSError, ValueError) as error:
        return Handshake(problem=f"no connection to port {port} ({_code(error)})")


def _ended(error: ssl.SSLError) -> Handshake:
    reason = str(error.reason or type(error).__name__)
    if reason in _TOO_OLD:
        return Handshake(wrong=f"it does not speak TLS 1.2 ({reason})")
    if reason in _NOT_TLS:
        return Handshake(wrong=f"what answers there does not speak TLS ({reason})")
    return Handshake(problem=f"the server ended the handshake ({reason}), perhaps because it got no client certificate")


def _ends(text: object) -> float | None:
    return float(ssl.cert_time_to_seconds(text)) if isinstance(text, str) else None


def _names(shown: Mapping[str, Any]) -> Iterator[str]:
    """Those of the certificate's extension, by which a client goes (RFC 6125)."""
    yield from (name.rstrip(".").casefold() for kind, name in shown.get("subjectAltName", ()) if kind == "DNS")


def _code(error: Exception) -> str:
    number = error.errno if isinstance(error, OSError) else None
    return errno.errorcode.get(number or 0) or type(error).__name__
