# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A guard below a session of requests: in its adapters and in its sockets.

By themselves time-outs begin again with each byte, an answer has no end, and a redirect is followed with the account's credentials
(seen with pypsrp and pywinrm). The libraries above see nothing of the guard but exceptions that are none of theirs.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable
from typing import Any

from ansible_collections.ucops.lync.plugins.plugin_utils._session.guard import Guard
from ansible_collections.ucops.lync.plugins.plugin_utils._session.reaching import addresses, at_first, in_time
from ansible_collections.ucops.lync.plugins.plugin_utils._session.readable import Unreadable

with contextlib.suppress(ImportError):  # then nothing is sent over HTTP
    from requests.exceptions import TooManyRedirects
    from urllib3.connection import HTTPConnection
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError


def guard_session(session: Any, guard: Guard) -> None:
    """Stand below a session of requests that has sent nothing yet."""
    session.headers["Accept-Encoding"] = "identity"
    for prefix, adapter in list(session.adapters.items()):
        session.mount(prefix, GuardedAdapter(adapter, guard))


class GuardedAdapter:
    """Sends through another adapter, whose sockets it guards, and refuses what a WSMan service never answers."""

    def __init__(self, inner: Any, guard: Guard) -> None:
        self._inner = inner
        self._guard = guard
        inner.max_retries = _patient(inner.max_retries, guard)
        _guard_pools(inner.poolmanager, guard)
        proxy_manager_for = inner.proxy_manager_for

        def guarded_proxy_manager_for(proxy: str, **options: Any) -> Any:
            known = proxy in inner.proxy_manager
            manager = proxy_manager_for(proxy, **options)
            if not known:
                _guard_pools(manager, guard)
            return manager

        inner.proxy_manager_for = guarded_proxy_manager_for

    def send(self, request: Any, *arguments: Any, **options: Any) -> Any:
        self._guard.sends()
        try:
            response = self._inner.send(request, *arguments, **options)
        except Exception:
            self._guard.check()  # what the libraries have made of it does not count
            raise
        response.connection = self  # a logon goes on over it
        response.encoding = response.encoding or "utf-8"  # else requests guesses, which takes minutes for megabytes
        try:
            if response.is_redirect:
                self._guard.refuse(TooManyRedirects("A redirect is never followed.", response=response))
            if response.headers.get("Content-Encoding", "identity") != "identity":
                self._guard.refuse(Unreadable("its answer is compressed, which was not asked for"))
        except Exception:
            response.close()
            raise
        return response

    def close(self) -> None:
        self._inner.close()


def _patient(retries: Any, guard: Guard) -> Any:
    """Retries of urllib3 whose pauses end at the deadline."""
    kind: Any = type(retries)

    class Patient(kind):
        def sleep(self, response: object = None) -> None:
            time.sleep(guard.within(self.get_backoff_time()) or 0)

    patient = retries.new()
    patient.__class__ = Patient
    return patient


def _guard_pools(manager: Any, guard: Guard) -> None:
    """Guard each connection that a manager of pools will open."""

    def guarded(make_pool: Callable[..., Any]) -> Callable[..., Any]:
        def make(*arguments: Any, **options: Any) -> Any:
            pool = make_pool(*arguments, **options)
            make_connection = pool.ConnectionCls
            pool.ConnectionCls = lambda *args, **kwargs: _guarded(make_connection(*args, **kwargs), guard)
            return pool

        return make

    manager.pool_classes_by_scheme = {
        scheme: guarded(make_pool) for scheme, make_pool in manager.pool_classes_by_scheme.items()
    }


def _guarded(connection: Any, guard: Guard) -> Any:
    """A connection of urllib3 whose sockets look at the guard, from the first packet on."""
    new_socket, connect = connection._new_conn, connection.connect
    watched: dict[type, type] = {}

    def watch(opened: Any) -> Any:
        kind = type(opened)
        if kind in watched.values():
            return opened
        if hasattr(opened, "socket"):  # TLS within the TLS of a proxy (urllib3, SSLTransport)
            watch(opened.socket)
            return opened
        if kind not in watched:  # plain, TLS, or that of a library for SOCKS
            watched[kind] = _watched(kind, guard)
        opened.__class__ = watched[kind]
        return opened

    def guarded_new_socket() -> socket.socket:
        opened: socket.socket = watch(_opened_in_time(connection, new_socket, guard))
        return opened

    def guarded_connect() -> None:
        connect()
        watch(connection.sock)

    connection._new_conn, connection.connect = guarded_new_socket, guarded_connect
    return connection


def _opened_in_time(connection: Any, new_socket: Callable[[], Any], guard: Guard) -> Any:
    """The socket that a connection of urllib3 opens. Raises what it raises by itself, and Overdue."""
    timeout = connection.timeout
    seconds = (
        timeout if isinstance(timeout, (int, float)) else None
    )  # else urllib3's mark for what the system does: none
    if type(connection)._new_conn is HTTPConnection._new_conn:
        return _opened_at_first(connection, new_socket, guard, seconds)
    connection.timeout = guard.within(seconds)  # through SOCKS, whose library looks up names and tries addresses
    return in_time(new_socket, guard, late=lambda opened: opened.close())


def _opened_at_first(connection: Any, new_socket: Callable[[], Any], guard: Guard, seconds: float | None) -> Any:
    """A socket to the first address of the host (of a proxy where there is one) that lets the connection."""
    host = connection._dns_host  # as it was given; ``host`` is that without the dot at the end

    def connect(address: str, within: float | None) -> Any:
        connection._dns_host, connection.timeout = address, within
        try:
            return new_socket()
        finally:
            connection._dns_host = host

    try:
        found = addresses(host, connection.port, guard)
    except UnicodeError:
        return new_socket()  # which says that it is no name
    except OSError as error:
        raise NewConnectionError(connection, "the name does not resolve") from error
    return at_first(found, guard, connect, seconds, (ConnectTimeoutError, NewConnectionError))


def _watched(kind: Any, guard: Guard) -> Any:
    """A class for sockets of that kind: an open one can become one of it, because it adds no attributes to them."""

    class Watched(kind):
        __slots__ = ()

        def gettimeout(self) -> float | None:
            """What TLS takes over for its handshake."""
            return guard.within(super().gettimeout())

        def recv_into(self, *arguments: Any) -> int:
            size: int = self._timed(super().recv_into, *arguments)
            guard.receives(size)
            return size

        def recv(self, *arguments: Any) -> bytes:
            data: bytes = self._timed(super().recv, *arguments)
            guard.receives(len(data))
            return data

        def send(self, *arguments: Any) -> int:
            guard.written = True
            size: int = self._timed(super().send, *arguments)
            return size

        def sendall(self, *arguments: Any) -> None:
            guard.written = True
            self._timed(super().sendall, *arguments)

        def _timed(self, call: Callable[..., Any], *arguments: Any) -> Any:
            self.settimeout(self.gettimeout())
            try:
                return call(*arguments)
            except TimeoutError:
                guard.remaining()  # is Overdue where it was not the library's own time-out
                raise

    return Watched
