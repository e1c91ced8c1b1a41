# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A keeper that died or hangs never hangs a task, and nothing is written twice because of it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.ansible import Task, play, task
from support.keeper import PATIENCE, arrives, assert_all_gone, background, eventually, keeper, keepers
from support.stage import Stage
from support.wishes import EXCHANGE_ONLINE, FEDERATION, access_edge, hosting_provider

READ = task("lync_access_edge_info", {"local_store": True})
SET = "Set-CsAccessEdgeConfiguration"


class Scene:
    """A run whose play waits at a gate, and whose keeper something happens to meanwhile."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.gate = stage.folder / "gate"
        self.stopped: list[int] = []

    @property
    def wait(self) -> Task:
        """The task that waits for the gate to open."""
        local: dict[str, Any] = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        options = {"path": str(self.gate), "timeout": 120}
        return task("ansible.builtin.wait_for", options, name="Gate", delegate_to="localhost", vars=local)

    def run(self, *tasks: Task, harm: signal.Signals) -> str:
        """Run the first task, let the keeper have the signal, run the others. What was shown."""
        shown = self.stage.folder / "shown"
        before, *others = tasks
        with (
            shown.open("w", encoding="utf-8") as output,
            background(self.stage, [play([before, self.wait, *others])], output=output) as process,
        ):
            arrives(self.stage, "Get-CsAccessEdgeConfiguration")
            eventually(self.between_tasks, "the gate")
            self.send(harm)
            self.gate.touch()
            process.wait(PATIENCE * 4)
            return shown.read_text(encoding="utf-8")

    def between_tasks(self) -> bool:
        """Whether the play waits at the gate."""
        return "Gate" in (self.stage.folder / "shown").read_text(encoding="utf-8")

    def send(self, harm: signal.Signals) -> None:
        pid = keeper(self.stage)
        os.kill(pid, harm)
        if harm is signal.SIGSTOP:
            self.stopped.append(pid)

    def wake(self) -> None:
        """Let keepers that were stopped go on."""
        for pid in self.stopped:
            if Path(f"/proc/{pid}").exists():
                os.kill(pid, signal.SIGCONT)
        self.stopped.clear()


@pytest.fixture
def scene(stage: Stage) -> Iterator[Scene]:
    found = Scene(stage)
    yield found
    found.wake()
    for entry in keepers(stage):
        os.kill(entry, signal.SIGKILL)


def written(scene: Scene) -> list[str]:
    return [name for name, _parameters in scene.stage.written()]


def test_a_keeper_that_is_terminated_deletes_its_shells(scene: Scene) -> None:
    shown = scene.run(READ, READ, READ, harm=signal.SIGTERM)
    assert "ok=4" in shown
    assert len(scene.stage.lab.journal.shells(event="opened")) == 2, "another keeper took its place"
    assert_all_gone(scene.stage)


def test_a_keeper_that_died_between_two_tasks(scene: Scene) -> None:
    shown = scene.run(READ, access_edge(**FEDERATION), READ, harm=signal.SIGKILL)
    assert "ok=4    changed=1" in shown
    assert written(scene) == [SET]
    assert scene.stage.deployment.content.access_edge["AllowFederatedUsers"] is True
    left, *others = scene.stage.lab.journal.shells(event="opened")
    assert len(others) == 1
    scene.stage.lab.server.end_shell(left.machine, left.shell)  # a killed keeper deletes nothing
    assert_all_gone(scene.stage)


def test_the_successor_of_a_keeper_that_died_is_reset_too(scene: Scene) -> None:
    """Ansible was told of the first keeper's socket, and asks for no other one's."""
    reset: Task = {"name": "Reset", "ansible.builtin.meta": "reset_connection"}
    shown = scene.run(READ, READ, reset, READ, harm=signal.SIGKILL)
    assert "ok=4" in shown
    left, *others = scene.stage.lab.journal.shells(event="opened")
    assert len(others) == 2, "one before the reset, one after it"
    scene.stage.lab.server.end_shell(left.machine, left.shell)
    assert_all_gone(scene.stage)


def test_a_keeper_that_hangs_between_two_tasks(scene: Scene) -> None:
    tasks = [access_edge(**FEDERATION), hosting_provider(**EXCHANGE_ONLINE), READ]
    shown = scene.run(READ, *tasks, harm=signal.SIGSTOP)
    assert "ok=5    changed=2" in shown
    assert written(scene) == [SET, "New-CsHostingProvider"]
    scene.wake()
    assert_all_gone(scene.stage)
    assert written(scene) == [SET, "New-CsHostingProvider"], "what it had been asked for is not done late"


@pytest.mark.parametrize("harm", [signal.SIGKILL, signal.SIGSTOP])
def test_a_keeper_that_is_harmed_during_a_reading(scene: Scene, harm: signal.Signals) -> None:
    fault = scene.stage.front_end.faults.delay(3, action="Receive", cmdlet="Get-CsPool", times=1)
    shown = running(scene, task("lync_cmdlet", {"cmdlet": "Get-CsPool"}), lambda: bool(fault.struck), harm)
    assert "ok=1" in shown
    assert [entry.name for entry in scene.stage.arrived()] == ["Get-CsPool"] * 2, "it was repeated once"


@pytest.mark.parametrize("harm", [signal.SIGKILL, signal.SIGSTOP])
def test_a_keeper_that_is_harmed_during_a_change(scene: Scene, harm: signal.Signals) -> None:
    """The server has run it; only the answer is missing. The state is read and decides."""
    fault = scene.stage.front_end.faults.delay(3, action="Receive", cmdlet=SET, times=1)
    shown = running(scene, access_edge(**FEDERATION), lambda: bool(fault.struck), harm)
    assert "changed=1" in shown
    message = " ".join(shown.split())
    assert f"was lost during {SET}: the process that keeps the sessions of this run has ended or hangs" in message
    assert "Read again, the change is there;" in message
    assert written(scene) == [SET]


def running(scene: Scene, change: Task, ready: Any, harm: signal.Signals) -> str:
    """Run one task and harm the keeper while it works on it. What was shown."""
    shown = scene.stage.folder / "shown"
    with (
        shown.open("w", encoding="utf-8") as output,
        background(scene.stage, [play([change])], output=output) as process,
    ):
        eventually(ready, "the command")
        scene.send(harm)
        assert process.wait(PATIENCE * 4) == 0
    scene.wake()
    if harm is signal.SIGKILL:
        left = scene.stage.lab.journal.shells(event="opened")[0]
        scene.stage.lab.server.end_shell(left.machine, left.shell)
    assert_all_gone(scene.stage)
    return shown.read_text(encoding="utf-8")
