# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection costs, beside win_powershell and beside Ansible's own floor, on the same lab in one run.

It measures and does not judge: the exit code is 0 also where a goal is missed, and another one where a run broke.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import importlib.metadata
import json
import os
import platform
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import rollouts
import sessions
from chart import wall_time_chart
from controller import CHECKOUT, COLLECTIONS, Controller, RunFailed
from figures import Figures, lab_share
from goals import MEGABYTE, goals, medians, rollout_goals
from labs import LabLost
from processes import adopt_orphans
from table import goals_table, hybrid_table, sessions_table
from ways import KEPT, TASKS, WAYS

FOLDER = CHECKOUT / ".build/bench"
PACKAGES = ("ansible-core", "pypsrp", "pyspnego", "requests", "psrpcore", "aiohttp")
PARTS = ("sessions", "forks", "hybrid", "replicating", "stalled", "scaling", "thousand")
USUAL_PARTS = ("sessions", "hybrid")
FAIRNESS = (
    "win_powershell: the lab answers its script at once with an empty result; compiling and running the script costs the "
    "server nothing, and reading objects costs the controller nothing. This favours it."
)


@dataclass
class Results:
    """What was measured so far. ``complete``: that is all that was wished for."""

    cells: list[sessions.Cell] = field(default_factory=list)
    rollouts: list[rollouts.Rollout] = field(default_factory=list)
    complete: bool = False


def say(text: str) -> None:
    """A line of progress."""
    print(f"{dt.datetime.now().astimezone():%H:%M:%S}  {text}", flush=True)


def say_figures(what: str, figures: Figures) -> None:
    """What one run came to."""
    say(
        f"{what}: {figures.wall:.1f} s wall, {figures.cpu:.1f} s CPU, {figures.requests:.0f} requests, "
        f"{figures.shells_opened:.0f} shells, {figures.memory / MEGABYTE:.0f} MB"
    )


def measure_sessions(options: argparse.Namespace, controller: Controller, results: Results) -> None:
    """Eight tasks on each of many hosts, in each way."""
    _read(options, controller, results, options.situations, options.hosts, options.ways, [options.forks])


def measure_forks(options: argparse.Namespace, controller: Controller, results: Results) -> None:
    """The same on as many slow hosts as there are, with sessions that are kept: with 5 forks and with 20."""
    _read(options, controller, results, ["slow"], [max(options.hosts)], [KEPT.name], [5, sessions.USUAL_FORKS])


def _read(
    options: argparse.Namespace,
    controller: Controller,
    results: Results,
    situations: Sequence[str],
    hosts: Sequence[int],
    ways: Sequence[str],
    forks: Sequence[int],
) -> None:
    scope = sessions.Scope(situations, hosts, ways, options.rounds, forks, options.lab_processes)
    for cell in sessions.measured(scope, controller, FOLDER):
        results.cells.append(cell)
        what = f"{cell.situation}, {cell.hosts} hosts, {cell.way}, {cell.forks} forks, round {cell.round}"
        say_figures(what, cell.figures)


def measure_hybrid(options: argparse.Namespace, controller: Controller, results: Results) -> None:
    """The rollout with instant replication."""
    for forks in options.hybrid_forks:
        _roll_out(options, controller, results, rollouts.INSTANT, options.deployments, forks)


def measure_stalled(options: argparse.Namespace, controller: Controller, results: Results) -> None:
    """The rollout where replication takes its time, and some of it never reports."""
    for forks in options.hybrid_forks:
        _roll_out(options, controller, results, rollouts.STALLED, options.deployments, forks)


def measure_replicating(options: argparse.Namespace, controller: Controller, results: Results) -> None:
    """The rollout where replication takes its time, and all of it is reported."""
    for forks in options.hybrid_forks:
        _roll_out(options, controller, results, rollouts.SLOW, options.deployments, forks)


def measure_thousand(options: argparse.Namespace, controller: Controller, results: Results) -> None:
    """The rollout to five times as many deployments, with one Edge Server each: 1,000 hosts by default."""
    deployments = 5 * options.deployments
    _roll_out(options, controller, results, rollouts.INSTANT, deployments, options.forks, edges=1)


