# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a command whose connection plugin raised an error, or did not come back."""

from __future__ import annotations

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    AnswerTooLarge,
    NotAnswered,
    SessionFailed,
    SessionLost,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.causes import REFUSED_LOGONS, Cause, Diagnosis
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.sentences import failure, sentence
from ansible_collections.ucops.lync.plugins.plugin_utils._script import ssh_errors, winrm_errors
from ansible_collections.ucops.lync.plugins.plugin_utils._script.options import ScriptEndpoint
from ansible_collections.ucops.lync.plugins.plugin_utils._session.readable import TooLarge, Unreadable


def failed(
    error: BaseException,
    originals: list[Exception],
    endpoint: ScriptEndpoint,
    during: str,
    logon_unanswered: bool = False,
) -> SessionFailed:
    """
    :param originals: what pywinrm raised meanwhile.
    :param during: the cmdlet that was sent.
    :param logon_unanswered: whether a password has left, and whether it was accepted is not known.
    """
    if endpoint.plugin == "ssh":
        found = ssh_errors.diagnosis_of(error)
        # ssh connects for each command and does not tell how far it came, but its words for a failed connection do.
        opening = found.cause is not Cause.SSH_FAILED
    else:
        found = winrm_errors.diagnosis_of(error, originals, endpoint)
        opening = not endpoint.connection.connected
    if opening:
        return failure(found, endpoint.at, logon_unanswered)
    if found.cause in (Cause.LOGON_REFUSED, Cause.CERTIFICATE_REFUSED):
        found = Diagnosis(Cause.LOGON_NO_LONGER_ACCEPTED)
    return _lost(error, found, endpoint, during)


def unreadable(error: Unreadable, endpoint: ScriptEndpoint, during: str) -> SessionLost:
    """A command whose output cannot be read."""
    return _lost(error, Diagnosis(Cause.UNREADABLE, str(error)), endpoint, during)


def _lost(error: BaseException, found: Diagnosis, endpoint: ScriptEndpoint, during: str) -> SessionLost:
    kind = AnswerTooLarge if isinstance(error, TooLarge) else SessionLost
    refused = {"logon_refused": True} if found.cause in REFUSED_LOGONS else {}
    return kind(f"The session was lost during {during}: {sentence(found, endpoint.at)}", **refused)


def overdue(endpoint: ScriptEndpoint, during: str, logon_unanswered: bool = False) -> SessionFailed:
    """A command whose time is up.

    :param logon_unanswered: as in ``failed``.
    """
    if endpoint.plugin == "winrm" and not endpoint.connection.connected:
        return failure(Diagnosis(Cause.NOT_OPENED), endpoint.at, logon_unanswered)
    return NotAnswered(sentence(Diagnosis(Cause.NOT_ANSWERED, during), endpoint.at))


def output_in(error: BaseException) -> str:
    """What the process had written when winrm could not send it its input, in the plugin's words for that."""
    return str(error).partition("send_input failed")[2].partition("stdout: ")[2].partition("\nstderr ")[0]
