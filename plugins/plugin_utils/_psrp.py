# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session over PSRP: bare cmdlets with typed parameters through pypsrp, never script text."""

from __future__ import annotations

import contextlib
import time
import traceback
from collections.abc import Sequence
from typing import Any

from ansible_collections.ucops.lync.plugins.module_utils._cmdlet import Cmdlet, Secret
from ansible_collections.ucops.lync.plugins.module_utils._outcome import (
    Failure,
    LogonRefused,
    SessionFailed,
    SessionLost,
)
from ansible_collections.ucops.lync.plugins.plugin_utils import _records
from ansible_collections.ucops.lync.plugins.plugin_utils._domain_logon import check_with_domain
from ansible_collections.ucops.lync.plugins.plugin_utils._session import Answer
from ansible_collections.ucops.lync.plugins.plugin_utils._session_failures import (
    BROKEN,
    REFUSED,
    attempt_of,
    failure,
    sentence,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._way_in import PsrpWay

PYPSRP_IMPORT_ERROR: str | None
try:
    from pypsrp.powershell import PowerShell, RunspacePool
    from pypsrp.serializer import TaggedValue
    from pypsrp.wsman import WSMan
except ImportError:
    PYPSRP_IMPORT_ERROR = traceback.format_exc()
    WSMan = object
else:
    PYPSRP_IMPORT_ERROR = None

CLOSING_SECONDS = 5
"""How long the end of a task waits for a server to delete a shell."""

RESTRICTED_PATHS = frozenset({"ocspowershell"})


class Overdue(Exception):
    """A command did not answer before its deadline."""


class DeadlineWSMan(WSMan):
    """pypsrp's client, with an end: by itself it repeats an unanswered Receive for up to 294 s (measured, pypsrp 0.9.1)
    and polls a cmdlet that hangs for ever.
    """

    deadline: float | None = None

    def invoke(
        self,
        action: str,
        resource_uri: str,
        resource: Any,
        option_set: Any = None,
        selector_set: Any = None,
        timeout: int | None = None,
        *,
        retries_on_read_timeout: int = 0,
    ) -> Any:
        remaining = self._remaining()
        if remaining is not None and remaining < (timeout or self.operation_timeout):
            timeout = max(1, int(remaining))
        repeats = min(retries_on_read_timeout, 1)
        return super().invoke(
            action, resource_uri, resource, option_set, selector_set, timeout, retries_on_read_timeout=repeats
        )

    @property
    def overdue(self) -> bool:
        return self.deadline is not None and time.monotonic() >= self.deadline

    def _remaining(self) -> float | None:
        if self.deadline is None:
            return None
        remaining = self.deadline - time.monotonic()
        if remaining <= 0:
            raise Overdue
        return remaining


class PsrpSession:
    """One runspace pool with one runspace on one server."""

    def __init__(self, way: PsrpWay) -> None:
        self.where = way.where
        self.restricted = way.path.strip("/").lower() in RESTRICTED_PATHS
        self._way = way
        self._wsman: DeadlineWSMan | None = None
        self._pool: RunspacePool | None = None

    def open(self) -> None:
        self._opened()

    def invoke(self, cmdlets: Sequence[Cmdlet]) -> Answer:
        pool = self._opened()
        try:
            self._start_clock(pool.connection)
            shell = PowerShell(pool)
            for position, cmdlet in enumerate(cmdlets):
                if position:
                    shell.add_statement()
                _add(shell, cmdlet)
            output = shell.invoke(remote_stream_options=0)
        except Overdue:
            self._abandon()
            raise self._not_answered(cmdlets[0]) from None
        except REFUSED as error:  # refused before it reached WSMan; not to be tried again by anybody
            self._forget()
            raise failure(error, self._way) from error
        except BROKEN as error:
            overdue = pool.connection.overdue  # a silent server shows as a time-out of the last request
            self._abandon()
            if overdue:
                raise self._not_answered(cmdlets[0]) from error
            raise SessionLost(f"The session was lost during {cmdlets[0].name}: {sentence(error, self._way)}") from error
        return Answer(
            tuple(_records.record(item) for item in output if item not in (None, "")),  # $null arrives as no text
            tuple(_records.error(raised) for raised in shell.streams.error),
            tuple(str(warning.message) for warning in shell.streams.warning),
        )

    def _not_answered(self, cmdlet: Cmdlet) -> SessionLost:
        return SessionLost(
            f"{self.where} did not answer {cmdlet.name} within {self._way.command_timeout} s; whether it still runs there is not "
            "known. (Host variable lync_command_timeout.)"
        )

    def close(self) -> None:
        pool, self._pool = self._pool, None
        wsman, self._wsman = self._wsman, None
        if pool is None or wsman is None:
            return
        with contextlib.suppress(Exception):
            wsman.deadline = time.monotonic() + CLOSING_SECONDS
            pool.close()
        with contextlib.suppress(Exception):
            wsman.close()

    def _opened(self) -> RunspacePool:
        if self._pool is not None:
            return self._pool
        require_pypsrp()
        if self._way.mechanism_is_open:
            account = self._way.wsman_arguments
            check_with_domain(account.get("username"), account.get("password"), attempt_of(self._way))
        pool: RunspacePool | None = None
        try:
            self._wsman = DeadlineWSMan(**self._way.wsman_arguments)
            self._start_clock(self._wsman)
            pool = RunspacePool(
                self._wsman, configuration_name=self._way.configuration_name, **self._way.pool_arguments
            )
            pool.open()
        except Overdue:
            self._pool = pool
            self._abandon()
            raise SessionFailed(f"{self.where} did not open a session within {self._way.command_timeout} s.") from None
        except Exception as error:  # whatever the libraries of the authentications raise; nothing was run yet
            failed = failure(error, self._way)
            if isinstance(failed, LogonRefused):
                self._forget()
            else:
                self._pool = pool
                self._abandon()
            raise failed from error
        self._pool = pool
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

    def _start_clock(self, wsman: DeadlineWSMan) -> None:
        wsman.deadline = time.monotonic() + self._way.command_timeout

    def _abandon(self) -> None:
        """Delete the shell of a broken session on a new connection: quotas count shells, not connections."""
        if self._wsman is not None:
            transport = self._wsman.transport
            with contextlib.suppress(Exception):
                transport.close()
            transport.session = None
            transport.encryption = None
        if self._pool is not None and self._pool.shell.opened:
            self.close()
        self._forget()

    def _forget(self) -> None:
        self._pool = None
        self._wsman = None


def _add(shell: PowerShell, cmdlet: Cmdlet) -> None:
    """Add a cmdlet to a pipeline, its values typed."""
    shell.add_cmdlet(cmdlet.name)
    for name, value in cmdlet.parameters.items():
        if isinstance(value, Secret):
            shell.runspace_pool.exchange_keys()
            shell.add_parameter(name, TaggedValue("SS", value.text))
        else:
            shell.add_parameter(name, _records.sendable(value))
    if cmdlet.confirms:
        # A session without a host fails where a prompt would appear (HostFunctionNotImplemented).
        shell.add_parameter("Confirm", False)


def require_pypsrp() -> None:
    """:raises SessionFailed: when the controller has no pypsrp, whose serialiser every session needs."""
    if PYPSRP_IMPORT_ERROR is not None:
        from ansible.module_utils.basic import missing_required_lib

        raise SessionFailed(str(missing_required_lib("pypsrp")), exception=PYPSRP_IMPORT_ERROR)
