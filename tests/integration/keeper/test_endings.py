# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""However a run ends, its keeper ends with it, and every shell is deleted."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from support.ansible import TOOLS, Task, play, task
from support.keeper import (
    NAMESPACE,
    PATIENCE,
    arrives,
    assert_all_gone,
    background,
    eventually,
    keeper,
    keepers,
    needs_namespace,
    signalled_and_ended,
)
from support.run import Run
from support.stage import Stage, Start

READ = task("lync_access_edge_info", {"local_store": True})
SLOW = task("lync_cmdlet", {"cmdlet": "Get-CsPool"}, name="Slow")
IDLE: Task = {"name": "Idle", "ansible.builtin.pause": {"seconds": 600}}


def test_a_plain_run(start: Start) -> None:
    stage = start(edges=3)
    stage.run(READ, READ, hosts="all")
    assert_all_gone(stage)


def test_a_run_that_fails(stage: Stage) -> None:
    stage.run(READ, task("ansible.builtin.fail"), status=2)
    assert_all_gone(stage)


def test_a_play_of_loops_only(stage: Stage) -> None:
    """Ansible does not note the socket of a task with a loop; the end of the process does."""
    stage.run(task("lync_cmdlet", {"cmdlet": "{{ item }}"}, loop=["Get-CsPool", "Get-CsSite"]))
    assert_all_gone(stage)


def test_a_pipe_ends_with_the_run(stage: Stage) -> None:
    """The keeper is forked from a worker that has the pipe open."""
    playbook = stage.ansible.write(stage.folder / "piped.yml", [play([READ, READ])])
    stage.since = stage.lab.journal.position()
    line = f"'{TOOLS}/ansible-playbook' -i '{stage.inventory}' '{playbook}' 2>&1 | tee copy"
    shown = subprocess.run(
        ["/bin/sh", "-c", line],
        cwd=stage.folder,
        env=stage.ansible.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        text=True,
        timeout=PATIENCE * 2,
    ).stdout
    assert "ok=2" in shown
    assert (stage.folder / "copy").read_text(encoding="utf-8") == shown
    assert_all_gone(stage)


def test_the_keeper_holds_nothing_of_the_run_open(stage: Stage) -> None:
    with background(stage, [play([READ, IDLE])], output=subprocess.PIPE) as process:
        shared = descriptors(keeper(stage)) & descriptors(process.pid)
        assert {kind for kind in shared if kind.startswith(("pipe:", "/"))} <= {os.devnull}
        process.kill()
        process.wait()
        assert_all_gone(stage)


def descriptors(pid: int) -> set[str]:
    """What a process has open."""
    return {str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir()}


def test_the_run_process_is_killed_while_its_sessions_are_idle(start: Start) -> None:
    stage = start(edges=3)
    with background(stage, [play([READ, IDLE], hosts="all")]) as process:
        eventually(lambda: len(stage.lab.journal.open_shells()) == 4, "four shells")
        keeper(stage)
        process.kill()
        process.wait()
        assert_all_gone(stage)


def test_the_run_process_is_killed_while_a_command_runs(stage: Stage) -> None:
    stage.front_end.faults.delay(PATIENCE * 4, action="Receive", cmdlet="Get-CsPool")
    with background(stage, [play([READ, SLOW])]) as process:
        arrives(stage, "Get-CsPool")
        process.kill()
        process.wait()
        assert_all_gone(stage)
    stage.front_end.faults.clear()


def test_the_run_process_is_killed_while_a_session_opens(stage: Stage) -> None:
    fault = stage.front_end.faults.delay(1, action="Receive", times=1)
    with background(stage, [play([READ])]) as process:
        eventually(lambda: fault.struck, "the opening")
        process.kill()
        process.wait()
        assert_all_gone(stage)
    assert stage.arrived() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_run_process_is_told_to_end(stage: Stage, number: signal.Signals) -> None:
    with background(stage, [play([READ, IDLE])]) as process:
        arrives(stage, "Get-CsAccessEdgeConfiguration")
        keeper(stage)
        eventually(lambda: signalled_and_ended(process.pid, process.poll, number), "the end of Ansible")
        assert_all_gone(stage)


def test_a_run_that_is_interrupted_after_a_write_says_what_stands(stage: Stage) -> None:
    stage.front_end.faults.delay(PATIENCE * 4, action="Receive", cmdlet="Get-CsPool")
    write = task("lync_access_edge", {"allow_federated_users": True})
    with background(stage, [play([write, SLOW])], output=subprocess.PIPE) as process:
        arrives(stage, "Get-CsPool")
        os.killpg(process.pid, signal.SIGINT)
        shown = process.communicate(timeout=PATIENCE)[0]
    stage.front_end.faults.clear()
    assert f"  {stage.front_end.name}: Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true: written" in shown
    assert "The next run reads what stands" in shown


