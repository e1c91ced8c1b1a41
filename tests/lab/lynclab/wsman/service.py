# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""WS-Management of one machine: shells are created, addressed and deleted.

Each method answers one action; a fault is raised as ``WSManFault``. What an action means in a shell is said by its kind.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Sequence
from xml.sax.saxutils import escape

from lynclab.contract.endpoint import AccessDenied, Logon, QuotaExceeded
from lynclab.contract.machine import Machine
from lynclab.journal import Journal
from lynclab.wsman import faults
from lynclab.wsman.call import Call
from lynclab.wsman.documents import command_body, config_body, list_body, shell_body
from lynclab.wsman.remote_shell import Opening, RemoteShell
from lynclab.wsman.soap import ENUMERATION, SHELL, TRANSFER, Request, answer, seconds


class Service:
    """The WSMan service of one machine. It lives in the server's event loop. ``kinds`` are the shells that it opens."""

    def __init__(self, machine: Machine, journal: Journal, kinds: Sequence[type[RemoteShell]]) -> None:
        self.machine = machine
        self.shells: dict[str, RemoteShell] = {}
        self._journal = journal
        self._kinds = kinds
        self._actions: dict[str, Callable[[Call], Awaitable[bytes]]] = {
            f"{TRANSFER}/Create": self._create,
            f"{TRANSFER}/Delete": self._delete,
            f"{TRANSFER}/Get": self._get,
            f"{ENUMERATION}/Enumerate": self._enumerate,
            f"{SHELL}/Connect": self._connect,
            f"{SHELL}/Disconnect": self._disconnect,
            f"{SHELL}/Reconnect": self._reconnect,
            f"{SHELL}/Command": self._command,
            f"{SHELL}/Send": self._send,
            f"{SHELL}/Receive": self._receive,
            f"{SHELL}/Signal": self._signal,
        }

    async def serve(self, call: Call) -> bytes:
        """Answer a request. Raises WSManFault."""
        action = self._actions.get(call.request.action)
        if action is None:
            raise faults.invalid_action(call.request.action)
        if call.request.operation_timeout:
            call.timeout = _timeout(call.request.operation_timeout)
        shell = self.shells.get(call.shell_id)
        if shell is None:
            return await action(call)
        with shell.operation():
            return await action(call)

    def cmdlets(self, request: Request) -> frozenset[str]:
        """The cmdlets that a request is about, in lower case: for faults that wait for one."""
        shell = self.shells.get(request.shell_id)
        return shell.cmdlets(request) if shell is not None else frozenset()

    def end_shells(self) -> None:
        """The server stops: what is open was left behind."""
        for shell in list(self.shells.values()):
            shell.end("left")

    # Actions

    async def _create(self, call: Call) -> bytes:
        request = call.request
        kind = next((kind for kind in self._kinds if kind.serves(request.resource_uri, call.endpoint.path)), None)
        if kind is None:
            raise faults.resource_not_found(request.resource_uri)
        limit = self.machine.limits.shells_per_user
        if len(self._shells_of(call.logon)) >= limit:
            raise faults.too_many_shells(limit)
        idle = self._idle_timeout(request, self.machine.limits.idle_timeout)
        try:
            runspace = call.endpoint.open(call.logon)
        except AccessDenied:
            raise faults.access_denied() from None
        except QuotaExceeded as error:
            raise faults.quota_exceeded(str(error)) from None
        named = request.body.get("ShellId") if request.body is not None else None
        call.shell_id = (named or str(uuid.uuid4())).upper()
        opening = Opening(
            call.shell_id,
            self.machine,
            call.endpoint,
            call.logon,
            self._journal,
            resource_uri=request.resource_uri,
            idle_timeout=idle,
            ended=self._forget,
        )
        shell = self.shells[call.shell_id] = kind.create(call, opening, runspace)
        address = f"<a:Address>{escape(request.to)}</a:Address>"
        reference = (
            f"<a:ReferenceParameters><w:ResourceURI>{escape(request.resource_uri)}</w:ResourceURI><w:SelectorSet>"
            f'<w:Selector Name="ShellId">{shell.id}</w:Selector></w:SelectorSet></a:ReferenceParameters>'
        )
        created = f"<x:ResourceCreated>{address}{reference}</x:ResourceCreated>{shell_body(shell)}"
        return answer(f"{TRANSFER}/CreateResponse", created, request)

    async def _command(self, call: Call) -> bytes:
        return self._connected(call).command(call)

    async def _send(self, call: Call) -> bytes:
        return self._connected(call).send(call)

    async def _receive(self, call: Call) -> bytes:
        return await self._connected(call).receive(call)

    async def _signal(self, call: Call) -> bytes:
        return self._connected(call).signal(call)

    async def _delete(self, call: Call) -> bytes:
        self._shell(call).end("closed")
        return answer(f"{TRANSFER}/DeleteResponse", "", call.request)

    async def _disconnect(self, call: Call) -> bytes:
        shell = self._connected(call)
        shell.disconnect(self._idle_timeout(call.request, shell.idle_timeout))
        return answer(f"{SHELL}/DisconnectResponse", "", call.request)

    async def _reconnect(self, call: Call) -> bytes:
        self._shell(call).reconnect()
        return answer(f"{SHELL}/ReconnectResponse", "", call.request)

    async def _connect(self, call: Call) -> bytes:
        shell, command_id, told = self._shell(call), call.request.command_id, ""
        if command_id is not None:
            if command_id not in shell.commands():
                raise faults.command_not_found()
        elif not shell.parted.is_set():
            raise faults.connected_elsewhere()
        else:
            streams = {"InputStreams": shell.input_streams, "OutputStreams": shell.output_streams}
            told = "".join(f"<rsp:{name}>{names}</rsp:{name}>" for name, names in streams.items())
            told += shell.connect(call)
            shell.reconnect()
        return answer(f"{SHELL}/ConnectResponse", f"<rsp:ConnectResponse>{told}</rsp:ConnectResponse>", call.request)

    async def _enumerate(self, call: Call) -> bytes:
        uri, mine = call.request.resource_uri, self._shells_of(call.logon)
        if uri == SHELL:
            bodies = [shell_body(shell, usage=True) for shell in mine]
        elif uri == f"{SHELL}/Command":
            shell_id = call.request.filtered_shell_id
            if not shell_id:
                raise faults.filter_expected()
            bodies = [command_body(command) for shell in mine if shell.id == shell_id for command in shell.commands()]
        else:
            raise faults.resource_not_found(uri)
        return answer(f"{ENUMERATION}/EnumerateResponse", list_body(bodies), call.request)

    async def _get(self, call: Call) -> bytes:
        uri = call.request.resource_uri
        if uri == "http://schemas.microsoft.com/wbem/wsman/1/config":
            body = config_body(self.machine)
        elif uri == SHELL:
            if call.shell_id not in self.shells:
                raise faults.no_such_resource()
            body = shell_body(self._shell(call), usage=True)
        else:
            raise faults.resource_not_found(uri)
        return answer(f"{TRANSFER}/GetResponse", body, call.request)

    # Parts

    def _forget(self, shell: RemoteShell) -> None:
        self.shells.pop(shell.id, None)

    def _shells_of(self, logon: Logon) -> list[RemoteShell]:
        owner = logon.qualified.lower()
        return [shell for shell in self.shells.values() if shell.logon.qualified.lower() == owner]

    def _connected(self, call: Call) -> RemoteShell:
        shell = self._shell(call)
        if shell.parted.is_set():
            raise faults.shell_disconnected()
        return shell

    def _shell(self, call: Call) -> RemoteShell:
        shell_id = call.request.selectors.get("ShellId")
        if not shell_id:
            raise faults.invalid_selectors()
        shell = self.shells.get(shell_id.upper())
        if shell is None or shell.endpoint.path.lower() != call.endpoint.path.lower():
            raise faults.shell_not_found(shell_id)
        if shell.logon.qualified.lower() != call.logon.qualified.lower():
            raise faults.access_denied()
        return shell

    def _idle_timeout(self, request: Request, otherwise: float) -> float:
        limits, wanted = self.machine.limits, request.body_text("IdleTimeOut")
        if not wanted:
            return otherwise
        idle = seconds(wanted) or 0.0
        if not limits.least_idle_timeout <= idle <= limits.greatest_idle_timeout:
            raise faults.idle_timeout_out_of_bounds(limits.least_idle_timeout, limits.greatest_idle_timeout)
        return idle


def _timeout(text: str) -> float:
    timeout = seconds(text)
    if timeout is None or timeout < 0:
        raise faults.invalid_timeout(text)
    return timeout
