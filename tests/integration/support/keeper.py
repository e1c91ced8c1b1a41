# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keeper of a run's sessions as the system sees it, and playbooks in the background to end it in every way."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

import pytest

from support.ansible import TOOLS, Play
from support.stage import Stage

NAME = "lync-sessions"
PATIENCE = 30.0
"""Seconds until a test gives up waiting for what must come; no statement about how fast it comes."""

NAMESPACE = ("unshare", "--pid", "--fork", "--kill-child")


def can_have_a_namespace() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*NAMESPACE, "true"], check=False, capture_output=True).returncode == 0


needs_namespace = pytest.mark.skipif(not can_have_a_namespace(), reason="no PID namespace can be had here (unshare)")

Process = subprocess.Popen[str]


def keepers(stage: Stage) -> list[int]:
    """The keepers of this stage's runs: they have the environment with which ansible-playbook was started."""
    mark = _mark(stage)
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            named = (folder / "comm").read_text(encoding="utf-8").strip() == NAME
            if named and mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


def _mark(stage: Stage) -> bytes:
    """What tells the processes of this stage's runs by their environment."""
    return os.fsencode(f"ANSIBLE_HOME={stage.ansible.environment['ANSIBLE_HOME']}")


def keeper(stage: Stage) -> int:
    """The only keeper, once there is one."""
    eventually(lambda: len(keepers(stage)) == 1, "a keeper")
    return keepers(stage)[0]


def assert_all_gone(stage: Stage) -> None:
    """Nothing of a run is left: no keeper, no shell."""
    eventually(lambda: not keepers(stage), "the end of the keeper")
    eventually(lambda: not stage.lab.journal.open_shells(), "the end of all shells")
    assert {entry.event for entry in stage.lab.journal.shells(since=stage.since)} <= {"opened", "closed"}


def eventually(holds: Callable[[], object], what: str) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)


@contextlib.contextmanager
def background(
    stage: Stage,
    plays: Sequence[Play] | Path,
    prefix: Sequence[str] = (),
    output: int | IO[str] = subprocess.DEVNULL,
    options: Sequence[str] = (),
) -> Iterator[Process]:
    """ansible-playbook with these plays, or a playbook, running. Killed in the end.

    :param prefix: a command that starts it, such as ``unshare``.
    """
    stage.since = stage.lab.journal.position()
    playbook = plays
    if not isinstance(plays, Path):
        playbook = stage.ansible.write(stage.folder / f"background{stage.since}.yml", list(plays))
    command = [*prefix, str(TOOLS / "ansible-playbook"), "-i", str(stage.inventory), *options, str(playbook)]
    with subprocess.Popen(
        command,
        cwd=stage.folder,
        env=stage.ansible.environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=_heed_interrupts,  # noqa: PLW1509 - it only sets a signal
    ) as process:
        try:
            yield process
        finally:
            process.kill()
            _end_workers(stage, playbook)


def _end_workers(stage: Stage, playbook: Sequence[Play] | Path) -> None:
    """A worker has a session of its own (setsid), and one that pauses outlives its run.

    Another test may run the same playbook meanwhile, with an environment of its own. The keeper, forked from a worker, has the same
    command line: it ends by itself, and has shells to delete.
    """
    mark = _mark(stage)
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            named = str(playbook).encode() in (folder / "cmdline").read_bytes().split(b"\0")
            ours = named and mark in (folder / "environ").read_bytes().split(b"\0")
            if ours and (folder / "comm").read_text(encoding="utf-8").strip() != NAME:
                os.kill(int(folder.name), signal.SIGKILL)


def signalled_and_ended(group: int, ended: Callable[[], object], number: signal.Signals) -> bool:
    """Ansible loses an interrupt that comes at a bad moment (seen once in a while); people press the keys again."""
    if ended() is None:
        os.killpg(group, number)
        time.sleep(1)
    return ended() is not None


def _heed_interrupts() -> None:
    """A shell's background job, and so what a test in it starts, ignores them."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def arrives(stage: Stage, cmdlet: str) -> None:
    """Wait until a cmdlet has arrived in the newest run."""
    eventually(lambda: any(entry.name == cmdlet for entry in stage.arrived()), cmdlet)
