# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A poll in the keeper: what is known of it, whom it waits for and who waits for it; and how a session's thread carries it on.

========= ============================================== =================================================================
state     entered when                                   left when
========= ============================================== =================================================================
WAITING   it was begun                                   the poll that it comes after is over, or at once without one
POLLING   its session's thread has it                    its step says that it is over, or a reading failed for good
OVER      a verdict or a failure is known                final; it is kept for the task that collects it
========= ============================================== =================================================================

A poll whose session is closed is forgotten, in whichever state it is: the task that collects it then polls itself.
"""

from __future__ import annotations

import enum
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Failure
from ansible_collections.ucops.lync.plugins.module_utils._core.polling import Collected, Order, Plain
from ansible_collections.ucops.lync.plugins.module_utils._core.unforeseen import unforeseen
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.kinds import KINDS
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.request import Request
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.session import Cancelled
from ansible_collections.ucops.lync.plugins.plugin_utils._session.cmdlet_runner import CmdletRunner


class PollState(enum.Enum):
    """The states of a poll (see the table above)."""

    WAITING = enum.auto()
    POLLING = enum.auto()
    OVER = enum.auto()


@dataclass(eq=False)
class Poll:
    """A poll. Its session's thread alone changes it while it is POLLING, else the keeper's thread.

    :param number: what tasks call it.
    :param remembered: what its steps remember.
    :param due: when the next step is, by ``time.monotonic()``.
    :param ready: whether it is over and ended well.
    :param failure: why it failed.
    :param warnings: what the server warned of.
    :param collectors: the tasks that wait for it, and whether each shows progress.
    """

    number: str
    order: Order
    remembered: Plain
    state: PollState = PollState.WAITING
    due: float = 0.0
    late: str = ""
    ready: bool = False
    collected: bool = False
    failure: Failure | None = None
    warnings: list[str] = field(default_factory=list)
    collectors: list[tuple[Request, bool]] = field(default_factory=list)

    @property
    def over(self) -> bool:
        return self.state is PollState.OVER

    @property
    def outcome(self) -> Collected:
        return Collected(self.remembered, self.failure, tuple(self.warnings))

    def warn(self, text: str) -> None:
        """The server has warned, as it may with each step."""
        if text not in self.warnings:
            self.warnings.append(text)

    def start(self, ready: bool) -> None:
        """Its session's thread may have it now.

        :param ready: whether the poll that it comes after ended well.
        """
        self.state = PollState.POLLING
        self.due = time.monotonic()
        if not ready:
            self.remembered = KINDS[self.order.kind].unready(self.remembered)

    def step(self, reader: CmdletRunner, check: Callable[[], None]) -> bool:
        """Poll once, in the session's thread; whether it is over.

        :param check: raises a failure of the session that is known already.
        """
        try:
            check()
            records = reader.read(self.order.cmdlets)
            stepped = KINDS[self.order.kind].step(self.remembered, records, time.monotonic())
        except Cancelled:
            return False
        except Failure as failure:
            self.failure = failure
            return True
        except Exception as error:  # the task that collects it must have an answer
            self.failure = unforeseen(error, self.order.cmdlets[0].name, self.order.subject)
            return True
        self.remembered, self.late, self.ready = stepped.state, stepped.late, stepped.ready
        if stepped.pause is None:
            return True
        self.due = time.monotonic() + stepped.pause
        return False
