# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ansible-playbook and measures what it costs, with all that it starts and leaves behind."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import process_tree
import yaml
from ansible_output import recap
from figures import Figures
from labs import Labs
from memory import MemoryWatch
from processes import child

CHECKOUT = Path(__file__).resolve().parents[2]
TOOLS = Path(sys.executable).parent
#: This checkout, and ansible.windows (see the Makefile).
COLLECTIONS = (CHECKOUT / ".build/dev", CHECKOUT / ".build/bench/collections")
KEPT = ("PATH", "LANG", "LC_ALL", "TZ")
AFTERWARDS_SECONDS = 60.0
"""Until what is left after a run is called left."""
LOOK_SECONDS = 0.05


class RunFailed(Exception):
    """A run did something else than it must; its figures would be those of something else."""


@dataclass(frozen=True)
class Finished:
    """A run that came to its end: what it printed, the counts of its recap by host, what arrived, what it cost."""

    output: str
    hosts: Mapping[str, Mapping[str, int]]
    arrived: Mapping[str, float]
    figures: Figures


class Controller:
    """Runs ansible-playbook with nothing of the user's own settings. ``folder`` is for its files, and has a short name: paths
    of Unix sockets below it may have 107 characters.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "ansible.cfg").touch()

    def write(self, name: str, content: Any) -> Path:
        """Write YAML into the folder, for its owner only: inventories hold passwords."""
        path = self._folder / name
        path.touch(mode=0o600)
        path.write_text(yaml.dump(content, Dumper=_dumper(), sort_keys=False), encoding="utf-8")
        return path

    def run(self, playbook: Path, inventory: Path, labs: Labs, options: Sequence[str] = ()) -> Finished:
        """Run a playbook against labs and measure it.

        :raises RunFailed: when a task failed, or a host could not be reached.
        """
        command: list[str | Path] = [TOOLS / "ansible-playbook", "-i", inventory, *options, playbook]
        shown = self._folder / "output.txt"
        lab_cpu = labs.clear()["cpu"]
        cpu = _children_cpu()
        with shown.open("w", encoding="utf-8") as output, MemoryWatch(labs.pids) as memory:
            started = time.monotonic()
            with child(
                command, cwd=self._folder, env=self._environment, stdout=output, stderr=subprocess.STDOUT
            ) as process:
                status = process.wait()
                ended = time.monotonic()
                cpu_without_keeper = _children_cpu()
                left = _wait_for_quiet(labs, ended)
                quiet = min(time.monotonic() - ended, AFTERWARDS_SECONDS)
                arrived = labs.counts()
                _say_left(left)
                process_tree.end(left)
        text = shown.read_text(encoding="utf-8")
        hosts = recap(text)
        if status or not hosts or any(counts["failed"] or counts["unreachable"] for counts in hosts.values()):
            raise RunFailed(f"ansible-playbook ended with status {status}:\n{text[-4000:]}")
        figures = Figures(
            wall=ended - started,
            cpu=_children_cpu() - cpu,
            lab_cpu=arrived["cpu"] - lab_cpu,
            requests=arrived["requests"],
            wsman_requests=arrived["wsman_requests"],
            bytes_up=arrived["bytes_up"],
            bytes_down=arrived["bytes_down"],
            shells_opened=arrived["shells_opened"],
            shells_left=arrived["shells_open"],
            processes_left=len(left),
            quiet=quiet,
            memory=memory.peak,
            keeper_memory=memory.keeper_peak,
            keeper_cpu=_children_cpu() - cpu_without_keeper,
        )
        return Finished(text, hosts, arrived, figures)

    @property
    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return {
            "LANG": "C.UTF-8",
            **kept,
            "HOME": str(self._folder),
            "TMPDIR": str(self._folder),
            "NO_COLOR": "1",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_CONFIG": str(self._folder / "ansible.cfg"),
            "ANSIBLE_HOME": str(self._folder / "a"),
            "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join(map(str, COLLECTIONS)),
            "ANSIBLE_RETRY_FILES_ENABLED": "0",
        }


def _wait_for_quiet(labs: Labs, ended: float) -> list[process_tree.Process]:
    """Wait until no process and no shell is left, a minute at most. Returns the processes that are."""
    while True:
        left = process_tree.left_behind(labs.pids)
        if not left and not labs.counts()["shells_open"]:
            return []
        if time.monotonic() - ended >= AFTERWARDS_SECONDS:
            return left
        time.sleep(LOOK_SECONDS)


def _say_left(left: Sequence[process_tree.Process]) -> None:
    """A line with what was left, for who looks for the cause."""
    if left:
        found = Counter(f"{process.name}{' (ended)' if process.has_ended else ''}" for process in left)
        print("left:", ", ".join(f"{count} x {name}" for name, count in found.most_common(5)), flush=True)


def _children_cpu() -> float:
    """CPU seconds of the children that were reaped so far, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _dumper() -> type[Any]:
    """PyYAML in C where there is one: inventories are long."""
    return getattr(yaml, "CSafeDumper", yaml.SafeDumper)
