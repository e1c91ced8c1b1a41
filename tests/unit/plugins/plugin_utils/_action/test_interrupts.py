# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When an interrupted run says what it wrote, without a run and without signals."""

from __future__ import annotations

import atexit
import os
import signal
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.plugin_utils._action import interrupts, screen
from ansible_collections.ucops.lync.plugins.plugin_utils._action.interrupts import LastWords, say_what_was_written

TEXT = "The run was interrupted."


class Process:
    """What happens in it, in order; and the handlers of its signals."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.handlers: dict[int, Any] = {}
        self.exit: list[Callable[[], Any]] = []

    def receive(self, number: int) -> None:
        try:
            self.handlers[number](number, None)
        except KeyboardInterrupt:
            self.log.append("KeyboardInterrupt")


class TaskQueueManager:
    """Ansible's, as far as signals go."""

    def __init__(self, process: Process) -> None:
        self.process = process

    def handle(self, number: int, _frame: object) -> None:
        self.process.handlers[number] = "the system's"
        self.process.log.append(f"workers end by {signal.Signals(number).name}")
        if number == signal.SIGINT:
            raise KeyboardInterrupt


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> Process:
    found = Process()
    monkeypatch.setattr(signal, "signal", found.handlers.__setitem__)
    monkeypatch.setattr(signal, "getsignal", lambda number: found.handlers.get(number, signal.SIG_DFL))
    monkeypatch.setattr(atexit, "register", lambda call, *given: found.exit.append(lambda: call(*given)))
    monkeypatch.setattr(screen, "show", lambda text: found.log.append(f"in the end: {text}"))
    monkeypatch.setattr(screen, "show_at_once", lambda text: found.log.append(f"at once: {text}"))
    monkeypatch.setattr(interrupts, "_end", lambda number, frame: found.log.append("killed"))
    monkeypatch.setattr(interrupts.LastWords.__init__, "__defaults__", (lambda: TEXT,))
    return found


def of_ansible(process: Process) -> Process:
    manager = TaskQueueManager(process)
    process.handlers = {signal.SIGINT: manager.handle, signal.SIGTERM: manager.handle}
    return process


@pytest.fixture
def run(process: Process, monkeypatch: pytest.MonkeyPatch) -> Process:
    of_ansible(process)
    monkeypatch.setattr(signal, "signal", process.handlers.__setitem__)
    say_what_was_written()
    return process


def test_the_first_interrupt_is_ansibles_and_it_is_said_in_the_end(run: Process) -> None:
    run.receive(signal.SIGINT)
    assert run.log == ["workers end by SIGINT", "KeyboardInterrupt"]
    for call in run.exit:
        call()
    assert run.log[2:] == [f"in the end: {TEXT}"]


def test_the_second_interrupt_says_it_at_once_and_ends_the_run(run: Process) -> None:
    run.receive(signal.SIGINT)
    run.receive(signal.SIGINT)
    assert run.log[2:] == [f"at once: {TEXT}", "killed"]


def test_what_was_said_is_not_said_again(run: Process) -> None:
    run.receive(signal.SIGINT)
    for call in run.exit:
        call()
    run.receive(signal.SIGINT)
    assert run.log[2:] == [f"in the end: {TEXT}", "killed"]


def test_a_termination_says_it_before_ansible_ends(run: Process) -> None:
    run.receive(signal.SIGTERM)
    assert run.log == [f"at once: {TEXT}", "workers end by SIGTERM"]


@pytest.mark.parametrize("handler", [signal.SIG_DFL, signal.SIG_IGN, None, signal.default_int_handler])
def test_other_handlers_stay(process: Process, handler: Any) -> None:
    process.handlers[signal.SIGINT] = handler
    say_what_was_written()
    assert process.handlers == {signal.SIGINT: handler}


def test_the_process_ends_whatever_is_wrong_with_the_text() -> None:
    ended: list[int] = []

    def wrong() -> str:
        raise OSError("the notes cannot be read")

    with pytest.raises(OSError, match="notes"):
        LastWords(wrong).before(lambda number, _frame: ended.append(number))(signal.SIGTERM, None)
    assert ended == [signal.SIGTERM]


def test_a_signal_in_the_middle_of_it_says_it_again() -> None:
    said: list[str] = []
    words = LastWords(lambda: TEXT)
    words.speak(lambda _text: words.speak(said.append))
    words.speak(said.append)
    assert said == [TEXT]


def test_a_run_that_was_not_interrupted_says_nothing() -> None:
    LastWords(lambda: "").speak(pytest.fail)


def test_a_fork_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    words = LastWords(lambda: TEXT)
    monkeypatch.setattr(os, "getpid", lambda: -1)
    words.speak(pytest.fail)
