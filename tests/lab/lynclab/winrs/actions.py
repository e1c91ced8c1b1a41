# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""WS-Management of a command shell: what Create, Command, Send, Receive and Signal mean there (MS-WSMV, section 3.1.4)."""

from __future__ import annotations

import base64
import binascii
import uuid
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from lynclab.winrs.programs import LONGEST_FOR_WINDOWS, program_for
from lynclab.winrs.shell import DEFAULT_CODEPAGE, CommandShell, Process, Settings, encoding_of
from lynclab.wsman import faults
from lynclab.wsman.receive import STREAM_OVERHEAD, arrival, room
from lynclab.wsman.soap import SHELL, Request, WSManFault, answer

if TYPE_CHECKING:
    from lynclab.wsman.service import Call

_STATE = f"{SHELL}/CommandState"


def settings(request: Request) -> Settings:
    """What a Create asks of the new shell. Raises WSManFault."""
    text = _option(request, "WINRS_CODEPAGE") or str(DEFAULT_CODEPAGE)
    if not text.isdigit() or encoding_of(int(text)) is None:
        raise faults.invalid_option("WINRS_CODEPAGE", text)
    body = request.body
    variables = () if body is None else body.iterfind(f"{{{SHELL}}}Environment/{{{SHELL}}}Variable")
    return Settings(
        codepage=int(text),
        with_profile=not _flag(request, "WINRS_NOPROFILE"),
        environment={element.get("Name", ""): element.text or "" for element in variables},
        working_directory="" if body is None else body.findtext(f"{{{SHELL}}}WorkingDirectory") or "",
    )


def command(call: Call, shell: CommandShell) -> bytes:
    """Start a process. Raises WSManFault."""
    request, body = call.request, call.request.body
    limit = shell.machine.limits.commands_per_shell
    if shell.commands_started >= limit:
        raise faults.too_many_operations(limit)
    words = [] if body is None else [body.findtext(f"{{{SHELL}}}Command") or ""]
    words += [] if body is None else [element.text or "" for element in body.iterfind(f"{{{SHELL}}}Arguments")]
    line = " ".join(words)
    skip_cmd = _flag(request, "WINRS_SKIP_CMD_SHELL")
    if skip_cmd and len(line) > LONGEST_FOR_WINDOWS:
        raise faults.name_too_long()
    process_id = _identifier(body.get("CommandId") if body is not None else None) or uuid.uuid4()
    # Every client states it; what Windows does without it is not known here.
    piped = not _flag(request, "WINRS_CONSOLEMODE_STDIN", default=True)
    process = shell.start(process_id, program_for(line, skip_cmd=skip_cmd), piped=piped)
    call.started = [] if piped else [process]
    command_id = f"<rsp:CommandId>{str(process.id).upper()}</rsp:CommandId>"
    return answer(f"{SHELL}/CommandResponse", f"<rsp:CommandResponse>{command_id}</rsp:CommandResponse>", request)


def send(call: Call, shell: CommandShell) -> bytes:
    """Give a process input. Raises WSManFault."""
    process = _wanted(shell, call.request.body)
    for name, data, end in _inputs(call.request.body):
        if name.lower() == "stdin" and not process.feed(data, end=end):
            raise faults.pipe_closing()
        if end:
            call.started = [process]
    return answer(f"{SHELL}/SendResponse", "<rsp:SendResponse/>", call.request)


async def receive(call: Call, shell: CommandShell, timeout: float) -> bytes:
    """What a process wrote since the last time, or its end. Raises WSManFault."""
    request = call.request
    process = _wanted(shell, request.body)
    if process.last_answer and process.last_answer[0] == request.message_id:
        return process.last_answer[1]
    if process.told_end:
        raise faults.command_not_found()
    await arrival(process.arrived, call.gone, timeout)
    if not shell.alive:
        raise faults.shell_not_found(shell.id)
    if process.aborted:
        raise faults.operation_aborted()
    if call.gone.is_set() or not (process.chunks or process.ended):
        raise faults.operation_timed_out()
    response = _deliver(process, request, shell.machine.limits.envelope_kilobytes * 1024)
    process.last_answer = (request.message_id, response)
    return response


def signal(call: Call, shell: CommandShell) -> bytes:
    """Interrupt a process, or end it and forget it. Raises WSManFault."""
    body = call.request.body
    process = _wanted(shell, body)
    code = (body.findtext(f"{{{SHELL}}}Code") or "").strip().lower() if body is not None else ""
    if code.endswith(("ctrl_c", "ctrl_break")):
        process.interrupt()
    elif code.endswith("terminate"):
        shell.remove(process)
    else:
        raise faults.invalid_option("Code", code)
    return answer(f"{SHELL}/SignalResponse", "<rsp:SignalResponse/>", call.request)


def cmdlets(request: Request, shell: CommandShell) -> frozenset[str]:
    """The commands that a request is about, in lower case: those of its process, and those in its own input."""
    process = find(shell, request.body)
    if process is None:
        return frozenset()
    names = process.names
    if request.name == "Send":
        try:
            names = names.union(*(process.program.cmdlets(data) for _name, data, _end in _inputs(request.body)))
        except WSManFault:
            return names
    return names


def find(shell: CommandShell, body: ElementTree.Element | None) -> Process | None:
    """The process that a body names, on itself or on its stream element."""
    names = [] if body is None else [element.get("CommandId") for element in (body, *body)]
    identifier = _identifier(next((name for name in names if name), None))
    return shell.processes.get(identifier) if identifier else None


# Parts


def _wanted(shell: CommandShell, body: ElementTree.Element | None) -> Process:
    process = find(shell, body)
    if process is None:
        raise faults.command_not_found()
    return process


def _inputs(body: ElementTree.Element | None) -> list[tuple[str, bytes, bool]]:
    """The streams of a Send: name, data, whether it ends. Raises WSManFault."""
    found = []
    for element in () if body is None else body.iterfind(f"{{{SHELL}}}Stream"):
        try:
            data = base64.b64decode(element.text or "", validate=True)
        except binascii.Error:
            raise faults.internal_error() from None
        found.append((element.get("Name", ""), data, (element.get("End") or "").lower() in ("true", "1")))
    return found


def _deliver(process: Process, request: Request, envelope: int) -> bytes:
    attribute = f'CommandId="{str(process.id).upper()}"'
    parts = [
        f'<rsp:Stream Name="{stream}" {attribute}>{base64.b64encode(data).decode()}</rsp:Stream>'
        for stream, data in process.take(room(min(request.max_envelope, envelope)), STREAM_OVERHEAD)
    ]
    if process.ended and not process.chunks:
        process.told_end = True
        parts += [f'<rsp:Stream Name="{name}" {attribute} End="true"></rsp:Stream>' for name in ("stdout", "stderr")]
        code = f"<rsp:ExitCode>{process.exit_code}</rsp:ExitCode>"
        parts.append(f'<rsp:CommandState {attribute} State="{_STATE}/Done">{code}</rsp:CommandState>')
    else:
        parts.append(f'<rsp:CommandState {attribute} State="{_STATE}/Running"></rsp:CommandState>')
    response = f"<rsp:ReceiveResponse>{''.join(parts)}</rsp:ReceiveResponse>"
    return answer(f"{SHELL}/ReceiveResponse", response, request)


def _option(request: Request, name: str) -> str:
    return next((value for key, value in request.options.items() if key.upper() == name), "")


def _flag(request: Request, name: str, *, default: bool = False) -> bool:
    text = _option(request, name).lower()
    return text in ("true", "1") if text else default


def _identifier(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None
