# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server without a network, in place of pypsrp, that notes what reaches it."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from pypsrp.complex_objects import PSInvocationState, RunspacePoolState


class FakeServer:
    """Notes what reaches it. ``fails`` holds the error that an operation meets, once; ``meanwhile`` what another thread does,
    ``ends`` the state in which pipelines end; ``written`` is whether any byte of a request has left; ``clocks`` are the seconds
    that each step was given.
    """

    def __init__(self) -> None:
        self.log: list[str] = []
        self.fails: dict[str, BaseException] = {}
        self.meanwhile: dict[str, Callable[[], None]] = {}
        self.version = "5.1"
        self.overdue = False
        self.ends = PSInvocationState.COMPLETED
        self.written = True
        self.clocks: list[float] = []

    def meets(self, operation: str) -> None:
        self.log.append(operation)
        self.meanwhile.pop(operation, lambda: None)()
        if operation in self.fails:
            raise self.fails.pop(operation)


class FakeWSMan:
    """A connection."""

    server: FakeServer

    def __init__(self, **arguments: Any) -> None:
        pass

    @property
    def guard(self) -> SimpleNamespace:
        return SimpleNamespace(written=self.server.written)

    @property
    def overdue(self) -> bool:
        return self.server.overdue

    def start_clock(self, seconds: float) -> None:
        self.server.clocks.append(seconds)

    def renew(self) -> None:
        self.server.log.append("renew")

    def get(self, *arguments: Any, **named: Any) -> None:
        self.server.meets("get")

    def delete(self, *arguments: Any, **named: Any) -> None:
        self.server.meets("delete")

    def close(self) -> None:
        pass


class FakePool:
    """A runspace pool on it. Its shell is on the server as soon as it was asked for."""

    def __init__(self, connection: FakeWSMan, **arguments: Any) -> None:
        self.connection = connection
        self.shell = SimpleNamespace(id="1", opened=False, resource_uri="uri")
        table = {"PSVersion": connection.server.version}
        self.state = RunspacePoolState.BEFORE_OPEN
        self.application_private_data = SimpleNamespace(data={"PSVersionTable": table})

    def open(self) -> None:
        self.connection.server.meets("create")
        self.shell.opened = True
        self.connection.server.meets("open")


class FakePipeline:
    """A pipeline without output."""

    streams = SimpleNamespace(error=[], warning=[])
    state = PSInvocationState.COMPLETED

    def __init__(self, pool: FakePool, cmdlets: object) -> None:
        self.runspace_pool = pool
        self._server = pool.connection.server
        self.state = self._server.ends

    def begin_invoke(self, remote_stream_options: int) -> None:
        self._server.meets("command")

    def end_invoke(self) -> list[Any]:
        self._server.meets("receive")
        return []

    def close(self) -> None:
        self._server.meets("signal")
