# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The process of a run, ansible-playbook itself: when it ends, what was kept for it ends."""

from __future__ import annotations

import contextlib
import os
import select
from dataclasses import dataclass, field
from pathlib import Path

_STATE, _STARTED = 0, 19
"""Positions of ``state`` and ``starttime`` in /proc/PID/stat behind the command's name (proc_pid_stat(5): fields 3 and 22)."""
_ENDED = ("Z", "X")


@dataclass(frozen=True)
class RunProcess:
    """A process, told apart from a later one with the same number.

    :param started: clock ticks since the computer's start.
    :param pidfd: a descriptor of the process itself, readable once it has ended, that its children inherit (pidfd_open(2)); None
        where the system has none.
    """

    pid: int
    started: int
    pidfd: int | None = field(default=None, compare=False)

    @classmethod
    def current(cls) -> RunProcess | None:
        """This process; None where processes cannot be told apart."""
        started = _started("self")
        if started is None:
            return None
        pidfd = None
        with contextlib.suppress(AttributeError, OSError):  # Linux before 5.3
            pidfd = os.pidfd_open(os.getpid())
        return cls(os.getpid(), started, pidfd)

    @property
    def alive(self) -> bool:
        if self.pidfd is None:
            return _started(str(self.pid)) == self.started
        poll = select.poll()
        poll.register(self.pidfd, select.POLLIN)
        return not poll.poll(0)


def _started(process: str) -> int | None:
    with contextlib.suppress(OSError, ValueError, IndexError):
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
        fields = stat.rpartition(")")[2].split()
        return None if fields[_STATE] in _ENDED else int(fields[_STARTED])
    return None
