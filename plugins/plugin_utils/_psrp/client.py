# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""pypsrp's client with an end to each command, and with a way back after a connection that was dropped."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.incoming import Incoming
from ansible_collections.ucops.lync.plugins.plugin_utils._session.guard import ANSWER_BYTES, Guard
from ansible_collections.ucops.lync.plugins.plugin_utils._session.guarded_http import guard_session
from ansible_collections.ucops.lync.plugins.plugin_utils._session.logon_watch import LogonWatch
from ansible_collections.ucops.lync.plugins.plugin_utils._session.readable import Unreadable
from ansible_collections.ucops.lync.plugins.plugin_utils._session.soap import check_soap

try:
    from pypsrp.exceptions import WinRMTransportError, WSManFaultError
    from pypsrp.powershell import RunspacePool
    from pypsrp.wsman import WSMan
except ImportError:
    WSMan = RunspacePool = object

BAD_REQUEST = 400
LONGEST_CODE = 20


class DeadlineWSMan(WSMan):
    """By itself pypsrp repeats an unanswered Receive for up to 294 s (measured, pypsrp 0.9.1), polls a cmdlet that hangs for
    ever, and trusts the server.

    :param answer_limit: bytes that the answer to a command may hold.
    :param logon: sees how far the logon comes.
    """

    def __init__(self, answer_limit: int = ANSWER_BYTES, logon: LogonWatch | None = None, **arguments: Any) -> None:
        super().__init__(**arguments)
        logon = logon or LogonWatch()
        self.guard = Guard(answer_limit)
        self.on_answer: Callable[[], None] | None = None
        """To be called once, with the next answer: a server that answers has accepted the account."""
        transport = self.transport
        build_session, send = transport._build_session, transport.send

        def guarded_session() -> Any:
            session = build_session()
            guard_session(session, self.guard)
            logon.watch(session)
            return session

        def checked(message: bytes, **options: Any) -> bytes:
            answer: bytes = send(message, **options)
            check_soap(answer)
            on_answer, self.on_answer = self.on_answer, None
            if on_answer is not None:
                on_answer()
            return answer

        transport._build_session, transport.send = guarded_session, checked

    def invoke(
        self,
        action: str,
        resource_uri: str,
        resource: Any,
        option_set: Any = None,
        selector_set: Any = None,
        timeout: int | None = None,
        *,
        retries_on_read_timeout: int = 0,
    ) -> Any:
        remaining = self.guard.remaining()
        if remaining is not None and remaining < (timeout or self.operation_timeout):
            timeout = max(1, int(remaining))
            retries_on_read_timeout = 0
        repeats = min(retries_on_read_timeout, 1)
        sealed = self.transport.encryption is not None

        def send() -> Any:
            try:
                return super(DeadlineWSMan, self).invoke(
                    action, resource_uri, resource, option_set, selector_set, timeout, retries_on_read_timeout=repeats
                )
            finally:
                self._leave_environment()

        try:
            return send()
        except WinRMTransportError as error:
            # Sealed with the keys of a connection that the server has dropped meanwhile. http.sys cannot read it and says Bad
            # Request, so it never reached WSMan and may be sent again.
            if not sealed or error.code != BAD_REQUEST:
                raise
            self.renew()
            return send()

    @property
    def overdue(self) -> bool:
        return self.guard.overdue

    def start_clock(self, seconds: float) -> None:
        """What is sent from now on has to be answered within so many seconds."""
        self.guard.begin(seconds)

    def renew(self) -> None:
        """Drop the connection and its keys: the next request opens another one and logs on again."""
        with contextlib.suppress(Exception):
            self.transport.close()
        self.transport.session = None
        self.transport.encryption = None

    def _leave_environment(self) -> None:
        """Proxies and CAs of the environment are in the HTTP session since it was built. Left to itself, requests would read them
        all again, three times for each request.
        """
        if self.transport.session is not None:
            self.transport.session.trust_env = False

    @staticmethod
    def _parse_wsman_fault(xml_text: str) -> WSManFaultError:
        """What pypsrp makes of an error's text; a page of HTML is none."""
        try:
            check_soap(xml_text)
        except Unreadable as error:
            raise ET.ParseError(str(error)) from error
        fault = WSMan._parse_wsman_fault(xml_text)
        return fault if len(str(fault.code)) <= LONGEST_CODE else WSManFaultError(None, *fault.args[1:])


class GuardedPool(RunspacePool):
    """A runspace pool that reads what a server sends within the bounds of its connection's guard."""

    def __init__(self, connection: DeadlineWSMan, **arguments: Any) -> None:
        super().__init__(connection, **arguments)
        self._fragmenter = Incoming(connection.max_payload_size, self._serializer, lambda: connection.guard.answer)
