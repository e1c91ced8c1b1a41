# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A SOAP envelope, looked at before a library reads it."""

from __future__ import annotations

from ansible_collections.ucops.lync.plugins.plugin_utils._session.readable import (
    ELEMENT_BYTES,
    Allowance,
    NotSoap,
    TooLarge,
    Unreadable,
    read_xml,
)

MOST_ELEMENTS = 10_000
"""An envelope of 500 kB has some hundred. The libraries copy all they have with each element of output."""


def check_soap(envelope: bytes | str) -> None:
    """
    :param envelope: exactly what the library will read: bytes may declare an encoding, which hides what another one shows.
    :raises NotSoap: for what is no XML in UTF-8, declares a document type, or is no envelope.
    :raises TooLarge: for more elements than a WSMan answer has.
    """
    room = Allowance(MOST_ELEMENTS * ELEMENT_BYTES + 4 * len(envelope), "its envelope has too many parts")
    try:
        if isinstance(envelope, bytes):
            envelope.decode()
        root = read_xml(envelope, room)
    except UnicodeDecodeError as error:
        raise NotSoap("it is no text in UTF-8") from error
    except TooLarge:
        raise
    except Unreadable as error:
        raise NotSoap(str(error)) from error
    if root.tag != "Envelope":
        raise NotSoap(f"it is no SOAP envelope but {root.tag[:40]!r}")
