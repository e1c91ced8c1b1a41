# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Polling beside the tasks: what is polled for, and one step for each poll, so that whoever polls needs to know nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .cmdlet import Cmdlet
from .failures import Failure

Plain = dict[str, Any]
"""What a poll remembers: plain types, so that another process may keep it."""

Late = tuple[str, str]
"""Whose poll is not over, and what it waits for."""


def waiting_for(late: Sequence[Late]) -> str:
    """The end of a line of progress: the first of those that are waited for, and how many more there are."""
    if not late:
        return ""
    subject, waits_for = late[0]
    more = f"; {len(late) - 1} more" if len(late) > 1 else ""
    return f"; waiting for {subject}{f': {waits_for}' if waits_for else ''}{more}"


@dataclass(frozen=True)
class Stepped:
    """What is known after a poll.

    :param state: what to remember.
    :param pause: seconds until the next poll; None: it is over.
    :param late: what is waited for, for a line of progress.
    :param ready: whether it is over and ended well, so that what waits for it may count on that.
    """

    state: Plain
    pause: float | None
    late: str = ""
    ready: bool = False


@dataclass(frozen=True)
class Polling:
    """A kind of polling; its functions are pure.

    :param step: from what is remembered, the records of each cmdlet, and the seconds of a clock that never jumps.
    :param progress: one line for all polls of this kind: how many are ready, how many there are, those that are not over.
    :param unready: what to remember where the poll that was waited for did not end well.
    """

    step: Callable[[Plain, Sequence[list[dict[str, Any]]], float], Stepped]
    progress: Callable[[int, int, Sequence[Late]], str]
    unready: Callable[[Plain], Plain] = lambda state: state


@dataclass(frozen=True)
class Order:
    """What is to be polled beside the tasks.

    :param kind: the name of the kind of polling.
    :param subject: whose poll it is, in lines of progress.
    :param cmdlets: what is read each time.
    :param state: what to remember at first.
    :param after: the poll that is to be over before this one begins; empty: none.
    """

    kind: str
    subject: str
    cmdlets: tuple[Cmdlet, ...]
    state: Plain
    after: str = ""


@dataclass(frozen=True)
class Collected:
    """What a poll has ended with: what it remembers, why it failed if it did, and what the servers warned of."""

    state: Plain
    failure: Failure | None = None
    warnings: tuple[str, ...] = ()
