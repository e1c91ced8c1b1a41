# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guard below pywinrm, which the connection plugin winrm builds by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ansible_collections.ucops.lync.plugins.plugin_utils._session.guard import Guard
from ansible_collections.ucops.lync.plugins.plugin_utils._session.guarded_http import guard_session
from ansible_collections.ucops.lync.plugins.plugin_utils._session.logon_watch import LogonWatch
from ansible_collections.ucops.lync.plugins.plugin_utils._session.readable import Unreadable
from ansible_collections.ucops.lync.plugins.plugin_utils._session.soap import check_soap

try:
    from winrm import protocol
    from winrm.transport import Transport
except ImportError:  # the connection plugin says so
    protocol, Transport = None, object


@contextmanager
def guarded_winrm(guard: Guard, logon: LogonWatch) -> Iterator[None]:
    """What pywinrm builds inside looks at the guard for as long as it lives.

    :param logon: sees how far the logon comes.
    """
    if protocol is None:
        yield
        return
    protocol.Transport = _guarded_transport(guard, logon)
    try:
        yield
    finally:
        protocol.Transport = Transport


def _guarded_transport(guard: Guard, logon: LogonWatch) -> Any:
    class GuardedTransport(Transport):
        """Its session is guarded before it is used: pywinrm logs on while it builds one."""

        @property
        def session(self) -> Any:
            return self._session

        @session.setter
        def session(self, session: Any) -> None:
            if session is not None:
                guard_session(session, guard)
                logon.watch(session)
            self._session = session

        def _get_message_response_text(self, response: Any) -> Any:
            text = super()._get_message_response_text(response)
            try:
                check_soap(text)
            except Unreadable as error:
                if response.ok:
                    guard.refuse(error)
                return b""  # the page of an error says nothing that its status does not
            return text

    return GuardedTransport
