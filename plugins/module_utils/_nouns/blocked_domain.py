# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Blocked domains: those with which there is no federation, whatever else allows it.

Source of the rules: learn.microsoft.com, New-CsBlockedDomain, Set-CsBlockedDomain.
"""

from __future__ import annotations

from .._core.cmdlet import Cmdlet
from .._resource.impact import barrier
from .._resource.resource import Desired, Resource
from .._store.store import Store
from .domains import ALLOWED, BLOCKED, COMMENT, KEY, check_not_on


def also_reads(desired: Desired) -> tuple[Cmdlet, ...]:
    return (ALLOWED,) if desired.present else ()


def rules(desired: Desired, store: Store) -> tuple[str, ...]:
    """
    :raises Refused: for a domain that is allowed.
    """
    if desired.present:
        check_not_on(ALLOWED, desired, store)
    return ()


RESOURCE = Resource(
    name="blocked_domain",
    read=BLOCKED,
    settings=(COMMENT,),
    key=KEY,
    also_reads=also_reads,
    rules=rules,
    impact=lambda before, after: barrier(before is not None, after is not None),
)
