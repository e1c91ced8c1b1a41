# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The states of a session over PSRP, with a server that is a fake: what each loss leads to, and what the next use does."""

from __future__ import annotations

import pytest
from pypsrp.complex_objects import PSInvocationState
from pypsrp.exceptions import AuthenticationError, WinRMTransportError, WSManFaultError

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    Failure,
    LogonRefused,
    NotAnswered,
    SessionFailed,
    SessionLost,
    ShellGone,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp import session as module
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.session import Cancelled, PsrpSession, SessionState
from ansible_collections.ucops.lync.plugins.plugin_utils._session.guard import Overdue
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._action.test_connection import endpoint
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._psrp.fake_server import (
    FakeServer,
)

GET = [Cmdlet("Get-CsThing")]
SHELL_GONE = WSManFaultError(2150858843, "fe01", "The shell was not found.", None, None, None)
BUSY = WSManFaultError(2150859174, "fe01", "Too many operations.", None, None, None)
LOST = WinRMTransportError("http", 503, "")
REFUSED = AuthenticationError("Failed to authenticate the user")
UNOFFERED = AuthenticationError("The server did not response with one of the following ... - actual: ''")
"""A 401 that looked at no account."""


def keep_house(session: PsrpSession) -> None:
    """All of the housekeeping."""
    for _step in session.housekeeping():
        pass


TIMEOUT = endpoint().command_timeout
OPENING = ["create", "open"]
RUNNING = ["command", "receive"]


def test_a_session_is_opened_when_it_is_first_used(session: PsrpSession, server: FakeServer) -> None:
    assert server.log == []
    session.invoke(GET)
    session.invoke(GET)
    assert session.state is SessionState.OPENED
    assert server.log == OPENING + RUNNING * 2


@pytest.mark.parametrize("state", [PSInvocationState.COMPLETED, PSInvocationState.FAILED])
def test_a_pipeline_that_did_not_complete_may_have_left_statements_out(
    session: PsrpSession, server: FakeServer, state: int
) -> None:
    server.ends = state
    assert session.invoke(GET).complete is (state == PSInvocationState.COMPLETED)


def test_what_a_command_may_take_holds_for_each_step_of_it(session: PsrpSession, server: FakeServer) -> None:
    server.fails["receive"] = LOST
    with pytest.raises(SessionLost):
        session.invoke(GET)
    assert server.clocks == [TIMEOUT] * 2, "the opening, and the command"
    server.clocks = []
    session.invoke(GET, seconds=2)
    assert server.log == [*OPENING, *RUNNING, "renew", "delete", *OPENING, *RUNNING]
    assert len(server.clocks) == 3, "the shell that was left as well"
    assert all(0 < seconds <= 2 for seconds in server.clocks)
    server.clocks = []
    session.invoke(GET)
    assert server.clocks == [TIMEOUT]


@pytest.mark.parametrize("seconds", [0, -1])
def test_where_no_time_is_left_nothing_is_sent_and_the_shell_stays(
    session: PsrpSession, server: FakeServer, seconds: float
) -> None:
    session.invoke(GET)
    with pytest.raises(NotAnswered):
        session.invoke(GET, seconds)
    assert session.state is SessionState.OPENED
    assert server.log == OPENING + RUNNING


def test_a_closed_session_is_opened_again(session: PsrpSession, server: FakeServer) -> None:
    session.invoke(GET)
    session.close()
    assert session.state is SessionState.CLOSED
    session.close()
    session.invoke(GET)
    assert server.log == OPENING + RUNNING + ["delete"] + OPENING + RUNNING


@pytest.mark.parametrize(
    ("operation", "error", "raised", "state"),
    [
        ("command", LOST, SessionLost, SessionState.BROKEN),
        ("receive", LOST, SessionLost, SessionState.BROKEN),
        ("command", SHELL_GONE, ShellGone, SessionState.BROKEN),
        ("receive", SHELL_GONE, SessionLost, SessionState.BROKEN),
        ("command", Overdue(), NotAnswered, SessionState.HUNG),
        ("receive", Overdue(), NotAnswered, SessionState.HUNG),
        ("command", UNOFFERED, SessionLost, SessionState.BROKEN),
        ("receive", UNOFFERED, SessionLost, SessionState.BROKEN),
        ("command", REFUSED, SessionFailed, SessionState.REFUSED),
        ("receive", REFUSED, SessionLost, SessionState.REFUSED),
    ],
)
def test_what_a_loss_leads_to(
    session: PsrpSession,
    server: FakeServer,
    operation: str,
    error: BaseException,
    raised: type[Failure],
    state: SessionState,
) -> None:
    session.open()
    server.fails[operation] = error
    with pytest.raises(SessionFailed) as failure:
        session.invoke(GET)
    assert failure.value.__class__ is (LogonRefused if raised is SessionFailed else raised)
    assert session.state is state


def test_a_silence_that_shows_as_a_broken_connection_is_one(session: PsrpSession, server: FakeServer) -> None:
    session.open()
    server.fails["receive"], server.overdue = LOST, True
    with pytest.raises(SessionLost, match="did not answer Get-CsThing within 120 s"):
        session.invoke(GET)
    assert session.state is SessionState.HUNG


def lose(session: PsrpSession, server: FakeServer, error: BaseException) -> None:
    """Open the session and lose it."""
    session.open()
    server.fails["receive"] = error
    with pytest.raises(SessionLost):
        session.invoke(GET)
    server.log.clear()


