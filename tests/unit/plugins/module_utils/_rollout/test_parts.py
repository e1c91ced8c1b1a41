# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be read is read together; what cannot is a gap with its reason."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import CmdletFailed, Failure, SessionLost
from ansible_collections.ucops.lync.plugins.module_utils._rollout.parts import Gap, read_parts

PARTS = {"pools": Cmdlet("Get-CsPool"), "sites": Cmdlet("Get-CsSite")}
RECORDS = [{"Text": "lisbon"}]


class Server:
    """Answers each cmdlet alike, except sites."""

    def __init__(self, sites: Failure | None = None) -> None:
        self.pipelines = 0
        self._sites = sites

    def attempt(self, *cmdlets: Cmdlet) -> list[list[dict[str, Any]] | Failure]:
        self.pipelines += 1
        if isinstance(self._sites, SessionLost):
            raise self._sites
        return [self._sites if self._sites and one.name == "Get-CsSite" else RECORDS for one in cmdlets]


def test_one_pipeline_where_all_can_be_read() -> None:
    server = Server()
    parts = read_parts(server.attempt, PARTS)
    assert (parts.found, parts.gaps, server.pipelines) == ({"pools": RECORDS, "sites": RECORDS}, (), 1)


@pytest.mark.parametrize(
    ("failure", "gap"),
    [
        (
            CmdletFailed("Get-CsSite", "Denied.", "AccessDenied,X"),
            Gap("sites", "Get-CsSite failed: Denied. (AccessDenied,X)", "AccessDenied,X"),
        ),
        (Failure("not offered"), Gap("sites", "not offered")),
    ],
    ids=["an error record", "no error record"],
)
def test_a_part_that_fails_is_a_gap(failure: Failure, gap: Gap) -> None:
    server = Server(failure)
    parts = read_parts(server.attempt, PARTS)
    assert (parts.found, parts.gaps, server.pipelines) == ({"pools": RECORDS}, (gap,), 1)


def test_a_lost_session_is_no_gap() -> None:
    with pytest.raises(SessionLost):
        read_parts(Server(SessionLost("lost")).attempt, PARTS)


def test_nothing_to_read_asks_nobody() -> None:
    server = Server()
    assert read_parts(server.attempt, {}).found == {}
    assert server.pipelines == 0