@pytest.mark.parametrize(("number", "often"), [(signal.SIGINT, True), (signal.SIGTERM, False)])
def test_a_run_that_is_ended_at_once_says_it_too(stage: Stage, number: signal.Signals, often: bool) -> None:
    """By keys that are pressed again and again: the second time Ansible leaves it to the system, as it leaves SIGTERM."""
    stage.front_end.faults.delay(PATIENCE * 4, action="Receive", cmdlet="Get-CsPool")
    write = task("lync_access_edge", {"allow_federated_users": True})
    with background(stage, [play([write, SLOW])], output=subprocess.PIPE) as process:
        arrives(stage, "Get-CsPool")
        os.killpg(process.pid, number)
        while often and process.poll() is None:
            os.killpg(process.pid, number)
            time.sleep(0.01)
        shown = process.communicate(timeout=PATIENCE)[0]
        assert process.returncode == -number
    stage.front_end.faults.clear()
    assert shown.count("The run was interrupted after it had sent:") == 1
    assert f"  {stage.front_end.name}: Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true: written" in shown
    assert_all_gone(stage)


def test_two_playbooks_at_once(start: Start) -> None:
    stage = start(edges=2)
    plays = [play([READ, READ, READ], hosts="all")]
    with background(stage, plays) as one, background(stage, plays) as other:
        assert (one.wait(), other.wait()) == (0, 0)
    shells = stage.lab.journal.shells(event="opened")
    assert len(shells) == 3 * 2, "none was shared"
    assert_all_gone(stage)


@needs_namespace
def test_the_first_process_of_a_container(start: Start) -> None:
    """Nothing survives it: all is deleted before it ends."""
    stage = start(edges=2)
    with background(stage, [play([READ, READ], hosts="all")], NAMESPACE) as process:
        assert process.wait() == 0
        assert stage.lab.journal.open_shells() == []
        assert keepers(stage) == []
    assert len(stage.lab.journal.shells(event="closed", since=stage.since)) == 3


@needs_namespace
def test_a_play_of_loops_in_a_container(stage: Stage) -> None:
    loop = task("lync_cmdlet", {"cmdlet": "{{ item }}"}, loop=["Get-CsPool", "Get-CsSite"])
    with background(stage, [play([loop])], NAMESPACE) as process:
        assert process.wait() == 0
        assert stage.lab.journal.open_shells() == []


@needs_namespace
def test_an_interrupt_in_a_container_while_a_command_runs(stage: Stage) -> None:
    """The command that nobody waits for any longer does not hold its shell."""
    stage.front_end.faults.delay(PATIENCE * 4, action="Receive", cmdlet="Get-CsPool")
    with background(stage, [play([READ, SLOW])], NAMESPACE) as process:
        arrives(stage, "Get-CsPool")
        eventually(lambda: signalled_and_ended(process.pid, process.poll, signal.SIGINT), "the end of Ansible")
        assert stage.lab.journal.open_shells() == []
        assert keepers(stage) == []
    stage.front_end.faults.clear()


@needs_namespace
def test_a_slow_line_to_a_container_that_ends(start: Start) -> None:
    """Ansible waits 2 s for the shell to be deleted: closing ten pipelines first would take twice as long."""
    stage = start(round_trip=0.4)
    with background(stage, [play([SLOW | {"loop": list(range(10))}])], NAMESPACE) as process:
        assert process.wait() == 0
        assert stage.lab.journal.open_shells() == []


@needs_namespace
def test_a_container_that_is_killed_leaves_its_shells_to_the_idle_time(stage: Stage) -> None:
    """The system kills the keeper with the rest. The server ends the shell after lync_session_idle seconds."""
    with background(stage, [play([READ, IDLE])], NAMESPACE) as process:
        arrives(stage, "Get-CsAccessEdgeConfiguration")
        eventually(lambda: keepers(stage), "the keeper")
        process.kill()
        process.wait()
        eventually(lambda: not keepers(stage), "the end of the keeper")
    (left,) = stage.lab.journal.open_shells()
    shell = stage.lab.server[stage.front_end.name].service.shells[left.shell]
    assert shell.idle_timeout == 300
    stage.lab.server.end_shell(left.machine, left.shell)


def test_a_worker_that_outlives_the_run_opens_nothing(start: Start) -> None:
    """A worker that is left alone goes on with its task; it aborts as soon as it needs the server."""
    stage = start(situations=("edge-silent",))
    wait: Any = {"timeout": 600, "interval": 0.2, "wait": True, "stamp_timeout": 600}
    status = task("lync_replication_status", wait)
    with background(stage, [play([status])]) as process:
        arrives(stage, "Get-CsManagementStoreReplicationStatus")
        keeper(stage)
        process.kill()
        process.wait()
        assert_all_gone(stage)
        opened = len(stage.lab.journal.shells(event="opened"))
    assert opened == 1


def test_what_a_run_shows_is_the_same_without_a_keeper(stage: Stage) -> None:
    def shown(run: Run) -> list[Any]:
        return [dict(result.data) for result in run.results]

    kept = stage.run(READ, READ)
    alone = stage.run(READ, READ, variables={"lync_session_keep": False})
    assert shown(kept) == shown(alone)
