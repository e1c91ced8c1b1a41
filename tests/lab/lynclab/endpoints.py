# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two listening paths of the lab's machines.

``/wsman``: full language on a real server; here every cmdlet of the module, and script text is answered honestly.
``/OcsPowershell`` on Front Ends: no language, and only the cmdlets of the caller's role (TechNet, planning for role-based
access control in Lync Server 2013; plain WinRM and local shells are bound by group rights only).
"""

from __future__ import annotations

from lynclab.cmdlets.admin_role import Rights
from lynclab.cmdlets.runspace import CmdletRunspace, Host
from lynclab.contract.endpoint import AccessDenied, Logon, Runspace
from lynclab.people import People

WSMAN = "/wsman"
OCS_POWERSHELL = "/OcsPowershell"


class PlainEndpoint:
    """``/wsman``: open to the machine's administrators."""

    path = WSMAN

    def __init__(self, host: Host, people: People, authentications: frozenset[str]) -> None:
        self._host = host
        self._people = people
        self.authentications = authentications

    def open(self, logon: Logon) -> Runspace:
        """Open a runspace pool."""
        if not self._people.administers(logon):
            raise AccessDenied
        return CmdletRunspace(self._host, logon)


class CmdletOnlyEndpoint:
    """``/OcsPowershell``: open to members of an administrative role.

    It stands in IIS, whose Windows authentication offers Negotiate (Kerberos or NTLM) and NTLM; no source shows another.
    """

    path = OCS_POWERSHELL
    authentications = frozenset({"Negotiate", "NTLM"})

    def __init__(self, host: Host, people: People) -> None:
        self._host = host
        self._people = people

    def open(self, logon: Logon) -> Runspace:
        """Open a runspace pool."""
        person = self._people.find(logon)
        roles = self._host.deployment.roles_of(person.account.name) if person is not None else []
        if not roles:
            raise AccessDenied
        return CmdletRunspace(self._host, logon, Rights(self._host.deployment, roles))
