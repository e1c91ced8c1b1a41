# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes that do not outlive the block that started them."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def child(command: Sequence[str | Path], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Start a command in a process group of its own; end the whole group when the block ends, however it ends."""
    process = subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL, text=True, **options)
    try:
        yield process
    finally:
        for request, patience in ((signal.SIGTERM, 10), (signal.SIGKILL, 5)):
            if _alive(process):
                os.killpg(process.pid, request)
                gone(process, patience)


def gone(process: subprocess.Popen[str], patience: float) -> bool:
    """Whether no process of the group is left after so many seconds at most."""
    deadline = time.monotonic() + patience
    while _alive(process):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _alive(process: subprocess.Popen[str]) -> bool:
    process.poll()
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return False
    return True
