# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keeper of a run's sessions as the system sees it, and playbooks in the background to end it in every way."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

from support.ansible import TOOLS, Play
from support.stage import Stage

NAME = "lync-sessions"
PATIENCE = 30.0
"""Seconds until a test gives up waiting for what must come; no statement about how fast it comes."""

Process = subprocess.Popen[str]


def keepers(stage: Stage) -> list[int]:
    """The keepers of this stage's runs: they have the environment with which ansible-playbook was started."""
    mark = os.fsencode(f"ANSIBLE_HOME={stage.ansible.environment['ANSIBLE_HOME']}")
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            named = (folder / "comm").read_text(encoding="utf-8").strip() == NAME
            if named and mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


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
    stage: Stage, plays: Sequence[Play], prefix: Sequence[str] = (), output: int | IO[str] = subprocess.DEVNULL
) -> Iterator[Process]:
    """ansible-playbook with these plays, running. Killed in the end.

    :param prefix: a command that starts it, such as ``unshare``.
    """
    stage.since = stage.lab.journal.position()
    playbook = stage.ansible.write(stage.folder / f"background{stage.since}.yml", list(plays))
    command = [*prefix, str(TOOLS / "ansible-playbook"), "-i", str(stage.inventory), str(playbook)]
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


def _heed_interrupts() -> None:
    """A shell's background job, and so what a test in it starts, ignores them."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def arrives(stage: Stage, cmdlet: str) -> None:
    """Wait until a cmdlet has arrived in the newest run."""
    eventually(lambda: any(entry.name == cmdlet for entry in stage.arrived()), cmdlet)
