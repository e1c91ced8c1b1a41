# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rollouts: ``playbooks/hybrid.yml`` over many deployments, each with a management host and one or two Edge Servers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
AGAIN = "hybrid again"
"""The second run, which finds everything as desired."""
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
SLOW = Replication("60 s", "replication takes 60 s", {"package": 20.0, "transfer": 20.0, "report": 20.0})
STALLED = Replication(
    "60 s, a tenth stalled",
    "replication takes 60 s, and of each tenth deployment no Edge Server ever reports it",
    {"package": 20.0, "transfer": 20.0, "report": 20.0},
    silent_every=10,
)


@dataclass(frozen=True)
class Place:
    """What was run: ``playbook`` is the rollout, the same again, or as many debug tasks as it had (Ansible's own floor)."""

    replication: str
    deployments: int
    hosts: int
    forks: int
    playbook: str = ROLLOUT


@dataclass(frozen=True)
class Rollout:
    """One run. ``tasks`` is how many results of tasks its hosts had, those skipped included, on the average of a host;
    ``lab_processes`` are those that the deployments were spread over; the requests are those of HTTP that a server of that
    kind got, on the average.
    """

    place: Place
    round: int
    lab_processes: int
    tasks: float
    requests_per_front_end: float
    requests_per_edge: float
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
    edges: int = 2,
) -> Iterator[Rollout]:
    """Roll out to deployments that are new in each round, and on request run as many debug tasks after it.

    :param edges: Edge Servers of each deployment.
    :raises RunFailed: when a run did something else than the rollout is to do.
    """
    wishes = laboratory.deployments(deployments, lab_processes, replication.delays, replication.silent_every, edges)
    for number in range(1, rounds + 1):
        with laboratory.listening(wishes, logs) as labs:
            inventory = controller.write("inventory.yml", _inventory(labs))
            options = ["--forks", str(forks)]
            first = controller.run(PLAYBOOK, inventory, labs, options)
            _check(deployments, edges, first, deployments)
            place = Place(replication.name, deployments, len(first.hosts), forks)
            yield _rollout(place, number, len(wishes), first)
            again = controller.run(PLAYBOOK, inventory, labs, options)
            _check(deployments, edges, again, 0)
            yield _rollout(replace(place, playbook=AGAIN), number, len(wishes), again)
            if with_floor:
                tasks = [DEBUG] * round(_tasks(first) / len(first.hosts))
                playbook = controller.write("playbook.yml", play(tasks, ":".join(GROUPS)))
                floor = controller.run(playbook, inventory, labs, options)
                yield _rollout(replace(place, replication="", playbook=FLOOR), number, len(wishes), floor)


def _rollout(place: Place, number: int, lab_processes: int, finished: Finished) -> Rollout:
    return Rollout(
        place,
        number,
        lab_processes,
        _tasks(finished) / place.hosts,
        finished.arrived["requests_of_front_ends"] / place.deployments,
        finished.arrived["requests_of_edges"] / (place.hosts - place.deployments),
        finished.figures,
    )


def _inventory(labs: Labs) -> dict[str, Any]:
    return {"all": {"children": {group: {"hosts": labs.group(group)} for group in GROUPS}}}


def _tasks(finished: Finished) -> int:
    return sum(counts["ok"] + counts.get("skipped", 0) for counts in finished.hosts.values())


def _check(deployments: int, edges_of_each: int, finished: Finished, to_change: int) -> None:
    """Raise RunFailed unless so many deployments were changed, once, and each of their Edge Servers proven by its own store."""
    changed: Sequence[str] = [host for host, counts in finished.hosts.items() if counts["changed"]]
    if len(finished.hosts) != (1 + edges_of_each) * deployments or len(changed) != to_change:
        raise RunFailed(f"{len(finished.hosts)} hosts, {len(changed)} changed, where {to_change} were to be changed.")
    edges = edges_of_each * deployments
    if f"{edges} of {edges} Edge Servers in the topology verified" not in finished.output:
        raise RunFailed(f"Not all {edges} Edge Servers were verified:\n{finished.output[-4000:]}")
