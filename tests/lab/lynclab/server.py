# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's server: every machine listens on loopback ports of its own, in one thread with one event loop."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import ssl
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType

from lynclab.contract.machine import Machine
from lynclab.http.certificates import UserCertificate
from lynclab.http.front import Front
from lynclab.http.tls import CertificateStore, TlsServer
from lynclab.journal import Journal
from lynclab.logon.account_files import AccountFiles
from lynclab.psrp.shell import Shell
from lynclab.winrs.shell import CommandShell
from lynclab.wsman.service import Service

LOOPBACK = "127.0.0.1"
_BACKLOG = 128
_SHELLS = (Shell, CommandShell)


@dataclass
class _Port:
    """A port that the lab owns: bound always, listening unless connections are refused."""

    front: Front
    tls: ssl.SSLContext | None
    number: int
    holder: socket.socket | None
    server: asyncio.Server | None = None

    async def listen(self) -> None:
        if self.server is not None or self.holder is None:
            return
        listening, self.holder = self.holder, None
        loop = asyncio.get_running_loop()
        self.server = await loop.create_server(partial(self._accept, loop), sock=listening, backlog=_BACKLOG)

    def _accept(self, loop: asyncio.AbstractEventLoop) -> asyncio.BaseProtocol:
        return TlsServer(loop, self.front(), self.tls) if self.tls is not None else self.front()

    def refuse(self) -> None:
        if self.server is None:
            return
        self.server.close()
        self.server = None
        self.holder = _bind(self.number)


