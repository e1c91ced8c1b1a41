# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records in the answer to a Receive: where they are, and how the answer looks with one of them changed.

Over PSRP they travel as fragments of messages (MS-PSRP 2.2.1 and 2.2.4), over WinRS as lines of the collection's script.
"""

from __future__ import annotations

import base64
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass

_STREAM = re.compile(rb'(<rsp:Stream Name="stdout"[^>]*>)([^<]+)(?=</rsp:Stream>)')
_LINE = re.compile(rb"(?<=ucops\.lync: )output (\S+)")
_FRAGMENT = struct.Struct(">QQBI")
"""Object, number in it, flags, length of what follows."""
_WHOLE = 3
"""The flags of a fragment that is its message's first and last."""
_MESSAGE = struct.Struct("<II32s")
"""Destination, type, identifiers of pool and pipeline."""
_OUTPUT, _ERROR = 0x00041004, 0x00041005

Change = Callable[[bytes], bytes]
"""What becomes of a record's CLIXML; the same where there is nothing to change."""


def rewritten(body: bytes, rewrite: Change) -> bytes:
    """An answer with the data of each of its streams rewritten."""
    return _STREAM.sub(lambda found: found[1] + base64.b64encode(rewrite(base64.b64decode(found[2]))), body)


@dataclass
class RecordChanger:
    """Changes the first record that can be changed, or with ``everywhere`` all; ``error`` makes error records of them."""

    change: Change
    error: bool = False
    everywhere: bool = False

    def __call__(self, body: bytes) -> bytes:
        """The answer with changed records; the same when it has none to change."""
        self._done = False
        return rewritten(body, self._in_stream)

    def _in_stream(self, data: bytes) -> bytes:
        return self._in_lines(data) if b"ucops.lync: " in data else self._in_fragments(data)

    def _changed(self, clixml: bytes) -> bytes | None:
        """A record as it is to become; None when it stays."""
        if self._done and not self.everywhere:
            return None
        changed = self.change(clixml)
        if changed == clixml:
            return None
        self._done = True
        return changed

    def _in_lines(self, data: bytes) -> bytes:
        kind = b"error" if self.error else b"output"

        def line(found: re.Match[bytes]) -> bytes:
            changed = self._changed(base64.b64decode(found[1]))
            return found[0] if changed is None else kind + b" " + base64.b64encode(changed)

        return _LINE.sub(line, data)

    def _in_fragments(self, data: bytes) -> bytes:
        parts = []
        position = 0
        while position < len(data):
            identity, number, flags, length = _FRAGMENT.unpack_from(data, position)
            end = position + _FRAGMENT.size + length
            message = data[position + _FRAGMENT.size : end]
            changed = self._message(message) if flags == _WHOLE else None
            if changed is None:
                parts.append(data[position:end])
            else:
                parts.append(_FRAGMENT.pack(identity, number, flags, len(changed)) + changed)
            position = end
        return b"".join(parts)

    def _message(self, message: bytes) -> bytes | None:
        destination, kind, identifiers = _MESSAGE.unpack_from(message)
        changed = self._changed(message[_MESSAGE.size :]) if kind == _OUTPUT else None
        if changed is None:
            return None
        return _MESSAGE.pack(destination, _ERROR if self.error else kind, identifiers) + changed


def with_fragment_length(body: bytes, difference: int) -> bytes:
    """An answer whose fragments state a length that is wrong by so many bytes; the same when it has none."""

    def wrong(data: bytes) -> bytes:
        if b"ucops.lync: " in data:
            return data
        identity, number, flags, length = _FRAGMENT.unpack_from(data)
        return _FRAGMENT.pack(identity, number, flags, max(0, length + difference)) + data[_FRAGMENT.size :]

    return rewritten(body, wrong)
