# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""WS-Management of one machine: shells are created, fed, read and deleted.

Each method answers one action; a fault is raised as ``WSManFault``. What an action means in a command shell of WinRS is
said in ``winrs_actions``.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from lynclab.contract.endpoint import AccessDenied, Endpoint, Logon, QuotaExceeded
from lynclab.contract.machine import Machine
from lynclab.journal import Journal
from lynclab.psrp.conversation import Pipeline, ProtocolBroken, Stream
from lynclab.psrp.shell import Shell
from lynclab.winrs import actions as winrs_actions
from lynclab.winrs import shell as winrs
from lynclab.winrs.shell import CommandShell, Process
from lynclab.wsman import faults
from lynclab.wsman.documents import config_body, shell_body
from lynclab.wsman.receive import STREAM_OVERHEAD, arrival, room
from lynclab.wsman.remote_shell import RemoteShell
from lynclab.wsman.soap import SHELL, TRANSFER, Request, answer, seconds

POWERSHELL = "http://schemas.microsoft.com/powershell/"
_CONFIGURATIONS = frozenset({"microsoft.powershell"})
_STATE = f"{SHELL}/CommandState"
AnyShell = Shell | CommandShell
_CREATION_XML = "{http://schemas.microsoft.com/powershell}creationXml"


@dataclass
class Call:
    """One request being served: who asks where, and whether the client is still there."""

    request: Request
    logon: Logon
    endpoint: Endpoint
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    shell: AnyShell | None = None
    started: Sequence[Pipeline | Process] = ()


