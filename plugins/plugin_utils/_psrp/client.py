# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""pypsrp's client with an end to each command, and with a way back after a connection that was dropped."""

from __future__ import annotations

import contextlib
import time
from typing import Any

try:
    from pypsrp.exceptions import WinRMTransportError
    from pypsrp.wsman import WSMan
except ImportError:
    WSMan = object

BAD_REQUEST = 400


class Overdue(Exception):
    """A command did not answer before its deadline."""


class DeadlineWSMan(WSMan):
    """By itself pypsrp repeats an unanswered Receive for up to 294 s (measured, pypsrp 0.9.1) and polls a cmdlet that hangs for
    ever.
    """

    deadline: float | None = None

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
        remaining = self._remaining()
        if remaining is not None and remaining < (timeout or self.operation_timeout):
            timeout = max(1, int(remaining))
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
        return self.deadline is not None and time.monotonic() >= self.deadline

    def start_clock(self, seconds: float) -> None:
        """What is sent from now on has to be answered within so many seconds."""
        self.deadline = time.monotonic() + seconds

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

    def _remaining(self) -> float | None:
        if self.deadline is None:
            return None
        remaining = self.deadline - time.monotonic()
        if remaining <= 0:
            raise Overdue
        return remaining
