# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keeper: one process of a run that holds the sessions of all hosts open, a thread each, for the tasks that share them.

Opening a session and loading the product's module costs seconds on a real server, and Ansible opens one for each task. The first
task forks the keeper from itself, with all that is imported; the others reach it over a socket. It ends with the run.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import resource
import signal
import socket
import sys
from pathlib import Path
from typing import NoReturn

from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.run_process import RunProcess
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.server import KeeperServer
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.socket import NAME, KeeperSocket

SWITCH_SECONDS = 0.001
"""How soon a thread that reads a large answer lets another one run (5 ms is Python's own choice)."""


def fork_keeper(keeper_socket: KeeperSocket, run: RunProcess) -> None:
    """Start the keeper. To be called under the socket's lock; when it returns, the keeper can be reached. Raises OSError."""
    listening, path = keeper_socket.listen()
    with listening:
        if os.fork() == 0:
            _become_keeper(keeper_socket, listening, path, run)


def _become_keeper(keeper_socket: KeeperSocket, listening: socket.socket, path: Path, run: RunProcess) -> NoReturn:
    def remove_socket() -> None:
        keeper_socket.remove(path)
        if not run.alive:
            keeper_socket.remove_folder(path)

    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _release_descriptors(listening.fileno(), run.pidfd)
        _limit()
        logging.disable()  # Ansible's log file has a lock that another thread may have held at the fork
        with contextlib.suppress(OSError):
            Path("/proc/self/comm").write_text(NAME, encoding="ascii")
        gc.freeze()  # what was inherited stays in memory that is shared with Ansible
        sys.setswitchinterval(SWITCH_SECONDS)
        server = KeeperServer(run, listening, remove_socket)
        signal.signal(signal.SIGTERM, lambda _number, _frame: server.post(server.shut_down))
        try:
            server.serve()
        except Exception:  # whatever it is, no shell is left for it
            server.shut_down()
            server.serve()
    finally:
        os._exit(0)  # nothing above on the stack is ours


def _release_descriptors(*kept: int | None) -> None:
    """Release all inherited descriptors: ``ansible-playbook | tee`` ends when the last writer has closed the pipe.

    They lead to nowhere instead of being closed, because objects still have their numbers and may close them later on.
    """
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in [int(entry.name) for entry in Path("/proc/self/fd").iterdir()]:
        if descriptor not in (nowhere, *kept):
            with contextlib.suppress(OSError):  # that of the listing is closed by now
                os.fstat(descriptor)
                os.dup2(nowhere, descriptor)


def _limit() -> None:
    """As many connections as allowed, and no secret in a core file."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
