# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs playbooks/hybrid.yml against a fleet, and sees what it took and what it left behind."""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import process_tree
from processes import child

from support.ansible import PLAYBOOKS, TOOLS, Ansible
from support.run import Run, finished

PLAYBOOK = PLAYBOOKS / "hybrid.yml"
AFTERWARDS_SECONDS = 10.0
"""How long after its end a run may still have processes."""
_LOOK_SECONDS = 0.2
_PEAK = re.compile(rb"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


Meanwhile = Callable[[int], None]
"""What is done while a run goes on, given its process id."""


@dataclass(frozen=True)
class Played:
    """A run that has ended, or was ended because it took too long.

    ``largest`` is the peak of the largest single process, in bytes; ``processes`` and ``files`` are what was left behind.
    """

    run: Run
    seconds: float
    timed_out: bool
    largest: int
    processes: tuple[str, ...]
    files: tuple[str, ...]


class Player:
    """Runs the playbook with nothing of the user's own settings; all its files are in one folder.

    :param forks: how many hosts Ansible works on at a time.
    """

    def __init__(self, folder: Path, forks: int) -> None:
        self._ansible = Ansible(folder)
        (folder / "home/.ansible/tmp").mkdir(parents=True)  # Ansible's own, which stays
        self._folder = folder
        self._forks = forks
        self._runs = 0

    def play(
        self,
        inventory: Mapping[str, Any],
        variables: Mapping[str, Any],
        timeout: float,
        meanwhile: Meanwhile | None = None,
    ) -> Played:
        """One run; it is ended when it takes longer than ``timeout`` seconds."""
        self._runs += 1
        folder = self._folder / f"run{self._runs}"
        folder.mkdir()
        hosts = self._ansible.write(folder / "inventory.yml", dict(inventory))
        stated = self._ansible.write(folder / "variables.yml", dict(variables))
        program = TOOLS / "ansible-playbook"
        command: list[str | Path] = [program, "-i", hosts, "-e", f"@{stated}", "-f", str(self._forks), PLAYBOOK]
        environment = self._ansible.environment | {"LYNC_TEST_RECORD": str(folder / "record.jsonl")}
        before = self._files()
        output, errors = folder / "output.txt", folder / "errors.txt"
        with output.open("wb") as shown, errors.open("wb") as complained, MemoryPeak() as memory:
            began = time.monotonic()
            with child(command, cwd=folder, env=environment, stdout=shown, stderr=complained) as process:
                if meanwhile is not None:
                    meanwhile(process.pid)
                timed_out = _timed_out(process, timeout)
                seconds = time.monotonic() - began
                left = _left_behind()
                process_tree.end(left)
        run = finished(process.returncode, _text(output), _text(errors), folder / "record.jsonl")
        files = tuple(sorted(self._files() - before))
        return Played(run, seconds, timed_out, memory.largest, tuple(one.name for one in left), files)

    def _files(self) -> set[str]:
        """What is in the folders for temporary files."""
        places = (self._folder / "tmp", self._folder / "home")
        return {str(path.relative_to(self._folder)) for place in places for path in place.rglob("*")}


class MemoryPeak:
    """The peak of the largest process below this one, inside its ``with``: Linux itself keeps the peak of each (VmHWM)."""

    def __init__(self) -> None:
        self.largest = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory peak", daemon=True)

    def __enter__(self) -> MemoryPeak:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            for process in process_tree.descendants():
                with suppress(OSError):
                    found = _PEAK.search(Path(f"/proc/{process.pid}/status").read_bytes())
                    self.largest = max(self.largest, int(found[1]) * 1024 if found else 0)


def _timed_out(process: subprocess.Popen[str], timeout: float) -> bool:
    try:
        process.wait(timeout)
    except subprocess.TimeoutExpired:
        process_tree.end(process_tree.descendants())
        process.wait()
        return True
    return False


def _left_behind() -> list[process_tree.Process]:
    """The processes that do not end by themselves within some seconds."""
    deadline = time.monotonic() + AFTERWARDS_SECONDS
    while (left := process_tree.left_behind()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")
