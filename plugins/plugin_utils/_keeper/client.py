# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task's session: one that the keeper holds for all tasks of a run. Without a keeper, one of the task's own."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence

from ansible.utils.display import Display

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import SessionLost
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import messages
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.background import KeeperBackground
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.channel import Channel, KeeperLost, NotAcknowledged
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.openings import AT_ONCE
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.request import HEARTBEAT_SECONDS
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.errors import not_answered
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.options import PsrpEndpoint
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.output import Output, answer_of
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.session import PsrpSession
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import Answer, Session
from ansible_collections.ucops.lync.plugins.plugin_utils._session.time_left import ENDLESS, TimeLeft

display = Display()


class KeeperClient:
    """A session that asks the keeper for each pipeline; the first task of a run starts it.

    A keeper that cannot be had, is dead or hangs costs the task no more than ``SILENCE_SECONDS``: it opens a session of its own.

    :param register: takes the address of the run's keeper, to which Ansible is to say ``reset``.
    :param openings: how many sessions are opened at the same time before a task needs them.
    """

    def __init__(self, endpoint: PsrpEndpoint, register: Callable[[str], None], openings: int = AT_ONCE) -> None:
        self._endpoint = endpoint
        self._channel = Channel(register)
        self._own: Session = PsrpSession(endpoint)
        self._uses_own = False
        self.where = self._own.where
        self.restricted = self._own.restricted
        self.background = KeeperBackground(endpoint, self._channel, openings)

    def open(self) -> None:
        if not self._uses_own:
            with contextlib.suppress(NotAcknowledged):
                self._ask([])
                return
        self._own.open()

    def invoke(self, cmdlets: Sequence[Cmdlet], seconds: float | None = None) -> Answer:
        left = TimeLeft(seconds)
        if not self._uses_own:
            with contextlib.suppress(NotAcknowledged):
                return answer_of(self._ask(cmdlets, left), self._endpoint, cmdlets[0].name)
        return self._own.invoke(cmdlets, left.seconds)

    def close(self) -> None:
        self._channel.close()
        self._own.close()

    def _ask(self, cmdlets: Sequence[Cmdlet], left: TimeLeft = ENDLESS) -> Output:
        """
        :raises NotAnswered: when no time is left; the channel is closed, so that what was not sent never is.
        :raises NotAcknowledged: when nothing was run; from now on the task uses a session of its own.
        :raises Failure: what the session in the keeper raises.
        """
        objects: list[str] = []
        patience = TimeLeft(None if left.seconds is None else left.seconds + HEARTBEAT_SECONDS)

        def notified(notification: messages.Message) -> None:
            arrived = messages.objects_of(notification)
            objects.extend(arrived)
            if patience.over and not arrived:  # queued, behind what takes its time
                self._channel.close()
                raise not_answered(self._endpoint, cmdlets[0].name)
            if position := messages.position_of(notification):
                display.vvvv(f"{self.where}: {position} requests before this one in the session's queue")

        try:
            response = self._channel.ask(
                lambda run: messages.request(run, self._endpoint, cmdlets, left.seconds), notified
            )
        except NotAcknowledged:
            self._uses_own = True
            raise
        except KeeperLost as error:
            during = f" during {cmdlets[0].name}" if cmdlets else ""
            raise SessionLost(
                f"The session with {self.where} was lost{during}: the process that keeps the sessions of this run has ended "
                "or hangs. (Host variable lync_session_keep: false does without it.)"
            ) from error
        return messages.output_of(response, objects)
