# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first part: eight reading tasks for each of many Edge Servers, in several ways on the same labs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import labs as laboratory
from controller import Controller, Finished, RunFailed
from figures import Figures
from labs import Labs
from ways import TASKS, WAYS, Way

USUAL_FORKS = 20


@dataclass(frozen=True)
class Situation:
    """How the servers behave; times in seconds."""

    name: str
    meaning: str
    module_load: float = 0.0
    round_trip: float = 0.0


SITUATIONS = {
    situation.name: situation
    for situation in (
        Situation("quick", "no module load, no round trip"),
        Situation("slow", "4 s of module load in each session, 20 ms of round trip", 4.0, 0.020),
    )
}


@dataclass(frozen=True)
class Cell:
    """One run of one way, and what it cost. ``lab_processes`` are those that the hosts were spread over."""

    situation: str
    hosts: int
    way: str
    round: int
    lab_processes: int
    figures: Figures
    forks: int = USUAL_FORKS


@dataclass(frozen=True)
class Scope:
    """What to measure: names of situations and ways, numbers of hosts and of forks, and how often."""

    situations: Sequence[str]
    hosts: Sequence[int]
    ways: Sequence[str]
    rounds: int
    forks: Sequence[int]
    lab_processes: int


def measured(scope: Scope, controller: Controller, logs: Path) -> Iterator[Cell]:
    """Each cell as soon as it is measured: within a number of hosts, all ways once, then all ways again.

    :raises RunFailed: when a run did something else than reading.
    """
    for name in scope.situations:
        situation = SITUATIONS[name]
        for hosts in scope.hosts:
            # 5.1: with an older PowerShell win_powershell would not work at all.
            wishes = laboratory.edge_servers(
                hosts,
                scope.lab_processes,
                module_load=situation.module_load,
                round_trip=situation.round_trip,
                powershell_version="5.1",
            )
            with laboratory.listening(wishes, logs) as labs:
                for number in range(1, scope.rounds + 1):
                    for way, forks in itertools.product((WAYS[way_name] for way_name in scope.ways), scope.forks):
                        finished = _run(way, labs, controller, forks)
                        _check(way, hosts, finished)
                        yield Cell(name, hosts, way.name, number, len(wishes), finished.figures, forks)


def _run(way: Way, labs: Labs, controller: Controller, forks: int) -> Finished:
    edges = {"hosts": labs.group("lync_edge"), "vars": dict(way.variables)}
    inventory = controller.write("inventory.yml", {"all": {"children": {"lync_edge": edges}}})
    playbook = controller.write("playbook.yml", way.playbook())
    return controller.run(playbook, inventory, labs, ["--forks", str(forks)])


def _check(way: Way, hosts: int, finished: Finished) -> None:
    """Raise RunFailed unless every host had eight tasks that read and changed nothing."""
    wrong = {host: counts for host, counts in finished.hosts.items() if counts["ok"] != TASKS or counts["changed"] != 0}
    if len(finished.hosts) != hosts or wrong:
        raise RunFailed(f"{way.name}: {len(finished.hosts)} of {hosts} hosts, of them not as expected: {wrong}")
    for name in ("cmdlets", "scripts"):
        arrived, most = finished.arrived[name], hosts * TASKS if name == way.arrives else 0
        least = max(0, most - hosts * len(way.first))
        if not least <= arrived <= most:
            raise RunFailed(f"{way.name}: {arrived} {name} arrived at the servers instead of {least} to {most}")
