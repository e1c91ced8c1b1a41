# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Situations of rights, by name: what an account may do on the cmdlet-only endpoint, and what that tells of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lynclab.deployment.deployment import Deployment
from lynclab.deployment.roles import VIEW_ONLY, Role

CUSTOM_ROLE = "LyncHybridOperators"
WRITING = ("Set-CsAccessEdgeConfiguration", "New-CsHostingProvider", "Set-CsHostingProvider")


def custom_role(deployment: Deployment, lacking: str = "New-CsHostingProvider", account: str = "admin") -> None:
    """The administrator has a custom role: it reads all, and has what writes the integration except one cmdlet (or all: none)."""
    adds = frozenset(name.lower() for name in WRITING if name.lower() != lacking.lower())
    deployment.roles[CUSTOM_ROLE.lower()] = Role(CUSTOM_ROLE, template=VIEW_ONLY, adds=adds)
    deployment.members[account.lower()] = (CUSTOM_ROLE,)


def member_of(deployment: Deployment, role: str, account: str = "admin") -> None:
    """The administrator has another role, or several with a + between them (member-of:CsViewOnlyAdministrator)."""
    known = deployment.roles
    deployment.members[account.lower()] = tuple(known[name.lower()].identity for name in role.split("+"))


def roles_not_told(deployment: Deployment, account: str = "admin") -> None:
    """Get-CsAdminRoleAssignment tells no role of the administrator, who has his through a nested group."""
    deployment.untold.add(account.lower())


def not_offered(deployment: Deployment, *cmdlets: str) -> None:
    """No administrative role has these cmdlets: the cmdlet-only endpoint does not offer them (not-offered:Get-CsTopology)."""
    deployment.without_role |= {name.lower() for name in cmdlets}


def no_get_cscomputer(deployment: Deployment) -> None:
    """No administrative role has Get-CsComputer (its page names none): the cmdlet-only endpoint does not offer it."""
    not_offered(deployment, "Get-CsComputer")


def no_get_csadminrole(deployment: Deployment) -> None:
    """The cmdlet-only endpoint offers neither Get-CsAdminRole nor Get-CsAdminRoleAssignment."""
    not_offered(deployment, "Get-CsAdminRole", "Get-CsAdminRoleAssignment")


TABLE: Mapping[str, Callable[..., None]] = {
    situation.__name__.replace("_", "-"): situation
    for situation in (custom_role, member_of, roles_not_told, not_offered, no_get_cscomputer, no_get_csadminrole)
}