def _bind(port: int) -> socket.socket:
    """Take a port without listening: connections to it are refused, and nobody else gets it."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((LOOPBACK, port))
    return bound


@dataclass
class Listening:
    """Where a machine is reached: its FQDN and its ports on 127.0.0.1 (0: it does not listen so)."""

    machine: Machine
    service: Service
    http_port: int = 0
    https_port: int = 0
    _ports: list[_Port] = field(default_factory=list, repr=False)

    def url(self, path: str, *, secure: bool = True) -> str:
        """The address of one of its endpoints."""
        scheme, port = ("https", self.https_port) if secure else ("http", self.http_port)
        return f"{scheme}://{LOOPBACK}:{port}{path}"


class LabServer:
    """Starts and stops the lab. ``machines`` are known by their names, without regard to case.

    ``ca_file`` holds the certificate authority that clients are to trust. Ports are chosen by the system, or given by
    ``ports``: machine name to (HTTP port, HTTPS port). ``keytabs`` are those of the machines that are in a domain.
    """

    def __init__(
        self,
        machines: Sequence[Machine],
        *,
        journal: Journal | None = None,
        ports: dict[str, tuple[int, int]] | None = None,
        keytabs: Mapping[str, Path] | None = None,
    ) -> None:
        self.journal = journal or Journal()
        self._machines = list(machines)
        self._wanted = {name.lower(): pair for name, pair in (ports or {}).items()}
        #: May be filled until the start.
        self.keytabs = dict(keytabs or {})
        self._certificates: CertificateStore | None = None
        self._listening: dict[str, Listening] = {}
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._started = threading.Event()
        self._stopping: asyncio.Event | None = None
        self._failure: BaseException | None = None
        self._directory: Path | None = None
        self._owner = 0

    def __getitem__(self, name: str) -> Listening:
        return self._listening[name.lower()]

    def __enter__(self) -> LabServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def listening(self) -> list[Listening]:
        """Where each machine is reached, in the order given."""
        return [self._listening[machine.name.lower()] for machine in self._machines]

    @property
    def ca_file(self) -> Path:
        """The authority's certificate. Raises RuntimeError before the start."""
        if self._directory is None:
            raise RuntimeError("the lab is not running")
        return self._directory / "ca.pem"

    def issue_to_user(self, principal_name: str, *, passphrase: str = "", expired: bool = False) -> UserCertificate:
        """A client certificate of the lab's authority. Raises RuntimeError before the start."""
        if self._certificates is None:
            raise RuntimeError("the lab is not running")
        return self._certificates.authority.issue_to_user(principal_name, passphrase=passphrase, expired=expired)

    def start(self) -> None:
        """Listen. Returns when every port is open; raises what kept the lab from starting."""
        if self._thread is not None:
            raise RuntimeError("the lab is running already")
        self._owner = os.getpid()
        self._directory = Path(tempfile.mkdtemp(prefix="lynclab-"))
        self._certificates = CertificateStore(self._directory)
        self._failure = None
        self._started.clear()
        self._thread = threading.Thread(target=self._run, name="lynclab", daemon=True)
        self._thread.start()
        self._started.wait()
        self._raise_failure()

    def _raise_failure(self) -> None:
        failure = self._failure
        if failure is not None:
            self.stop()
            raise failure

    def stop(self) -> None:
        """Cut every connection, log the shells that were left, and leave nothing behind."""
        thread, self._thread = self._thread, None
        if thread is not None and self._owner == os.getpid():
            if self._loop is not None and self._stopping is not None and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._stopping.set)
            thread.join()
        if self._directory is not None and self._owner == os.getpid():
            shutil.rmtree(self._directory, ignore_errors=True)
            self._directory = self._certificates = None
        self._listening.clear()

    def end_shell(self, name: str, shell: str) -> None:
        """Let a machine lose a shell, as when its administrator closes it. Raises KeyError. May be called from any thread."""
        assert self._loop is not None
        found = self[name].service.shells[shell]

        async def end() -> None:
            found.end("closed")

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(timeout=10)

    def wait(self, timeout: float | None = None) -> None:
        """Wait until the lab is stopped, at most ``timeout`` seconds."""
        if self._thread is not None:
            self._thread.join(timeout)

    # In the server's thread

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as failure:  # handed to the starter
            self._failure = failure
        finally:
            self._started.set()

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        opened: list[_Port] = []
        try:
            await self._open(opened)
            self._started.set()
            await self._stopping.wait()
        finally:
            for port in opened:
                port.refuse()
                if port.holder is not None:
                    port.holder.close()
            for listening in self._listening.values():
                listening.service.end_shells()
            for port in opened:
                port.front.abort()
            await asyncio.sleep(0)
            await asyncio.gather(*(port.front.shutdown(0.1) for port in opened), return_exceptions=True)

    async def _open(self, opened: list[_Port]) -> None:
        assert self._directory is not None
        assert self._certificates is not None
        files = AccountFiles(self._directory, self.keytabs)
        for machine in self._machines:
            service = Service(machine, self.journal, _SHELLS)
            listening = self._listening[machine.name.lower()] = Listening(machine, service)
            wanted_http, wanted_https = self._wanted.get(machine.name.lower(), (0, 0))
            if machine.wire.http:
                front = Front(machine, service, files, self.journal)
                listening.http_port = self._take(listening, front, None, wanted_http)
            if machine.wire.https:
                tls, asks = machine.wire.tls, bool(machine.wire.certificate_mappings)
                certificate = self._certificates.certificate(machine.name, tls, asks_client=asks)
                front = Front(machine, service, files, self.journal, None if tls.plain else certificate.endpoint_hash)
                listening.https_port = self._take(
                    listening, front, None if tls.plain else certificate.context, wanted_https
                )
            opened.extend(listening._ports)
            machine.faults.on_refusal(lambda refusing, ports=listening._ports: self._refusal(ports, refusing))  # type: ignore[misc]
            if not machine.faults.refusing:
                for port in listening._ports:
                    await port.listen()

    def _take(self, listening: Listening, front: Front, tls: ssl.SSLContext | None, wanted: int) -> int:
        holder = _bind(wanted)
        number = int(holder.getsockname()[1])
        listening._ports.append(_Port(front, tls, number, holder))
        return number

    def _refusal(self, ports: list[_Port], refusing: bool) -> None:
        """Called from any thread; returns when it is done."""
        loop = self._loop
        if loop is None or loop.is_closed() or self._thread is None:
            return

        async def change() -> None:
            for port in ports:
                if refusing:
                    port.refuse()
                else:
                    await port.listen()

        asyncio.run_coroutine_threadsafe(change(), loop).result(timeout=10)
