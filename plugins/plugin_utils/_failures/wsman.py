# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""WSMan faults, by their code: wsmerror.h, as PowerShell's own source repeats it (CimAsyncOperation, MS-WSMV)."""

from __future__ import annotations

from ansible_collections.ucops.lync.plugins.plugin_utils._failures.causes import Cause, Diagnosis
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.chain import one_line
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.connection import Connection

ACCESS_DENIED = 5
SHELL_GONE = 2150858843
"""0x8033805B: the selectors name no shell that is there."""
RESOURCE_NOT_FOUND = 2150858752
SHELL_QUOTAS = frozenset({2150859173, 2150859179, 2150859236, 2150859237, 2150859238})
"""0x803381A5, AB, E4 to E6: shells of a user, users with shells, both for a plugin, its shells."""
LOAD_QUOTAS = frozenset(
    {2150858815, 2150859174, 2150859175, 2150859176, 2150859239, 2150859240, 2150859241, 2150859242}
)
"""0x8033803F, A6 to A8, E7 to EA: requests, load of a user and of the system, commands in a shell."""


def by_fault(code: int, words: str | None, at: Connection) -> Diagnosis:
    """
    :param words: what the server says, in its language.
    """
    said = one_line((words or "").rstrip(". \n"))
    if code == ACCESS_DENIED:
        return Diagnosis(Cause.ACCESS_DENIED_LOCAL if at.has_local_account else Cause.ACCESS_DENIED)
    if code in SHELL_QUOTAS:
        return Diagnosis(Cause.SHELL_QUOTA)
    if code in LOAD_QUOTAS:
        return Diagnosis(Cause.LOAD_QUOTA, said or f"code {code}")
    if code == SHELL_GONE:
        return Diagnosis(Cause.SHELL_GONE)
    return Diagnosis(Cause.WSMAN_FAULT, f"{said or 'no reason given'} (code {code})")
