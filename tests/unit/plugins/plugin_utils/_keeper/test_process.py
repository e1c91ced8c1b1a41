# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keeper with sessions of a fake server: who is served, in which order, and what becomes of a task that goes away."""

from __future__ import annotations

import asyncio
import json
import os
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import LogonRefused, SessionLost
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import messages, process, session_thread
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.process import Keeper
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.request import HEARTBEAT_SECONDS
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.run_process import RunProcess
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.socket import KeeperSocket
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.session import SessionState
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import Answer, Record
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._action.test_connection import endpoint

RUN = RunProcess(12, 345)
GET = Cmdlet("Get-CsThing")
WAIT = Cmdlet("Get-CsSlowThing")


class FakeSession:
    """Answers with the name of the cmdlet; a slow one waits until it is let go. ``log`` is what happened, by user."""

    log: list[tuple[str, str]]
    go: threading.Event
    fails: Exception | None

    def __init__(self, endpoint: Any) -> None:
        self._user = endpoint.wsman_arguments["username"]
        self.state = SessionState.CLOSED

    def invoke(self, cmdlets: Sequence[Cmdlet]) -> Answer:
        name = cmdlets[0].name
        if self.state is SessionState.REFUSED:
            raise LogonRefused("No.")
        FakeSession.log.append((self._user, name))
        if isinstance(FakeSession.fails, LogonRefused):
            self.state = SessionState.REFUSED
        if FakeSession.fails is not None:
            raise FakeSession.fails
        if name == WAIT.name:
            assert FakeSession.go.wait(30)
        return Answer((Record((), {"Value": name}),))

    def open(self) -> None:
        FakeSession.log.append((self._user, "open"))

    def keep_alive(self) -> None:
        FakeSession.log.append((self._user, "keep alive"))

    def housekeeping(self) -> None:
        FakeSession.log.append((self._user, "housekeeping"))

    def close(self) -> None:
        FakeSession.log.append((self._user, "close"))

    def abort(self) -> None:
        FakeSession.log.append((self._user, "abort"))
        FakeSession.go.set()


