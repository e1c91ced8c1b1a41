# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the keeper reads for itself in the session that it keeps for the tasks, in the session's own thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.options import PsrpEndpoint
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.output import Output, answer_of
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.session import Cancelled, PsrpSession
from ansible_collections.ucops.lync.plugins.plugin_utils._session.cmdlet_runner import CmdletRunner
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import Answer
from ansible_collections.ucops.lync.plugins.plugin_utils._session.repeats import Repeats


def reader(
    session: PsrpSession,
    endpoint: PsrpEndpoint,
    closing: threading.Event,
    seconds: float,
    warn: Callable[[str], None] = lambda text: None,
) -> CmdletRunner:
    """What reads in the session until it closes; then it raises Cancelled.

    :param seconds: what a read may take with all its attempts.
    """
    repeats = Repeats(seconds, sleep=closing.wait)
    return CmdletRunner(lambda: KeptSession(session, endpoint, closing), warn, repeats)


class KeptSession:
    """The session as a task has it, which never ends it."""

    background = None

    def __init__(self, session: PsrpSession, endpoint: PsrpEndpoint, closing: threading.Event) -> None:
        self.where = endpoint.where
        self.restricted = endpoint.restricted
        self._session = session
        self._endpoint = endpoint
        self._closing = closing

    def open(self) -> None:
        self._session.open()

    def invoke(self, cmdlets: Sequence[Cmdlet], seconds: float | None = None) -> Answer:
        return answer_of(self.output(cmdlets, seconds), self._endpoint, cmdlets[0].name)

    def output(self, cmdlets: Sequence[Cmdlet], seconds: float | None = None) -> Output:
        """What a pipeline writes, unread.

        :param seconds: what it may take; None: the time of a command.
        """
        self._check()
        return self._session.run(cmdlets, before_sending=self._check, seconds=seconds)

    def close(self) -> None:
        """After a loss the shell is kept if it is still there."""
        self._session.keep_alive()

    def _check(self) -> None:
        if self._closing.is_set():
            raise Cancelled
