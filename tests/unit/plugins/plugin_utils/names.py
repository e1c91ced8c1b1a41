# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A name with several addresses, as a resolver gives it that may be silent; and a port of theirs that answers no connection."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

MANY = "many.example"
ADDRESSES = [f"127.0.0.{number}" for number in range(1, 5)]
_QUEUED = 4
"""Connections that nobody accepts; from then on the system answers none, where a queue holds none."""


class Names:
    """The resolver, which knows one name and all addresses."""

    def __init__(self, patched: pytest.MonkeyPatch) -> None:
        self.addresses = ADDRESSES
        self.silent_for = 0.0
        self.asked: list[str] = []
        self._real = socket.getaddrinfo
        patched.setattr(socket, "getaddrinfo", self._found)

    def _found(self, host: str, port: int, *arguments: Any, **options: Any) -> Any:
        if host.rstrip(".") != MANY:
            return self._real(host, port, *arguments, **options)
        self.asked.append(host)
        time.sleep(self.silent_for)
        if not self.addresses:
            raise socket.gaierror(socket.EAI_NONAME, "unbekannt")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in self.addresses]


@contextlib.contextmanager
def silent_port() -> Iterator[int]:
    """A port of all those addresses that takes no connection and refuses none."""
    with contextlib.ExitStack() as held:
        port = 0
        for address in ADDRESSES:
            listening = held.enter_context(socket.socket())
            listening.bind((address, port))
            listening.listen(0)
            port = listening.getsockname()[1]
            for _number in range(_QUEUED):
                queued = held.enter_context(socket.socket())
                queued.setblocking(False)
                with contextlib.suppress(BlockingIOError):
                    queued.connect((address, port))
        yield port
