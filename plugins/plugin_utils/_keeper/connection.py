# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One connection to the keeper: whole messages in, frames out, and never a moment of waiting for the other end."""

from __future__ import annotations

import selectors
import socket
import struct
from collections import deque
from collections.abc import Callable, Sequence

from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.messages import LENGTH

READ_BYTES = 65536
LONGEST_MESSAGE = 2**26
"""Bytes: what claims to be longer than 64 MiB is no request."""

_CREDENTIALS = struct.Struct("3i")


class Connection:
    """A connection as the keeper's thread uses it. Its selector's keys have a function each, to be called when they are ready.

    :param received: takes each message, not yet decoded.
    :param closed: is called once, when either end has closed.
    """

    def __init__(
        self,
        accepted: socket.socket,
        selector: selectors.BaseSelector,
        received: Callable[[Connection, bytes], None],
        closed: Callable[[Connection], None],
    ) -> None:
        accepted.setblocking(False)
        self._socket = accepted
        self._selector = selector
        self._received = received
        self._closed = closed
        self._open = True
        self._incoming = bytearray()
        self._outgoing: deque[memoryview] = deque()
        selector.register(accepted, selectors.EVENT_READ, self._read)

    @property
    def user(self) -> int:
        """The user at the other end (unix(7): SO_PEERCRED)."""
        credentials = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        _process, user, _group = _CREDENTIALS.unpack(credentials)
        return int(user)

    def send(self, frames: Sequence[bytes]) -> None:
        """Send as fast as the other end takes it."""
        blocked = bool(self._outgoing)
        if self._open:
            self._outgoing.extend(map(memoryview, frames))
        if not blocked and not self._write():
            self._selector.modify(self._socket, selectors.EVENT_READ | selectors.EVENT_WRITE, self._read_and_write)

    def close(self) -> None:
        if self._open:
            self._open = False
            self._outgoing.clear()
            self._selector.unregister(self._socket)
            self._socket.close()
            self._closed(self)

    def _read(self) -> None:
        try:
            data = self._socket.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
        self._incoming += data
        while self._open and len(self._incoming) >= LENGTH.size:
            (length,) = LENGTH.unpack_from(self._incoming)
            end = LENGTH.size + length
            if length > LONGEST_MESSAGE:
                self.close()
            if len(self._incoming) < end:
                return
            message = bytes(self._incoming[LENGTH.size : end])
            del self._incoming[:end]
            self._received(self, message)

    def _read_and_write(self) -> None:
        if self._write() and self._open:
            self._selector.modify(self._socket, selectors.EVENT_READ, self._read)
        if self._open:
            self._read()

    def _write(self) -> bool:
        """Send what can be sent; whether that was all."""
        while self._outgoing:
            frame = self._outgoing[0]
            try:
                sent = self._socket.send(frame)
            except BlockingIOError:
                return False
            except OSError:
                self.close()
                return True
            if sent == len(frame):
                self._outgoing.popleft()
            else:
                self._outgoing[0] = frame[sent:]
        return True
