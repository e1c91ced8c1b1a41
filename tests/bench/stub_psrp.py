# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes the place of the session over psrp in the copy that floor.py measures: a session that answers from memory."""

from __future__ import annotations

from typing import Any

from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import Answer, Record

ACCESS_EDGE = Record(
    ("Lync.DisplayAccessEdgeSettingsDnsSrvRouting",),
    {"Identity": "Global", "AllowFederatedUsers": True, "RoutingMethod": "UseDnsSrvRouting"},
)


class PsrpSession:
    """Answers every read with an Access Edge object that holds what is wanted."""

    restricted = False

    def __init__(self, way: Any) -> None:
        self.where = way.where

    def invoke(self, cmdlets: Any) -> Answer:
        return Answer((ACCESS_EDGE,))

    def close(self) -> None:
        pass
