# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An end for calls that have none of their own: a connection plugin waits for a running command as long as it runs."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class DeadlinePassed(BaseException):
    """The time is up. No Exception, because connection plugins catch these and carry on."""


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """End what runs inside after so many seconds, with the alarm that Ansible's own task time-out uses.

    An earlier alarm of Ansible comes first; a later one is set again afterwards. Only the main thread, where Ansible runs
    actions, can have an alarm: elsewhere there is no end.

    :raises DeadlinePassed: when the time is up.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    started = time.monotonic()
    others = signal.getitimer(signal.ITIMER_REAL)[0]
    if 0 < others <= seconds:
        yield
        return
    handler = signal.signal(signal.SIGALRM, _pass)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if others:
            signal.setitimer(signal.ITIMER_REAL, max(others - (time.monotonic() - started), 0.001))


def _pass(number: int, frame: FrameType | None) -> None:
    raise DeadlinePassed
