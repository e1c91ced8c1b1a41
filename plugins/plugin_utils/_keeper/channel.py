# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task's end of the keeper's socket: reaches the keeper, or starts it, and says one thing at a time to it."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from ansible import constants
from ansible.module_utils import connection as rpc
from ansible.utils.display import Display

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import SessionFailed
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import messages
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.process import fork_keeper
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.request import SILENCE_SECONDS
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.run_process import RunProcess
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.socket import KeeperSocket, connect

SOCKET = KeeperSocket(Path(constants.DEFAULT_LOCAL_TMP))
RUN = RunProcess.current() if sys.platform == "linux" else None
"""Ansible's main process, which imports the actions of all tasks; the workers inherit the value."""

display = Display()


class NotAcknowledged(Exception):
    """The keeper did not acknowledge what it was asked for: it has not begun and never will."""


class KeeperLost(Exception):
    """The keeper fell silent after it had acknowledged what it was asked for."""


class Channel:
    """A connection to the run's keeper, made when it is first used; the first task of a run starts the keeper.

    :param register: takes the address of the run's keeper, to which Ansible is to say ``reset``.
    """

    def __init__(self, register: Callable[[str], None]) -> None:
        self._register = register
        self._connection: socket.socket | None = None
        self._path: Path | None = None

    def ask(self, make: Callable[[RunProcess], messages.Message], notified: messages.Notified) -> messages.Message:
        """
        :param make: makes what to say, for this run.
        :param notified: takes each notification before the response.
        :raises NotAcknowledged: when there is no keeper, or it is silent from the beginning.
        :raises KeeperLost: when it is silent later on.
        :raises SessionFailed: when Ansible has ended and only this worker is left.
        """
        acknowledged = False
        try:
            message = make(_run())
            connection = self._connected()
            connection.sendall(messages.encode(message))
            while "method" in (answer := _receive(connection)):
                acknowledged = True
                notified(answer)
        except OSError as error:
            self.close()
            if isinstance(error, TimeoutError) and self._path is not None:
                SOCKET.remove(self._path)  # no other task shall wait for it
            if acknowledged:
                raise KeeperLost from error
            display.debug(f"no keeper of sessions: {error or type(error).__name__}")
            raise NotAcknowledged from error
        return answer

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _connected(self) -> socket.socket:
        """:raises OSError: when there is no keeper and none can be started."""
        if self._connection is None:
            self._path = SOCKET.path
            connection = connect(self._path, SILENCE_SECONDS)
            if connection is None:
                self._path, connection = _started()
            self._connection = connection
            self._register(str(SOCKET.address))
        return self._connection


def _started() -> tuple[Path | None, socket.socket]:
    """The keeper that another task has started meanwhile, or one that is started now.

    :raises OSError: when that fails.
    """
    run = _run()
    with SOCKET.locked():
        connection = connect(SOCKET.path, SILENCE_SECONDS)
        if connection is None:
            fork_keeper(SOCKET, run)
            connection = connect(SOCKET.path, SILENCE_SECONDS)
        if connection is None:
            raise ConnectionRefusedError("the keeper has ended")
        return SOCKET.path, connection


def _run() -> RunProcess:
    """The process of this run.

    :raises OSError: where processes cannot be told apart, so that a keeper could outlive its run.
    :raises SessionFailed: when Ansible has ended and only this worker is left.
    """
    if RUN is None:
        raise OSError(f"not on {sys.platform}")
    if not RUN.alive:
        raise SessionFailed("ansible-playbook has ended; this task was aborted.")
    return RUN


def _receive(connection: socket.socket) -> messages.Message:
    """:raises OSError: when nothing comes in time, or the other end has closed."""
    data = rpc.recv_data(connection)
    if data is None:
        raise ConnectionResetError("the keeper has closed the connection")
    message: messages.Message = json.loads(data)
    return message


def _end_of_run(imported_in: int) -> None:
    """Where nothing survives Ansible (a container), all is to be deleted before it ends: the shells, and the keeper's socket."""
    path = SOCKET.path
    if os.getpid() != imported_in or path is None:
        return
    with contextlib.suppress(OSError):
        connection = connect(path, SILENCE_SECONDS)
        if connection is not None:
            with connection:
                connection.sendall(messages.encode(messages.CLOSE))
                _receive(connection)
    SOCKET.remove(path)
    SOCKET.remove_folder(path)


atexit.register(_end_of_run, os.getpid())
