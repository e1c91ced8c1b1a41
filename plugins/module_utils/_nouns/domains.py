# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lists of allowed and of blocked domains have in common: a domain stands on one of them at most.

Source: learn.microsoft.com, New-CsAllowedDomain and New-CsBlockedDomain, which fail for a domain on either list.
"""

from __future__ import annotations

from .._core.cmdlet import Cmdlet
from .._core.failures import Refused
from .._resource.resource import Desired
from .._resource.setting import FQDN, TEXT, Clearing, Setting
from .._store.store import Store

ALLOWED = Cmdlet("Get-CsAllowedDomain", yields="AllowedDomain")
BLOCKED = Cmdlet("Get-CsBlockedDomain", yields="BlockedDomain")

KEY = Setting("Identity", FQDN)
COMMENT = Setting("Comment", TEXT, clearing=Clearing.EMPTY)


def check_not_on(other: Cmdlet, desired: Desired, store: Store) -> None:
    """
    :param other: the cmdlet that reads the other list.
    :raises Refused: for a domain that stands there.
    """
    for found in store[other]:
        if KEY.same(KEY.of(found), desired.identity):
            kind = "allowed" if other is ALLOWED else "blocked"
            comment = f" ({COMMENT.of(found)})" if COMMENT.of(found) else ""
            raise Refused(
                f"The domain '{KEY.of(found)}' stands on the list of {kind} domains{comment}, and a domain has one list only. "
                f"lync_{kind}_domain with state: absent takes it off that one."
            )
