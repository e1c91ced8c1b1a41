# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to check, behind the error of a cmdlet."""

from __future__ import annotations

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import CmdletFailed
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.hints import with_hint


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Active Directory operation failed on dc01.", "reaches a domain controller"),
        ('Cannot open database "xds" requested by the login.', "SQL Server instance of the Central Management store"),
        ("Cannot connect to SQL instance EDGE01\\RTCLOCAL.", "the SQL Server instance RTCLOCAL of this server runs"),
        ("Ungültiger Parameter", ""),
    ],
)
def test_a_hint_follows_the_words_of_the_server(text: str, hint: str) -> None:
    failure = CmdletFailed("Get-CsSite", text, "Id,Class")
    message = with_hint(failure)
    assert message.startswith(f"Get-CsSite failed: {text} (Id,Class)")
    assert hint in message
    assert (message == failure.message) is (not hint)


def test_a_server_in_a_workgroup_is_not_said_to_have_left_a_domain() -> None:
    message = with_hint(CmdletFailed("Get-CsSite", "Active Directory operation failed."))
    assert "member" not in message
    assert "A server in a workgroup, as most Edge Servers are, reaches none" in message
    assert "local_store: true" in message


def test_no_hint_for_a_cmdlet_that_is_not_known() -> None:
    failure = CmdletFailed("Get-CsDatabaseMirrorState", "no database cmdlet", "CommandNotFoundException")
    assert with_hint(failure) == failure.message
