# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session over PSRP with a server that is a fake."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.ucops.lync.plugins.plugin_utils._psrp import session as module
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.session import PsrpSession
from ansible_collections.ucops.lync.plugins.plugin_utils._session import logon_gate
from ansible_collections.ucops.lync.plugins.plugin_utils._session.logon_gate import LogonGate
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._action.test_connection import endpoint
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._psrp.fake_server import (
    FakePipeline,
    FakePool,
    FakeServer,
    FakeWSMan,
)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeServer:
    found = FakeServer()
    monkeypatch.setattr(logon_gate, "RUN", LogonGate(tmp_path / "logons"))
    monkeypatch.setattr(PsrpSession, "_reach", lambda session: None)
    monkeypatch.setattr(FakeWSMan, "server", found, raising=False)
    monkeypatch.setattr(module, "DeadlineWSMan", FakeWSMan)
    monkeypatch.setattr(module, "GuardedPool", FakePool)
    monkeypatch.setattr(module, "pipeline", FakePipeline)
    return found


@pytest.fixture
def session(server: FakeServer) -> PsrpSession:
    return PsrpSession(endpoint(auth="ntlm"))
