# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A PowerShell session as WS-Management sees it: a runspace, its pipelines, and what each action means to them."""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
import uuid
from collections.abc import Iterable

from lynclab.contract.endpoint import Pause, Runspace
from lynclab.powershell import records, values
from lynclab.psrp.conversation import FRAGMENT_SIZE, Conversation, ProtocolBroken
from lynclab.psrp.stream import Pipeline, Stream
from lynclab.wsman import faults
from lynclab.wsman.call import Call
from lynclab.wsman.receive import STREAM_OVERHEAD, arrival, room
from lynclab.wsman.remote_shell import Opening, RemoteShell
from lynclab.wsman.soap import SHELL, Request, answer

log = logging.getLogger(__name__)

_CONFIGURATION = "http://schemas.microsoft.com/powershell/"
_CONFIGURATIONS = frozenset({"microsoft.powershell"})
_NAMESPACE = "http://schemas.microsoft.com/powershell"
_CREATION_XML, _CONNECT_XML = f"{{{_NAMESPACE}}}creationXml", f"{{{_NAMESPACE}}}connectXml"
_STATE = f"{SHELL}/CommandState"


class Shell(RemoteShell):
    """One PowerShell session: a runspace pool behind WSMan."""

    transport = "psrp"
    input_streams = "stdin pr"
    output_streams = "stdout"

    def __init__(self, opening: Opening, runspace: Runspace) -> None:
        super().__init__(opening)
        self.runspace = runspace
        self.conversation = Conversation(runspace.version, self.machine.wire)
        self._turn = asyncio.Lock()

    @classmethod
    def serves(cls, resource_uri: str, path: str) -> bool:
        """A session configuration, on any path."""
        return (
            resource_uri.startswith(_CONFIGURATION)
            and resource_uri.removeprefix(_CONFIGURATION).lower() in _CONFIGURATIONS
        )

    @classmethod
    def create(cls, call: Call, opening: Opening, runspace: Runspace) -> Shell:
        """Open one; fragments for the client fit into its envelopes."""
        shell = cls(opening, runspace)
        shell.conversation.fragment_size = max(64, min(FRAGMENT_SIZE, room(call.request.max_envelope)))
        body = call.request.body
        shell._feed(body.findtext(_CREATION_XML) if body is not None else None)
        return shell

    # Actions

    def connect(self, call: Call) -> str:
        """A new client's messages, and the answer to them."""
        body = call.request.body
        try:
            data = base64.b64decode((body.findtext(_CONNECT_XML) if body is not None else None) or "")
            fragments = self.conversation.connect(data)
        except (ProtocolBroken, binascii.Error):
            raise faults.internal_error() from None
        text = base64.b64encode(fragments).decode()
        return f'<connectResponseXml xmlns="{_NAMESPACE}">{text}</connectResponseXml>'

    def commands(self) -> Iterable[uuid.UUID]:
        """Its pipelines."""
        return self.conversation.pipelines

    def command(self, call: Call) -> bytes:
        """Create a pipeline."""
        if len(self.conversation.pipelines) >= self.machine.limits.commands_per_shell:
            raise faults.too_many_commands()
        pipeline_id = call.request.command_id or uuid.uuid4()
        self.conversation.create_pipeline(pipeline_id)
        call.started = self._feed(call.request.body_text("Arguments"))
        command_id = f"<rsp:CommandId>{str(pipeline_id).upper()}</rsp:CommandId>"
        response = f"<rsp:CommandResponse>{command_id}</rsp:CommandResponse>"
        return answer(f"{SHELL}/CommandResponse", response, call.request)

    def send(self, call: Call) -> bytes:
        """Take fragments of the client's messages."""
        if call.request.command_id is not None:
            self._wanted(call.request)
        call.started = self._feed(call.request.body_text("Stream"))
        return answer(f"{SHELL}/SendResponse", "<rsp:SendResponse/>", call.request)

    async def receive(self, call: Call) -> bytes:
        """Give fragments of the server's messages, of the pool or of a pipeline."""
        request = call.request
        names_command = request.command_id is not None
        stream = self._wanted(request).stream if names_command else self.conversation.stream
        if stream.last_answer and stream.last_answer[0] == request.message_id:
            return stream.last_answer[1]
        if stream.finished and not stream.fragments:
            raise faults.command_not_found()
        await arrival(call.timeout, stream.arrived, call.gone, self.parted)
        if not self.alive:
            raise faults.shell_not_found(self.id)
        if self.parted.is_set():
            raise faults.shell_disconnected()
        if call.gone.is_set() or not (stream.fragments or stream.finished):
            raise faults.operation_timed_out()
        response = self._deliver(stream, request)
        stream.last_answer = (request.message_id, response)
        return response

    def _deliver(self, stream: Stream, request: Request) -> bytes:
        limit = min(request.max_envelope, self.machine.limits.envelope_kilobytes * 1024)
        command_id = request.command_id
        attribute = f' CommandId="{str(command_id).upper()}"' if command_id is not None else ""
        parts = [
            f'<rsp:Stream Name="stdout"{attribute}>{base64.b64encode(fragment).decode()}</rsp:Stream>'
            for fragment in stream.take(room(limit), STREAM_OVERHEAD)
        ]
        if command_id is not None and stream.finished and not stream.fragments:
            parts.append(
                f'<rsp:CommandState{attribute} State="{_STATE}/Done"><rsp:ExitCode>0</rsp:ExitCode></rsp:CommandState>'
            )
        elif command_id is not None:
            parts.append(f'<rsp:CommandState{attribute} State="{_STATE}/Pending"></rsp:CommandState>')
        response = f"<rsp:ReceiveResponse>{''.join(parts)}</rsp:ReceiveResponse>"
        return answer(f"{SHELL}/ReceiveResponse", response, request)

    def signal(self, call: Call) -> bytes:
        """Stop a pipeline, or forget one that the client closed."""
        pipeline = self._wanted(call.request)
        if call.request.body_text("Code").lower().endswith(("ctrl_c", "crtl_c")):
            self._stop(pipeline)
        else:
            self.conversation.remove([pipeline.id])
        return answer(f"{SHELL}/SignalResponse", "<rsp:SignalResponse/>", call.request)

    def cmdlets(self, request: Request) -> frozenset[str]:
        """Those of its pipeline; of a Command, those in its own arguments."""
        if request.name == "Command":
            try:
                return _names_in(base64.b64decode(request.body_text("Arguments")))
            except binascii.Error:
                return frozenset()
        pipeline = self._find(request)
        return pipeline.cmdlets if pipeline else frozenset()

    def _find(self, request: Request) -> Pipeline | None:
        return self.conversation.pipelines.get(request.command_id) if request.command_id else None

    def _wanted(self, request: Request) -> Pipeline:
        pipeline = self._find(request)
        if pipeline is None:
            raise faults.command_not_found()
        return pipeline

    # Pipelines

    def _feed(self, text: str | None) -> list[asyncio.Task[None]]:
        """Take fragments, and run the pipelines whose commands are complete now."""
        try:
            ready = self.conversation.receive(base64.b64decode(text or ""))
        except (ProtocolBroken, binascii.Error):
            self.end("broken")
            raise faults.internal_error() from None
        return [self._start(pipeline) for pipeline in ready]

    def _start(self, pipeline: Pipeline) -> asyncio.Task[None]:
        self.journal_commands(str(pipeline.id).upper(), pipeline.commands or ())
        pipeline.task = asyncio.get_running_loop().create_task(self._run(pipeline))
        return pipeline.task

    async def _run(self, pipeline: Pipeline) -> None:
        conversation = self.conversation
        if pipeline.metadata:
            conversation.write_metadata(pipeline)
            return
        try:
            async with self._turn:
                for item in self.runspace.run(pipeline.commands or []):
                    if isinstance(item, Pause):
                        await asyncio.sleep(item.seconds)
                    elif not conversation.write(pipeline, item):
                        return
            conversation.end(pipeline, records.PIPELINE_COMPLETED)
        except Exception as error:
            log.exception("the lab itself failed at %s", [command.name for command in pipeline.commands or ()])
            conversation.end(pipeline, records.PIPELINE_FAILED, _lab_error(error))

    def _stop(self, pipeline: Pipeline) -> None:
        if pipeline.task is not None:
            pipeline.task.cancel()
        self.conversation.end(pipeline, records.PIPELINE_STOPPED, _STOPPED)

    def _release(self) -> None:
        self.conversation.remove(list(self.conversation.pipelines))
        self.conversation.stream.finish()
        self.runspace.close()


def _names_in(data: bytes) -> frozenset[str]:
    """The command names in a CREATE_PIPELINE message's text."""
    marker = b'<S N="Cmd">'
    parts = data.split(marker)[1:]
    return frozenset(part.split(b"<", 1)[0].decode("utf-8", "replace").lower() for part in parts)


_RUNTIME_EXCEPTION = (
    "System.Management.Automation.RuntimeException",
    "System.SystemException",
    "System.Exception",
    "System.Object",
)
_STOPPED = values.ErrorRecord(
    message="The pipeline has been stopped.",
    error_id="PipelineStopped",
    category=14,
    exception_type_names=("System.Management.Automation.PipelineStoppedException", *_RUNTIME_EXCEPTION),
    has_invocation=False,
    thrown=False,
)


def _lab_error(error: Exception) -> values.ErrorRecord:
    return values.ErrorRecord(
        message=f"The lab itself failed: {type(error).__name__}: {error}",
        error_id="LabFailed",
        category=0,
        exception_type_names=_RUNTIME_EXCEPTION,
        has_invocation=False,
    )
