# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a server is reached before a session opens: within the time of the opening, and in the same sentences."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import SessionFailed
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.session import PsrpSession
from ansible_collections.ucops.lync.plugins.plugin_utils._session import logon_gate
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils import hostile
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._action.test_connection import endpoint
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils.hostile import HostileServer
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils.names import MANY, Names, silent_port


@pytest.fixture(autouse=True)
def gate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(logon_gate, "RUN", logon_gate.LogonGate(tmp_path / "logons"))


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        yield running


def not_opened(host: str, port: int, **settings: Any) -> tuple[str, float]:
    """Why no session opened, and after how many seconds."""
    found = endpoint(**{**hostile.psrp_options(port), "remote_addr": host})
    started = time.monotonic()
    with pytest.raises(SessionFailed) as failed:
        PsrpSession(dataclasses.replace(found, **settings)).open()
    return failed.value.message, time.monotonic() - started


@pytest.mark.usefixtures("names")
def test_all_addresses_of_a_server_have_one_deadline() -> None:
    with silent_port() as port:
        message, took = not_opened(MANY, port, command_timeout=1)
    assert f"{MANY}:{port}/wsman did not answer in time" in message
    assert 0.9 < took < 1.8


def test_a_silent_look_up_has_the_same_deadline(names: Names) -> None:
    names.silent_for = 3
    message, took = not_opened(MANY, 9, command_timeout=1)
    assert f"{MANY}:9/wsman did not open a session within 1 s" in message
    assert 0.9 < took < 1.8


def test_a_server_is_reached_within_the_time_of_its_opening(names: Names, server: HostileServer) -> None:
    names.addresses = ["127.0.0.1"]
    names.silent_for = 0.7
    server.instead["create"] = lambda write, relates: server.pause(30)
    message, took = not_opened(MANY, server.port, command_timeout=2)
    assert f"{MANY}:{server.port}/wsman did not open a session within 2 s" in message
    assert 1.9 < took < 2.6


@pytest.mark.parametrize("name", [MANY, f"{'a' * 64}.example"])
def test_a_name_that_does_not_resolve_is_said_so(names: Names, name: str) -> None:
    names.addresses = []
    message, _took = not_opened(name, 9)
    assert f"The name {name} does not resolve" in message
