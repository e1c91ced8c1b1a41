# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the hosts of a deployment are reached: over psrp with the keeper of sessions, without it, or over winrm.

Always with Basic over plain HTTP, so that the proxy in between can read what it passes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

_PSRP: Mapping[str, Any] = {
    "ansible_connection": "psrp",
    "ansible_psrp_protocol": "http",
    "ansible_psrp_auth": "basic",
    "ansible_psrp_message_encryption": "never",
}
_WINRM: Mapping[str, Any] = {
    "ansible_connection": "winrm",
    "ansible_winrm_scheme": "http",
    "ansible_winrm_transport": "basic",
    "ansible_winrm_message_encryption": "never",
}


class Mode(Enum):
    """A mode; its value is its name on the command line."""

    KEEPER = "keeper"
    ALONE = "alone"
    WINRM = "winrm"

    @property
    def over_psrp(self) -> bool:
        """Whether cmdlets travel as PSRP messages."""
        return self is not Mode.WINRM

    @property
    def variables(self) -> dict[str, Any]:
        """The host variables of an Edge Server that is reached so."""
        if self is Mode.WINRM:
            return dict(_WINRM)
        return {**_PSRP, "lync_session_keep": self is Mode.KEEPER}

    @property
    def front_end_variables(self) -> dict[str, Any]:
        """The same of a Front End Server: over psrp its cmdlet-only endpoint, as the documentation recommends."""
        return {**self.variables, **({"ansible_psrp_path": "OcsPowershell"} if self.over_psrp else {})}
