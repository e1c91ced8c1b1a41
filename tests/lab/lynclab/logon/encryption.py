# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""WinRM's message encryption: the body of an HTTP message sealed with the keys of the logon ([MS-WSMV] 2.2.9.1).

An answer names the protocol that its request named. With CredSSP a message is sealed in pieces, each in a part of its own.
"""

from __future__ import annotations

import struct

from lynclab.logon.credssp import LARGEST_PIECE
from lynclab.logon.mechanism import Cipher

BOUNDARY = b"--Encrypted Boundary"
SPNEGO = "application/HTTP-SPNEGO-session-encrypted"
KERBEROS = "application/HTTP-Kerberos-session-encrypted"
CREDSSP = "application/HTTP-CredSSP-session-encrypted"
_PAYLOAD = b"\tContent-Type: application/octet-stream\r\n"
_TYPES = ("multipart/encrypted", "multipart/x-multi-encrypted")


class Undecipherable(Exception):
    """The message does not decrypt with this connection's keys."""


def is_encrypted(content_type: str) -> bool:
    """Whether a body of that type is sealed."""
    return content_type.lower().startswith(_TYPES)


def protocol(content_type: str) -> str | None:
    """The protocol that a Content-Type names."""
    for known in (SPNEGO, KERBEROS, CREDSSP):
        if f'protocol="{known.lower()}"' in content_type.lower():
            return known
    return None


def unwrap(message: bytes, cipher: Cipher, named: str) -> bytes:
    """The clear text of a message. Raises Undecipherable."""
    end = message.rfind(BOUNDARY + b"--")
    parts = message[: max(end, 0)].split(BOUNDARY + b"\r\n\tContent-Type: " + named.encode() + b"\r\n")[1:]
    if not parts:
        raise Undecipherable("no encrypted part")
    return b"".join(_unwrap_part(part, cipher) for part in parts)


def _unwrap_part(part: bytes, cipher: Cipher) -> bytes:
    start = part.find(_PAYLOAD)
    if start < 0:
        raise Undecipherable("no encrypted part")
    sealed = part[start + len(_PAYLOAD) :]
    try:
        (length,) = struct.unpack_from("<i", sealed)
        return cipher.unwrap_winrm(sealed[4 : 4 + length], sealed[4 + length :])
    except Exception as error:
        raise Undecipherable(str(error)) from error


def wrap(message: bytes, cipher: Cipher, named: str) -> tuple[bytes, str]:
    """A message sealed for the client, as multipart body, and its Content-Type."""
    size = LARGEST_PIECE if named == CREDSSP else max(len(message), 1)
    pieces = [message[start : start + size] for start in range(0, len(message), size)]
    body = b"".join(_wrap_piece(piece, cipher, named) for piece in pieces) + BOUNDARY + b"--\r\n"
    content_type = f'{_TYPES[len(pieces) > 1]};protocol="{named}";boundary="Encrypted Boundary"'
    return body, content_type


def _wrap_piece(piece: bytes, cipher: Cipher, named: str) -> bytes:
    header, sealed, padding = cipher.wrap_winrm(piece)
    original = f"type=application/soap+xml;charset=UTF-8;Length={len(piece) + padding}".encode()
    return b"".join(
        [
            BOUNDARY,
            b"\r\n\tContent-Type: " + named.encode() + b"\r\n\tOriginalContent: " + original + b"\r\n",
            BOUNDARY,
            b"\r\n",
            _PAYLOAD,
            struct.pack("<i", len(header)),
            header,
            sealed,
        ]
    )
