# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A PowerShell session: its runspace and its pipelines."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable

from lynclab.contract.endpoint import Endpoint, Logon, Pause, Runspace
from lynclab.contract.machine import Machine
from lynclab.journal import Journal
from lynclab.powershell import records, values
from lynclab.psrp.conversation import FRAGMENT_SIZE, Conversation, Pipeline
from lynclab.wsman.remote_shell import RemoteShell

log = logging.getLogger(__name__)


class Shell(RemoteShell):
    """One PowerShell session: a runspace pool behind WSMan."""

    transport = "psrp"
    input_streams = "stdin pr"
    output_streams = "stdout"

    def __init__(
        self,
        shell_id: str,
        machine: Machine,
        endpoint: Endpoint,
        logon: Logon,
        journal: Journal,
        *,
        resource_uri: str,
        idle_timeout: float,
        ended: Callable[[RemoteShell], None],
        runspace: Runspace,
    ) -> None:
        super().__init__(
            shell_id,
            machine,
            endpoint,
            logon,
            journal,
            resource_uri=resource_uri,
            idle_timeout=idle_timeout,
            ended=ended,
        )
        self.runspace = runspace
        self.conversation = Conversation(runspace.version, machine.wire)
        self._turn = asyncio.Lock()

    def set_fragment_size(self, room: int) -> None:
        """Fragments fit into an envelope with ``room`` bytes."""
        self.conversation.fragment_size = max(64, min(FRAGMENT_SIZE, room))

    # Pipelines

    def start(self, pipeline: Pipeline) -> None:
        """Run a pipeline whose commands are complete."""
        self.journal_commands(str(pipeline.id).upper(), pipeline.commands or ())
        pipeline.task = asyncio.get_running_loop().create_task(self._run(pipeline))

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

    def stop(self, pipeline: Pipeline) -> None:
        """Stop a running pipeline."""
        if pipeline.task is not None:
            pipeline.task.cancel()
        self.conversation.end(pipeline, records.PIPELINE_STOPPED, _STOPPED)

    def remove(self, pipeline_id: uuid.UUID) -> None:
        """Forget a pipeline that the client closed."""
        self.conversation.remove([pipeline_id])

    def _release(self) -> None:
        self.conversation.remove(list(self.conversation.pipelines))
        self.conversation.stream.finish()
        self.runspace.close()


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
