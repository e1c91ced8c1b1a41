# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command shell of WinRS: what Create, Command, Send, Receive and Signal mean there (MS-WSMV, section 3.1.4)."""

from __future__ import annotations

import base64
import binascii
import codecs
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lynclab.contract.endpoint import Runspace
from lynclab.winrs.process import Process
from lynclab.winrs.programs import LONGEST_FOR_WINDOWS, program_for
from lynclab.wsman import faults
from lynclab.wsman.call import Call
from lynclab.wsman.receive import STREAM_OVERHEAD, arrival, room
from lynclab.wsman.remote_shell import Opening, RemoteShell
from lynclab.wsman.soap import SHELL, Request, WSManFault, answer

RESOURCE_URI = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd"
#: The only path with command shells: other paths are PowerShell endpoints behind IIS.
_PATH = "/wsman"
_DEFAULT_CODEPAGE = 437
_UTF8 = 65001
_STATE = f"{SHELL}/CommandState"


@dataclass(frozen=True)
class Settings:
    """What a client chooses for a new command shell."""

    codepage: int = _DEFAULT_CODEPAGE
    with_profile: bool = True
    environment: Mapping[str, str] = field(default_factory=dict)
    working_directory: str = ""

    @classmethod
    def of(cls, request: Request) -> Settings:
        """What a Create asks for. Raises WSManFault."""
        text = _option(request, "WINRS_CODEPAGE") or str(_DEFAULT_CODEPAGE)
        if not text.isdigit() or encoding_of(int(text)) is None:
            raise faults.invalid_option("WINRS_CODEPAGE", text)
        body = request.body
        variables = () if body is None else body.iterfind(f"{{{SHELL}}}Environment/{{{SHELL}}}Variable")
        return cls(
            codepage=int(text),
            with_profile=not _flag(request, "WINRS_NOPROFILE"),
            environment={element.get("Name", ""): element.text or "" for element in variables},
            working_directory=request.body_text("WorkingDirectory"),
        )


class CommandShell(RemoteShell):
    """One WinRS shell. ``commands_started`` counts for its quota: processes that are gone count, too."""

    transport = "winrs"
    input_streams = "stdin"
    output_streams = "stdout stderr"

    def __init__(self, opening: Opening, settings: Settings) -> None:
        super().__init__(opening)
        self.settings = settings
        self.encoding = encoding_of(settings.codepage) or "ascii"
        self.with_profile = settings.with_profile
        self.processes: dict[uuid.UUID, Process] = {}
        self.commands_started = 0

    @classmethod
    def serves(cls, resource_uri: str, path: str) -> bool:
        """The command shell's resource, on WinRM's own path."""
        return resource_uri.lower() == RESOURCE_URI and path.lower() == _PATH

    @classmethod
    def create(cls, call: Call, opening: Opening, runspace: Runspace) -> CommandShell:
        """Who may open a runspace may have a command shell; each of its processes opens its own."""
        runspace.close()
        return cls(opening, Settings.of(call.request))

    def connect(self, call: Call) -> str:
        """A new client has nothing to say, and there is nothing to answer."""
        return ""

    def commands(self) -> Iterable[uuid.UUID]:
        """Its processes."""
        return self.processes

    def command(self, call: Call) -> bytes:
        """Start a process."""
        request, body = call.request, call.request.body
        limit = self.machine.limits.commands_per_shell
        if self.commands_started >= limit:
            raise faults.too_many_operations(limit)
        words = [] if body is None else [body.findtext(f"{{{SHELL}}}Command") or ""]
        words += [] if body is None else [element.text or "" for element in body.iterfind(f"{{{SHELL}}}Arguments")]
        line = " ".join(words)
        skip_cmd = _flag(request, "WINRS_SKIP_CMD_SHELL")
        if skip_cmd and len(line) > LONGEST_FOR_WINDOWS:
            raise faults.name_too_long()
        # Every client states it; what Windows does without it is not known here.
        piped = not _flag(request, "WINRS_CONSOLEMODE_STDIN", default=True)
        program = program_for(line, skip_cmd=skip_cmd)
        process = Process(request.command_id or uuid.uuid4(), self, program, encoding=self.encoding, piped=piped)
        self.processes[process.id] = process
        self.commands_started += 1
        running = process.start()
        call.started = [] if piped else [running]
        command_id = f"<rsp:CommandId>{str(process.id).upper()}</rsp:CommandId>"
        return answer(f"{SHELL}/CommandResponse", f"<rsp:CommandResponse>{command_id}</rsp:CommandResponse>", request)

    def send(self, call: Call) -> bytes:
        """Give a process input."""
        process = self._wanted(call.request)
        for name, data, end in _inputs(call.request):
            if name.lower() == "stdin" and not process.feed(data, end=end):
                raise faults.pipe_closing()
            if end and process.task is not None:
                call.started = [process.task]
        return answer(f"{SHELL}/SendResponse", "<rsp:SendResponse/>", call.request)

    async def receive(self, call: Call) -> bytes:
        """What a process wrote since the last time, or its end."""
        request = call.request
        process = self._wanted(request)
        if process.last_answer and process.last_answer[0] == request.message_id:
            return process.last_answer[1]
        if process.told_end:
            raise faults.command_not_found()
        await arrival(call.timeout, process.arrived, call.gone, self.parted)
        if not self.alive:
            raise faults.shell_not_found(self.id)
        if self.parted.is_set():
            raise faults.shell_disconnected()
        if process.aborted:
            raise faults.operation_aborted()
        if call.gone.is_set() or not (process.chunks or process.ended):
            raise faults.operation_timed_out()
        response = _deliver(process, request, self.machine.limits.envelope_kilobytes * 1024)
        process.last_answer = (request.message_id, response)
        return response

    def signal(self, call: Call) -> bytes:
        """Interrupt a process, or end it and forget it."""
        process = self._wanted(call.request)
        code = call.request.body_text("Code").lower()
        if code.endswith(("ctrl_c", "ctrl_break")):
            process.interrupt()
        elif code.endswith("terminate"):
            self._remove(process)
        else:
            raise faults.invalid_option("Code", code)
        return answer(f"{SHELL}/SignalResponse", "<rsp:SignalResponse/>", call.request)

    def cmdlets(self, request: Request) -> frozenset[str]:
        """Those of its process, and those in its own input."""
        process = self._find(request)
        if process is None:
            return frozenset()
        names = process.names
        if request.name == "Send":
            try:
                names = names.union(*(process.program.cmdlets(data) for _name, data, _end in _inputs(request)))
            except WSManFault:
                return names
        return names

    def _find(self, request: Request) -> Process | None:
        return self.processes.get(request.command_id) if request.command_id else None

    def _wanted(self, request: Request) -> Process:
        process = self._find(request)
        if process is not None:
            return process
        raise faults.command_not_found() if request.command_id else faults.no_command()

    def _remove(self, process: Process) -> None:
        self.processes.pop(process.id, None)
        process.abort()

    def _release(self) -> None:
        for process in list(self.processes.values()):
            self._remove(process)


def encoding_of(codepage: int) -> str | None:
    """Python's name of a Windows code page, if there is one."""
    name = "utf-8" if codepage == _UTF8 else f"cp{codepage}"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None


def _inputs(request: Request) -> list[tuple[str, bytes, bool]]:
    """The streams of a Send: name, data, whether it ends. Raises WSManFault."""
    found = []
    for element in () if request.body is None else request.body.iterfind(f"{{{SHELL}}}Stream"):
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
