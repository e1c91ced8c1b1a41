# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a task waits for the keeper where it repeats a reading; the channel to the keeper is a fake."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import NotAnswered
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import client, messages
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.client import KeeperClient
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.run_process import RunProcess
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._action.test_connection import endpoint

GET = [Cmdlet("Get-CsThing")]
HEARTBEATS = 3
ANSWER = {"jsonrpc": "2.0", "id": 0, "result": {"errors": [], "warnings": [], "complete": True}}


class FakeChannel:
    """A keeper that answers after some heartbeats."""

    def __init__(self, register: Callable[[str], None]) -> None:
        self.asked: list[messages.Message] = []
        self.notified = 0
        self.closed = False

    def ask(self, make: Callable[[RunProcess], messages.Message], notified: messages.Notified) -> messages.Message:
        self.asked.append(make(RunProcess(1, 1)))
        for _heartbeat in range(HEARTBEATS):
            self.notified += 1
            notified(messages.heartbeat(1))
        return ANSWER

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch) -> FakeChannel:
    found = FakeChannel(lambda path: None)
    monkeypatch.setattr(client, "Channel", lambda register: found)
    return found


def asking() -> Any:
    return KeeperClient(endpoint(), lambda path: None)


def test_a_task_waits_for_the_requests_before_its_own(channel: FakeChannel) -> None:
    asking().invoke(GET)
    assert channel.notified == HEARTBEATS
    assert channel.asked[0]["params"]["seconds"] is None


def test_the_session_in_the_keeper_is_told_what_is_left(channel: FakeChannel) -> None:
    asking().invoke(GET, 3600)
    assert 0 < messages.seconds_of(channel.asked[0]["params"]) <= 3600  # type: ignore[operator]


def test_a_task_whose_time_is_over_hangs_up(channel: FakeChannel) -> None:
    with pytest.raises(NotAnswered, match="did not answer Get-CsThing"):
        asking().invoke(GET, -1)
    assert channel.notified == 1
    assert channel.closed
