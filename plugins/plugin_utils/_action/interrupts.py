# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When an interrupted run says what it wrote: at its end; at once where it will have none.

After the first Ctrl-C Ansible tells its workers to end, waits for them and exits. It leaves the second one, and SIGTERM, to the
system (ansible-core 2.19 and later), which ends it there and then: no exit handler runs. Older releases raise KeyboardInterrupt
each time.
"""

from __future__ import annotations

import atexit
import os
import signal
from collections.abc import Callable
from types import FrameType
from typing import Any

from ansible_collections.ucops.lync.plugins.plugin_utils._action import screen
from ansible_collections.ucops.lync.plugins.plugin_utils._action.what_stands import interrupted

Show = Callable[[str], None]
Handler = Callable[[int, FrameType | None], Any]

OF_ANSIBLE = "TaskQueueManager"
"""The class whose method handles both signals in Ansible's main process."""


class LastWords:
    """Says it once, and in the process alone that made this: forks inherit it, and have nothing to say.

    A signal in the middle of that says it again: rather twice than never.

    :param told: makes the text, empty where there is nothing to say.
    """

    def __init__(self, told: Callable[[], str] = interrupted) -> None:
        self._told = told
        self._process = os.getpid()

    def speak(self, show: Show) -> None:
        if os.getpid() != self._process:
            return
        text = self._told()
        if text:
            show(text)
            self._process = 0

    def before(self, handler: Handler) -> Handler:
        """A handler of a signal that speaks before that one, which ends the process."""

        def spoken(number: int, frame: FrameType | None) -> None:
            try:
                self.speak(screen.show_at_once)
            finally:
                handler(number, frame)

        return spoken

    def at_the_next(self, handler: Handler) -> Handler:
        """A handler of a signal that does what that one does; the next time it speaks and ends the process."""

        def first(number: int, frame: FrameType | None) -> None:
            try:
                handler(number, frame)
            finally:
                signal.signal(number, self.before(_end))

        return first


def say_what_was_written() -> None:
    """To be called in Ansible's main process, when all that is to happen later at its exit is registered.

    A run has set its handlers before it imports the first action.
    """
    words = LastWords()
    atexit.register(words.speak, screen.show)
    for number, made in ((signal.SIGINT, words.at_the_next), (signal.SIGTERM, words.before)):
        handler = signal.getsignal(number)
        if callable(handler) and type(getattr(handler, "__self__", None)).__name__ == OF_ANSIBLE:
            signal.signal(number, made(handler))


def _end(number: int, _frame: FrameType | None) -> None:
    """As the system does it."""
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
