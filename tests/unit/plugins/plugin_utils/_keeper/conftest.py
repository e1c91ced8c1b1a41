# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A keeper with a fake server behind it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import session_thread
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.run_process import RunProcess
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._keeper.fake_keeper import (
    FakeSession,
    Keeper,
    Server,
)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    found = Server()
    monkeypatch.setattr(FakeSession, "server", found, raising=False)
    monkeypatch.setattr(session_thread, "PsrpSession", FakeSession)
    return found


@pytest.fixture
def keeper(server: Server, tmp_path: Path) -> Iterator[Keeper]:
    run = RunProcess.current()
    assert run is not None
    found = Keeper(tmp_path, run)
    yield found
    server.release()
    found.end()
    os.close(run.pidfd or 0)
