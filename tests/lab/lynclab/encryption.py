# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""WinRM's message encryption: the body of an HTTP message sealed with the keys of the logon ([MS-WSMV] 2.2.9.1)."""

from __future__ import annotations

import struct
from typing import Any

BOUNDARY = b"--Encrypted Boundary"
_SPNEGO = b"application/HTTP-SPNEGO-session-encrypted"
_PAYLOAD = b"\tContent-Type: application/octet-stream\r\n"
CONTENT_TYPE = f'multipart/encrypted;protocol="{_SPNEGO.decode()}";boundary="Encrypted Boundary"'


class Undecipherable(Exception):
    """The message does not decrypt with this connection's keys."""


def is_encrypted(content_type: str) -> bool:
    """Whether a body of that type is sealed."""
    return content_type.lower().startswith(("multipart/encrypted", "multipart/x-multi-encrypted"))


def unwrap(message: bytes, context: Any) -> bytes:
    """The clear text of a message. Raises Undecipherable."""
    start = message.find(_PAYLOAD)
    end = message.rfind(BOUNDARY + b"--")
    if start < 0 or end < 0:
        raise Undecipherable("no encrypted part")
    sealed = message[start + len(_PAYLOAD) : end]
    try:
        (length,) = struct.unpack_from("<i", sealed)
        clear: bytes = context.unwrap_winrm(sealed[4 : 4 + length], sealed[4 + length :])
    except Exception as error:
        raise Undecipherable(str(error)) from error
    return clear


def wrap(message: bytes, context: Any) -> bytes:
    """A message sealed for the client, as multipart body."""
    header, sealed, padding = context.wrap_winrm(message)
    original = f"type=application/soap+xml;charset=UTF-8;Length={len(message) + padding}".encode()
    return b"".join(
        [
            BOUNDARY,
            b"\r\n\tContent-Type: " + _SPNEGO + b"\r\n\tOriginalContent: " + original + b"\r\n",
            BOUNDARY,
            b"\r\n",
            _PAYLOAD,
            struct.pack("<i", len(header)),
            header,
            sealed,
            BOUNDARY + b"--\r\n",
        ]
    )
