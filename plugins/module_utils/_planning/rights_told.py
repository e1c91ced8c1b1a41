# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the rights that were read mean for the cmdlets of a plan."""

from __future__ import annotations

from collections.abc import Iterator

from .._rollout.parts import OFFERED, ROLES
from .._rollout.reading import Role
from .._rollout.rights import sam_account_name
from .case import Case

GLOBAL = "global"


def written(case: Case) -> tuple[str, ...]:
    """The names of the cmdlets that would be sent."""
    return tuple(dict.fromkeys(cmdlet.name for change in case.changes for cmdlet in change.cmdlets))


def roles_lack(case: Case) -> Iterator[str]:
    """Warnings: the roles that are told do not have a cmdlet, or only for a part of the deployment."""
    roles = _told(case)
    if not roles or any(role.cmdlets is None for role in roles):
        return
    said = f"{case.reading.rights.account} ({', '.join(role.name for role in roles)})"
    missing = [name for name in written(case) if not any(_has(role, name) for role in roles)]
    if missing:
        yield (
            f"The administrator roles of {said} do not have {', '.join(missing)}, as far as Get-CsAdminRoleAssignment tells: roles "
            "through nested groups may be missing there."
        )
    for name in written(case):
        having = [role for role in roles if _has(role, name)]
        scopes = [scope for role in having for scope in role.scopes or (GLOBAL,)]
        if having and not any(scope.casefold() == GLOBAL for scope in scopes):
            yield f"The administrator roles of {said} have {name} for {', '.join(scopes)} only, and the change is global."
            return


def rights_unread(case: Case) -> Iterator[str]:
    """What is not checked: whether the account may write, where nothing tells."""
    rights, roles = case.reading.rights, _told(case)
    told = rights.offered is not None or any(role.administrates for role in rights.roles or ())
    told = told or (bool(roles) and all(role.cmdlets is not None for role in roles))
    if case.changes and not told:
        yield f"Whether the account may write: {_reason(case)}"


def _told(case: Case) -> tuple[Role, ...]:
    """The roles that decide; none where the endpoint tells by itself, or one of them may do everything."""
    rights = case.reading.rights
    if rights.offered is not None or any(role.administrates for role in rights.roles or ()):
        return ()
    return rights.roles or ()


def _reason(case: Case) -> str:
    account = case.reading.rights.account
    if account and not sam_account_name(account):
        return (
            f"Get-Command does not tell, and roles are asked for by the SamAccountName, which the form of {account} does not tell "
            "(DOMAIN\\name does)."
        )
    if not (case.reading.gap(OFFERED) or case.reading.gap(ROLES) or case.reading.rights.roles):
        return "this endpoint does not tell."
    return "neither Get-Command nor the account's roles tell."


def _has(role: Role, cmdlet: str) -> bool:
    """How a role's cmdlets are written over remoting is not documented: the name is in them."""
    return any(cmdlet.casefold() in text.casefold() for text in role.cmdlets or ())
