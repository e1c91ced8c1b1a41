# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Get-CsAdminRole and Get-CsAdminRoleAssignment, and what an account's roles let it see and do on a cmdlet-only endpoint.

Get-CsAdminRoleAssignment writes the names of the roles as text and takes an account's SamAccountName only
(learn.microsoft.com Get-CsAdminRoleAssignment). What it says of an unknown account is not documented.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lynclab.cmdlets.invocation import Invocation, matches
from lynclab.deployment.deployment import Deployment
from lynclab.deployment.roles import READING, Role
from lynclab.facts import syntaxes
from lynclab.powershell import errors
from lynclab.powershell.values import PSObject, StringList

_CLASS = "Microsoft.Rtc.Management.WritableConfig.Settings.Roles.Role"
#: Domain accounts that exist and have no role.
_WITHOUT_ROLE = frozenset({"nobody"})


@dataclass(frozen=True)
class Rights:
    """What the roles of an account let it do."""

    deployment: Deployment
    roles: Sequence[Role]

    def shows(self, cmdlet: str) -> bool:
        """Whether an endpoint shows that cmdlet to the account."""
        return any(_has(self.deployment, role, cmdlet) for role in self.roles)

    def narrowed(self, call: Invocation) -> str:
        """The scopes of the roles, where none of them covers what this call changes; else nothing. Everybody reads all."""
        name, identity = call.syntax.name, call.identity() or "global"
        if name.lower().startswith(READING):
            return ""
        having = [role for role in self.roles if role.has(name)]
        if any(role.covers(identity) for role in having):
            return ""
        return ", ".join(scope for role in having for scope in role.config_scopes)


def get(call: Invocation) -> None:
    """Write the chosen roles with their cmdlets."""
    identity, pattern = call.identity(), call.binding.get("Filter")
    found = False
    for role in call.deployment.roles.values():
        if identity is not None and identity.lower() != role.identity.lower():
            continue
        if pattern is not None and not matches(role.identity, pattern):
            continue
        found = True
        names = (syntax.name for syntax in syntaxes(call.product, call.edition).values())
        properties = {
            "Identity": role.identity,
            "IsStandardRole": role.is_standard,
            "Cmdlets": StringList(tuple(name for name in names if _has(call.deployment, role, name))),
            "ConfigScopes": StringList(role.config_scopes),
        }
        call.write(PSObject((_CLASS, "System.Object"), role.identity, properties))
    if identity is not None and not found:
        call.error(errors.not_found(call.syntax, identity))


def get_assignment(call: Invocation) -> None:
    """Write the names of an account's roles."""
    name = (call.identity() or "").lower()
    if name not in call.deployment.members and name not in _WITHOUT_ROLE:
        call.error(errors.not_found(call.syntax, call.identity() or ""))
    elif name not in call.deployment.untold:
        for role in call.deployment.roles_of(name):
            call.write(role.identity)


def _has(deployment: Deployment, role: Role, cmdlet: str) -> bool:
    return cmdlet.lower() not in deployment.without_role and role.has(cmdlet)
