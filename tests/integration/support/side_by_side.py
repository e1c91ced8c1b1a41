# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests side by side, each on labs of its own, all in the same runs of ansible-playbook.

A start of ansible-playbook costs twenty times as much CPU as one more play in it. So tests with the mark ``side_by_side`` run in
threads, and each one that wants a run waits until all others wait, too, or have ended. Then one run does what most of them want,
and so on. A test need not know.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from support.ansible import Ansible, Order
from support.joint_run import can_join, joint_run
from support.run import Run

Outcomes = dict[str, BaseException | None]
"""What each test raised."""


@dataclass
class Waiting:
    """A test that waits for its run."""

    name: str
    order: Order
    run: Run | None = None
    error: BaseException | None = None
    done: threading.Event = field(default_factory=threading.Event)


class Together:
    """The tests of one file, while they run.

    :param folder: where the common runs have their files.
    """

    def __init__(self, folder: Path) -> None:
        self._ansible = Ansible(folder)
        self._changed = threading.Condition()
        self._waiting: list[Waiting] = []
        self._running = 0

    def outcomes(self, tests: Mapping[str, Callable[[], object]]) -> Outcomes:
        """Run the tests, by names that can be those of groups, to their ends."""
        found: Outcomes = {}

        def run(name: str) -> None:
            try:
                tests[name]()
                found[name] = None
            except BaseException as error:
                found[name] = error
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

        threads = [threading.Thread(target=run, args=(name,), name=name) for name in tests]
        self._running = len(threads)
        for thread in threads:
            thread.start()
        while self._serve():
            pass
        for thread in threads:
            thread.join()
        return found

    def perform(self, name: str, order: Order) -> Run:
        """In the test's own thread: wait until the order has been carried out."""
        mine = Waiting(name, order)
        with self._changed:
            self._waiting.append(mine)
            self._changed.notify_all()
        mine.done.wait()
        if mine.error is not None:
            raise mine.error
        assert mine.run is not None
        return mine.run

    def _serve(self) -> bool:
        """Once all tests wait, carry out what most of them want; False when none is left."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._waiting) == self._running)
            if not self._waiting:
                return False
            alike = defaultdict(list)
            for one in self._waiting:
                alike[str((one.order.options, one.order.variables, one.order.settings))].append(one)
            chosen = max(alike.values(), key=len)
            self._waiting = [one for one in self._waiting if one not in chosen]
        try:
            runs = joint_run(self._ansible, {one.name: one.order for one in chosen})
            for one in chosen:
                one.run = runs[one.name]
        except BaseException as error:
            for one in chosen:
                one.error = error
        for one in chosen:
            one.done.set()
        return True


class SharedAnsible(Ansible):
    """The Ansible of one test among others: what can be done together is."""

    def __init__(self, folder: Path, name: str, together: Together) -> None:
        super().__init__(folder)
        self._name = name
        self._together = together

    def perform(self, order: Order) -> Run:
        return self._together.perform(self._name, order) if can_join(order) else super().perform(order)
