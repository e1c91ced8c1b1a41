# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Learns from a run that nobody disturbs, through the same proxies and as wide as the others: the classes of requests, and how
long commands take when so many are at work.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from classes import RequestClass
from evidence import Settings
from fleet import fleet
from matrix import Learned
from modes import Mode
from pace import Pace, pace
from playbook import Player
from proxy import ProxyLoop


class NotLearned(Exception):
    """The undisturbed run failed: there is nothing to disturb."""


@dataclass(frozen=True)
class Undisturbed:
    """What an undisturbed run is like: the classes of every mode, how many requests and seconds it takes, and the pace of its
    commands.
    """

    classes: Sequence[Learned]
    requests: int
    seconds: float
    pace: Pace


def undisturbed(player: Player, loop: ProxyLoop, settings: Settings, width: int) -> Undisturbed:
    """Run so many deployments, at least one of each mode.

    :raises NotLearned: when the run fails, with its output.
    """
    modes = list(itertools.islice(itertools.cycle(Mode), max(width, len(Mode))))
    with fleet(modes, loop) as found:
        played = player.play(found.inventory(settings.variables), settings.patience, settings.run_seconds)
        if played.run.status:
            raise NotLearned(str(played.run))
        learned = [
            learned
            for member in found.members[: len(Mode)]
            for proxy in member.proxies.values()
            for learned in _of_log(member.mode, [seen.request_class for seen in proxy.log])
        ]
        logs = [proxy.log for member in found.members for proxy in member.proxies.values()]
        return Undisturbed(learned, found.arrived, played.seconds, pace(logs))


def _of_log(mode: Mode, seen: Sequence[RequestClass]) -> Iterator[Learned]:
    counts = Counter(seen)
    for request_class, count in counts.items():
        yield Learned(mode, request_class, count, seen.index(request_class) / len(seen))
