# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keeper in a thread of the test, with sessions that are fakes, and tasks that ask it."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ansible.module_utils import connection as rpc

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import LogonRefused
from ansible_collections.ucops.lync.plugins.module_utils._core.polling import Collected, Order
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import messages
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.openings import AT_ONCE
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.run_process import RunProcess
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.server import KeeperServer
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.socket import KeeperSocket, connect
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.output import Output
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.session import SessionState
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._action.test_connection import endpoint

PATIENCE = 30.0
"""Seconds until a test gives up waiting for what must come."""

GET = Cmdlet("Get-CsThing")
SLOW = Cmdlet("Get-CsSlowThing")
LARGE = Cmdlet("Get-CsLargeThing")
SET = Cmdlet("Set-CsThing")


class Server:
    """What all sessions of a test share. ``log`` is what happened, by user.

    ``runs`` holds back slow commands, ``opens`` the opening, ``steps`` each step of the housekeeping.
    """

    def __init__(self) -> None:
        self.log: list[tuple[str, str]] = []
        self.given: list[float | None] = []
        self.runs, self.opens, self.steps = threading.Event(), threading.Event(), threading.Semaphore(0)
        self.opens.set()
        self.fails: Exception | None = None
        self.housekeeping = 0
        self.large: list[str] = []

    def ran(self, what: str, user: str | None = None) -> int:
        return sum(entry == what and user in (None, by) for by, entry in self.log)

    def release(self) -> None:
        """Let everything go on."""
        self.runs.set()
        self.opens.set()
        self.steps.release(1000)


class FakeSession:
    """Answers with the name of the cmdlet."""

    server: Server

    def __init__(self, endpoint: Any) -> None:
        self.user = endpoint.wsman_arguments["username"]
        self.state = SessionState.CLOSED

    def _note(self, what: str) -> None:
        self.server.log.append((self.user, what))

    def run(self, cmdlets: Sequence[Cmdlet], before_sending: Callable[[], None], seconds: float | None) -> Output:
        self.server.given.append(seconds)
        if self.state is SessionState.REFUSED:
            raise LogonRefused("No.")
        if self.state is SessionState.CLOSED:
            self._note("opening")
            assert self.server.opens.wait(PATIENCE)
            self.state = SessionState.OPENED
        before_sending()
        name = cmdlets[0].name
        self._note(name)
        if self.server.fails is not None:
            if isinstance(self.server.fails, LogonRefused):
                self.state = SessionState.REFUSED
            raise self.server.fails
        if name == SLOW.name:
            assert self.server.runs.wait(PATIENCE)
        return Output(self.server.large if name == LARGE.name else [name])

    def open(self) -> None:
        if self.state is SessionState.CLOSED:
            self._note("opening")
            assert self.server.opens.wait(PATIENCE)
            if self.server.fails is not None:
                raise self.server.fails
            self.state = SessionState.OPENED
        self._note("open")

    def keep_alive(self) -> None:
        self._note("keep alive")

    def housekeeping(self) -> Iterator[None]:
        for _step in range(self.server.housekeeping):
            self._note("housekeeping")
            assert self.server.steps.acquire(timeout=PATIENCE)
            yield

    def close(self) -> None:
        self._note("close")

    def abort(self) -> None:
        self._note("abort")
        self.server.runs.set()
        self.server.opens.set()


class Task:
    """A task's connection to the keeper, or one of Ansible itself."""

    def __init__(self, connection: socket.socket, run: RunProcess) -> None:
        self._connection = connection
        self._run = run

    def send(self, message: messages.Message) -> None:
        self._connection.sendall(messages.encode(message))

    def send_bytes(self, data: bytes) -> None:
        self._connection.sendall(data)
        self._connection.shutdown(socket.SHUT_WR)

    def ask(self, *cmdlets: Cmdlet, user: str = "admin", **changes: Any) -> None:
        message = messages.request(self._run, endpoint(remote_user=user), cmdlets)
        message["params"].update(changes)
        self.send(message)

    def receive(self) -> Any:
        """The next message; None when the keeper has hung up."""
        try:
            data = rpc.recv_data(self._connection)
        except ConnectionError:
            return None
        return None if data is None else json.loads(data)

    def response(self) -> Any:
        """The next message that is no notification."""
        while (message := self.receive()) is not None and "method" in message:
            pass
        return message

    def output(self) -> Output:
        """What was asked for; raises the failure that it is."""
        objects: list[str] = []
        while "method" in (message := self.receive()):
            objects += messages.objects_of(message)
        return messages.output_of(message, objects)

    def prepare(self, *cmdlets: Cmdlet, user: str = "admin", openings: int = AT_ONCE) -> None:
        """Let the session of a user, who is called a host here, be opened in the background."""
        self.send(messages.prepare(self._run, endpoint(remote_user=user), user, cmdlets, openings))
        assert "result" in self.receive()

    def begin(
        self, subject: str, kind: str, after: str, cmdlet: Cmdlet, state: dict[str, Any], user: str = "", host: str = ""
    ) -> bool:
        """Begin a poll in the session of a user, by default the subject, or in that which was prepared for a host."""
        order = Order(kind, subject, (cmdlet,), state, after)
        self.send(messages.begin(self._run, endpoint(remote_user=user or subject), host, subject, order))
        return bool(self.response()["result"])

    def collect(self, poll: str, shows: bool = True) -> None:
        self.send(messages.collect(self._run, poll, shows))

    def collected(self, poll: str) -> Collected | None:
        """What a poll has ended with."""
        self.collect(poll)
        return messages.collected_of(self.response())

    def hang_up(self) -> None:
        self._connection.close()


class Keeper:
    """A keeper that serves in a thread."""

    def __init__(self, folder: Path, run: RunProcess) -> None:
        self.socket = KeeperSocket(folder)
        self.run = run
        with self.socket.locked():
            listening, self.path = self.socket.listen()
        self.server = KeeperServer(run, listening, lambda: self.socket.remove(self.path))
        self._thread = threading.Thread(target=self.server.serve)
        self._thread.start()
        self._tasks: list[Task] = []

    def task(self) -> Task:
        connection = connect(self.path, PATIENCE)
        assert connection is not None
        self._tasks.append(Task(connection, self.run))
        return self._tasks[-1]

    @property
    def serves(self) -> bool:
        return self._thread.is_alive()

    def end(self) -> None:
        for task in self._tasks:
            task.hang_up()
        self.server.post(self.server.shut_down)
        self._thread.join(PATIENCE)
        assert not self.serves


def until(holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def running(keeper: Keeper, server: Server, user: str = "admin") -> Task:
    """A task whose slow command runs."""
    task = keeper.task()
    task.ask(SLOW, user=user)
    until(lambda: server.ran(SLOW.name, user))
    return task


def queued(keeper: Keeper, *cmdlets: Cmdlet) -> Task:
    """A task whose request was acknowledged."""
    task = keeper.task()
    task.ask(*cmdlets)
    assert task.receive()["method"] == "heartbeat"
    return task
