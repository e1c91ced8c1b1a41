# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``lync_access_edge`` with a session that answers from memory."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.ucops.lync.plugins.action import lync_access_edge
from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.plugin_utils._action.connection import Endpoint
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import Answer, Record, Session

ACCESS_EDGE = Record(
    ("Lync.DisplayAccessEdgeSettingsDnsSrvRouting",),
    {"Identity": "Global", "AllowFederatedUsers": True, "RoutingMethod": "UseDnsSrvRouting"},
)


class StubSession:
    """Answers every read with an Access Edge object that has the desired values."""

    where = "memory"
    restricted = False

    def open(self) -> None:
        """There is nobody to log on to."""

    background = None

    def invoke(self, cmdlets: Sequence[Cmdlet], seconds: float | None = None) -> Answer:
        return Answer((ACCESS_EDGE,))

    def close(self) -> None:
        """Nothing is open."""


class ActionModule(lync_access_edge.ActionModule):
    """All of the real action but its session."""

    def session_to(self, endpoint: Endpoint, lasts: bool, openings: int) -> Session:
        return StubSession()
