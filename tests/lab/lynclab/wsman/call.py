# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request while it is served: who asks where, and whether the client is still there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from lynclab.contract.endpoint import Endpoint, Logon
from lynclab.wsman import faults
from lynclab.wsman.soap import Request, seconds

_USUAL_TIMEOUT = 60.0


@dataclass
class Call:
    """One request being served. ``started`` is what it set in motion, ``shell_id`` the shell that it is about."""

    request: Request
    logon: Logon
    endpoint: Endpoint
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    started: list[asyncio.Task[None]] = field(default_factory=list)
    shell_id: str = ""

    def __post_init__(self) -> None:
        self.shell_id = self.request.shell_id

    @property
    def timeout(self) -> float:
        """How long the client waits, in seconds. Raises WSManFault."""
        text = self.request.operation_timeout
        timeout = seconds(text) if text else _USUAL_TIMEOUT
        if timeout is None or timeout < 0:
            raise faults.invalid_timeout(text)
        return timeout
