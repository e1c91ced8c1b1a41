# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long commands take on this machine, now: read off what passed the proxies. Deadlines and slack are in proportion to it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from proxy import Seen

LEAST_DEADLINE = 6
"""Seconds. The outage of a service that starts again has to fit in, with the pauses between the attempts to read."""
OUTAGE = 3.5
"""Seconds of it that attempts to read may take: until the first one after the outage begins."""
HEADROOM = 3
"""How many times as long as the slowest undisturbed command a deadline is made."""
LEAST_HEADROOM = 1.5
"""The same where the load has changed since: with less, what a run says is not believed."""
_BEGINS = frozenset({"Create", "Command", "Delete"})
_LATER = frozenset({"Signal", "Get"})
"""Housekeeping over PSRP: sent when nobody waits."""


@dataclass(frozen=True)
class Pace:
    """``slowest`` is how many seconds the slowest command took, from its first request to its last answer; ``pause`` the longest
    that a client let pass between an answer and its next request for the same command.
    """

    slowest: float = 0.0
    pause: float = 0.0

    @property
    def deadline(self) -> int:
        """Seconds that a command may take: none that nobody disturbs comes near."""
        return max(LEAST_DEADLINE, math.ceil(OUTAGE + HEADROOM * self.slowest))


def pace(logs: Iterable[Sequence[Seen]]) -> Pace:
    """The pace of what passed some proxies, each of one host."""
    commands = [command for log in logs for command in _commands(log)]
    pauses = [after.began - before.ended for command in commands for before, after in itertools.pairwise(command)]
    return Pace(
        slowest=max((command[-1].ended - command[0].began for command in commands), default=0.0),
        pause=max(pauses, default=0.0),
    )


def _commands(log: Sequence[Seen]) -> Iterator[list[Seen]]:
    """The requests of one host by command. A command over WinRS creates its shell, so these requests belong together."""
    command: list[Seen] = []
    for seen in log:
        message = seen.request_class.message
        if message in _LATER:
            continue
        opens_its_shell = message == "Command" and [one.request_class.message for one in command] == ["Create"]
        if message in _BEGINS and command and not opens_its_shell:
            yield command
            command = []
        command.append(seen)
    if command:
        yield command
