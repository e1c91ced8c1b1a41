# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way to a name, up to an open socket, within one deadline.

By itself the look-up of a name has no time-out, and that of a connection begins again with each address of the name.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from ansible_collections.ucops.lync.plugins.plugin_utils._session.guard import Guard, Overdue

with contextlib.suppress(ImportError):  # then nothing is sent over HTTP
    from urllib3.util.connection import allowed_gai_family

Given = TypeVar("Given")
Connect = Callable[[str, "float | None"], Given]
"""Connects to an address (as text) within so many seconds."""


def reach(host: str, port: int, guard: Guard, seconds: float | None) -> None:
    """Connect to a port and hang up.

    :param seconds: what one address may take; None: as long as the guard gives.
    :raises OSError: when nobody listens there; ``socket.gaierror`` when the name does not resolve.
    :raises Overdue: when the name was not looked up in time.
    """

    def connect(address: str, within: float | None) -> None:
        socket.create_connection((address, port), within).close()

    try:
        found = addresses(host, port, guard)
    except UnicodeError as error:
        raise socket.gaierror(socket.EAI_NONAME, "no name of DNS") from error
    at_first(found, guard, connect, seconds, OSError)


def at_first(
    found: list[str],
    guard: Guard,
    connect: Connect[Given],
    seconds: float | None,
    failures: type[Exception] | tuple[type[Exception], ...],
) -> Given:
    """What connecting gives to the first address that lets it.

    :param seconds: what one address may take, as far as the guard gives it.
    :param failures: after which of its exceptions the next address is tried. The last one is raised where there is no other
        address, or no time.
    :raises Overdue: when there was no time for any.
    """
    address, *others = found
    try:
        return connect(address, guard.within(seconds))
    except failures:
        if not others or guard.overdue:
            raise
    return at_first(others, guard, connect, seconds, failures)


def addresses(host: str, port: int, guard: Guard) -> list[str]:
    """The addresses of a name, in the order of the system; an address is its own.

    :raises socket.gaierror: when it does not resolve.
    :raises UnicodeError: when it is no name of DNS.
    :raises Overdue: when it was not looked up in time.
    """
    host = host.strip("[]")
    with contextlib.suppress(ValueError):
        ipaddress.ip_address(host.partition("%")[0])
        return [host]
    found = in_time(lambda: socket.getaddrinfo(host, port, allowed_gai_family(), socket.SOCK_STREAM), guard)
    return list(dict.fromkeys(_text(entry[4]) for entry in found))


def _text(address: tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]) -> str:
    """An address of the system as text, with the link on which it holds."""
    link = address[3] if len(address) == 4 else 0
    return f"{address[0]}%{link}" if link else str(address[0])


def in_time(call: Callable[[], Given], guard: Guard, late: Callable[[Given], None] = lambda given: None) -> Given:
    """What a call gives or raises that has no time-out of its own.

    :param late: takes what it gives when nobody waits for it any longer.
    :raises Overdue: when the time is up; the call then ends by itself, in a thread that keeps no process alive.
    """
    remaining = guard.remaining()
    if remaining is None:
        return call()
    answer: Future[Given] = Future()

    def run() -> None:
        try:
            given = call()
        except BaseException as error:
            answer.set_exception(error)
            return
        answer.set_result(given)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(remaining)
    if not answer.done():
        answer.add_done_callback(lambda done: None if done.exception() else late(done.result()))
        guard.refuse(Overdue())
    return answer.result()
