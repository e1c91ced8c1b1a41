# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request while it is served: who asks where, and whether the client is still there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from lynclab.contract.endpoint import Endpoint, Logon
from lynclab.wsman.soap import Request


@dataclass
class Call:
    """One request being served.

    ``timeout`` is how long the client waits, in seconds; ``started`` is what the request set in motion, ``shell_id`` the
    shell that it is about.
    """

    request: Request
    logon: Logon
    endpoint: Endpoint
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    started: list[asyncio.Task[None]] = field(default_factory=list)
    shell_id: str = ""
    timeout: float = 60.0

    def __post_init__(self) -> None:
        self.shell_id = self.request.shell_id
