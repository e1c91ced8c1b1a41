# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where texts for people go."""

from __future__ import annotations

import pytest
from ansible import constants

from ansible_collections.ucops.lync.plugins.plugin_utils._action import screen


@pytest.mark.parametrize("callback", ["default", "ansible.builtin.default", "community.general.yaml", "minimal"])
def test_they_stand_among_the_text_of_a_callback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], callback: str
) -> None:
    monkeypatch.setattr(constants, "DEFAULT_STDOUT_CALLBACK", callback)
    screen.show("the table")
    assert capsys.readouterr() == ("the table\n", "")


@pytest.mark.parametrize("callback", ["json", "ansible.posix.json", "ansible.posix.jsonl", "my.own.callback"])
def test_what_a_program_may_read_keeps_the_standard_output(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], callback: str
) -> None:
    monkeypatch.setattr(constants, "DEFAULT_STDOUT_CALLBACK", callback)
    screen.show("the table")
    assert capsys.readouterr() == ("", "the table\n")
