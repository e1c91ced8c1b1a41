# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be read is read together; what cannot is a gap with its reason."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import SWITCH, Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import CmdletFailed, Failure, SessionLost
from ansible_collections.ucops.lync.plugins.module_utils._rollout.parts import Gap, read_parts

PARTS = {
    "pools": Cmdlet("Get-CsPool"),
    "sites": Cmdlet("Get-CsSite"),
    "status": Cmdlet("Get-CsManagementStoreReplicationStatus"),
    "central": Cmdlet("Get-CsManagementStoreReplicationStatus", {"CentralManagementStoreStatus": SWITCH}),
}


class Server:
    """Answers each cmdlet with its own text, except those that it denies."""

    def __init__(self, *denied: str, raises: type[Failure] | None = None) -> None:
        self.pipelines: list[list[str]] = []
        self._denied = denied
        self._raises = raises

    def read(self, *cmdlets: Cmdlet) -> list[list[dict[str, Any]]]:
        self.pipelines.append([str(cmdlet) for cmdlet in cmdlets])
        for cmdlet in cmdlets:
            if cmdlet.name in self._denied:
                raise self._raises("no") if self._raises else CmdletFailed(cmdlet.name, "Denied.", "AccessDenied,X")
        return [[{"Text": str(cmdlet)}] for cmdlet in cmdlets]


def test_one_pipeline_where_all_can_be_read() -> None:
    server = Server()
    parts = read_parts(server.read, PARTS)
    assert {part: records[0]["Text"] for part, records in parts.found.items()} == {
        part: str(cmdlet) for part, cmdlet in PARTS.items()
    }
    assert (parts.gaps, len(server.pipelines)) == ((), 1)


def test_a_part_that_fails_is_a_gap_and_the_others_are_read_without_it() -> None:
    server = Server("Get-CsSite")
    parts = read_parts(server.read, PARTS)
    assert list(parts.found) == ["pools", "status", "central"]
    assert parts.gaps == (Gap("sites", "Get-CsSite failed: Denied. (AccessDenied,X)", "AccessDenied,X"),)
    assert len(server.pipelines) == 2


def test_where_two_parts_have_one_cmdlet_each_is_read_alone() -> None:
    server = Server("Get-CsManagementStoreReplicationStatus")
    parts = read_parts(server.read, PARTS)
    assert list(parts.found) == ["pools", "sites"]
    assert [gap.part for gap in parts.gaps] == ["status", "central"]


def test_a_failure_that_names_no_cmdlet() -> None:
    server = Server("Get-CsSite", raises=Failure)
    parts = read_parts(server.read, PARTS)
    assert list(parts.found) == ["pools", "status", "central"]
    assert parts.gaps == (Gap("sites", "no"),)


def test_a_lost_session_is_no_gap() -> None:
    with pytest.raises(SessionLost):
        read_parts(Server("Get-CsSite", raises=SessionLost).read, PARTS)


def test_nothing_to_read_asks_nobody() -> None:
    server = Server()
    assert read_parts(server.read, {}).found == {}
    assert server.pipelines == []
