# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Learns the classes of requests from a run that nobody disturbs, one deployment for each mode, through the same proxies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from classes import RequestClass
from evidence import PATIENCE, Settings
from fleet import fleet
from matrix import Learned
from modes import Mode
from playbook import Player
from proxy import ProxyLoop


class NotLearned(Exception):
    """The undisturbed run failed: there is nothing to disturb."""


@dataclass(frozen=True)
class Undisturbed:
    """What an undisturbed run is like: the classes of every mode, and how many seconds it takes."""

    classes: Sequence[Learned]
    seconds: float


def classes(player: Player, loop: ProxyLoop, settings: Settings) -> Undisturbed:
    """Run undisturbed.

    :raises NotLearned: when the run fails, with its output.
    """
    with fleet(list(Mode), loop) as found:
        played = player.play(found.inventory(settings.variables), PATIENCE, settings.run_seconds)
        if played.run.status:
            raise NotLearned(str(played.run))
        learned = [
            learned
            for member in found.members
            for proxy in member.proxies.values()
            for learned in _of_log(member.mode, [seen.request_class for seen in proxy.log])
        ]
        return Undisturbed(learned, played.seconds)


def _of_log(mode: Mode, seen: Sequence[RequestClass]) -> Iterator[Learned]:
    counts = Counter(seen)
    for request_class, count in counts.items():
        yield Learned(mode, request_class, count, seen.index(request_class) / len(seen))