class Client:
    """A task's connection to the keeper."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, message: messages.Message) -> None:
        await process._send(self.writer, message)

    async def ask(self, *cmdlets: Cmdlet, user: str = "admin", method: str = "invoke", **changes: Any) -> None:
        message = messages.request(method, RUN, endpoint(remote_user=user), cmdlets)
        message["params"].update(changes)
        await self.send(message)

    async def receive(self) -> Any:
        """The next message; None when the keeper has hung up."""
        try:
            return json.loads(await asyncio.wait_for(process._receive(self.reader), 30))
        except (asyncio.IncompleteReadError, ConnectionError):
            return None

    async def answer(self) -> Any:
        while (message := await self.receive()) is not None and "method" in message:
            pass
        return message


Scenario = Callable[[Callable[[], Awaitable[Client]]], Awaitable[None]]


def play(scenario: Scenario, folder: Path) -> None:
    """Run a scenario against a keeper in this process; it gets a function that connects."""

    async def run() -> None:
        keeper_socket = KeeperSocket(folder)
        with keeper_socket.locked():
            listening, path = keeper_socket.listen()
        server = await asyncio.start_unix_server(Keeper(RUN)._talk, sock=listening)

        clients: list[Client] = []

        async def connect() -> Client:
            clients.append(Client(*await asyncio.open_unix_connection(str(path))))
            return clients[-1]

        try:
            await scenario(connect)
        finally:
            FakeSession.go.set()
            for client in clients:
                client.writer.close()
            talks = asyncio.all_tasks() - {asyncio.current_task()}
            await asyncio.gather(*talks, return_exceptions=True)
            server.close()
            keeper_socket.remove(path)

    asyncio.run(run())


@pytest.fixture(autouse=True)
def fake_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeSession.log, FakeSession.go, FakeSession.fails = [], threading.Event(), None
    monkeypatch.setattr(session_thread, "PsrpSession", FakeSession)


def ran(name: str) -> int:
    return sum(what == name for _user, what in FakeSession.log)


async def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


def test_a_request_is_acknowledged_before_it_is_answered(tmp_path: Path) -> None:
    async def scenario(connect: Callable[[], Awaitable[Client]]) -> None:
        client = await connect()
        await client.ask(GET)
        assert (await client.receive())["params"] == [0]
        assert messages.answer_of(await client.receive()).records[0].properties == {"Value": GET.name}
        await until(lambda: ran("housekeeping"))

    play(scenario, tmp_path)


def test_a_queued_request_is_told_its_position(tmp_path: Path) -> None:
    async def scenario(connect: Callable[[], Awaitable[Client]]) -> None:
        first, second, third = [await connect() for client in range(3)]
        await first.ask(WAIT)
        await first.receive()
        await until(lambda: ran(WAIT.name))
        await second.ask(GET)
        assert (await second.receive())["params"] == [1]
        await third.ask(GET)
        assert (await third.receive())["params"] == [2]
        assert (await third.receive())["params"] == [2], "again, while nothing moves"
        FakeSession.go.set()
        for client in (first, second, third):
            assert "result" in await client.answer()

    play(scenario, tmp_path)


def test_another_account_does_not_wait(tmp_path: Path) -> None:
    async def scenario(connect: Callable[[], Awaitable[Client]]) -> None:
        slow, other = await connect(), await connect()
        await slow.ask(WAIT, user="one")
        await until(lambda: ran(WAIT.name))
        await other.ask(GET, user="other")
        assert "result" in await other.answer()

    play(scenario, tmp_path)


def test_a_queued_request_is_cancelled_when_its_task_is_gone(tmp_path: Path) -> None:
    async def scenario(connect: Callable[[], Awaitable[Client]]) -> None:
        slow, gone, last = await connect(), await connect(), await connect()
        await slow.ask(WAIT)
        await until(lambda: ran(WAIT.name))
        await gone.ask(Cmdlet("Set-CsThing"))
        await gone.receive()
        gone.writer.close()
        await asyncio.sleep(2 * HEARTBEAT_SECONDS)
        await last.ask(GET)
        await last.receive()
        FakeSession.go.set()
        assert "result" in await last.answer()
        assert ran("Set-CsThing") == 0

    play(scenario, tmp_path)


@pytest.mark.parametrize("changes", [{"sent": 0.0}, {"run": [12, 346]}])
def test_a_late_request_and_one_of_another_run_are_dropped(tmp_path: Path, changes: dict[str, Any]) -> None:
    async def scenario(connect: Callable[[], Awaitable[Client]]) -> None:
        client = await connect()
        await client.ask(GET, **changes)
        assert await client.receive() is None
        assert FakeSession.log == []

    play(scenario, tmp_path)


def test_another_user_is_not_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(connect: Callable[[], Awaitable[Client]]) -> None:
        user = os.geteuid()
        monkeypatch.setattr(os, "geteuid", lambda: user + 1)
        client = await connect()
        await client.ask(GET)
        assert await client.receive() is None
        assert FakeSession.log == []

    play(scenario, tmp_path)


@pytest.mark.parametrize("data", [b"\0" * 8, b"\0" * 7 + b"\2[]", b"\0" * 7 + b"\2{}", b"GET / HTTP/1.1\r\n\r\n"])
def test_nonsense_harms_only_its_sender(tmp_path: Path, data: bytes) -> None:
    async def scenario(connect: Callable[[], Awaitable[Client]]) -> None:
        strange, client = await connect(), await connect()
        strange.writer.write(data)
        strange.writer.write_eof()
        assert await strange.receive() is None
        await client.ask(GET)
        assert "result" in await client.answer()

    play(scenario, tmp_path)


def test_a_refused_logon_is_remembered_for_that_account(tmp_path: Path) -> None:
    async def scenario(connect: Callable[[], Awaitable[Client]]) -> None:
        client = await connect()
        FakeSession.fails = LogonRefused("No.")
        for _attempt in range(2):
            await client.ask(GET)
            with pytest.raises(LogonRefused):
                messages.answer_of(await client.answer())
        assert ran(GET.name) == 1
        FakeSession.fails = None
        await client.ask(GET, user="other")
        assert "result" in await client.answer()
        await client.send(messages.RESET)
        await client.answer()
        await client.ask(GET)
        with pytest.raises(LogonRefused):
            messages.answer_of(await client.answer())
        assert ran(GET.name) == 2, "nor in the next play"

    play(scenario, tmp_path)


def test_an_error_that_nobody_foresaw_is_an_answer(tmp_path: Path) -> None:
    async def scenario(connect: Callable[[], Awaitable[Client]]) -> None:
        client = await connect()
        FakeSession.fails = ZeroDivisionError("oops")
        await client.ask(GET)
        with pytest.raises(SessionLost, match="ZeroDivisionError: oops") as raised:
            messages.answer_of(await client.answer())
        assert "Traceback" in raised.value.details["exception"]

    play(scenario, tmp_path)


def test_reset_closes_what_is_idle_and_then_answers(tmp_path: Path) -> None:
    async def scenario(connect: Callable[[], Awaitable[Client]]) -> None:
        slow, client, ansible = await connect(), await connect(), await connect()
        await slow.ask(WAIT, user="busy")
        await until(lambda: ran(WAIT.name))
        await client.ask(GET, user="idle")
        await client.answer()
        await ansible.send({"jsonrpc": "2.0", "method": "reset", "id": "a", "params": [[], {}]})
        assert await ansible.answer() == {"jsonrpc": "2.0", "id": "a", "result": None}
        assert FakeSession.log[-1] == ("idle", "close")
        assert ran("close") == 1
        FakeSession.go.set()
        assert "result" in await slow.answer()

    play(scenario, tmp_path)


def test_a_ping_asks_the_server(tmp_path: Path) -> None:
    async def scenario(connect: Callable[[], Awaitable[Client]]) -> None:
        client = await connect()
        await client.ask(method="open")
        assert messages.answer_of(await client.answer()) == Answer()
        assert FakeSession.log[:2] == [("admin", "keep alive"), ("admin", "open")]

    play(scenario, tmp_path)


def test_an_idle_session_is_kept_alive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_thread, "KEEP_ALIVE_SECONDS", 0.05)

    async def scenario(connect: Callable[[], Awaitable[Client]]) -> None:
        client = await connect()
        await client.ask(GET)
        await client.answer()
        await until(lambda: ran("keep alive") >= 2)
        await client.send(messages.RESET)
        await client.answer()
        times = ran("keep alive")
        await asyncio.sleep(0.2)
        assert ran("keep alive") == times

    play(scenario, tmp_path)