def measure_scaling(options: argparse.Namespace, controller: Controller, results: Results) -> None:
    """The rollout to a quarter, a half and all of the deployments, and Ansible's own floor beside each."""
    for divisor in (4, 2, 1):
        deployments = max(1, options.deployments // divisor)
        _roll_out(options, controller, results, rollouts.INSTANT, deployments, options.forks, with_floor=True)


def _roll_out(
    options: argparse.Namespace,
    controller: Controller,
    results: Results,
    replication: rollouts.Replication,
    deployments: int,
    forks: int,
    with_floor: bool = False,
    edges: int = 2,
) -> None:
    for rollout in rollouts.measured(
        replication, deployments, forks, options.rounds, options.lab_processes, controller, FOLDER, with_floor, edges
    ):
        results.rollouts.append(rollout)
        place = rollout.place
        what = f"{place.playbook}, {replication.meaning}" if place.playbook == rollouts.ROLLOUT else place.playbook
        say_figures(f"{what}, {deployments} deployments, {forks} forks, round {rollout.round}", rollout.figures)


MEASURES: dict[str, Callable[[argparse.Namespace, Controller, Results], None]] = {
    "sessions": measure_sessions,
    "forks": measure_forks,
    "hybrid": measure_hybrid,
    "replicating": measure_replicating,
    "stalled": measure_stalled,
    "scaling": measure_scaling,
    "thousand": measure_thousand,
}


def shown(results: Results) -> str:
    """All tables."""
    found = medians(results.cells)
    pieces: list[str] = []
    for name in dict.fromkeys(cell.situation for cell in results.cells):
        heading = f"{TASKS} reading tasks for each host, {name}: {sessions.SITUATIONS[name].meaning}"
        pieces += [heading, sessions_table(name, found)]
    if results.cells:
        meanings = (f"{way.name}: {way.meaning}" for way in WAYS.values())
        pieces += ["\n".join([*meanings, FAIRNESS]), "Goals for kept sessions", goals_table(goals(found))]
    if results.rollouts:
        pieces += ["playbooks/hybrid.yml", hybrid_table(results.rollouts)]
        pieces += ["Goals for rollouts", goals_table(rollout_goals(results.rollouts))]
    pieces.append(f"The labs' processes were busy {100 * busiest_labs(results):.0f} % of a run's time at most.")
    return "\n\n".join(pieces)


def busiest_labs(results: Results) -> float:
    """The highest share of a run's time, of 1, that its labs' processes were busy on the average."""
    runs = [(cell.figures, cell.lab_processes) for cell in results.cells]
    runs += [(rollout.figures, rollout.lab_processes) for rollout in results.rollouts]
    return max((lab_share(figures, processes) for figures, processes in runs), default=0.0)


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    manifest = json.loads((COLLECTIONS[1] / "ansible_collections/ansible/windows/MANIFEST.json").read_text("utf-8"))
    versions = {name: importlib.metadata.version(name) for name in PACKAGES}
    versions |= {"python": platform.python_version(), "ansible.windows": manifest["collection_info"]["version"]}
    return {"versions": versions, "cpus": os.cpu_count(), "usable_cpus": len(os.sched_getaffinity(0))}


def record(options: argparse.Namespace, started: dt.datetime, results: Results) -> dict[str, Any]:
    """Everything, for the file."""
    return {
        "date": started.isoformat(timespec="seconds"),
        "complete": results.complete,
        **machine(),
        "options": {name: value for name, value in vars(options).items() if name != "output"},
        "remarks": [FAIRNESS],
        "sessions": [dataclasses.asdict(cell) for cell in results.cells],
        "goals": [
            {**dataclasses.asdict(goal), "reached": goal.reached}
            for goal in (*goals(medians(results.cells)), *rollout_goals(results.rollouts))
        ],
        "hybrid": [dataclasses.asdict(rollout) for rollout in results.rollouts],
    }


def number(text: str) -> int:
    """A number of at least one. Raises ValueError."""
    found = int(text)
    if found < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return found


def numbers(text: str) -> list[int]:
    """``1,20`` as numbers of at least one. Raises ValueError."""
    return [number(word) for word in text.split(",")]


def names(known: Sequence[str]) -> Callable[[str], list[str]]:
    """A reader of names with commas between them, of which ``all`` stands for every one."""

    def read(text: str) -> list[str]:
        chosen = list(known) if text == "all" else text.split(",")
        unknown = [name for name in chosen if name not in known]
        if unknown:
            raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: there are {', '.join(known)}")
        return chosen

    return read


def parser() -> argparse.ArgumentParser:
    """The options."""
    found = argparse.ArgumentParser(prog="make bench", description=__doc__.splitlines()[0])
    add = found.add_argument
    listed: dict[str, Any] = {"metavar": "NAME,..."}
    add("--parts", type=names(PARTS), default=list(USUAL_PARTS), help=f"all, or some of {', '.join(PARTS)}", **listed)
    add("--situations", type=names(list(sessions.SITUATIONS)), default=list(sessions.SITUATIONS), **listed)
    add("--ways", type=names(list(WAYS)), default=list(WAYS), help=f"of {', '.join(WAYS)}", **listed)
    add("--hosts", type=numbers, default=[1, 20, 200], metavar="N,...", help="Edge Servers (sessions)")
    add("--forks", type=number, default=20, metavar="N", help="of the parts sessions, scaling and thousand")
    add("--rounds", type=number, default=1, metavar="N", help="tables show medians")
    add("--deployments", type=number, default=100, metavar="N", help="of the rollout")
    add("--hybrid-forks", type=numbers, default=[5, 100], metavar="N,...", help="of the rollout")
    add("--lab-processes", type=number, default=2, metavar="N")
    add("--output", type=Path, default=FOLDER / "results.json", metavar="FILE", help="every figure, as JSON")
    return found


def main() -> None:
    """Measure, print, write the file; where a run breaks, with what was measured until then."""
    options = parser().parse_args()
    started = dt.datetime.now().astimezone()
    results = Results()
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            controller = Controller(Path(folder))
            for part in options.parts:
                MEASURES[part](options, controller, results)
        results.complete = True
    finally:
        if results.cells or results.rollouts:
            report(options, started, results)


def report(options: argparse.Namespace, started: dt.datetime, results: Results) -> None:
    """Print the tables and write the file."""
    print(f"\n{shown(results)}\n")
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(record(options, started, results), indent=1) + "\n", encoding="utf-8")
    chart = options.output.with_suffix(".svg")
    chart.write_text(wall_time_chart(json.loads(options.output.read_text(encoding="utf-8"))), encoding="utf-8")
    print(f"Every figure: {options.output}; wall time against hosts: {chart}")


def ended(_signal: int, _frame: object) -> None:
    raise SystemExit("The benchmark was ended from outside.")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, ended)
    signal.signal(signal.SIGHUP, ended)
    adopt_orphans()
    try:
        main()
    except (RunFailed, LabLost) as failure:
        sys.exit(f"\nBENCHMARK FAILED: {failure}")
    except KeyboardInterrupt:
        sys.exit("\nThe benchmark was interrupted; what it started is ended.")
