# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session over PSRP: bare cmdlets with typed parameters through pypsrp, never script text."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet, Secret
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    Failure,
    LogonRefused,
    SessionFailed,
    SessionLost,
    ShellGone,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.client import DeadlineWSMan, Overdue
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.domain_logon import check_with_domain
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.errors import (
    BROKEN,
    REFUSED,
    attempt_of,
    failure,
    is_fault,
    sentence,
    shell_is_gone,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.options import PsrpEndpoint
from ansible_collections.ucops.lync.plugins.plugin_utils._session import clixml
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import CLOSING_SECONDS, Answer
from ansible_collections.ucops.lync.plugins.plugin_utils._session.pypsrp_library import require_pypsrp

try:
    from pypsrp.complex_objects import Command
    from pypsrp.powershell import PowerShell, RunspacePool
    from pypsrp.serializer import TaggedValue
    from pypsrp.wsman import SelectorSet
except ImportError:  # the session says so when it is opened
    Command = object


ALIVE_SECONDS = 10
"""How long a server may take to say that a shell is still there."""

FINISHED_PIPELINES = 10
"""How many finished pipelines are closed together, with a request each. A shell holds about a thousand that are not closed (pypsrp,
issue 148), and deleting it closes what it has: most plays end before that, and so spare a third of their requests.
"""

UNCLOSED_PIPELINES = 100
"""How many are closed before the next command where nobody does it after the answer."""

SHELL_RESOURCE = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
RESTRICTED_PATHS = frozenset({"ocspowershell"})


class PsrpSession:
    """One runspace pool with one runspace on one server. One thread uses it; only ``give_up`` may be called from another."""

    def __init__(self, endpoint: PsrpEndpoint) -> None:
        self.where = endpoint.where
        self.restricted = endpoint.path.strip("/").lower() in RESTRICTED_PATHS
        self._endpoint = endpoint
        self._pool: RunspacePool | None = None
        self._finished: list[PowerShell] = []
        self._broken = False
        self._overdue = False
        self._given_up = False
        self.refusal: SessionFailed | None = None
        """How the server refused the logon, if it did: it is not tried again, because accounts lock."""

    def open(self) -> None:
        self._opened()

    def invoke(self, cmdlets: Sequence[Cmdlet]) -> Answer:
        """Beside what every session raises:

        :raises ShellGone: when the server ended the shell before the command; it did not run.
        """
        if len(self._finished) >= UNCLOSED_PIPELINES:  # without a keeper nobody settles
            self._close_pipelines()
        pool = self._opened()
        begun = False
        try:
            pool.connection.start_clock(self._endpoint.command_timeout)
            shell = PowerShell(pool)
            for position, cmdlet in enumerate(cmdlets):
                if position:
                    shell.add_statement()
                _add(shell, cmdlet)
            shell.begin_invoke(remote_stream_options=0)
            begun = True
            output = shell.end_invoke()
        except Overdue:
            self._broken = self._overdue = True
            raise self._not_answered(cmdlets[0]) from None
        except REFUSED as error:
            refusal = self._refuse(error)
            if begun:
                raise SessionLost(f"The session was lost during {cmdlets[0].name}: {refusal.message}") from error
            raise refusal from error
        except BROKEN as error:
            self._broken, self._overdue = True, pool.connection.overdue
            if self._overdue:  # a silent server shows as a time-out of the last request
                raise self._not_answered(cmdlets[0]) from error
            lost = ShellGone if not begun and shell_is_gone(error) else SessionLost
            raise lost(f"The session was lost during {cmdlets[0].name}: {sentence(error, self._endpoint)}") from error
        self._finished.append(shell)
        return Answer(
            tuple(clixml.record(item) for item in output if item not in (None, "")),  # $null arrives as no text
            tuple(clixml.error(raised) for raised in shell.streams.error),
            tuple(str(warning.message) for warning in shell.streams.warning),
        )

    def settle(self) -> None:
        """Do what can wait until the answer is given: close pipelines; after a loss, keep the shell if it is still there."""
        if not self._broken:
            if len(self._finished) >= FINISHED_PIPELINES:
                self._close_pipelines()
        elif self._overdue or not self._finds_shell():
            self.close()

    def keep_alive(self) -> None:
        """Use the connection, so that neither it nor the shell ends for being idle (http.sys drops connections after 120 s)."""
        if self._pool is not None and not self._asks_for_shell() and not self._finds_shell():
            self.close()

    def close(self) -> None:
        pool = self._pool
        broken = self._broken
        self._forget()
        if pool is None:
            return
        wsman = pool.connection
        if broken:
            wsman.renew()  # quotas count shells, not connections: delete it on a new one
        with contextlib.suppress(Exception):
            wsman.start_clock(CLOSING_SECONDS)
            pool.close()
        with contextlib.suppress(Exception):
            wsman.close()

    def give_up(self) -> None:
        """Delete the shell on a connection of its own, while another thread opens it or waits for a command in it."""
        self._given_up = True
        pool = self._pool
        if pool is None or not pool.shell.opened:
            return
        with contextlib.suppress(Exception):
            wsman = DeadlineWSMan(**self._endpoint.wsman_arguments)
            wsman.start_clock(CLOSING_SECONDS)
            wsman.delete(pool.shell.resource_uri, selector_set=_selector(pool))
            wsman.close()

    def _not_answered(self, cmdlet: Cmdlet) -> SessionLost:
        return SessionLost(
            f"{self.where} did not answer {cmdlet.name} within {self._endpoint.command_timeout} s; whether it still runs there "
            "is not known. (Host variable lync_command_timeout.)"
        )

    def _opened(self) -> RunspacePool:
        if self._broken or self._given_up:
            self.close()
        if self._given_up:
            raise SessionLost(f"The session with {self.where} was given up.")
        if self._pool is not None:
            return self._pool
        if self.refusal is not None:
            raise self.refusal
        require_pypsrp()
        if self._endpoint.mechanism_is_open:
            account = self._endpoint.wsman_arguments
            check_with_domain(account.get("username"), account.get("password"), attempt_of(self._endpoint))
        try:
            wsman = DeadlineWSMan(**self._endpoint.wsman_arguments)
            wsman.start_clock(self._endpoint.command_timeout)
            pool = RunspacePool(
                wsman, configuration_name=self._endpoint.configuration_name, **self._endpoint.pool_arguments
            )
            self._pool = pool
            pool.open()
            if self._given_up:
                raise SessionLost(f"The session with {self.where} was given up.")
        except SessionLost:
            self._abandon()
            raise
        except Overdue:
            self._abandon()
            raise SessionFailed(
                f"{self.where} did not open a session within {self._endpoint.command_timeout} s."
            ) from None
        except Exception as error:  # whatever the libraries of the authentications raise; nothing was run yet
            failed = failure(error, self._endpoint)
            if isinstance(failed, LogonRefused):
                self._forget()
                self.refusal = failed
            else:
                self._abandon()
            raise failed from error
        self._check_version(pool)
        return pool

    def _check_version(self, pool: RunspacePool) -> None:
        """:raises Failure: for PowerShell 2, whose sessions do not load the product's module by themselves."""
        table = (getattr(pool.application_private_data, "data", None) or {}).get("PSVersionTable") or {}
        version = str(table.get("PSVersion") or "")
        if version.startswith(("1.", "2.")):
            self.close()
            raise Failure(
                f"{self.where} runs PowerShell {version}, and PowerShell 3 or later is needed: install Windows "
                "Management Framework 3.0 or later."
            )

    def _close_pipelines(self) -> None:
        """What cannot be closed now dies with its shell."""
        finished, self._finished = self._finished, []
        for shell in finished:
            with contextlib.suppress(Exception):
                shell.runspace_pool.connection.start_clock(CLOSING_SECONDS)
                try:
                    shell.close()
                except REFUSED as error:
                    self._refuse(error)
                    return

    def _asks_for_shell(self) -> bool:
        """Whether the server says that the shell is there."""
        pool = self._pool
        if pool is None:
            return False
        try:
            pool.connection.start_clock(ALIVE_SECONDS)
            pool.connection.get(SHELL_RESOURCE, None, selector_set=_selector(pool))
        except REFUSED as error:
            self._refuse(error)
            return False
        except Exception as error:  # whatever the libraries raise
            return is_fault(error) and not shell_is_gone(error)  # an answer, whatever it is, is one of a server
        return True

    def _finds_shell(self) -> bool:
        """Whether the shell is there on a new connection."""
        if self._pool is None:
            return False
        self._pool.connection.renew()
        self._broken = not self._asks_for_shell()
        return not self._broken

    def _abandon(self) -> None:
        """Delete the shell of a session that did not open, if it came so far."""
        if self._pool is not None and not self._pool.shell.opened:
            self._forget()
        self._broken = True
        self.close()

    def _refuse(self, error: BaseException) -> SessionFailed:
        """The logon was refused in the middle of a run."""
        self._forget()
        self.refusal = failure(error, self._endpoint)
        return self.refusal

    def _forget(self) -> None:
        self._pool = None
        self._finished = []
        self._broken = self._overdue = False


def _selector(pool: RunspacePool) -> SelectorSet:
    selectors = SelectorSet()
    selectors.add_option("ShellId", pool.shell.id)
    return selectors


class BareCommand(Command):
    """A cmdlet of a pipeline, as small as the protocol allows.

    It has no instructions to merge streams, which the versions 2.2 and 2.3 of the protocol added and which say nothing by default
    (MS-PSRP 2.2.3.12; a real engine runs it without them). Nor is it copied each time pypsrp looks at the statements of a pipeline,
    which it does for the sake of lxml and without using it (0.9.1).
    """

    def __init__(self, name: str) -> None:
        super().__init__(name, protocol_version="2.1", is_script=False)

    def __deepcopy__(self, memo: dict[int, Any]) -> BareCommand:
        return self


def _add(shell: PowerShell, cmdlet: Cmdlet) -> None:
    """Add a cmdlet to a pipeline, its values typed."""
    shell.add_command(BareCommand(cmdlet.name))
    for name, value in cmdlet.parameters.items():
        if isinstance(value, Secret):
            shell.runspace_pool.exchange_keys()
            shell.add_parameter(name, TaggedValue("SS", value.text))
        else:
            shell.add_parameter(name, clixml.sendable(value))
    if cmdlet.confirms:
        # A session without a host fails where a prompt would appear (HostFunctionNotImplemented).
        shell.add_parameter("Confirm", False)
