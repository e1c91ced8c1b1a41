# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a session does whose logon is refused, or not answered, and what becomes of the shells that it has left."""

from __future__ import annotations

import errno
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    Failure,
    LogonRefused,
    ServerDown,
    SessionFailed,
    SessionLost,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.session import PsrpSession, SessionState
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._action.test_connection import endpoint
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._psrp.fake_server import (
    FakeServer,
)
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._psrp.test_session import (
    GET,
    LOST,
    OPENING,
    REFUSED,
    RUNNING,
    SHELL_GONE,
    keep_house,
    lose,
)


@pytest.mark.parametrize("operation", ["create", "open"])
def test_a_refused_logon_is_not_tried_again(session: PsrpSession, server: FakeServer, operation: str) -> None:
    server.fails[operation] = REFUSED
    for _attempt in range(3):
        with pytest.raises(LogonRefused):
            session.open()
        session.close()
    assert session.state is SessionState.REFUSED
    assert server.log.count("create") == 1


@pytest.mark.parametrize("use", [PsrpSession.keep_alive, keep_house])
def test_a_logon_that_is_refused_in_the_middle_of_a_run_is_not_tried_again(
    session: PsrpSession, server: FakeServer, use: Callable[[PsrpSession], None]
) -> None:
    lose(session, server, LOST)
    server.fails["get"] = REFUSED
    use(session)
    assert session.state is SessionState.REFUSED
    with pytest.raises(LogonRefused):
        session.invoke(GET)
    assert server.log == ["renew", "get"]


@pytest.mark.parametrize("operation", ["command", "receive", "get", "delete"])
def test_a_logon_that_is_refused_after_it_was_accepted_is_not_tried_by_another_session(
    session: PsrpSession, server: FakeServer, operation: str
) -> None:
    session.open()
    server.fails[operation] = REFUSED
    if operation in ("command", "receive"):
        with pytest.raises(SessionFailed):
            session.invoke(GET)
    elif operation == "get":
        session.keep_alive()
    else:
        session.close()
    server.log.clear()
    with pytest.raises(LogonRefused, match="no longer accepts the logon"):
        PsrpSession(endpoint(auth="ntlm")).open()
    assert server.log == []


def test_what_is_refused_at_the_first_of_several_shells_is_not_tried_for_the_others(
    session: PsrpSession, server: FakeServer
) -> None:
    for _shell in range(2):
        session.open()
        server.fails["command"] = server.fails["delete"] = LOST
        with pytest.raises(SessionLost):
            session.invoke(GET)
        keep_house(session)
    server.log.clear()
    server.fails["delete"] = REFUSED
    session.close()
    assert server.log == ["delete", "renew"]
    with pytest.raises(LogonRefused):
        session.open()


def test_a_session_that_breaks_while_it_opens_leaves_no_shell(session: PsrpSession, server: FakeServer) -> None:
    server.fails["open"] = LOST
    with pytest.raises(SessionFailed):
        session.open()
    assert session.state is SessionState.CLOSED
    assert server.log == [*OPENING, "renew", "delete"]


@pytest.mark.parametrize(
    ("error", "written", "deleted"),
    [
        pytest.param(LOST, True, ["delete"], id="the answer was lost: there may be one"),
        pytest.param(LOST, False, [], id="the server has seen nothing"),
        pytest.param(SHELL_GONE, True, [], id="the server has refused"),
    ],
)
def test_a_session_that_gets_no_answer_may_have_a_shell_to_delete(
    session: PsrpSession, server: FakeServer, error: Exception, written: bool, deleted: list[str]
) -> None:
    server.fails["create"], server.written = error, written
    with pytest.raises(SessionFailed):
        session.open()
    assert session.state is SessionState.CLOSED
    session.close()
    assert server.log == ["create", "renew", *deleted]


@pytest.mark.parametrize(
    ("written", "unanswered", "raised", "deleted"),
    [
        pytest.param(
            True, True, SessionFailed, ["delete"], id="the verdict on the account was lost: one logon, in the end"
        ),
        pytest.param(False, True, ServerDown, [], id="the logon did not leave"),
        pytest.param(True, False, ServerDown, ["delete"], id="the account is accepted"),
    ],
)
def test_only_what_costs_no_logon_is_tried_again_after_a_broken_opening(
    server: FakeServer, written: bool, unanswered: bool, raised: type[Failure], deleted: list[str]
) -> None:
    one = PsrpSession(endpoint(auth="ntlm"))
    one._logon = SimpleNamespace(unanswered=unanswered, begin=lambda: None)  # type: ignore[assignment]
    server.fails["create"], server.written = ConnectionResetError(errno.ECONNRESET, "reset"), written
    with pytest.raises(SessionFailed) as failed:
        one.open()
    one.close()
    assert failed.type is raised
    assert server.log == ["create", "renew", *deleted]


def test_a_ticket_locks_no_account(server: FakeServer) -> None:
    one = PsrpSession(endpoint(auth="kerberos", remote_password=None))
    one._logon = SimpleNamespace(unanswered=True, begin=lambda: None)  # type: ignore[assignment]
    server.fails["create"] = ConnectionResetError(errno.ECONNRESET, "reset")
    with pytest.raises(ServerDown):
        one.open()


def test_a_shell_that_cannot_be_deleted_yet_is_deleted_after_a_pause(
    session: PsrpSession, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(session._left, "_sleep", pauses.append)
    session.open()
    server.fails["delete"] = LOST
    session.close()
    assert server.log == [*OPENING, "delete", "renew", "delete"]
    assert pauses == [0.5]


def test_nobody_waits_for_ever_to_delete_a_shell(
    session: PsrpSession, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        server.fails["delete"] = LOST

    monkeypatch.setattr(session._left, "_sleep", pause)
    session.open()
    server.fails["delete"] = LOST
    session.close()
    assert pauses == [0.5, 1.0, 2.0]


def test_a_shell_that_cannot_be_deleted_yet_is_deleted_with_the_next_session(
    session: PsrpSession, server: FakeServer
) -> None:
    session.open()
    server.fails["command"] = server.fails["delete"] = LOST
    with pytest.raises(SessionLost):
        session.invoke(GET)
    session.invoke(GET)
    assert server.log == [*OPENING, "command", "renew", "delete", "renew", *OPENING, "delete", *RUNNING]


def test_a_refused_logon_is_not_tried_again_to_delete_a_shell(session: PsrpSession, server: FakeServer) -> None:
    session.open()
    server.fails["delete"] = REFUSED
    session.close()
    session.close()
    assert server.log == [*OPENING, "delete", "renew"]
