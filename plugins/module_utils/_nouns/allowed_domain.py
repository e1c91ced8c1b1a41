# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Allowed domains: those with which federation is allowed without discovery, or by a fixed way.

Source of the rules: learn.microsoft.com, New-CsAllowedDomain, Set-CsAllowedDomain.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.cmdlet import Cmdlet
from .._resource.exact_list import ExactList
from .._resource.impact import Impacts, access, routing, trust
from .._resource.resource import Desired, Resource
from .._resource.setting import BOOLEAN, FQDN, VERIFICATION_LEVEL, Clearing, Setting, impact_of
from .._store.product import Product
from .._store.store import Store
from .domains import ALLOWED, BLOCKED, COMMENT, KEY, check_not_on

SETTINGS = (
    COMMENT,
    Setting("MarkForMonitoring", BOOLEAN),
    Setting("ProxyFqdn", FQDN, clearing=Clearing.EMPTY, impact=routing),
    Setting("VerificationLevel", VERIFICATION_LEVEL, Product.SFB_2015, impact=trust),
)


def also_reads(desired: Desired) -> tuple[Cmdlet, ...]:
    return (BLOCKED,) if desired.present else ()


def rules(desired: Desired, store: Store) -> tuple[str, ...]:
    """
    :raises Refused: for a domain that is blocked.
    """
    if desired.present:
        check_not_on(BLOCKED, desired, store)
    return ()


def impact(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Impacts:
    """One that appears lets a partner in, whatever its settings."""
    listed = access(before is not None, after is not None)
    return listed or impact_of(SETTINGS, before, after)


RESOURCE = Resource(
    name="allowed_domain",
    read=ALLOWED,
    settings=SETTINGS,
    key=KEY,
    made_with={"mark_for_monitoring": False, "proxy_fqdn": None, "verification_level": "UseSourceVerification"},
    also_reads=also_reads,
    rules=rules,
    impact=impact,
)

LIST = ExactList(
    RESOURCE, "domains", protected={"push.lync.com": "without it mobile clients get no push notifications"}
)
