# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Administrative roles: each is an Active Directory group of the same name, with the cmdlets of its members.

Which cmdlets a built-in role has is not documented; the rules follow the planning pages for role-based access control of
Lync Server 2013: CsAdministrator does everything, CsViewOnlyAdministrator reads, CsServerAdministrator cannot make changes
with global impact. A custom role begins with the cmdlets of its template (learn.microsoft.com New-CsAdminRole).
"""

from __future__ import annotations

from dataclasses import dataclass

ADMINISTRATOR = "CsAdministrator"
VIEW_ONLY = "CsViewOnlyAdministrator"
SERVER_ADMINISTRATOR = "CsServerAdministrator"
#: Made by an administrator: New-CsAdminRole -Template CsAdministrator -ConfigScopes "site:..."
SITE_ADMINISTRATOR = "CsSiteAdministrator"

GLOBAL = "Global"
READING = ("get-", "test-")
_LOCAL_CHANGES = frozenset({"enable-csreplica"})


@dataclass(frozen=True)
class Role:
    """A role. A custom one has a built-in one as ``template``, and may have cmdlets (in lower case) that the template lacks.

    ``config_scopes`` narrow what its members may change to sites (``site:Lisbon``).
    """

    identity: str
    template: str = ""
    adds: frozenset[str] = frozenset()
    config_scopes: tuple[str, ...] = (GLOBAL,)

    @property
    def is_standard(self) -> bool:
        """Whether the product brings it."""
        return not self.template

    def has(self, cmdlet: str) -> bool:
        """Whether it has that cmdlet."""
        name, rule = cmdlet.lower(), self.template or self.identity
        if rule == ADMINISTRATOR or name in self.adds or name.startswith(READING):
            return True
        return rule == SERVER_ADMINISTRATOR and name in _LOCAL_CHANGES

    def covers(self, identity: str) -> bool:
        """Whether it may change an object of that identity. Providers, domains and the Access Edge belong to no site."""
        return any(scope == GLOBAL or identity.lower().startswith(scope.lower()) for scope in self.config_scopes)


def built_in_roles(first_site: str) -> dict[str, Role]:
    """The roles of a deployment, by identity in lower case: the product's, and one that is narrowed to its first site."""
    found = [Role(ADMINISTRATOR), Role(VIEW_ONLY), Role(SERVER_ADMINISTRATOR)]
    found.append(Role(SITE_ADMINISTRATOR, template=ADMINISTRATOR, config_scopes=(f"site:{first_site}",)))
    return {role.identity.lower(): role for role in found}


def members() -> dict[str, tuple[str, ...]]:
    """The roles of each account of the domain; ``nobody`` has none."""
    return {
        "admin": (ADMINISTRATOR,),
        "viewer": (VIEW_ONLY,),
        "serveradmin": (SERVER_ADMINISTRATOR,),
        "siteadmin": (SITE_ADMINISTRATOR,),
    }
