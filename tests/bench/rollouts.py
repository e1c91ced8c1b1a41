# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The second part: ``playbooks/hybrid.yml`` over many deployments, each with a management host and two Edge Servers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import labs as laboratory
from controller import CHECKOUT, Controller, Finished, RunFailed
from figures import Figures
from labs import Labs
from ways import DEBUG, play

PLAYBOOK = CHECKOUT / "playbooks/hybrid.yml"
GROUPS = ("lync_management", "lync_edge")
ROLLOUT = "hybrid"
FLOOR = "debug"


@dataclass(frozen=True)
class Replication:
    """How fast changes reach the Edge Servers: fields of the lab's Delays, in seconds. Of each ``silent_every``-th deployment
    the content arrives, but no Edge Server ever reports it (0: all do): it is waited for until the time-out.
    """

    name: str
    meaning: str
    delays: Mapping[str, float]
    silent_every: int = 0


INSTANT = Replication("instant", "replication takes no time", {"package": 0.0, "transfer": 0.0, "report": 0.0})
STALLED = Replication(
    "60 s",
    "replication takes 60 s, and of each tenth deployment no Edge Server ever reports it",
    {"package": 20.0, "transfer": 20.0, "report": 20.0},
    silent_every=10,
)


@dataclass(frozen=True)
class Place:
    """What was run: ``playbook`` is the rollout, or as many debug tasks as it had (Ansible's own floor)."""

    replication: str
    deployments: int
    hosts: int
    forks: int
    playbook: str = ROLLOUT


@dataclass(frozen=True)
class Rollout:
    """One run. ``tasks`` is how many results of tasks its hosts had, those skipped included, on the average of a host;
    ``lab_processes`` are those that the deployments were spread over.
    """

    place: Place
    round: int
    lab_processes: int
    tasks: float
    figures: Figures


def cost_per_host(place: Place, figures: Figures) -> float:
    """Seconds of the controller's CPU for each host."""
    return figures.cpu / place.hosts


def measured(
    replication: Replication,
    deployments: int,
    forks: int,
    rounds: int,
    lab_processes: int,
    controller: Controller,
    logs: Path,
    with_floor: bool = False,
) -> Iterator[Rollout]:
    """Roll out to deployments that are new in each round, and on request run as many debug tasks after it.

    :raises RunFailed: when a run did something else than the rollout is to do.
    """
    wishes = laboratory.deployments(deployments, lab_processes, replication.delays, replication.silent_every)
    for number in range(1, rounds + 1):
        with laboratory.listening(wishes, logs) as labs:
            inventory = controller.write("inventory.yml", _inventory(labs))
            options = ["--forks", str(forks)]
            finished = controller.run(PLAYBOOK, inventory, labs, options)
            _check(deployments, finished)
            hosts = len(finished.hosts)
            tasks = _tasks(finished) / hosts
            place = Place(replication.name, deployments, hosts, forks)
            yield Rollout(place, number, len(wishes), tasks, finished.figures)
            if with_floor:
                playbook = controller.write("playbook.yml", play([DEBUG] * round(tasks), ":".join(GROUPS)))
                floor = controller.run(playbook, inventory, labs, options)
                place = Place("", deployments, hosts, forks, FLOOR)
                yield Rollout(place, number, len(wishes), _tasks(floor) / hosts, floor.figures)


def _inventory(labs: Labs) -> dict[str, Any]:
    return {"all": {"children": {group: {"hosts": labs.group(group)} for group in GROUPS}}}


def _tasks(finished: Finished) -> int:
    return sum(counts["ok"] + counts.get("skipped", 0) for counts in finished.hosts.values())


def _check(deployments: int, finished: Finished) -> None:
    """Raise RunFailed unless each deployment was changed, once, and each of its Edge Servers proven by its own store."""
    changed: Sequence[str] = [host for host, counts in finished.hosts.items() if counts["changed"]]
    if len(finished.hosts) != 3 * deployments or len(changed) != deployments:
        raise RunFailed(f"{len(finished.hosts)} hosts, {len(changed)} changed, where {deployments} were to be changed.")
    edges = 2 * deployments
    if f"{edges} of {edges} Edge Servers in the topology verified" not in finished.output:
        raise RunFailed(f"Not all {edges} Edge Servers were verified:\n{finished.output[-4000:]}")
