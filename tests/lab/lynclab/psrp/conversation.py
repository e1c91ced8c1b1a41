# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The PowerShell Remoting Protocol of one shell: fragments in, commands out; records in, fragments out.

psrpcore's server half reads what the client sends and keeps the protocol's state. What goes out is written by
``powershell.clixml``, since psrpcore's own serialiser writes other texts than PowerShell.
"""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

import psrpcore
from psrpcore import types as psrp
from psrpcore._payload import create_fragment, create_message

from lynclab.contract.machine import Wire
from lynclab.powershell import records, values
from lynclab.powershell.arguments import commands_of
from lynclab.powershell.clixml import Writer
from lynclab.powershell.values import Command

_Type = psrp.PSRPMessageType

#: The first bytes of every payload that Windows sends.
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
#: PowerShell's own fragments are at most 32 KiB (BaseTransportManager.DefaultFragmentSize), header included.
FRAGMENT_SIZE = 32 * 1024
_FRAGMENT_HEADER = 21
_EMPTY = uuid.UUID(int=0)


class ProtocolBroken(Exception):
    """What the client sent cannot be read: the shell is lost."""


@dataclass
class Stream:
    """Fragments for the client, of the pool or of one pipeline. ``barriers`` end the answer that they stand in."""

    fragments: deque[bytes] = field(default_factory=deque)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    finished: bool = False
    barriers: set[int] = field(default_factory=set)
    delivered: int = 0
    #: The last answer by its request's message id: a client that repeats a request gets the same data again.
    last_answer: tuple[str, bytes] | None = None

    def take(self, room: int, overhead: int = 0) -> list[bytes]:
        """As many fragments as fit into ``room`` bytes (at least one), up to the next barrier.

        ``overhead`` bytes are reckoned for each beside its content.
        """
        taken: list[bytes] = []
        while self.fragments and (not taken or len(self.fragments[0]) <= room):
            fragment = self.fragments.popleft()
            room -= len(fragment) + overhead
            taken.append(fragment)
            self.delivered += 1
            if self.delivered in self.barriers:
                break
        if not self.fragments and not self.finished:
            self.arrived.clear()
        return taken

    def finish(self) -> None:
        """Nothing comes after this."""
        self.finished = True
        self.arrived.set()


@dataclass
class Pipeline:
    """A pipeline that the client created: its commands once they are complete, and what it wrote."""

    id: uuid.UUID
    stream: Stream = field(default_factory=Stream)
    commands: list[Command] | None = None
    ready: bool = False
    metadata: bool = False
    task: asyncio.Task[None] | None = None

    @property
    def cmdlets(self) -> frozenset[str]:
        """The names of its commands, in lower case."""
        return frozenset(command.name.lower() for command in self.commands or ())


class _Pool(psrpcore.ServerRunspacePool):
    """psrpcore's pool, with the messages given to ``conversation`` instead of kept."""

    def __init__(self, conversation: Conversation) -> None:
        super().__init__()
        self._conversation = conversation

    def prepare_message(
        self,
        message: Any,
        message_type: Any = None,
        pipeline_id: uuid.UUID | None = None,
        stream_type: Any = None,
    ) -> None:
        if isinstance(message, psrp.ApplicationPrivateData):
            text = self._conversation.private_data()
        else:
            element = psrp.serialize(
                message,
                self._cipher,
                our_capability=self.our_capability,
                their_capability=self.their_capability,
            )
            text = ElementTree.tostring(element, encoding="unicode", method="xml")
        kind = message_type or _Type.get_message_id(type(message))
        self._conversation.send(kind, text, pipeline_id)


