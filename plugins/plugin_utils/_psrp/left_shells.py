# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shells that a session has let go of and that may still be there: quotas count them, so they are deleted as soon as that works."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.client import DeadlineWSMan
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.errors import is_refusal, logon_refused, shell_is_gone
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.options import PsrpEndpoint
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import CLOSING_PAUSES, CLOSING_SECONDS
from ansible_collections.ucops.lync.plugins.plugin_utils._session.time_left import ENDLESS, TimeLeft

with contextlib.suppress(ImportError):  # the session says so when it is opened
    from pypsrp.powershell import RunspacePool
    from pypsrp.wsman import SelectorSet


def selector(pool: RunspacePool) -> SelectorSet:
    """What names the shell of a pool to the server. The client has chosen it, so it is known without the server's answer."""
    selectors = SelectorSet()
    selectors.add_option("ShellId", pool.shell.id)
    return selectors


class LeftShells:
    """The shells that one session has left.

    :param refused: is called with the error when the logon for a deletion was refused; forgets them all.
    """

    def __init__(
        self,
        endpoint: PsrpEndpoint,
        refused: Callable[[BaseException], object],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._endpoint = endpoint
        self._refused = refused
        self._sleep = sleep
        self._pools: list[RunspacePool] = []
        self._unanswered: list[RunspacePool] = []

    def add(self, pool: RunspacePool, error: BaseException | None = None, unanswered: bool = False) -> None:
        """A shell that is to be deleted.

        :param error: why it did not open. It may be there all the same, unless the server never saw the request or has refused it.
        :param unanswered: whether it is not known if the server accepted the account. To delete it alone is another logon, of which
            there is one, in the end.
        """
        if error is None or pool.shell.opened or (pool.connection.guard.written and not is_refusal(error)):
            (self._unanswered if unanswered else self._pools).append(pool)

    def forget(self) -> None:
        """Let the server end them: nobody may log on any longer."""
        self._pools, self._unanswered = [], []

    def _with_unanswered(self) -> list[RunspacePool]:
        self._pools, self._unanswered = [*self._pools, *self._unanswered], []
        return self._pools

    def delete(self, wsman: DeadlineWSMan | None = None, left: TimeLeft = ENDLESS) -> None:
        """Try once to delete each of them.

        :param wsman: the connection over which; else each one's own.
        :param left: what all of it may take.
        """
        for pool in list(self._pools if wsman is None else self._with_unanswered()):
            if pool in self._pools and self._deleted(pool, wsman or pool.connection, left.within(CLOSING_SECONDS)):
                self._pools.remove(pool)

    def delete_all(self) -> None:
        """Delete them; those that were open again after growing pauses, because an outage may be over in seconds."""
        began = time.monotonic()
        self._with_unanswered()
        self.delete()
        for pause in CLOSING_PAUSES:
            self._pools = [pool for pool in self._pools if pool.shell.opened]
            if not self._pools or time.monotonic() + pause > began + CLOSING_SECONDS:
                return
            self._sleep(pause)
            self.delete()

    def _deleted(self, pool: RunspacePool, wsman: DeadlineWSMan, seconds: float) -> bool:
        """Whether it is gone."""
        try:
            wsman.start_clock(seconds)
            wsman.delete(pool.shell.resource_uri, selector_set=selector(pool))
        except Exception as error:  # whatever the libraries raise
            pool.connection.renew()
            if logon_refused(error, self._endpoint):
                self._refused(error)
            return shell_is_gone(error)
        with contextlib.suppress(Exception):
            pool.connection.close()
        return True
