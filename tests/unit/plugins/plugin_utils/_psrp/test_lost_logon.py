# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A logon whose answer is lost: it may have been refused, and accounts lock."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    ServerDown,
    SessionFailed,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.session import PsrpSession
from ansible_collections.ucops.lync.plugins.plugin_utils._session.cmdlet_runner import CmdletRunner
from ansible_collections.ucops.lync.plugins.plugin_utils._session.repeats import Repeats
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils import hostile
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._psrp.test_hostile_server import (
    GET,
    ca,
    either,
    gate,
    server,
    session,
)
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils.hostile import HostileServer

__all__ = ["ca", "either", "gate", "server"]  # fixtures


def hang_up(_write: hostile.Write, _relates: str) -> None:
    raise OSError("the server hangs up")


def truncate(write: hostile.Write, _relates: str) -> None:
    write(hostile.response(b" " * 500)[:-100])
    raise OSError("the server hangs up")


def read(one: PsrpSession) -> None:
    CmdletRunner(lambda: one, pytest.fail, Repeats(60, sleep=lambda seconds: None)).read([GET])


def test_a_logon_whose_answer_is_lost_is_not_repeated(either: tuple[HostileServer, Path | None]) -> None:
    """It may have been refused: a few of them lock the account."""
    server, ca = either
    server.instead["create"] = hang_up
    one = session(server, ca)
    with pytest.raises(SessionFailed, match="Whether it accepted the account is not known") as failed:
        read(one)
    one.close()
    assert failed.type is SessionFailed
    assert server.steps == ["create", "delete"], "one logon more, in the end, for the shell that there may be"


def test_an_accepted_account_is_logged_on_with_again(server: HostileServer) -> None:
    """Also by a session of another task."""
    first = session(server)
    first.open()
    first.close()
    server.instead["create"] = hang_up
    with pytest.raises(ServerDown):
        read(session(server))
    assert server.steps.count("create") > 2


def test_a_shell_is_deleted_whose_creation_was_answered_in_part(server: HostileServer) -> None:
    """The server has accepted the account: that it answers so tells it."""
    server.instead["create"] = truncate
    one = session(server)
    with pytest.raises(SessionFailed):
        one.open()
    one.close()
    assert server.steps == ["create", "delete"]
