# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report is shown as it was made."""

from __future__ import annotations

from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_rollout_report
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory


def test_the_lines_are_shown() -> None:
    task = memory.task_of(lync_rollout_report.MODULE, None, lines=["Deployment", "1 of 1 verified."])
    lync_rollout_report.run(task)
    assert task.told == ["Deployment\n1 of 1 verified."]
