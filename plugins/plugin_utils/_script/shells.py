# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shells that the connection plugin winrm opens: they are deleted, also after a connection that broke. Quotas count them.

The plugin by itself would use a broken connection again, and leave the shell behind. ssh has no shells.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from ansible_collections.ucops.lync.plugins.plugin_utils._failures.causes import REFUSED_LOGONS, Cause, Diagnosis
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.sentences import sentence
from ansible_collections.ucops.lync.plugins.plugin_utils._script.deadline import DeadlinePassed
from ansible_collections.ucops.lync.plugins.plugin_utils._script.options import ScriptEndpoint
from ansible_collections.ucops.lync.plugins.plugin_utils._script.winrm_errors import diagnosis_of
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import CLOSING_PAUSES, CLOSING_SECONDS


class Shells:
    """Those of one session.

    :param guarded: gives so many seconds to what is done inside.
    :param refused: is called with a sentence when the logon for a deletion was refused.
    """

    def __init__(
        self,
        endpoint: ScriptEndpoint,
        guarded: Callable[[float], AbstractContextManager[None]],
        refused: Callable[[str], None],
    ) -> None:
        self._endpoint = endpoint
        self._refused = refused
        self._connection = endpoint.connection
        self._guarded = guarded
        self._left: list[str] = []

    def leave(self) -> bool:
        """After a loss: let go of the shell, so that the next command opens another one. It is deleted now or later.

        Whether nothing is left to be deleted.
        """
        return self._done(self._close) or self._done(self._renew)

    def delete_all(self) -> None:
        """Delete the shell, and those that were left, after growing pauses where that fails: an outage may be over in seconds."""
        began = time.monotonic()
        done = self.leave()
        for pause in CLOSING_PAUSES:
            if done or time.monotonic() + pause > began + CLOSING_SECONDS:
                return
            time.sleep(pause)
            done = self._done(self._renew)

    def forget(self) -> None:
        """Let the server end them: nobody may log on any longer."""
        self._left = []
        self._connection.protocol = self._connection.shell_id = None

    def _close(self) -> None:
        self._delete_left()
        self._connection.close()

    def _renew(self) -> None:
        """Delete all over a new connection, which brings a shell of its own."""
        shell = getattr(self._connection, "shell_id", None)
        self._left += [shell] if shell else []
        self._connection.reset()
        self._close()

    def _delete_left(self) -> None:
        while self._left and self._connection.protocol:
            try:
                self._connection.protocol.close_shell(self._left[0])
            except Exception as error:  # whatever pywinrm lets through
                if self._cause(error) is not Cause.SHELL_GONE:
                    raise
            del self._left[0]

    def _done(self, attempt: Callable[[], None]) -> bool:
        try:
            with self._guarded(CLOSING_SECONDS):
                attempt()
        except DeadlinePassed:
            return False
        except Exception as error:  # a connection plugin lets through whatever its libraries raise
            if self._cause(error) not in REFUSED_LOGONS:
                return False
            self.forget()
            self._refused(sentence(Diagnosis(Cause.LOGON_NO_LONGER_ACCEPTED), self._endpoint.at))
        return True

    def _cause(self, error: Exception) -> Cause:
        return diagnosis_of(error, [], self._endpoint).cause
