# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the keeper does beside the tasks, as a task asks for it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.polling import Collected, Order
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import messages
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.channel import Channel, KeeperLost, NotAcknowledged
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.options import PsrpEndpoint


class KeeperBackground:
    """What is asked for with one endpoint, over the channel of its task."""

    def __init__(self, endpoint: PsrpEndpoint, channel: Channel, openings: int) -> None:
        self._endpoint = endpoint
        self._channel = channel
        self._openings = openings

    def prepare(self, host: str, cmdlets: Sequence[Cmdlet]) -> bool:
        """As the contract has it.

        :raises SessionFailed: when Ansible has ended and only this worker is left.
        """
        try:
            self._channel.ask(
                lambda run: messages.prepare(run, self._endpoint, host, cmdlets, self._openings), messages.ignored
            )
        except (NotAcknowledged, KeeperLost):
            return False
        return True

    def begin(self, order: Order, host: str = "") -> str | None:
        """As the contract has it.

        :raises SessionFailed: when Ansible has ended and only this worker is left.
        """
        poll = secrets.token_hex(8)
        try:
            answer = self._channel.ask(
                lambda run: messages.begin(run, self._endpoint, host, poll, order), messages.ignored
            )
        except (NotAcknowledged, KeeperLost):
            return None
        return poll if answer["result"] else None

    def collect(self, poll: str, show: Callable[[str], None] | None) -> Collected | None:
        """As the contract has it.

        :raises SessionFailed: when Ansible has ended and only this worker is left.
        """

        def notified(notification: messages.Message) -> None:
            line = messages.line_of(notification)
            if line and show is not None:
                show(line)

        try:
            answer = self._channel.ask(lambda run: messages.collect(run, poll, show is not None), notified)
        except (NotAcknowledged, KeeperLost):
            return None
        return messages.collected_of(answer)
