# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a session has read before a task asked for it: while no task waits for the server, the module loads and the answer comes."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.own_reading import KeptSession
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.options import PsrpEndpoint
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.output import Output
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.session import PsrpSession
from ansible_collections.ucops.lync.plugins.plugin_utils._session.cmdlet_runner import CmdletRunner
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import Answer
from ansible_collections.ucops.lync.plugins.plugin_utils._session.repeats import Repeats

Note = Callable[[Sequence[Cmdlet], Output, float], None]
"""Takes a pipeline, what it wrote, and when it began."""

LASTS_SECONDS = 300.0
"""How long what was read is as good as read now. With many hosts a task may come that late after the one that had it read."""


@dataclass(frozen=True)
class _Pipeline:
    """A pipeline that was run, and what it wrote."""

    cmdlets: Sequence[Cmdlet]
    output: Output
    read_at: float

    def is_of(self, cmdlets: Sequence[Cmdlet]) -> bool:
        return [(one.name, one.parameters) for one in self.cmdlets] == [(one.name, one.parameters) for one in cmdlets]


class ReadAhead:
    """The pipelines in their order. Used by the session's thread, but for ``discard``.

    They are given out once, to requests that ask for just them, one after the other. Any other request ends that, and a change
    through any session: what was read before a change is never shown as found after it.
    """

    def __init__(self) -> None:
        self._pipelines: deque[_Pipeline] = deque()
        self._discarded_at = float("-inf")

    def discard(self) -> None:
        """Give out nothing that was read until now."""
        self._discarded_at = time.monotonic()

    def read(
        self, cmdlets: Sequence[Cmdlet], session: PsrpSession, endpoint: PsrpEndpoint, closing: threading.Event
    ) -> None:
        """Read as a task does that reads these cmdlets, the product's module being imported where that is needed.

        :raises Failure: what the session raises; what was read before that is kept.
        :raises Cancelled: when the session closes.
        """
        kept = _Noting(session, endpoint, closing, self._note)
        CmdletRunner(lambda: kept, _ignore, Repeats(0)).attempt(cmdlets)

    def take(self, cmdlets: Sequence[Cmdlet]) -> Output | None:
        """What these cmdlets wrote, if they are what comes next; None: it is to be asked for."""
        found = self._pipelines.popleft() if self._pipelines else None
        since = max(time.monotonic() - LASTS_SECONDS, self._discarded_at)
        if found is not None and found.is_of(cmdlets) and found.read_at > since:
            return found.output
        self._pipelines.clear()
        return None

    def _note(self, cmdlets: Sequence[Cmdlet], output: Output, began: float) -> None:
        self._pipelines.append(_Pipeline(tuple(cmdlets), output, began))


class _Noting(KeptSession):
    """The session; what pipelines write is noted unread, for the task to read."""

    def __init__(self, session: PsrpSession, endpoint: PsrpEndpoint, closing: threading.Event, note: Note) -> None:
        super().__init__(session, endpoint, closing)
        self._note = note

    def invoke(self, cmdlets: Sequence[Cmdlet], seconds: float | None = None) -> Answer:
        began = time.monotonic()
        output = self.output(cmdlets, seconds)
        self._note(cmdlets, output, began)
        return Answer((), tuple(output.errors), tuple(output.warnings), output.complete)


def _ignore(_warning: str) -> None:
    """The task that reads has the warning, too."""