class Service:
    """The WSMan service of one machine. It lives in the server's event loop."""

    def __init__(self, machine: Machine, journal: Journal) -> None:
        self.machine = machine
        self.shells: dict[str, AnyShell] = {}
        self._journal = journal
        self._actions: dict[str, Callable[[Call], Awaitable[bytes]]] = {
            f"{TRANSFER}/Create": self._create,
            f"{TRANSFER}/Delete": self._delete,
            f"{TRANSFER}/Get": self._get,
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
        shell = self.shells.get(call.request.selectors.get("ShellId", "").upper())
        if shell is None:
            return await action(call)
        with shell.operation():
            return await action(call)

    def cmdlets(self, request: Request) -> frozenset[str]:
        """The commands that a request is about, in lower case: for faults that wait for a cmdlet."""
        shell = self.shells.get(request.selectors.get("ShellId", "").upper())
        if isinstance(shell, CommandShell):
            return winrs_actions.cmdlets(request, shell)
        if request.name == "Command" and request.body is not None:
            try:
                data = base64.b64decode(request.body.findtext(f"{{{SHELL}}}Arguments") or "")
            except binascii.Error:
                return frozenset()
            return _names_in(data)
        pipeline = _find(shell, request.body) if isinstance(shell, Shell) else None
        return pipeline.cmdlets if pipeline else frozenset()

    def end_shells(self) -> None:
        """The server stops: what is open was left behind."""
        for shell in list(self.shells.values()):
            shell.end("left")

    # Actions

    async def _create(self, call: Call) -> bytes:
        request, limits = call.request, self.machine.limits
        configuration = request.resource_uri.removeprefix(POWERSHELL)
        on_command_path = call.endpoint.path.lower() == winrs.PATH
        is_command_shell = request.resource_uri.lower() == winrs.RESOURCE_URI and on_command_path
        if not is_command_shell and configuration.lower() not in _CONFIGURATIONS:
            raise faults.resource_not_found(request.resource_uri)
        mine = [
            shell for shell in self.shells.values() if shell.logon.qualified.lower() == call.logon.qualified.lower()
        ]
        if len(mine) >= limits.shells_per_user:
            raise faults.too_many_shells(limits.shells_per_user)
        body = request.body
        idle = limits.idle_timeout
        wanted = body.findtext(f"{{{SHELL}}}IdleTimeOut") if body is not None else None
        if wanted is not None:
            idle = seconds(wanted) or 0.0
            if not limits.least_idle_timeout <= idle <= limits.greatest_idle_timeout:
                raise faults.idle_timeout_out_of_bounds(limits.least_idle_timeout, limits.greatest_idle_timeout)
        try:
            runspace = call.endpoint.open(call.logon)
        except AccessDenied:
            raise faults.access_denied() from None
        except QuotaExceeded as error:
            raise faults.quota_exceeded(str(error)) from None
        shell_id = ((body.get("ShellId") if body is not None else None) or str(uuid.uuid4())).upper()
        known = (shell_id, self.machine, call.endpoint, call.logon, self._journal)
        usual: dict[str, Any] = {"resource_uri": request.resource_uri, "idle_timeout": idle, "ended": self._forget}
        shell: AnyShell
        if is_command_shell:
            runspace.close()  # Who may open one may have a command shell; each of its processes opens its own.
            shell = self.shells[shell_id] = CommandShell(*known, **usual, settings=winrs_actions.settings(request))
        else:
            shell = self.shells[shell_id] = Shell(*known, **usual, runspace=runspace)
            shell.set_fragment_size(room(request.max_envelope))
            self._feed(shell, body.findtext(_CREATION_XML) if body is not None else None)
        call.shell = shell
        address = f"<a:Address>{escape(request.to)}</a:Address>"
        reference = (
            f"<a:ReferenceParameters><w:ResourceURI>{escape(request.resource_uri)}</w:ResourceURI><w:SelectorSet>"
            f'<w:Selector Name="ShellId">{shell_id}</w:Selector></w:SelectorSet></a:ReferenceParameters>'
        )
        created = f"<x:ResourceCreated>{address}{reference}</x:ResourceCreated>{shell_body(shell)}"
        return answer(f"{TRANSFER}/CreateResponse", created, request)

    async def _command(self, call: Call) -> bytes:
        shell, body = self._shell(call), call.request.body
        if isinstance(shell, CommandShell):
            return winrs_actions.command(call, shell)
        if len(shell.conversation.pipelines) >= self.machine.limits.commands_per_shell:
            raise faults.too_many_commands()
        pipeline_id = _identifier(body.get("CommandId") if body is not None else None) or uuid.uuid4()
        shell.conversation.create_pipeline(pipeline_id)
        call.started = self._feed(shell, body.findtext(f"{{{SHELL}}}Arguments") if body is not None else None)
        command_id = f"<rsp:CommandId>{str(pipeline_id).upper()}</rsp:CommandId>"
        response = f"<rsp:CommandResponse>{command_id}</rsp:CommandResponse>"
        return answer(f"{SHELL}/CommandResponse", response, call.request)

    async def _send(self, call: Call) -> bytes:
        shell, body = self._shell(call), call.request.body
        if isinstance(shell, CommandShell):
            return winrs_actions.send(call, shell)
        element = body.find(f"{{{SHELL}}}Stream") if body is not None else None
        if element is not None and element.get("CommandId") and _find(shell, body) is None:
            raise faults.command_not_found()
        call.started = self._feed(shell, element.text if element is not None else None)
        return answer(f"{SHELL}/SendResponse", "<rsp:SendResponse/>", call.request)

    async def _receive(self, call: Call) -> bytes:
        shell, request = self._shell(call), call.request
        timeout = self._timeout(request)
        if isinstance(shell, CommandShell):
            return await winrs_actions.receive(call, shell, timeout)
        desired = request.body.find(f"{{{SHELL}}}DesiredStream") if request.body is not None else None
        command_id = desired.get("CommandId") if desired is not None else None
        stream = shell.conversation.stream
        if command_id:
            pipeline = _find(shell, request.body)
            if pipeline is None:
                raise faults.command_not_found()
            stream = pipeline.stream
        if stream.last_answer and stream.last_answer[0] == request.message_id:
            return stream.last_answer[1]
        if stream.finished and not stream.fragments:
            raise faults.command_not_found()
        await arrival(stream.arrived, call.gone, timeout)
        if not shell.alive:
            raise faults.shell_not_found(shell.id)
        if call.gone.is_set() or not (stream.fragments or stream.finished):
            raise faults.operation_timed_out()
        response = self._deliver(stream, (command_id or "").upper(), request)
        stream.last_answer = (request.message_id, response)
        return response

    def _deliver(self, stream: Stream, command_id: str, request: Request) -> bytes:
        limit = min(request.max_envelope, self.machine.limits.envelope_kilobytes * 1024)
        attribute = f' CommandId="{command_id}"' if command_id else ""
        parts = [
            f'<rsp:Stream Name="stdout"{attribute}>{base64.b64encode(fragment).decode()}</rsp:Stream>'
            for fragment in stream.take(room(limit), STREAM_OVERHEAD)
        ]
        if command_id and stream.finished and not stream.fragments:
            parts.append(
                f'<rsp:CommandState{attribute} State="{_STATE}/Done"><rsp:ExitCode>0</rsp:ExitCode></rsp:CommandState>'
            )
        elif command_id:
            parts.append(f'<rsp:CommandState{attribute} State="{_STATE}/Pending"></rsp:CommandState>')
        response = f"<rsp:ReceiveResponse>{''.join(parts)}</rsp:ReceiveResponse>"
        return answer(f"{SHELL}/ReceiveResponse", response, request)

    async def _signal(self, call: Call) -> bytes:
        shell, body = self._shell(call), call.request.body
        if isinstance(shell, CommandShell):
            return winrs_actions.signal(call, shell)
        pipeline = _find(shell, body)
        if pipeline is None:
            raise faults.command_not_found()
        code = (body.findtext(f"{{{SHELL}}}Code") or "").strip().lower() if body is not None else ""
        if code.endswith(("ctrl_c", "crtl_c")):
            shell.stop(pipeline)
        else:
            shell.remove(pipeline.id)
        return answer(f"{SHELL}/SignalResponse", "<rsp:SignalResponse/>", call.request)

    async def _delete(self, call: Call) -> bytes:
        self._shell(call).end("closed")
        return answer(f"{TRANSFER}/DeleteResponse", "", call.request)

    async def _get(self, call: Call) -> bytes:
        uri = call.request.resource_uri
        if uri == "http://schemas.microsoft.com/wbem/wsman/1/config":
            body = config_body(self.machine)
        elif uri == SHELL:
            body = shell_body(self._shell(call), usage=True)
        else:
            raise faults.resource_not_found(uri)
        return answer(f"{TRANSFER}/GetResponse", body, call.request)

    # Parts

    def _forget(self, shell: RemoteShell) -> None:
        self.shells.pop(shell.id, None)

    def _shell(self, call: Call) -> AnyShell:
        shell_id = call.request.selectors.get("ShellId")
        if not shell_id:
            raise faults.invalid_selectors()
        shell = self.shells.get(shell_id.upper())
        if shell is None or shell.endpoint.path.lower() != call.endpoint.path.lower():
            raise faults.shell_not_found(shell_id)
        if shell.logon.qualified.lower() != call.logon.qualified.lower():
            raise faults.access_denied()
        call.shell = shell
        return shell

    def _timeout(self, request: Request) -> float:
        timeout = seconds(request.operation_timeout) if request.operation_timeout else 60.0
        if timeout is None or timeout < 0:
            raise faults.invalid_timeout(request.operation_timeout)
        return timeout

    def _feed(self, shell: Shell, text: str | None) -> list[Pipeline]:
        try:
            ready = shell.conversation.receive(base64.b64decode(text or ""))
        except (ProtocolBroken, binascii.Error):
            shell.end("broken")
            raise faults.internal_error() from None
        for pipeline in ready:
            shell.start(pipeline)
        return ready


def _identifier(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


def _find(shell: Shell, body: ElementTree.Element | None) -> Pipeline | None:
    """The pipeline that a body names, on itself or on its stream element."""
    if body is None:
        return None
    names = [element.get("CommandId") for element in (body, *body)]
    identifier = _identifier(next((name for name in names if name), None))
    return shell.conversation.pipelines.get(identifier) if identifier else None


def _names_in(data: bytes) -> frozenset[str]:
    """The command names in a CREATE_PIPELINE message's text."""
    marker = b'<S N="Cmd">'
    parts = data.split(marker)[1:]
    return frozenset(part.split(b"<", 1)[0].decode("utf-8", "replace").lower() for part in parts)
