# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A remote shell: its runspace, its pipelines, its idle time."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lynclab.endpoint import Endpoint, Logon, Machine, Pause, Runspace
from lynclab.journal import CmdletEntry, Journal, ShellEntry
from lynclab.powershell import records, values
from lynclab.powershell.arguments import shown
from lynclab.psrp import FRAGMENT_SIZE, Conversation, Pipeline

log = logging.getLogger(__name__)


class Shell:
    """One shell of one account. ``ended`` is called once, when it is gone, whatever the cause."""

    def __init__(
        self,
        shell_id: str,
        machine: Machine,
        endpoint: Endpoint,
        logon: Logon,
        runspace: Runspace,
        journal: Journal,
        *,
        resource_uri: str,
        idle_timeout: float,
        ended: Callable[[Shell], None],
    ) -> None:
        self.id = shell_id
        self.machine = machine
        self.endpoint = endpoint
        self.logon = logon
        self.runspace = runspace
        self.resource_uri = resource_uri
        self.idle_timeout = idle_timeout
        self.conversation = Conversation(runspace.version, machine.wire)
        self.created = time.monotonic()
        self.alive = True
        self._journal = journal
        self._ended = ended
        self._operations = 0
        self._last_active = time.monotonic()
        self._turn = asyncio.Lock()
        self._timer = asyncio.get_running_loop().call_later(idle_timeout, self._check_idle)
        self._log("opened")

    def set_fragment_size(self, room: int) -> None:
        """Fragments fit into an envelope with ``room`` bytes."""
        self.conversation.fragment_size = max(64, min(FRAGMENT_SIZE, room))

    # Time

    @contextmanager
    def operation(self) -> Iterator[None]:
        """While a request about the shell is served, it is not idle."""
        self._operations += 1
        try:
            yield
        finally:
            self._operations -= 1
            self._last_active = time.monotonic()

    @property
    def inactivity(self) -> float:
        """Seconds since the last request ended."""
        return 0.0 if self._operations else time.monotonic() - self._last_active

    def _check_idle(self) -> None:
        if not self.alive:
            return
        remaining = self.idle_timeout - self.inactivity
        if remaining <= 0:
            self.end("expired")
        else:
            self._timer = asyncio.get_running_loop().call_later(remaining, self._check_idle)

    # Pipelines

    def start(self, pipeline: Pipeline) -> None:
        """Run a pipeline whose commands are complete."""
        for command in pipeline.commands or ():
            self._journal.write(
                CmdletEntry(
                    machine=self.machine.name,
                    path=self.endpoint.path,
                    account=self.logon.qualified,
                    shell=self.id,
                    pipeline=str(pipeline.id).upper(),
                    name=command.name,
                    parameters=shown(command.arguments),
                    is_script=command.is_script,
                )
            )
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

    # End

    def end(self, event: str) -> None:
        """The shell is gone: ``closed``, ``expired``, ``broken`` or ``left``."""
        if not self.alive:
            return
        self.alive = False
        self._timer.cancel()
        self.conversation.remove(list(self.conversation.pipelines))
        self.conversation.stream.finish()
        self.runspace.close()
        self._log(event)
        self._ended(self)

    def _log(self, event: str) -> None:
        entry = ShellEntry(self.machine.name, self.endpoint.path, self.logon.qualified, self.id, event)
        self._journal.write(entry)


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
