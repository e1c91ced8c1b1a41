# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes that do not outlive the block that started them, nor leave others behind unnoticed.

A process that a child leaves behind would become a child of init, wherever it moved to with setsid. On Linux this
process asks to be that init for its descendants, and so sees them; elsewhere it sees its own children only.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

PR_SET_CHILD_SUBREAPER = 36
TERMINATE_SECONDS = 10
LEAVE_SECONDS = 5

_running: set[int] = set()


def adopt_orphans() -> None:
    """Become the parent of what children leave behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


@contextmanager
def child(command: Sequence[str | Path], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Start a command in a session of its own; end it, and what it left behind, when the block ends in any way."""
    process = subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL, text=True, **options)
    _running.add(process.pid)
    try:
        yield process
    finally:
        stop(process)
        _running.discard(process.pid)
        for pid in left_behind():
            os.kill(pid, signal.SIGKILL)


def stop(process: subprocess.Popen[str]) -> bool:
    """Ask a process to end, insist after ten seconds. Returns whether asking was enough."""
    process.terminate()
    try:
        process.wait(TERMINATE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False
    return True


def left_behind() -> dict[int, str]:
    """The processes, and their command lines, that ended children left and that do not end soon by themselves."""
    deadline = time.monotonic() + LEAVE_SECONDS
    while (orphans := _orphans()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return orphans


def _orphans() -> dict[int, str]:
    found = {}
    for listing in Path("/proc/self/task").glob("*/children"):
        for pid in map(int, listing.read_text(encoding="ascii").split()):
            if pid not in _running and not _has_ended(pid):
                with suppress(FileNotFoundError):
                    words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                    found[pid] = b" ".join(words).decode(errors="replace").strip()
    return found


def _has_ended(pid: int) -> bool:
    with suppress(ChildProcessError):
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    return True
