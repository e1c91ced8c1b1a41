# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server to which nobody may go: where redirects lead."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import wire
from proxy import LOOPBACK, ProxyLoop


class Elsewhere:
    """``visits`` counts the requests that came, by the first part of their path."""

    def __init__(self) -> None:
        self.visits: Counter[str] = Counter()
        self._server: asyncio.Server | None = None
        self._port = 0

    def url(self, name: str) -> str:
        """The address under which visits are counted with that name."""
        return f"http://{LOOPBACK}:{self._port}/{name}"

    async def listen(self) -> None:
        """Accept connections."""
        self._server = await asyncio.start_server(self._meet, LOOPBACK, 0)
        self._port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Accept no more."""
        if self._server is not None:
            self._server.close()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await wire.read(reader)
            if request is not None:
                self.visits[request.path.strip("/")] += 1
                writer.write(wire.answer(404).encoded)
                await writer.drain()
        except (OSError, wire.NotHttp):
            pass
        finally:
            writer.close()


@contextmanager
def elsewhere(loop: ProxyLoop) -> Iterator[Elsewhere]:
    """Such a server, until the block ends."""
    found = Elsewhere()
    loop.do(found.listen())
    try:
        yield found
    finally:
        loop.do(found.close())
