# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""External access policies: for all users (global), for those of a site, or for users to whom one is granted.

Source of the rules: learn.microsoft.com, New-, Set- and Remove-CsExternalAccessPolicy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.cmdlet import Cmdlet
from .._core.failures import Refused
from .._resource.impact import INTERRUPTS, OPENS, Impacts, access
from .._resource.resource import GLOBAL, Desired, Reset, Resource
from .._resource.setting import BOOLEAN, SCOPED_IDENTITY, TEXT, Clearing, Setting, impact_of
from .._store.product import Product
from .._store.store import Store

POLICIES = Cmdlet("Get-CsExternalAccessPolicy", yields="ExternalAccessPolicy")
PUBLIC_CLOUD = Setting("EnablePublicCloudAccess", BOOLEAN, impact=access)

SETTINGS = (
    Setting("Description", TEXT, clearing=Clearing.EMPTY),
    Setting("EnableFederationAccess", BOOLEAN, impact=access),
    Setting("EnableOutsideAccess", BOOLEAN, impact=access),
    PUBLIC_CLOUD,
    Setting("EnablePublicCloudAudioVideoAccess", BOOLEAN, impact=access),
    Setting("EnableXmppAccess", BOOLEAN, Product.LYNC_2013, impact=access),
)


def rules(desired: Desired, store: Store) -> tuple[str, ...]:
    """
    :raises Refused: for a setting that this server no longer has. The global policy is always there and shows which it has.
    """
    stated = desired.present and PUBLIC_CLOUD in desired.settings
    if stated and not any(PUBLIC_CLOUD.shown_by(found) for found in store[POLICIES]):
        raise Refused(
            f"{PUBLIC_CLOUD.option}: the external access policies of this server have no such property (the reference of Skype for "
            "Business Server 2019 documents none), so leave the option out."
        )
    return ()


def impact(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Impacts:
    """Where one appears or disappears, its users have another policy than they had: what that one says is not known here."""
    return OPENS | INTERRUPTS if before is None or after is None else impact_of(SETTINGS, before, after)


RESOURCE = Resource(
    name="external_access_policy",
    read=POLICIES,
    settings=SETTINGS,
    key=Setting("Identity", SCOPED_IDENTITY),
    reset=Reset(
        GLOBAL,
        {setting.option: "" if setting.kind is TEXT else False for setting in SETTINGS},
    ),
    rules=rules,
    impact=impact,
)
