# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logging on alone."""

from __future__ import annotations

from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_ping import run
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory


def test_it_says_where_it_logged_on_and_runs_nothing() -> None:
    task = memory.MemoryTask(None, {})
    run(task)
    assert task.result == {"changed": False, "where": "fe01.adatum.example:443/OcsPowershell"}
    assert (task.was_read, task.written) == ([], [])
