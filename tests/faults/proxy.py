# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A proxy in front of one host. It passes on every request, knows its class, and does one fault at the request that it waits for.

The fault itself is a function of an ``Exchange`` (see ``faults``). All proxies live in the event loop of one thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

import wire
from classes import Observer, Request, RequestClass
from lateness import Lateness

LOOPBACK = "127.0.0.1"
_BACKLOG = 128
_AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER of no time: what is closed is reset (socket(7))."""
_Result = TypeVar("_Result")


class Cut(Exception):
    """The connection is gone: nothing more can be said on it."""


@dataclass
class Seen:
    """One request that passed. Times are those of ``time.monotonic``, in seconds.

    ``status`` is that of the answer as the server gave it (0: it gave none); ``struck`` says that a fault was done to it;
    ``delivered`` that the client got the server's answer as it was. ``ended`` is when the client had its answer, or had gone.
    """

    request_class: RequestClass
    began: float
    status: int = 0
    struck: bool = False
    delivered: bool = False
    ended: float = 0.0

    @property
    def seconds(self) -> float:
        """How long the client waited."""
        return self.ended - self.began


@dataclass
class Exchange:
    """A request that is being answered. ``gone`` is set when the client has left."""

    proxy: Proxy
    request: wire.Message
    known: Request
    seen: Seen
    gone: asyncio.Event
    _writer: asyncio.StreamWriter
    _upstream: _Upstream

    async def forward(self) -> wire.Message:
        """What the server answers.

        :raises Cut: when it does not, or the client has left meanwhile.
        """
        found = await self._unless_gone(self._upstream.ask(self.request))
        self.seen.status = found.status
        return found

    async def send(self, data: bytes) -> None:
        """Give the client some bytes.

        :raises Cut: when it has left.
        """
        if self.gone.is_set():
            raise Cut
        self._writer.write(data)
        await self._unless_gone(self._writer.drain())

    async def answer(self, message: wire.Message) -> None:
        """Give the client an answer. Raises Cut."""
        await self.send(message.encoded)

    async def pass_on(self) -> None:
        """Let the server answer. Raises Cut."""
        await self.answer(await self.forward())
        self.seen.delivered = True

    async def sleep(self, seconds: float) -> None:
        """Let time pass. Raises Cut as soon as the client has left."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self.gone.wait(), seconds)
            raise Cut

    def hang_up(self) -> NoReturn:
        """Close the connection to the client once it has what it was sent. Always raises Cut."""
        self._writer.close()
        raise Cut

    def reset(self) -> NoReturn:
        """Cut the connection to the client at once, with a reset on the wire. Always raises Cut."""
        self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self._writer.transport.abort()
        raise Cut

    def miss(self) -> None:
        """This request does not suit the fault: wait for the next one of its class."""
        self.seen.struck = False
        if self.proxy.trap is not None:
            self.proxy.trap.wait_on()

    async def _unless_gone(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """
        :raises Cut: when the client leaves before it is done, or the connection breaks.
        """
        doing, leaving = asyncio.ensure_future(work), asyncio.ensure_future(self.gone.wait())
        try:
            await asyncio.wait([doing, leaving], return_when=asyncio.FIRST_COMPLETED)
            if not doing.done():
                raise Cut
            return doing.result()
        except (OSError, wire.NotHttp) as broken:
            raise Cut from broken
        finally:
            for task in (doing, leaving):
                task.cancel()


Strike = Callable[[Exchange], Awaitable[None]]
"""A fault at work: answers the exchange in its own way. It may raise Cut."""


@dataclass
class Trap:
    """A fault that waits for the ``nth`` request of a class (from 1)."""

    request_class: RequestClass
    strike: Strike
    nth: int = 1
    matched: int = field(default=0, init=False)
    struck_at: float | None = field(default=None, init=False)

    def meets(self, request_class: RequestClass) -> bool:
        """Whether this request is the one. Counts it."""
        self.matched += request_class == self.request_class
        return self.struck_at is None and self.matched == self.nth and request_class == self.request_class

    def wait_on(self) -> None:
        """Let it be the next request of the class."""
        self.struck_at = None
        self.nth = self.matched + 1


class _Upstream:
    """The server's side of one client's connection: a logon belongs to a connection, so each has its own."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: wire.Message) -> wire.Message:
        """Raises OSError or NotHttp."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(LOOPBACK, self._port, limit=wire.LONGEST_HEAD)
        reader, writer = self._streams
        writer.write(request.encoded)
        await writer.drain()
        found = await wire.read(reader)
        if found is None:
            raise ConnectionResetError("the server has closed")
        return found

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].transport.abort()


