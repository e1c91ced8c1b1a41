# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module costs the controller beside Ansible's own floor, its session stubbed out (``make bench`` has real ones).

Runs the same number of ``debug`` tasks and of no-change ``lync_access_edge`` tasks over many hosts, alternately, and prints the
CPU and wall time of each. Usage: ``python tests/bench/floor.py [--hosts N] [--tasks N] [--forks N] [--rounds N]``.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
IN_PLACE = CHECKOUT.match("ansible_collections/ucops/lync")
COLLECTIONS = (CHECKOUT.parents[2] if IN_PLACE else CHECKOUT / ".build/dev", Path(__file__).with_name("stub"))
"""The collection, and one whose module of the same name has a session that answers from memory."""

TASKS = {
    "debug": {"ansible.builtin.debug": {"msg": "nothing"}},
    "lync_access_edge": {"bench.floor.lync_access_edge": {"allow_federated_users": True}},
}


def inventory(hosts: int) -> dict[str, object]:
    return {
        "all": {
            "hosts": {f"host{number:03}": None for number in range(hosts)},
            "vars": {
                "ansible_connection": "psrp",
                "ansible_user": "nobody",
                "ansible_password": "nothing",
                "lync_session_keep": False,
            },
        }
    }


def playbook(kind: str, tasks: int) -> list[dict[str, object]]:
    return [{"hosts": "all", "gather_facts": False, "tasks": [TASKS[kind]] * tasks}]


def measured(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """CPU seconds of the command and all its children, and its wall time in seconds.

    :raises RuntimeError: when it fails, with what it printed.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    run = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
    wall = time.monotonic() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode or "changed=1" in run.stdout:
        raise RuntimeError(run.stdout[-3000:] + run.stderr[-1000:])
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("hosts", 100), ("tasks", 8), ("forks", 20), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "inventory.yml").write_text(yaml.safe_dump(inventory(options.hosts)), encoding="utf-8")
        for kind in TASKS:
            (folder / f"{kind}.yml").write_text(yaml.safe_dump(playbook(kind, options.tasks)), encoding="utf-8")
        environment = {
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join(map(str, COLLECTIONS)),
            "ANSIBLE_FORKS": str(options.forks),
        }
        tool = [sys.executable, "-m", "ansible.cli.playbook"]
        print(f"{options.hosts} hosts x {options.tasks} tasks, {options.forks} forks")
        for number in range(options.rounds):
            for kind in TASKS:
                command = [*tool, "-i", str(folder / "inventory.yml"), str(folder / f"{kind}.yml")]
                cpu, wall = measured(command, environment)
                print(f"round {number + 1}  {kind:17} {cpu:6.1f} s CPU  {wall:6.1f} s wall", flush=True)


if __name__ == "__main__":
    main()
