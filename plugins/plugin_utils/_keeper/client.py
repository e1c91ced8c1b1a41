# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task's end of the keeper: a session that the tasks of a run share. Without a keeper, one of the task's own."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from ansible import constants
from ansible.module_utils import connection as rpc
from ansible.utils.display import Display

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import SessionFailed, SessionLost
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import messages
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.process import fork_keeper
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.request import SILENCE_SECONDS
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.run_process import RunProcess
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.socket import KeeperSocket, connect
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.options import PsrpEndpoint
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.output import Output, answer_of
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.session import PsrpSession
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import Answer, Session

SOCKET = KeeperSocket(Path(constants.DEFAULT_LOCAL_TMP))
RUN = RunProcess.current() if sys.platform == "linux" else None
"""Ansible's main process, which imports the actions of all tasks; the workers inherit the value."""

display = Display()


class NotAcknowledged(Exception):
    """The keeper did not acknowledge a request: it has not begun and never will."""


class KeeperClient:
    """A session that asks the keeper for each pipeline; the first task of a run starts it.

    A keeper that cannot be had, is dead or hangs costs the task no more than ``SILENCE_SECONDS``: it opens a session of its own.

    :param register: takes the address of the run's keeper, to which Ansible is to say ``reset``.
    """

    def __init__(self, endpoint: PsrpEndpoint, register: Callable[[str], None]) -> None:
        self._endpoint = endpoint
        self._register = register
        self._own: Session = PsrpSession(endpoint)
        self._uses_own = False
        self._connection: socket.socket | None = None
        self._path: Path | None = None
        self.where = self._own.where
        self.restricted = self._own.restricted

    def open(self) -> None:
        if not self._uses_own:
            with contextlib.suppress(NotAcknowledged):
                self._ask([])
                return
        self._own.open()

    def invoke(self, cmdlets: Sequence[Cmdlet]) -> Answer:
        if not self._uses_own:
            with contextlib.suppress(NotAcknowledged):
                return answer_of(self._ask(cmdlets), self._endpoint, cmdlets[0].name)
        return self._own.invoke(cmdlets)

    def close(self) -> None:
        self._disconnect()
        self._own.close()

    def _ask(self, cmdlets: Sequence[Cmdlet]) -> Output:
        """
        :raises NotAcknowledged: when nothing was run; from now on the task uses a session of its own.
        :raises Failure: what the session in the keeper raises.
        """
        acknowledged = False
        objects: list[str] = []
        try:
            connection = self._connected()
            connection.sendall(messages.encode(messages.request(_run(), self._endpoint, cmdlets)))
            while "method" in (message := _receive(connection)):
                acknowledged = True
                objects += messages.objects_of(message)
                if position := messages.position_of(message):
                    display.vvvv(f"{self.where}: {position} requests before this one in the session's queue")
        except OSError as error:
            self._disconnect()
            if isinstance(error, TimeoutError) and self._path is not None:
                SOCKET.remove(self._path)  # no other task shall wait for it
            if acknowledged:
                during = f" during {cmdlets[0].name}" if cmdlets else ""
                raise SessionLost(
                    f"The session with {self.where} was lost{during}: the process that keeps the sessions of this run has ended "
                    "or hangs. (Host variable lync_session_keep: false does without it.)"
                ) from error
            display.debug(f"no keeper of sessions: {error or type(error).__name__}")
            self._uses_own = True
            raise NotAcknowledged from error
        return messages.output_of(message, objects)

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

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


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
