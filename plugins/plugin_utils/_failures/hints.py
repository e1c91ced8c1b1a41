# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to check where a cmdlet's error shows that the server itself could not reach something.

The server's texts are not documented and depend on its language: a hint is only added to them, and nothing is decided by it.
"""

from __future__ import annotations

import re

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import CmdletFailed

_DOMAIN = (
    "Check from the server itself that it reaches a domain controller (DNS, ports 389 and 3268). A server in a workgroup, as most "
    "Edge Servers are, reaches none: there only the local store can be read (local_store: true), all else on the management host."
)
_LOCAL_SQL = (
    "Check that the SQL Server instance RTCLOCAL of this server runs, and that the account may read its database."
)
_SQL = (
    "Check that the SQL Server instance of the Central Management store runs (Get-CsManagementConnection names it), that the "
    "server reaches it, and that the account may read its database."
)
_HINTS = (
    (r"active directory|domain controller|global catalog|\bldap\b", _DOMAIN),
    (r"\brtclocal\b", _LOCAL_SQL),
    (r"\bsql\b|\bxds\b|management store|database", _SQL),
)


def with_hint(failure: CmdletFailed) -> str:
    """The failure's message, and what to check."""
    hint = next((hint for pattern, hint in _HINTS if re.search(pattern, failure.text, re.IGNORECASE)), "")
    if not hint or failure.not_recognised:
        return failure.message
    return f"{failure.message}{'' if failure.message.endswith('.') else '.'} {hint}"
