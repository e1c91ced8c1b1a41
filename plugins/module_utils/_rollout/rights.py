# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the account may run, asked where the endpoint can tell: one that offers the cmdlets of roles (OcsPowershell).

Get-Command lists what is offered. Where it is not there itself, the account's roles tell something, but not all: those through
nested groups may be missing (learn.microsoft.com, Get-CsAdminRoleAssignment, Get-CsAdminRole). Roles are told by the
SamAccountName only, which the name of a logon tells in the form DOMAIN\\name: what stands before the @ of a UPN may be another
one. On any other endpoint rights come from groups, and are not asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._core.cmdlet import Cmdlet
from .._core.failures import Failure
from .._core.task import Records, Task
from .._store.product import TOLD_BY
from .parts import OFFERED, ROLES, Parts
from .reading import Rights, Role

CHANGING = ("New", "Set", "Remove")


def rights_parts(task: Task, nouns: Iterable[str]) -> dict[str, Cmdlet]:
    """What tells the rights to write, to be read with everything else.

    :param nouns: as cmdlets have them (``CsHostingProvider``).
    """
    if not task.restricted:
        return {}
    # With a wildcard a cmdlet that is not offered is no error. The last one is offered for certain: it tells whether the list does.
    names = [f"{verb}-{noun}*" for noun in nouns for verb in CHANGING]
    found = {
        OFFERED: Cmdlet("Get-Command", {"Name": [*names, f"{TOLD_BY.name}*"]}, yields="(Cmdlet|Function|Alias)Info")
    }
    name = sam_account_name(task.account)
    if name:
        found[ROLES] = Cmdlet("Get-CsAdminRoleAssignment", {"Identity": name}, yields="String")
    return found


def sam_account_name(account: str) -> str:
    """The SamAccountName behind the name of a logon; empty where its form does not tell it."""
    domain, _backslash, name = account.rpartition("\\")
    return name if domain and "@" not in name else ""


def read_rights(task: Task, parts: Parts) -> Rights:
    """What the parts tell; roles are looked at more closely only where Get-Command tells nothing."""
    if not task.restricted:
        return Rights()
    offered = _offered(parts.found.get(OFFERED))
    roles = _names(parts.found.get(ROLES))
    if offered is not None or roles is None:
        return Rights(task.account, offered)
    named = tuple(map(Role, roles))
    if any(role.administrates for role in named):
        return Rights(task.account, None, named)
    answers = task.attempt(*(Cmdlet("Get-CsAdminRole", {"Identity": name}) for name in roles)) if roles else []
    return Rights(task.account, None, tuple(map(_role, roles, answers)))


def _offered(records: Records | None) -> tuple[str, ...] | None:
    """None where Get-Command does not even list a cmdlet that was run."""
    names = tuple(str(found["Name"]) for found in records or () if found.get("Name"))
    listed = any(name.casefold() == TOLD_BY.name.casefold() for name in names)
    return tuple(name for name in names if name.casefold() != TOLD_BY.name.casefold()) if listed else None


def _names(records: Records | None) -> tuple[str, ...] | None:
    """Names of roles, which are written as text; None where they are not told, nor is that there are none."""
    names = tuple(str(found["Value"]) for found in records or () if found.get("Value"))
    return names or None


def _role(name: str, answer: Records | Failure) -> Role:
    found: Mapping[str, Any] = answer[0] if not isinstance(answer, Failure) and len(answer) == 1 else {}
    return Role(name, _texts(found.get("Cmdlets")), _texts(found.get("ConfigScopes")))


def _texts(value: Any) -> tuple[str, ...] | None:
    return tuple(map(str, value)) if isinstance(value, (list, tuple)) else None
