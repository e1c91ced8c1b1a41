# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end that is waited for is that of a process, not of its number."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import run_process
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.run_process import RunProcess

PROGRAM = """
with open("/proc/self/comm", "w") as name:
    name.write("a) Z 1 (b")
print("ready", flush=True)
input()
"""
"""Its name has what separates the fields of /proc/PID/stat."""

Process = subprocess.Popen[bytes]


@pytest.fixture
def process() -> Iterator[Process]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", PROGRAM], **pipes) as running:  # type: ignore[call-overload]
        assert running.stdout.readline() == b"ready\n"
        yield running
        running.kill()


@pytest.fixture(params=["descriptor", "number"])
def run(request: pytest.FixtureRequest, process: Process) -> Iterator[RunProcess]:
    """The process as that of a run, on a system with and without descriptors of processes."""
    started = run_process._started(str(process.pid))
    assert started is not None
    if request.param == "number":
        yield RunProcess(process.pid, started)
        return
    pidfd = os.pidfd_open(process.pid)
    yield RunProcess(process.pid, started, pidfd)
    os.close(pidfd)


def end(process: Process) -> None:
    """End it without collecting it."""
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert Path(f"/proc/{process.pid}").exists()


def test_this_process() -> None:
    found = RunProcess.current()
    assert found is not None
    assert found.pid == os.getpid()
    assert found.alive
    assert found.pidfd is not None
    os.close(found.pidfd)


def test_a_system_without_such_descriptors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pidfd_open")
    found = RunProcess.current()
    assert found is not None
    assert found.pidfd is None
    assert found.alive


def test_a_process_that_runs_is_alive_whatever_its_name(run: RunProcess) -> None:
    assert run.alive


def test_a_process_that_nobody_has_collected_yet_has_ended(run: RunProcess, process: Process) -> None:
    end(process)
    assert not run.alive


def test_a_later_process_with_the_number_is_not_the_run(run: RunProcess) -> None:
    later = RunProcess(run.pid, run.started + 1)
    assert later != run
    assert not later.alive


def test_the_descriptor_is_no_part_of_the_identity(run: RunProcess) -> None:
    assert replace(run, pidfd=None) == run
