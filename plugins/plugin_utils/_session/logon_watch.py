# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far the logon of a session over HTTP has come: a logon whose answer is lost may count as a refused one, and accounts lock."""

from __future__ import annotations

from typing import Any


class LogonWatch:
    """One for each session. It sees what goes through the sessions of requests that it watches."""

    def __init__(self) -> None:
        self.accepted = False
        """Whether the server has ever accepted the account."""
        self._sent = False

    @property
    def unanswered(self) -> bool:
        """Whether a request with a logon was made, and whether the account was accepted is not known."""
        return self._sent and not self.accepted

    def begin(self) -> None:
        """A session is about to be opened."""
        self._sent = False

    def watch(self, session: Any) -> None:
        """See what a session of requests, which has sent nothing yet, sends and is answered."""
        for adapter in session.adapters.values():
            adapter.send = self._watched(adapter.send)

    def _watched(self, send: Any) -> Any:
        def watched(request: Any, *arguments: Any, **options: Any) -> Any:
            logs_on = "Authorization" in request.headers
            self._sent = self._sent or logs_on
            response = send(request, *arguments, **options)
            self.accepted = self.accepted or (logs_on and response.ok)
            return response

        return watched
