# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session over PSRP: bare cmdlets with typed parameters through pypsrp, never script text."""

from __future__ import annotations

import contextlib
import enum
import threading
from collections.abc import Callable, Iterator, Sequence

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    Failure,
    LogonRefused,
    SessionFailed,
    SessionLost,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.pypsrp_library import require_pypsrp
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.client import DeadlineWSMan, GuardedPool
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.domain_logon import check_with_domain
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.errors import (
    BROKEN,
    is_fault,
    logon_refused,
    lost,
    no_longer_accepted,
    not_answered,
    opening_failure,
    shell_is_gone,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.left_shells import LeftShells, selector
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.options import PsrpEndpoint
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.output import Output, answer_of
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.pipeline import pipeline
from ansible_collections.ucops.lync.plugins.plugin_utils._session import logon_gate
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import CLOSING_SECONDS, Answer
from ansible_collections.ucops.lync.plugins.plugin_utils._session.guard import Guard, Overdue
from ansible_collections.ucops.lync.plugins.plugin_utils._session.logon_watch import LogonWatch
from ansible_collections.ucops.lync.plugins.plugin_utils._session.reaching import reach
from ansible_collections.ucops.lync.plugins.plugin_utils._session.readable import Unreadable
from ansible_collections.ucops.lync.plugins.plugin_utils._session.time_left import ENDLESS, TimeLeft

with contextlib.suppress(ImportError):  # the session says so when it is opened
    from pypsrp.complex_objects import PSInvocationState, RunspacePoolState
    from pypsrp.powershell import PowerShell, RunspacePool


ALIVE_SECONDS = 10
"""How long a server may take to say that a shell is still there."""

FINISHED_PIPELINES = 10
"""How many finished pipelines are closed together, with a request each. A shell holds about a thousand that are not closed (pypsrp,
issue 148), and deleting it closes what it has: most plays end before that, and so spare a third of their requests.
"""

UNCLOSED_PIPELINES = 100
"""From how many on one is closed before the next command, where nobody does the housekeeping."""

SHELL_RESOURCE = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"


class Cancelled(Exception):
    """Nobody waits for the command any longer: it was not sent."""


class SessionState(enum.Enum):
    """What a session may do next.

    ======= =================================================== ====================================================
    state   entered when                                        its next use
    ======= =================================================== ====================================================
    CLOSED  nothing was opened yet, or the shell was deleted    opens a shell
    OPENING a shell is asked for                                (the same thread goes on to OPENED or CLOSED)
    OPENED  the server has given one                            runs in it
    BROKEN  the connection was lost; the shell may still exist  deletes the shell and opens another one, unless
                                                                housekeeping has found it alive before
    HUNG    a command was not answered in time                  deletes the shell, in which it may still run, and
                                                                opens another one
    REFUSED the server refused the logon                        fails: it is not tried again, because accounts lock
    ABORTED another thread has aborted the session              fails
    ======= =================================================== ====================================================

    REFUSED and ABORTED are final.
    """

    CLOSED = enum.auto()
    OPENING = enum.auto()
    OPENED = enum.auto()
    BROKEN = enum.auto()
    HUNG = enum.auto()
    REFUSED = enum.auto()
    ABORTED = enum.auto()

    @property
    def final(self) -> bool:
        return self in (SessionState.REFUSED, SessionState.ABORTED)


class PsrpSession:
    """One runspace pool with one runspace on one server. One thread uses it; only ``abort`` may be called from another."""

    def __init__(self, endpoint: PsrpEndpoint) -> None:
        self.where = endpoint.where
        self.restricted = endpoint.restricted
        self.background = None
        self._endpoint = endpoint
        self._arguments = endpoint.wsman_arguments
        self._state = SessionState.CLOSED
        self._changing = threading.Lock()
        self._pool: RunspacePool | None = None
        self._finished: list[PowerShell] = []
        self._logon = LogonWatch()
        self._left = LeftShells(endpoint, self._refuse)
        self._refusal = SessionFailed("")
        self._time = ENDLESS
        self._opening_seconds: float = endpoint.command_timeout
        """What an opening may still take, the waiting for other logons left out."""

    @property
    def state(self) -> SessionState:
        return self._state

    def open(self) -> None:
        self._opened()

    def invoke(self, cmdlets: Sequence[Cmdlet], seconds: float | None = None) -> Answer:
        return answer_of(self.run(cmdlets, seconds=seconds), self._endpoint, cmdlets[0].name)

    def run(
        self,
        cmdlets: Sequence[Cmdlet],
        before_sending: Callable[[], None] = lambda: None,
        seconds: float | None = None,
    ) -> Output:
        """Run the cmdlets as ``invoke`` does, and leave reading what they wrote to others. Beside what every session raises:

        :param before_sending: is called when the session is open and the command is about to be sent.
        :raises Cancelled: when that raised it; the command was not sent.
        :raises NotAnswered: when the time was up, perhaps before anything was sent.
        :raises ShellGone: when the server ended the shell before the command; it did not run.
        """
        self._time = TimeLeft(seconds)
        if self._time.over:  # the shell is left alone
            raise not_answered(self._endpoint, cmdlets[0].name)
        try:
            return self._run(cmdlets, before_sending)
        finally:
            self._time = ENDLESS

    def _run(self, cmdlets: Sequence[Cmdlet], before_sending: Callable[[], None]) -> Output:
        if len(self._finished) >= UNCLOSED_PIPELINES:
            self._close_pipeline()
        pool = self._opened()
        begun = False
        try:
            pool.connection.start_clock(self._time.within(self._endpoint.command_timeout))
            shell = pipeline(pool, cmdlets)
            before_sending()
            shell.begin_invoke(remote_stream_options=0)
            begun = True
            objects = shell.end_invoke()
        except Cancelled:
            raise
        except Overdue:
            self._enter(SessionState.HUNG)
            raise not_answered(self._endpoint, cmdlets[0].name) from None
        except BROKEN as error:
            if logon_refused(error, self._endpoint):
                refusal = self._refuse(error)
                if begun:
                    raise SessionLost(
                        f"The session was lost during {cmdlets[0].name}: {refusal.message}", logon_refused=True
                    ) from error
                raise refusal from error
            if pool.connection.overdue:  # a silent server shows as a time-out of the last request
                self._enter(SessionState.HUNG)
                raise not_answered(self._endpoint, cmdlets[0].name) from error
            self._enter(SessionState.BROKEN)
            raise lost(error, self._endpoint, cmdlets[0].name, begun) from error
        except Exception as error:  # the libraries stumble over an answer
            if not pool.connection.guard.sent:
                raise
            self._enter(SessionState.BROKEN)
            defect = (
                error if isinstance(error, Unreadable) else Unreadable("it is not as WS-Management and PSRP have it")
            )
            raise lost(defect, self._endpoint, cmdlets[0].name, begun) from error
        self._finished.append(shell)
        complete = shell.state == PSInvocationState.COMPLETED
        return Output(objects, tuple(shell.streams.error), tuple(shell.streams.warning), complete)

    def housekeeping(self) -> Iterator[None]:
        """What can wait until the answer is given: close pipelines; after a loss, keep the shell if it is still there.

        It goes on from one request to the server to the next, and may be left in between.
        """
        self._recover()
        if len(self._finished) >= FINISHED_PIPELINES:
            while self._finished:
                self._close_pipeline()
                yield

    def keep_alive(self) -> None:
        """Use the connection, so that neither it nor the shell ends for being idle (http.sys drops connections after 120 s)."""
        if self._state is SessionState.OPENED and not self._asks_for_shell():
            self._enter(SessionState.BROKEN)
        self._recover()

    def close(self) -> None:
        self._leave()
        self._left.delete_all()

    def abort(self) -> None:
        """Delete the shell on a connection of its own, while another thread opens it or waits for a command in it."""
        self._enter(SessionState.ABORTED)
        pool = self._pool
        if pool is None or not pool.shell.opened:
            return
        with contextlib.suppress(Exception):
            wsman = DeadlineWSMan(answer_limit=self._endpoint.answer_limit, **self._arguments)
            wsman.start_clock(CLOSING_SECONDS)
            wsman.delete(pool.shell.resource_uri, selector_set=selector(pool))
            pool.state = RunspacePoolState.CLOSED  # nothing is left for close()
            wsman.close()

    def _enter(self, state: SessionState) -> SessionState:
        """Enter a state unless the present one is final; the state then."""
        with self._changing:
            if not self._state.final:
                self._state = state
            return self._state

    def _forget(self, state: SessionState) -> None:
        """Enter a state in which there is no shell."""
        self._pool = None
        self._finished = []
        self._enter(state)

    def _leave(self) -> None:
        """Let go of the shell, which is to be deleted."""
        pool, state = self._pool, self._state
        self._forget(SessionState.CLOSED)
        if pool is None or pool.state == RunspacePoolState.CLOSED:
            return
        if state is not SessionState.OPENED:
            pool.connection.renew()  # quotas count shells, not connections: delete it on a new one
        self._left.add(pool)

    def _aborted(self) -> SessionLost:
        return SessionLost(f"The session with {self.where} was aborted.")

    def _opened(self) -> RunspacePool:
        """The open runspace pool, opened now if need be.

        :raises SessionFailed: when it cannot be opened.
        """
        if self._state is SessionState.OPENED:
            return self._pool
        self._leave()
        self._left.delete(left=self._time)
        if self._state is SessionState.REFUSED:
            raise self._refusal
        if self._state is SessionState.ABORTED:
            raise self._aborted()
        require_pypsrp(self._endpoint.at)
        account = self._endpoint.account
        wsman = self._client()
        self._opening_seconds = self._endpoint.command_timeout
        with logon_gate.RUN.admitted(*account, self.where, self._reach, self._time) as accepted:
            if self._endpoint.mechanism_is_open and not check_with_domain(account[1], self._endpoint.at):
                self._arguments = self._endpoint.without_kerberos
                wsman = self._client()
            pool = self._open(wsman, accepted)
        self._check_version(pool)
        return pool

    def _client(self) -> DeadlineWSMan:
        """:raises SessionFailed: for settings that the libraries refuse; nothing was sent yet."""
        try:
            return DeadlineWSMan(answer_limit=self._endpoint.answer_limit, logon=self._logon, **self._arguments)
        except Exception as error:  # whatever the libraries of the authentications raise
            raise opening_failure(error, self._endpoint) from error

    def _reach(self) -> None:
        """The time that it takes is the opening's.

        :raises SessionFailed: when nobody listens there; through a proxy that is not known beforehand.
        """
        if self._endpoint.at.proxied:
            return
        guard = Guard(self._endpoint.answer_limit)
        guard.begin(self._time.within(self._opening_seconds))
        longest = self._endpoint.wsman_arguments.get("connection_timeout")
        try:
            reach(self._endpoint.server, self._endpoint.port, guard, longest or None)
            self._opening_seconds = guard.remaining() or 0
        except (OSError, Overdue) as error:
            raise opening_failure(error, self._endpoint) from error

    def _open(self, wsman: DeadlineWSMan, accepted: Callable[[], None]) -> RunspacePool:
        """
        :param accepted: is called as soon as the server has accepted the account.
        """
        if self._enter(SessionState.OPENING) is SessionState.ABORTED:  # while it waited for another logon
            raise self._aborted()
        try:
            wsman.start_clock(self._time.within(self._opening_seconds))
            wsman.on_answer = accepted
            self._logon.begin()
            self._pool = GuardedPool(
                wsman, configuration_name=self._endpoint.configuration_name, **self._endpoint.pool_arguments
            )
            self._pool.open()
            if self._enter(SessionState.OPENED) is SessionState.ABORTED:
                raise self._aborted()
            self._left.delete(wsman, self._time)
            if self._state is SessionState.REFUSED:
                raise self._refusal
        except SessionLost:
            self._leave()
            self._left.delete(left=self._time)
            raise
        except Exception as error:  # whatever the libraries of the authentications raise; nothing was run yet
            unanswered = wsman.guard.written and self._logon.unanswered and self._may_be_refused()
            failed = opening_failure(error, self._endpoint, unanswered)
            if isinstance(failed, LogonRefused):
                self._refusal = failed
                self._forget(SessionState.REFUSED)
                self._left.forget()
            elif self._pool is not None:
                pool = self._pool
                self._forget(SessionState.CLOSED)
                pool.connection.renew()
                self._left.add(pool, error, unanswered)
                if pool.shell.opened:
                    self._left.delete(left=self._time)
            raise failed from error
        return self._pool

    def _may_be_refused(self) -> bool:
        """Whether an account is logged on with that this server has not accepted yet."""
        account = self._endpoint.account
        return account[1] is not None and not logon_gate.RUN.has_accepted(*account, self.where)

    def _check_version(self, pool: RunspacePool) -> None:
        """:raises Failure: for PowerShell 2, whose sessions do not load the product's module by themselves."""
        table = (getattr(pool.application_private_data, "data", None) or {}).get("PSVersionTable")
        version = str(table.get("PSVersion")) if isinstance(table, dict) else ""
        if version.startswith(("1.", "2.")):
            self.close()
            raise Failure(
                f"{self.where} runs PowerShell {version}, and PowerShell 3 or later is needed: install Windows "
                "Management Framework 3.0 or later."
            )

    def _close_pipeline(self) -> None:
        """Close the oldest finished pipeline. If that fails, it dies with its shell."""
        finished = self._finished.pop(0)
        try:
            finished.runspace_pool.connection.start_clock(self._time.within(CLOSING_SECONDS))
            finished.close()
        except Exception as error:  # whatever the libraries raise
            self._finished = []
            if logon_refused(error, self._endpoint):
                self._refuse(error)

    def _recover(self) -> None:
        """After a loss, keep the shell if a new connection finds it; delete it where it hangs."""
        if self._state is SessionState.BROKEN and self._pool is not None:
            self._pool.connection.renew()
            if self._asks_for_shell():
                self._enter(SessionState.OPENED)
        if self._state in (SessionState.BROKEN, SessionState.HUNG):
            self._leave()
        if self._state is SessionState.CLOSED:
            self._left.delete()

    def _asks_for_shell(self) -> bool:
        """Whether the server says that the shell is there."""
        pool = self._pool
        if pool is None:
            return False
        try:
            pool.connection.start_clock(ALIVE_SECONDS)
            pool.connection.get(SHELL_RESOURCE, None, selector_set=selector(pool))
        except Exception as error:  # whatever the libraries raise
            if logon_refused(error, self._endpoint):
                self._refuse(error)
            return is_fault(error) and not shell_is_gone(error)  # an answer, whatever it is, is one of a server
        return True

    def _refuse(self, error: BaseException) -> SessionFailed:
        """The logon was refused in the middle of a run: no session of this run tries it there again."""
        self._refusal = no_longer_accepted(error, self._endpoint)
        logon_gate.RUN.refused(*self._endpoint.account, self.where, self._refusal.message)
        self._forget(SessionState.REFUSED)
        self._left.forget()
        return self._refusal
