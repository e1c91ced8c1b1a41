# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module costs beside Ansible's own floor can be measured without a server."""

from __future__ import annotations

import floor
import pytest


def test_a_module_runs_with_its_session_stubbed(capsys: pytest.CaptureFixture[str]) -> None:
    floor.main(["--hosts", "2", "--tasks", "1", "--rounds", "1"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "2 hosts x 1 tasks, 20 forks"
    assert [line.split()[2] for line in lines[1:]] == list(floor.TASKS)