@pytest.mark.parametrize("answer", [None, BUSY])
def test_housekeeping_keeps_a_shell_that_a_new_connection_finds(
    session: PsrpSession, server: FakeServer, answer: BaseException | None
) -> None:
    lose(session, server, LOST)
    if answer is not None:
        server.fails["get"] = answer
    keep_house(session)
    assert session.state is SessionState.OPENED
    session.invoke(GET)
    assert server.log == ["renew", "get", *RUNNING]


@pytest.mark.parametrize("error", [LOST, SHELL_GONE])
def test_housekeeping_deletes_a_shell_that_is_not_found(
    session: PsrpSession, server: FakeServer, error: BaseException
) -> None:
    lose(session, server, LOST)
    server.fails["get"] = error
    keep_house(session)
    assert session.state is SessionState.CLOSED
    assert server.log == ["renew", "get", "renew", "delete"]


def test_housekeeping_deletes_a_shell_that_hangs_without_asking_for_it(
    session: PsrpSession, server: FakeServer
) -> None:
    lose(session, server, Overdue())
    keep_house(session)
    assert session.state is SessionState.CLOSED
    assert server.log == ["renew", "delete"]


@pytest.mark.parametrize("error", [LOST, Overdue()])
def test_without_housekeeping_the_next_use_opens_another_shell(
    session: PsrpSession, server: FakeServer, error: BaseException
) -> None:
    lose(session, server, error)
    session.invoke(GET)
    assert server.log == ["renew", "delete", *OPENING, *RUNNING]


def test_a_connection_that_was_dropped_while_idle_is_renewed(session: PsrpSession, server: FakeServer) -> None:
    session.open()
    server.log.clear()
    server.fails["get"] = LOST
    session.keep_alive()
    assert session.state is SessionState.OPENED
    assert server.log == ["get", "renew", "get"]


def test_what_is_closed_is_not_kept_alive(session: PsrpSession, server: FakeServer) -> None:
    session.keep_alive()
    assert server.log == []


def test_a_powershell_that_is_too_old_is_left(session: PsrpSession, server: FakeServer) -> None:
    server.version = "2.0"
    with pytest.raises(Failure, match=r"runs PowerShell 2\.0"):
        session.open()
    assert session.state is SessionState.CLOSED
    assert server.log == [*OPENING, "delete"]


@pytest.mark.parametrize(
    ("operation", "deleted"),
    [
        pytest.param("create", ["renew", "delete"], id="before it has a shell: whoever opens it deletes it"),
        pytest.param("open", ["delete"], id="with a shell: at once"),
    ],
)
def test_a_session_that_is_aborted_while_it_opens_leaves_no_shell(
    session: PsrpSession, server: FakeServer, operation: str, deleted: list[str]
) -> None:
    server.meanwhile[operation] = session.abort
    with pytest.raises(SessionLost, match="was aborted"):
        session.invoke(GET)
    assert session.state is SessionState.ABORTED
    assert [entry for entry in server.log if entry not in OPENING] == deleted


def test_a_session_that_is_aborted_while_a_command_runs_opens_no_other(
    session: PsrpSession, server: FakeServer
) -> None:
    session.open()
    server.meanwhile["receive"] = session.abort
    server.fails["receive"] = SHELL_GONE
    with pytest.raises(SessionLost):
        session.invoke(GET)
    assert server.log[-2:] == ["receive", "delete"]
    server.log.clear()
    with pytest.raises(SessionLost, match="was aborted"):
        session.invoke(GET)
    assert session.state is SessionState.ABORTED
    assert server.log == [], "the shell is deleted"


def test_an_abort_does_not_forget_a_refusal(session: PsrpSession, server: FakeServer) -> None:
    server.fails["create"] = REFUSED
    with pytest.raises(LogonRefused):
        session.open()
    session.abort()
    with pytest.raises(LogonRefused):
        session.open()


def test_pipelines_are_closed_ten_at_a_time(session: PsrpSession, server: FakeServer) -> None:
    for _command in range(module.FINISHED_PIPELINES):
        keep_house(session)
        assert "signal" not in server.log
        session.invoke(GET)
    keep_house(session)
    assert server.log.count("signal") == module.FINISHED_PIPELINES


def test_closing_pipelines_can_be_left_between_any_two(session: PsrpSession, server: FakeServer) -> None:
    for _command in range(module.FINISHED_PIPELINES):
        session.invoke(GET)
    next(session.housekeeping())
    assert server.log.count("signal") == 1
    session.invoke(GET)
    keep_house(session)
    assert server.log.count("signal") == 1 + module.FINISHED_PIPELINES


def test_a_pipeline_that_cannot_be_closed_leaves_all_to_the_end_of_the_shell(
    session: PsrpSession, server: FakeServer
) -> None:
    for _command in range(module.FINISHED_PIPELINES):
        session.invoke(GET)
    server.fails["signal"] = LOST
    keep_house(session)
    keep_house(session)
    assert server.log.count("signal") == 1


def test_a_cancelled_command_is_not_sent(session: PsrpSession, server: FakeServer) -> None:
    def cancel() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        session.run(GET, before_sending=cancel)
    assert session.state is SessionState.OPENED
    session.run(GET, before_sending=lambda: server.log.append("go"))
    assert server.log == [*OPENING, "go", *RUNNING]


def test_without_housekeeping_a_shell_does_not_fill_up(session: PsrpSession, server: FakeServer) -> None:
    for _command in range(module.UNCLOSED_PIPELINES + 1):
        session.invoke(GET)
        session.invoke(GET)
    assert server.log.count("command") - server.log.count("signal") == module.UNCLOSED_PIPELINES
