# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A guard below a session of requests: the sockets of its connections."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from urllib3.connection import HTTPConnection

from ansible_collections.ucops.lync.plugins.plugin_utils._session.guard import ANSWER_BYTES, Guard, Overdue
from ansible_collections.ucops.lync.plugins.plugin_utils._session.guarded_http import guard_session
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils import hostile
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils.hostile import HostileServer


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

    def _new_conn(self) -> socket.socket:
        opened = SocksSocket(socket.AF_INET, socket.SOCK_STREAM)
        opened.settimeout(self.timeout)  # type: ignore[arg-type]
        opened.connect(("127.0.0.1", self.port))
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
