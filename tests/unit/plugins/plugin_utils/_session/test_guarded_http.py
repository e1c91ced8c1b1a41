# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A guard below a session of requests: how its connections open sockets, and what the sockets look at."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
import requests
from urllib3.connection import HTTPConnection
from urllib3.exceptions import NewConnectionError

from ansible_collections.ucops.lync.plugins.plugin_utils._session.guard import ANSWER_BYTES, Guard, Overdue
from ansible_collections.ucops.lync.plugins.plugin_utils._session.guarded_http import guard_session
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils import hostile
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils.hostile import HostileServer
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils.names import MANY, Names, silent_port


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        yield running


def guarded(guard: Guard) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    guard_session(session, guard)
    return session


class SocksSocket(socket.socket):
    """A socket as PySocks has it: with attributes of its own, and with a time-out that is one of them."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.proxy = "socks5h"

    def settimeout(self, timeout: float | None) -> None:
        self._timeout = timeout
        super().settimeout(timeout)

    def gettimeout(self) -> float | None:
        return self._timeout


class SocksConnection(HTTPConnection):
    """Opens its sockets in its own way, as that of urllib3 for SOCKS does."""

    takes = 0.0
    opened: ClassVar[list[socket.socket]] = []

    def _new_conn(self) -> socket.socket:
        time.sleep(self.takes)
        opened = SocksSocket(socket.AF_INET, socket.SOCK_STREAM)
        opened.settimeout(self.timeout)
        opened.connect(("127.0.0.1", self.port))
        self.opened.append(opened)
        return opened


@pytest.fixture
def socks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("urllib3.connectionpool.HTTPConnectionPool.ConnectionCls", SocksConnection)


@pytest.mark.usefixtures("socks")
def test_a_socket_with_attributes_of_its_own_is_guarded(server: HostileServer) -> None:
    server.instead[""] = hostile.says(hostile.response(b"a" * 100))
    guard = Guard(ANSWER_BYTES)
    guard.begin(5)
    session = guarded(guard)
    assert session.post(f"http://edge.example:{server.port}/", data=b"x").text == "a" * 100
    assert guard.written
    session.close()


@pytest.mark.usefixtures("socks")
def test_its_answer_has_the_same_deadline(server: HostileServer) -> None:
    server.instead[""] = hostile.trickles(server, hostile.response(b"a" * 400))
    guard = Guard(ANSWER_BYTES)
    guard.begin(0.5)
    with guarded(guard) as session, pytest.raises(Overdue):
        session.post(f"http://edge.example:{server.port}/", data=b"x", timeout=5)


@pytest.mark.usefixtures("socks")
def test_opening_in_another_way_has_the_same_deadline_and_leaves_no_socket(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SocksConnection, "takes", 1)
    opened: list[socket.socket] = []
    monkeypatch.setattr(SocksConnection, "opened", opened)
    assert 0.2 < seconds_until_overdue(server.port, 0.3) < 0.9
    ends = time.monotonic() + 5
    while time.monotonic() < ends and not (opened and opened[0].fileno() == -1):
        time.sleep(0.05)
    assert opened[0].fileno() == -1


# Names


def seconds_until_overdue(port: int, seconds: float) -> float:
    guard = Guard(ANSWER_BYTES)
    guard.begin(seconds)
    started = time.monotonic()
    with guarded(guard) as session, pytest.raises(Overdue):
        session.post(f"http://{MANY}:{port}/", data=b"x", timeout=5)
    return time.monotonic() - started


def test_all_addresses_of_a_name_have_one_deadline(names: Names) -> None:
    with silent_port() as port:
        assert 0.4 < seconds_until_overdue(port, 0.5) < 1.2


def test_a_silent_look_up_has_the_same_deadline(names: Names) -> None:
    names.silent_for = 2
    assert 0.4 < seconds_until_overdue(9, 0.5) < 1.2


def test_the_next_address_is_tried_and_the_name_is_what_is_sent(names: Names, server: HostileServer) -> None:
    names.addresses = ["127.0.0.2", "127.0.0.1"]
    server.instead[""] = hostile.says(hostile.response(b"a"))
    guard = Guard(ANSWER_BYTES)
    guard.begin(5)
    with guarded(guard) as session:
        assert session.post(f"http://{MANY}.:{server.port}/", data=b"x").text == "a"
    assert names.asked == [f"{MANY}."]
    assert f"Host: {MANY}" in server.headers[0]


def test_a_name_that_does_not_resolve_is_said_as_urllib3_says_it(names: Names) -> None:
    names.addresses = []
    guard = Guard(ANSWER_BYTES)
    guard.begin(5)
    with guarded(guard) as session, pytest.raises(requests.ConnectionError) as failed:
        session.post(f"http://{MANY}:9/", data=b"x")
    reason = failed.value.args[0].reason
    assert isinstance(reason, NewConnectionError)
    assert isinstance(reason.__cause__, socket.gaierror)
