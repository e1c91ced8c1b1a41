# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The PowerShell Remoting Protocol of one shell: fragments in, commands out; records in, fragments out.

psrpcore's server half reads what the client sends and keeps the protocol's state. What goes out is written by
``powershell.clixml``, since psrpcore's own serialiser writes other texts than PowerShell.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree import ElementTree

import psrpcore
from psrpcore import types as psrp
from psrpcore._payload import PSRPMessage, create_fragment, create_message, unpack_fragment, unpack_message

from lynclab.contract.machine import Wire
from lynclab.powershell import records, values
from lynclab.powershell.arguments import commands_of
from lynclab.powershell.clixml import Writer
from lynclab.psrp.stream import Pipeline, Stream

_Type = psrp.PSRPMessageType

#: The first bytes of every payload that Windows sends.
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
#: PowerShell's own fragments are at most 32 KiB (BaseTransportManager.DefaultFragmentSize), header included.
FRAGMENT_SIZE = 32 * 1024
_FRAGMENT_HEADER = 21
_EMPTY = uuid.UUID(int=0)
#: Windows sends these without the pool's identifier.
_WITHOUT_POOL = frozenset({_Type.SessionCapability, _Type.EncryptedSessionKey})


class ProtocolBroken(Exception):
    """What the client sent cannot be read: the shell is lost."""


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
        elif isinstance(message, psrp.SessionCapability):
            text = self._conversation.capability()
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

    def _process_message(self, message: PSRPMessage) -> psrpcore.PSRPEvent[Any, Any]:
        kind = message.message_type
        if kind in (_Type.SetMaxRunspaces, _Type.SetMinRunspaces):
            # Clients name their call in capitals here, as MS-PSRP has it (2.2.2.6); psrpcore knows it in small letters.
            data = bytearray(message.data.replace(b'N="CI"', b'N="ci"'))
            message = PSRPMessage(kind, data, message.runspace_pool_id, message.pipeline_id, message.object_id)
        return super()._process_message(message)


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
        #: A runspace comes to be with the first pipeline: before that there is nothing to reset.
        self._began = False
        self._pool = _Pool(self)
        self._pool.our_capability = psrp.SessionCapability(
            PSVersion=psrp.PSVersion("2.0"),
            protocolversion=psrp.PSVersion(str(version.get("PSRemotingProtocolVersion", "2.3"))),
            SerializationVersion=psrp.PSVersion("1.1.0.1"),
        )

    def new_writer(self) -> Writer:
        """A writer for one message, with the machine's settings."""
        return Writer(self.wire.edition, rich_types=self.wire.rich_types, date_kind=self.wire.date_kind)

    @property
    def _running(self) -> int:
        """How many of its runspaces are taken."""
        return sum(1 for pipeline in self.pipelines.values() if not pipeline.stream.finished)

    def capability(self) -> str:
        """SESSION_CAPABILITY."""
        writer, ours = self.new_writer(), self._pool.our_capability

        def content() -> None:
            for name in ("protocolversion", "PSVersion", "SerializationVersion"):
                writer.value(values.Version(str(getattr(ours, name))), name)

        writer.object(lambda: writer.group("MS", content))
        return writer.text()

    def limits(self) -> str:
        """RUNSPACEPOOL_INIT_DATA."""
        writer = self.new_writer()

        def content() -> None:
            writer.value(self._pool.min_runspaces, "MinRunspaces")
            writer.value(self._pool.max_runspaces, "MaxRunspaces")

        writer.object(lambda: writer.group("MS", content))
        return writer.text()

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
        self._began = True
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

    def connect(self, data: bytes) -> bytes:
        """Let another client take the pool over. Returns fragments for the answer; the version table and the state follow.

        Raises ProtocolBroken.
        """
        pool_id, kinds = self._pool.runspace_pool_id, []
        try:
            while data:
                fragment = unpack_fragment(bytearray(data))
                message = unpack_message(bytearray(fragment.data))
                kinds.append(message.message_type)
                data = data[_FRAGMENT_HEADER + len(fragment.data) :]
        except (ValueError, struct.error) as error:
            raise ProtocolBroken(str(error)) from error
        if kinds != [_Type.SessionCapability, _Type.ConnectRunspacePool]:
            raise ProtocolBroken(f"{kinds} in place of what connects to a pool")
        answer = self._fragments(_Type.SessionCapability, self.capability(), pool_id)
        answer += self._fragments(_Type.RunspacePoolInitData, self.limits(), pool_id)
        self.send(_Type.ApplicationPrivateData, self.private_data())
        self._pool.prepare_message(psrp.RunspacePoolStateMsg(RunspaceState=self._pool.state.value))
        return b"".join(answer)

    def _handle(self, event: Any) -> Pipeline | None:
        if isinstance(event, psrpcore.InitRunspacePoolEvent):
            self.stream.barriers.add(len(self.stream.fragments) + self.stream.delivered - 1)
        elif isinstance(event, psrpcore.GetAvailableRunspacesEvent):
            self._pool.runspace_availability_response(event.ci, self._pool.max_runspaces - self._running)
        elif isinstance(event, psrpcore.SetMaxRunspacesEvent):
            self._pool.runspace_availability_response(event.ci, event.count >= self._pool.min_runspaces)
        elif isinstance(event, psrpcore.SetMinRunspacesEvent):
            self._pool.runspace_availability_response(event.ci, 1 <= event.count <= self._pool.max_runspaces)
        elif isinstance(event, psrpcore.ResetRunspaceStateEvent):
            self._pool.runspace_availability_response(event.ci, self._began)
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
        pool_id = _EMPTY if kind in _WITHOUT_POOL else self._pool.runspace_pool_id
        stream.fragments += self._fragments(kind, text, pool_id, pipeline_id)
        stream.arrived.set()

    def _fragments(self, kind: Any, text: str, pool_id: uuid.UUID, pipeline_id: uuid.UUID | None = None) -> list[bytes]:
        payload = _BYTE_ORDER_MARK + text.encode("utf-8") if text else b""
        message = create_message(False, kind, payload, pool_id, pipeline_id)
        self._objects += 1
        size = self.fragment_size - _FRAGMENT_HEADER
        parts = [message[start : start + size] for start in range(0, len(message), size)]
        last = len(parts) - 1
        return [create_fragment(self._objects, number, part, end=number == last) for number, part in enumerate(parts)]

    def write(self, pipeline: Pipeline, record: values.Record) -> bool:
        """Send one record. Returns False when it ended the pipeline (a terminating error)."""
        if isinstance(record, values.Output):
            self.send(_Type.PipelineOutput, records.output_message(record.value, self.new_writer), pipeline.id)
        elif isinstance(record, values.WarningRecord):
            self.send(_Type.WarningRecord, records.informational_message(record, self.new_writer), pipeline.id)
        elif isinstance(record, values.ProgressRecord):
            self.send(_Type.ProgressRecord, records.progress_message(record, self.new_writer), pipeline.id)
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
