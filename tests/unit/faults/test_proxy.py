# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The proxy: what passes through it, and what each kind of fault does to a client and to a server."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import random
import socket
import time
from collections.abc import Callable, Iterator

import pytest
import wire
from classes import FRONT_END, Observer, Progress, RequestClass
from faults import Surroundings
from matrix import FAULTS
from proxy import LOOPBACK, Exchange, Proxy, ProxyLoop, Trap

ENVELOPE = (
    b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    b'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"><s:Header><a:Action>x/Create</a:Action>'
    b"<a:MessageID>uuid:4711</a:MessageID></s:Header><s:Body /></s:Envelope>"
)
REQUEST = wire.Message("POST /wsman HTTP/1.1", (("Host", "x"), ("Content-Length", str(len(ENVELOPE)))), ENVELOPE)
ANSWER = wire.answer(200, b"<answer />" * 4, "application/soap+xml")
CREATE = RequestClass(FRONT_END, "before", "Create")
RESET = b"(reset)"
NOTHING = b"(nothing of the kind)"
KNOWN = Surroundings(deadline=0.3, elsewhere="http://elsewhere.example/", random=random.Random(0))


class Site:
    """A server that counts what it is asked, a proxy in front of it, and a client of the simplest kind."""

    def __init__(self, loop: ProxyLoop) -> None:
        self.asked = 0
        self.loop = loop
        self.server = loop.do(asyncio.start_server(self._serve, LOOPBACK, 0))
        self.proxy = Proxy(
            "x", self.server.sockets[0].getsockname()[1], functools.partial(Observer, FRONT_END, Progress())
        )
        loop.do(self.proxy.calm())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.CancelledError):
            while await wire.read(reader) is not None:
                self.asked += 1
                writer.write(ANSWER.encoded)
        writer.transport.abort()

    async def close(self) -> None:
        self.server.close()
        self.proxy.close()

    def connect(self) -> socket.socket:
        return socket.create_connection((LOOPBACK, self.proxy.port), timeout=5)

    def ask(self, until: bytes = b"\r\n\r\n", seconds: float = 10.0, size: int = 1 << 16) -> bytes:
        """What a client gets for one request, on a new connection, until that is among it; so long, and so many bytes, at most."""
        found = b""
        with self.connect() as connection:
            connection.sendall(REQUEST.encoded)
            connection.settimeout(seconds)
            with contextlib.suppress(TimeoutError):
                while until not in found and len(found) < size and (data := self._receive(connection, size)):
                    found += data
        return found

    @staticmethod
    def _receive(connection: socket.socket, size: int) -> bytes:
        try:
            return connection.recv(size)
        except ConnectionResetError:
            return RESET

    def set(self, fault: str, nth: int = 1) -> None:
        self.proxy.trap = Trap(CREATE, FAULTS[fault].make(KNOWN), nth)


def wait_until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)


@pytest.fixture(scope="module")
def loop() -> Iterator[ProxyLoop]:
    with ProxyLoop() as running:
        yield running


@pytest.fixture
def site(loop: ProxyLoop) -> Iterator[Site]:
    found = Site(loop)
    yield found
    loop.do(found.close())


def test_everything_passes(site: Site) -> None:
    assert site.ask(ANSWER.encoded) == ANSWER.encoded
    (seen,) = site.proxy.log
    wait_until(lambda: seen.delivered)
    assert (seen.request_class, seen.status, seen.struck, seen.delivered) == (CREATE, 200, False, True)


def test_a_fault_befalls_one_request(site: Site) -> None:
    site.set("503", nth=2)
    assert [site.ask()[9:12] for _time in range(3)] == [b"200", b"503", b"200"]
    assert [seen.struck for seen in site.proxy.log] == [False, True, False]
    assert site.asked == 2


@pytest.mark.parametrize(
    ("fault", "gets", "asked"),
    [
        ("reset-before", RESET, 0),
        ("reset-after", RESET, 1),
        ("truncate", ANSWER.head + ANSWER.body[:20], 1),
        ("duplicate", ANSWER.encoded * 2, 1),
        ("empty", b"HTTP/1.1 200 ", 0),
        ("html", b"<html>", 0),
        ("401", b"WWW-Authenticate: Basic", 0),
        ("502-after", b"HTTP/1.1 502 ", 1),
        ("302-elsewhere", b"Location: http://elsewhere.example/", 0),
        ("307-itself", b"Location: /wsman", 1),
        ("wsman-quota", b'Code="2150859173"', 0),
        ("wsman-access-denied", b"<a:RelatesTo>uuid:4711</a:RelatesTo>", 0),
        ("trickle-header", b"H", 1),
        ("trickle-body", ANSWER.head + b"<", 1),
    ],
)
def test_what_a_client_gets_and_whether_the_server_was_asked(site: Site, fault: str, gets: bytes, asked: int) -> None:
    site.set(fault)
    assert gets in site.ask(gets)
    assert site.asked == asked
    assert FAULTS[fault].server_ran == bool(asked)


def test_an_endless_answer_does_not_end(site: Site) -> None:
    site.set("endless")
    assert len(site.ask(NOTHING, size=4 << 20)) >= 4 << 20


def test_a_server_that_is_gone_refuses_and_comes_back_between_runs(site: Site) -> None:
    site.set("refuse-for-good")
    site.ask()
    with pytest.raises(ConnectionRefusedError):
        site.connect()
    site.loop.do(site.proxy.calm())
    assert site.ask(ANSWER.encoded) == ANSWER.encoded


def test_a_server_that_is_away_comes_back_by_itself(site: Site) -> None:
    site.proxy.trap = Trap(CREATE, _away)
    site.ask()
    with pytest.raises(ConnectionRefusedError):
        site.connect()
    wait_until(lambda: _accepts(site))
    assert site.ask(ANSWER.encoded) == ANSWER.encoded


async def _away(exchange: Exchange) -> None:
    exchange.proxy.vanish(2.0)


def _accepts(site: Site) -> bool:
    try:
        site.connect().close()
    except ConnectionRefusedError:
        return False
    return True


def test_what_lasts_befalls_every_request(site: Site) -> None:
    site.set("401-for-good")
    assert [site.ask()[9:12] for _time in range(2)] == [b"401", b"401"]


def test_an_answer_that_is_late_keeps_its_client_waiting(site: Site) -> None:
    """The server was asked, and how long the client waited is known: a little less than its own second."""
    site.set("delay")
    assert FAULTS["delay"].server_ran
    assert site.ask(seconds=1.0) == b""
    (seen,) = site.proxy.log
    wait_until(lambda: seen.ended)
    assert 0 < seen.seconds < KNOWN.too_long
    assert site.asked == 1