class _Client(asyncio.StreamReaderProtocol):
    """One connection of a client; tells when it leaves."""

    def __init__(self, proxy: Proxy) -> None:
        self.gone = asyncio.Event()
        self._proxy = proxy
        super().__init__(asyncio.StreamReader(limit=wire.LONGEST_HEAD), self._met)

    def eof_received(self) -> bool | None:
        self.gone.set()
        return super().eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone.set()
        super().connection_lost(exc)

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._proxy.talk(reader, writer, self.gone)


class Proxy:
    """Stands at ``port`` in front of a server's ``upstream`` port.

    ``trap`` is the fault that waits; ``ever`` what is done to every request from now on; ``log`` is what passed. All of
    them are set and read between runs, or in the loop.
    """

    def __init__(self, name: str, upstream: int, observer: Callable[[], Observer]) -> None:
        self.name = name
        self.port = 0
        self.trap: Trap | None = None
        self.ever: Strike | None = None
        self.log: list[Seen] = []
        self._upstream = upstream
        self._new_observer = observer
        self._observer = observer()
        self._server: asyncio.Server | None = None
        self._holder: socket.socket | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._returning: asyncio.TimerHandle | None = None

    async def listen(self) -> None:
        """Accept connections, at the same port as before."""
        bound, self._holder = self._holder or _bound(self.port), None
        self.port = int(bound.getsockname()[1])
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Client(self), sock=bound, backlog=_BACKLOG)

    def vanish(self, seconds: float | None = None) -> None:
        """Cut every connection and refuse new ones; after so many seconds come back."""
        if self._server is not None:
            self._server.close()
            self._server = None
            self._holder = _bound(self.port)  # connections are refused, and nobody else gets the port
        for writer in list(self._writers):
            writer.transport.abort()
        if seconds is not None:
            loop = asyncio.get_running_loop()
            self._returning = loop.call_later(seconds, lambda: loop.create_task(self.listen()))

    async def calm(self) -> None:
        """Forget the fault and what passed; listen again if need be."""
        if self._returning is not None:
            self._returning.cancel()
        self._returning = self.trap = self.ever = None
        self.log = []
        self._observer = self._new_observer()
        if self._server is None:
            await self.listen()

    def close(self) -> None:
        """Give up the port."""
        self.vanish()
        if self._holder is not None:
            self._holder.close()

    @property
    def connections(self) -> int:
        """How many clients are connected now."""
        return len(self._writers)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, gone: asyncio.Event) -> None:
        """Serve one client's connection to its end."""
        upstream = _Upstream(self._upstream)
        self._writers.add(writer)
        try:
            while (request := await wire.read(reader)) is not None:
                await self._serve(request, writer, gone, upstream)
        except (OSError, Cut, wire.NotHttp, asyncio.CancelledError):
            pass
        finally:
            self._writers.discard(writer)
            upstream.close()
            writer.close()

    async def _serve(
        self, request: wire.Message, writer: asyncio.StreamWriter, gone: asyncio.Event, upstream: _Upstream
    ) -> None:
        """Raises Cut."""
        known = self._observer.observe(request.body)
        seen = Seen(known.request_class, time.monotonic())
        self.log.append(seen)
        exchange = Exchange(self, request, known, seen, gone, writer, upstream)
        try:
            strike = self._strike(exchange)
            if strike is None:
                await exchange.pass_on()
            else:
                seen.struck = True
                await strike(exchange)
        finally:
            seen.ended = time.monotonic()

    def _strike(self, exchange: Exchange) -> Strike | None:
        if self.ever is not None:
            return self.ever
        if self.trap is None or not self.trap.meets(exchange.known.request_class):
            return None
        self.trap.struck_at = exchange.seen.began
        return self.trap.strike


def _bound(port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((LOOPBACK, port))
    return bound


class ProxyLoop:
    """The thread with the event loop in which proxies live."""

    def __init__(self) -> None:
        self.lateness = Lateness()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxies", daemon=True)

    def __enter__(self) -> ProxyLoop:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.lateness.watch(), self._loop)
        return self

    def __exit__(self, *_error: object) -> None:
        self.do(self._cancel())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def do(self, work: Coroutine[Any, Any, _Result], timeout: float = 30) -> _Result:
        """Run something in the loop, from another thread, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout)

    async def _cancel(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0)  # so that connections are told that they are gone
