# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nouns that have no module, declared as any noun is: what they can do, the mechanism does."""

from __future__ import annotations

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused
from ansible_collections.ucops.lync.plugins.module_utils._resource.exact_list import ExactList
from ansible_collections.ucops.lync.plugins.module_utils._resource.impact import access
from ansible_collections.ucops.lync.plugins.module_utils._resource.resource import Desired, Reset, Resource
from ansible_collections.ucops.lync.plugins.module_utils._resource.setting import (
    BOOLEAN,
    FQDN,
    IDENTITY,
    SCOPED_IDENTITY,
    TEXT,
    VERIFICATION_LEVEL,
    Clearing,
    Setting,
)
from ansible_collections.ucops.lync.plugins.module_utils._store.product import Product
from ansible_collections.ucops.lync.plugins.module_utils._store.store import Store

BLOCKED_DOMAINS = Cmdlet("Get-CsBlockedDomain", yields="BlockedDomain")

POLICY = Resource(
    name="external_access_policy",
    read=Cmdlet("Get-CsExternalAccessPolicy", yields="ExternalAccessPolicy"),
    key=Setting("Identity", SCOPED_IDENTITY),
    settings=(
        Setting("Description", TEXT, clearing=Clearing.EMPTY),
        Setting("EnableFederationAccess", BOOLEAN, impact=access, option="federation"),
        Setting("EnableOutsideAccess", BOOLEAN, impact=access),
        Setting("EnableXmppAccess", BOOLEAN, Product.LYNC_2013, impact=access),
    ),
    reset=Reset(
        "global",
        {"description": "", "federation": False, "enable_outside_access": False, "enable_xmpp_access": False},
    ),
)
"""Scopes, a removal that resets, an option of another name than its parameter, no Access Edge object among its reads."""


def _not_blocked(desired: Desired, store: Store) -> tuple[str, ...]:
    if desired.present and DOMAIN.named(store[BLOCKED_DOMAINS], desired.identity) is not None:
        raise Refused(f"The domain '{desired.identity}' is blocked.")
    return ()


DOMAIN = Resource(
    name="allowed_domain",
    read=Cmdlet("Get-CsAllowedDomain", yields="AllowedDomain"),
    key=Setting("Identity", IDENTITY),
    settings=(
        Setting("Comment", TEXT, clearing=Clearing.EMPTY),
        Setting("MarkForMonitoring", BOOLEAN),
        Setting("ProxyFqdn", FQDN, clearing=Clearing.EMPTY),
        Setting("VerificationLevel", VERIFICATION_LEVEL, Product.SFB_2015),
    ),
    also_reads=lambda _desired: (BLOCKED_DOMAINS,),
    rules=_not_blocked,
    impact=lambda before, after: access(before is not None, after is not None),
)
"""A name that can be cleared, a rule that reads another noun, an impact of its own."""

DOMAINS = ExactList(DOMAIN, "domains", protected={"push.lync.com": "push notifications need it"})
