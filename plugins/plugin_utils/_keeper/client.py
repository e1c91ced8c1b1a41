# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session that the tasks of a run share: the keeper holds it. Without a keeper, one of the task's own."""

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
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.run_process import Owner
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.socket import MeetingPlace, connect
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.options import PsrpEndpoint
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.session import PsrpSession
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import Answer, Session

PLACE = MeetingPlace(Path(constants.DEFAULT_LOCAL_TMP))
OWNER = Owner.this_process() if sys.platform == "linux" else None
"""Ansible's main process, which imports the actions of all tasks; the workers inherit the value."""

display = Display()


class Unanswered(Exception):
    """The keeper did not acknowledge a request: it has not begun and will not."""


class SharedSession:
    """Asks the keeper for each pipeline; the first task of a run starts it.

    A keeper that cannot be had, is dead or hangs costs the task no more than ``SILENCE_SECONDS``: it opens a session of its own.

    :param register: takes the path of the keeper's socket, to which Ansible is to say ``reset``.
    """

    def __init__(self, endpoint: PsrpEndpoint, register: Callable[[str], None]) -> None:
        self._endpoint = endpoint
        self._register = register
        self._own: Session = PsrpSession(endpoint)
        self._alone = False
        self._connection: socket.socket | None = None
        self._met: Path | None = None
        self.where = self._own.where
        self.restricted = self._own.restricted

    def open(self) -> None:
        if not self._alone:
            with contextlib.suppress(Unanswered):
                self._ask("open", [])
                return
        self._own.open()

    def invoke(self, cmdlets: Sequence[Cmdlet]) -> Answer:
        if not self._alone:
            with contextlib.suppress(Unanswered):
                return self._ask("invoke", cmdlets)
        return self._own.invoke(cmdlets)

    def close(self) -> None:
        self._hang_up()
        self._own.close()

    def _ask(self, method: str, cmdlets: Sequence[Cmdlet]) -> Answer:
        """
        :raises Unanswered: when nothing was run; from now on the task is alone.
        :raises Failure: what the session in the keeper raises.
        """
        acknowledged = False
        try:
            connection = self._connected()
            rpc.send_data(connection, json.dumps(messages.request(method, _owner(), self._endpoint, cmdlets)).encode())
            while "method" in (message := _receive(connection)):
                acknowledged = True
                if place := message["params"][0]:
                    display.vvvv(f"{self.where}: {place} before this task in the line for the session")
        except OSError as error:
            self._hang_up()
            if isinstance(error, TimeoutError) and self._met is not None:
                PLACE.clear(self._met)  # let nobody else wait for it
            if acknowledged:
                told = f" during {cmdlets[0].name}" if cmdlets else ""
                raise SessionLost(
                    f"The session with {self.where} was lost{told}: the process that keeps the sessions of this run has ended "
                    "or hangs. (Host variable lync_session_keep: false does without it.)"
                ) from error
            display.debug(f"no keeper of sessions: {error or type(error).__name__}")
            self._alone = True
            raise Unanswered from error
        return messages.answer_of(message)

    def _connected(self) -> socket.socket:
        """:raises OSError: when there is no keeper and none can be started."""
        if self._connection is None:
            address = PLACE.address
            connection = connect(address)
            if connection is None:
                address, connection = _started()
            connection.settimeout(messages.SILENCE_SECONDS)
            self._connection, self._met = connection, address
            self._register(str(address))
        return self._connection

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _started() -> tuple[Path | None, socket.socket]:
    """The keeper that another task has started meanwhile, or one that is started now.

    :raises OSError: when that fails.
    """
    owner = _owner()
    with PLACE.locked():
        connection = connect(PLACE.address)
        if connection is None:
            fork_keeper(PLACE, owner)
            connection = connect(PLACE.address)
        if connection is None:
            raise ConnectionRefusedError("the keeper has ended")
        return PLACE.address, connection


def _owner() -> Owner:
    """
    :raises OSError: where processes cannot be told apart, so that a keeper could outlive its run.
    :raises SessionFailed: when Ansible has ended and only this worker is left.
    """
    if OWNER is None:
        raise OSError(f"not on {sys.platform}")
    if not OWNER.alive:
        raise SessionFailed("ansible-playbook has ended; its task is given up.")
    return OWNER


def _receive(connection: socket.socket) -> messages.Message:
    """:raises OSError: when nothing comes in time, or the other end has closed."""
    data = rpc.recv_data(connection)
    if data is None:
        raise ConnectionResetError("the keeper has closed the connection")
    message: messages.Message = json.loads(data)
    return message


def _end_of_run(started_here: int) -> None:
    """Where nothing survives Ansible (a container), all is to be deleted before it ends: the shells, and the keeper's socket."""
    address = PLACE.address
    if os.getpid() != started_here or address is None:
        return
    connection = connect(address)
    if connection is not None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(messages.SILENCE_SECONDS)
            rpc.send_data(connection, json.dumps(messages.RESET).encode())
            _receive(connection)
    PLACE.clear(address)


atexit.register(_end_of_run, os.getpid())
