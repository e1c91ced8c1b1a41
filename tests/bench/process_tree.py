# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The processes below this one as Linux tells of them in /proc, detached ones included.

This process is the reaper of its descendants (``processes.adopt_orphans``), so none of them gets out of its sight.
"""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Container, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

STAT = re.compile(r"(?P<pid>\d+) \((?P<name>.*)\) (?P<state>\S) (?P<parent>\d+) ", re.DOTALL)
PSS = re.compile(rb"^Pss:\s+(\d+) kB$", re.MULTILINE)
TERMINATE_SECONDS = 2


@dataclass(frozen=True)
class Process:
    """One process. ``name`` is its comm: at most 15 characters, which a process may choose for itself."""

    pid: int
    name: str
    parent: int
    has_ended: bool


def parsed(stat: str) -> Process | None:
    """What ``/proc/PID/stat`` says."""
    match = STAT.match(stat)
    if match is None:
        return None
    return Process(int(match["pid"]), match["name"], int(match["parent"]), match["state"] in "ZX")


def below(root: int, processes: Iterable[Process], apart_from: Container[int] = ()) -> list[Process]:
    """The descendants of a process; ``apart_from`` are children whose whole families do not count."""
    children: dict[int, list[Process]] = {}
    for process in processes:
        if process.pid not in apart_from:
            children.setdefault(process.parent, []).append(process)
    found: list[Process] = []
    parents = [root]
    while parents:
        born = children.get(parents.pop(), [])
        found += born
        parents += [process.pid for process in born]
    return found


def descendants(apart_from: Container[int] = ()) -> list[Process]:
    """The processes below this one, now."""
    return below(os.getpid(), _all(), apart_from)


def left_behind(apart_from: Container[int] = ()) -> list[Process]:
    """The same after those that have ended are reaped, with which their CPU time comes to this process's children."""
    return [process for process in descendants(apart_from) if not (process.has_ended and _reaped(process))]


def end(processes: Iterable[Process]) -> None:
    """Ask processes to end, insist after two seconds, and reap those that are children of this one."""
    remaining = list(processes)
    for number in (signal.SIGTERM, signal.SIGKILL):
        for process in remaining:
            with suppress(ProcessLookupError):
                os.kill(process.pid, number)
        deadline = time.monotonic() + TERMINATE_SECONDS
        while remaining and time.monotonic() < deadline:
            remaining = [process for process in remaining if not _reaped(process)]
            time.sleep(0.02)


def pss(pid: int) -> int:
    """The proportional set size of a process in bytes: its own memory, and its share of what it has in common with others."""
    with suppress(OSError):
        match = PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_bytes())
        return int(match[1]) * 1024 if match else 0
    return 0


def _all() -> list[Process]:
    found = []
    for name in os.listdir("/proc"):  # noqa: PTH208  # a Path for each costs more than all the reading
        if name.isdigit():
            with suppress(OSError):
                process = parsed(Path(f"/proc/{name}/stat").read_text(encoding="utf-8", errors="replace"))
                if process is not None:
                    found.append(process)
    return found


def _reaped(process: Process) -> bool:
    """Whether a process is gone, now if it waited for that."""
    try:
        return os.waitpid(process.pid, os.WNOHANG)[0] == process.pid
    except ChildProcessError:
        return not Path(f"/proc/{process.pid}").exists()
