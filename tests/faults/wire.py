# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP/1.1 messages as WinRM's clients and servers send them: a head, and a body of a stated length."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

LONGEST_HEAD = 256 * 1024


class NotHttp(Exception):
    """What arrived is no such message."""


@dataclass(frozen=True)
class Message:
    """A request or an answer. ``start`` is its first line; headers keep their order and spelling."""

    start: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def header(self, name: str) -> str:
        """The first header of that name, in any case; empty where there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def path(self) -> str:
        """A request's path."""
        return self.start.split(" ")[1]

    @property
    def status(self) -> int:
        """An answer's status."""
        return int(self.start.split(" ")[1])

    @property
    def head(self) -> bytes:
        """The head as it travels, the empty line included."""
        lines = [self.start, *(f"{name}: {value}" for name, value in self.headers), "", ""]
        return "\r\n".join(lines).encode("latin-1")

    @property
    def encoded(self) -> bytes:
        """The message as it travels."""
        return self.head + self.body

    def with_body(self, body: bytes) -> Message:
        """The same around another body."""
        headers = tuple(
            (name, str(len(body)) if name.lower() == "content-length" else value) for name, value in self.headers
        )
        return replace(self, headers=headers, body=body)


def answer(status: int, body: bytes = b"", content_type: str = "text/html", **headers: str) -> Message:
    """An answer of a server; further headers by name, ``_`` for ``-``."""
    further = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    typed = (("Content-Type", content_type),) if body else ()
    return Message(f"HTTP/1.1 {status} Status", (*typed, *further, ("Content-Length", str(len(body)))), body)


async def read(reader: asyncio.StreamReader) -> Message | None:
    """The next message; None where the other side has closed.

    :raises NotHttp: for anything that is none.
    """
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as cut:
        if cut.partial:
            raise NotHttp("the head is cut short") from None
        return None
    except asyncio.LimitOverrunError:
        raise NotHttp("the head does not end") from None
    start, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    headers = tuple((name, value.strip()) for name, _colon, value in (line.partition(":") for line in lines))
    message = Message(start, headers)
    if message.header("Transfer-Encoding"):
        raise NotHttp("the length is not stated")
    try:
        body = await reader.readexactly(int(message.header("Content-Length") or 0))
    except asyncio.IncompleteReadError:
        raise NotHttp("the body is cut short") from None
    return replace(message, body=body)