class Conversation:
    """One runspace pool's side of the protocol.

    ``version`` is the server's PSVersionTable. The opening is answered as Windows does: SESSION_CAPABILITY and
    APPLICATION_PRIVATE_DATA in the first answer, the state of the pool in the second.
    """

    def __init__(self, version: Mapping[str, Any], wire: Wire) -> None:
        self.version = version
        self.wire = wire
        self.stream = Stream()
        self.pipelines: dict[uuid.UUID, Pipeline] = {}
        self.fragment_size = FRAGMENT_SIZE
        self._objects = 0
        self._pool = _Pool(self)
        self._pool.our_capability = psrp.SessionCapability(
            PSVersion=psrp.PSVersion("2.0"),
            protocolversion=psrp.PSVersion(str(version.get("PSRemotingProtocolVersion", "2.3"))),
            SerializationVersion=psrp.PSVersion("1.1.0.1"),
        )

    def new_writer(self) -> Writer:
        """A writer for one message, with the machine's settings."""
        return Writer(self.wire.edition, rich_types=self.wire.rich_types, date_kind=self.wire.date_kind)

    def private_data(self) -> str:
        """APPLICATION_PRIVATE_DATA: a dictionary with the version table."""
        writer = self.new_writer()
        dictionary = ("System.Management.Automation.PSPrimitiveDictionary", "System.Collections.Hashtable")

        def table() -> None:
            writer.entries(self.version)

        def content() -> None:
            writer.group("En", entry)

        def entry() -> None:
            writer.string("PSVersionTable", "Key")
            writer.object(table, name="Value", type_names=(*dictionary, "System.Object"))

        def outer() -> None:
            writer.object(
                lambda: writer.group("DCT", content),
                name="ApplicationPrivateData",
                type_names=(*dictionary, "System.Object"),
            )

        writer.object(lambda: writer.group("MS", outer))
        return writer.text()

    # In

    def create_pipeline(self, pipeline_id: uuid.UUID) -> Pipeline:
        """Expect the messages of a new pipeline."""
        psrpcore.ServerPipeline(self._pool, pipeline_id)
        pipeline = self.pipelines[pipeline_id] = Pipeline(pipeline_id)
        return pipeline

    def receive(self, data: bytes) -> list[Pipeline]:
        """Read whole fragments. Returns the pipelines that are ready to run now.

        Raises ProtocolBroken for what cannot be read.
        """
        try:
            self._pool.receive_data(psrpcore.PSRPPayload(data, psrpcore.StreamType.default, None))
            ready = []
            while (event := self._pool.next_event()) is not None:
                pipeline = self._handle(event)
                if pipeline is not None:
                    ready.append(pipeline)
        except Exception as error:
            raise ProtocolBroken(f"{type(error).__name__}: {error}") from error
        return ready

    def _handle(self, event: Any) -> Pipeline | None:
        if isinstance(event, psrpcore.InitRunspacePoolEvent):
            self.stream.barriers.add(len(self.stream.fragments) + self.stream.delivered - 1)
        elif isinstance(event, psrpcore.GetAvailableRunspacesEvent):
            self._pool.runspace_availability_response(event.ci, 1)
        elif isinstance(
            event, (psrpcore.SetMaxRunspacesEvent, psrpcore.SetMinRunspacesEvent, psrpcore.ResetRunspaceStateEvent)
        ):
            self._pool.runspace_availability_response(event.ci, True)
        elif isinstance(event, psrpcore.GetCommandMetadataEvent):
            pipeline = self.pipelines[event.pipeline_id]
            pipeline.commands, pipeline.metadata, pipeline.ready = [], True, True
            return pipeline
        elif isinstance(event, psrpcore.CreatePipelineEvent):
            pipeline = self.pipelines[event.pipeline_id]
            pipeline.commands = commands_of(event.pipeline)
            pipeline.ready = bool(event.pipeline.no_input)
            return pipeline if pipeline.ready else None
        elif isinstance(event, psrpcore.EndOfPipelineInputEvent):
            pipeline = self.pipelines[event.pipeline_id]
            if not pipeline.ready:
                pipeline.ready = True
                return pipeline
        return None

    # Out

    def send(self, kind: Any, text: str, pipeline_id: uuid.UUID | None = None) -> None:
        """Queue one message as fragments of 32 KiB at most."""
        stream = self.stream
        if pipeline_id is not None:
            if pipeline_id not in self.pipelines:
                return
            stream = self.pipelines[pipeline_id].stream
        pool_id = _EMPTY if kind == _Type.SessionCapability else self._pool.runspace_pool_id
        payload = _BYTE_ORDER_MARK + text.encode("utf-8") if text else b""
        message = create_message(False, kind, payload, pool_id, pipeline_id)
        self._objects += 1
        size = self.fragment_size - _FRAGMENT_HEADER
        starts = range(0, len(message), size)
        for number, start in enumerate(starts):
            part = message[start : start + size]
            stream.fragments.append(create_fragment(self._objects, number, part, end=number == len(starts) - 1))
        stream.arrived.set()

    def write(self, pipeline: Pipeline, record: values.Record) -> bool:
        """Send one record. Returns False when it ended the pipeline (a terminating error)."""
        if isinstance(record, values.Output):
            self.send(_Type.PipelineOutput, records.output_message(record.value, self.new_writer), pipeline.id)
        elif isinstance(record, values.WarningRecord):
            self.send(_Type.WarningRecord, records.informational_message(record, self.new_writer), pipeline.id)
        elif isinstance(record, values.VerboseRecord):
            self.send(_Type.VerboseRecord, records.informational_message(record, self.new_writer), pipeline.id)
        elif record.terminating:
            self.end(pipeline, records.PIPELINE_FAILED, record)
            return False
        else:
            self.send(_Type.ErrorRecord, records.error_message(record, self.new_writer), pipeline.id)
        return True

    def end(self, pipeline: Pipeline, state: int, error: values.ErrorRecord | None = None) -> None:
        """Send the pipeline's last message, once."""
        if pipeline.stream.finished:
            return
        self.send(_Type.PipelineState, records.state_message(state, error, self.new_writer), pipeline.id)
        pipeline.stream.finish()

    def write_metadata(self, pipeline: Pipeline) -> None:
        """Answer a request for command metadata: this server lists none."""
        count = values.CustomObject({"Count": 0})
        self.send(_Type.PipelineOutput, records.output_message(count, self.new_writer), pipeline.id)
        self.end(pipeline, records.PIPELINE_COMPLETED)

    def remove(self, pipeline_ids: Iterable[uuid.UUID]) -> None:
        """Forget pipelines."""
        for pipeline_id in pipeline_ids:
            pipeline = self.pipelines.pop(pipeline_id, None)
            self._pool.pipeline_table.pop(pipeline_id, None)
            if pipeline is not None:
                pipeline.stream.finish()
                if pipeline.task is not None:
                    pipeline.task.cancel()
