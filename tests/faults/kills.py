# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills of ansible-playbook, of a worker and of the keeper at random moments, each in a run of its own."""

from __future__ import annotations

import functools
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum

import process_tree
import trial
from evidence import Evidence, Settings
from fleet import fleet
from modes import Mode
from playbook import Player
from proxy import ProxyLoop

KEEPER_NAME = "lync-sessions"
_LOOK_SECONDS = 0.02


class Victim(Enum):
    """Who is killed."""

    PLAYBOOK = "playbook"
    WORKER = "worker"
    KEEPER = "keeper"


@dataclass
class Kill:
    """A signal to somebody, as soon as so many requests of the run have arrived and there is such a process: a random moment by
    what the run has done, because how long it takes depends on the machine. ``struck``: it was sent before the run ended.
    """

    number: int
    victim: Victim
    signal: signal.Signals
    after: int
    struck: bool = field(default=False, init=False)

    @property
    def name(self) -> str:
        """Unique in a seed."""
        return f"kill/{self.number}/{self.victim.value}/{self.signal.name}"

    def strike(self, arrived: Callable[[], int], pid: int) -> None:
        """Wait for the moment, and for the victim; nothing happens when the run ends before."""
        while _is_running(pid):
            victims = _victims(pid, self.victim) if arrived() >= self.after else []
            if victims:
                with suppress(ProcessLookupError):
                    os.kill(victims[self.number % len(victims)], self.signal)
                    self.struck = True
                return
            time.sleep(_LOOK_SECONDS)


SIGNALS = {
    Victim.PLAYBOOK: (signal.SIGKILL, signal.SIGTERM, signal.SIGINT),
    Victim.WORKER: (signal.SIGKILL, signal.SIGTERM),
    Victim.KEEPER: (signal.SIGKILL, signal.SIGTERM),
}


def kills(count: int, seed: int, requests: int) -> Iterator[Kill]:
    """So many kills in the order of the seed, within the requests of an undisturbed run."""
    chance = random.Random(f"{seed}/kills")
    every = [(victim, number) for victim, numbers in SIGNALS.items() for number in numbers]
    for number in range(count):
        victim, chosen = every[number % len(every)]
        yield Kill(number, victim, chosen, chance.randrange(1, requests))


def run(kill: Kill, player: Player, loop: ProxyLoop, settings: Settings) -> list[Evidence]:
    """What became of a deployment of each mode: a run that is disturbed by the kill, and two that are not."""
    with fleet(list(Mode), loop) as found:
        evidence = [Evidence(member, None, settings, kill=True) for member in found.members]
        strike = functools.partial(kill.strike, lambda: found.arrived)
        for meanwhile in (strike, None, None):
            trial.play(found, evidence, player, meanwhile)
            found.calm()
        return evidence


def _is_running(pid: int) -> bool:
    return any(process.pid == pid and not process.has_ended for process in process_tree.descendants())


def _victims(pid: int, victim: Victim) -> list[int]:
    """A worker is a child of ansible-playbook; the keeper one of whoever was its parent."""
    if victim is Victim.PLAYBOOK:
        return [pid]
    running = [process for process in process_tree.descendants() if not process.has_ended and process.pid != pid]
    keepers = [process.pid for process in running if process.name == KEEPER_NAME]
    if victim is Victim.KEEPER:
        return keepers
    return [process.pid for process in running if process.parent == pid and process.pid not in keepers]
