# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Get-CsAdminRole, and which cmdlets a role shows on a cmdlet-only endpoint.

The built-in roles' exact lists are not documented; the rules here follow the planning pages for role-based access control
of Lync Server 2013: CsAdministrator does everything, CsViewOnlyAdministrator reads, CsServerAdministrator cannot make
changes with global impact.
"""

from __future__ import annotations

from lynclab.cmdlets.invocation import Invocation, matches
from lynclab.deployment.deployment import Deployment
from lynclab.facts import syntaxes
from lynclab.powershell import errors
from lynclab.powershell.values import PSObject, StringList

ADMINISTRATOR = "CsAdministrator"
VIEW_ONLY = "CsViewOnlyAdministrator"
SERVER_ADMINISTRATOR = "CsServerAdministrator"
#: Made by an administrator: New-CsAdminRole -Template CsAdministrator -ConfigScopes "site:..."
SITE_ADMINISTRATOR = "CsSiteAdministrator"
ROLES = (ADMINISTRATOR, VIEW_ONLY, SERVER_ADMINISTRATOR, SITE_ADMINISTRATOR)

_READING = ("get-", "test-")
_LOCAL_CHANGES = ("enable-csreplica",)
_CLASS = "Microsoft.Rtc.Management.WritableConfig.Settings.Roles.Role"


def shows(deployment: Deployment, role: str, cmdlet: str) -> bool:
    """Whether an endpoint shows that cmdlet to a member of that role."""
    name = cmdlet.lower()
    if name in deployment.without_role:
        return False
    if role in (ADMINISTRATOR, SITE_ADMINISTRATOR):
        return True
    return name.startswith(_READING) or (role == SERVER_ADMINISTRATOR and name in _LOCAL_CHANGES)


def in_scope(call: Invocation, scope: str) -> bool:
    """Whether a role that is narrowed to ``scope`` (a site) may do this: read all, change what belongs to that site.

    Providers, domains and the Access Edge configuration belong to no site: they are global.
    """
    if not scope or call.syntax.name.lower().startswith(_READING):
        return True
    return (call.identity() or "global").lower().startswith(scope.lower())


def get(call: Invocation) -> None:
    """Write the built-in roles with their cmdlets."""
    identity, pattern = call.identity(), call.binding.get("Filter")
    found = False
    for role in ROLES:
        if identity is not None and identity.lower() != role.lower():
            continue
        if pattern is not None and not matches(role, pattern):
            continue
        found = True
        cmdlets = tuple(
            s.name for s in syntaxes(call.product, call.edition).values() if shows(call.deployment, role, s.name)
        )
        properties = {"Identity": role, "IsStandardRole": role != SITE_ADMINISTRATOR, "Cmdlets": StringList(cmdlets)}
        call.write(PSObject((_CLASS, "System.Object"), role, properties))
    if identity is not None and not found:
        call.error(errors.not_found(call.syntax, identity))
