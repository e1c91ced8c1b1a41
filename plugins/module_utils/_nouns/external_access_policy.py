# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""External access policies: for all users (global), for those of a site, or for users to whom one is granted.

Source: learn.microsoft.com, New-, Set- and Remove-CsExternalAccessPolicy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.cmdlet import Cmdlet
from .._resource.impact import INTERRUPTS, OPENS, Impacts, access
from .._resource.resource import GLOBAL, Reset, Resource
from .._resource.setting import BOOLEAN, SCOPED_IDENTITY, TEXT, Clearing, Setting, impact_of
from .._store.product import Product

SETTINGS = (
    Setting("Description", TEXT, clearing=Clearing.EMPTY),
    Setting("EnableFederationAccess", BOOLEAN, impact=access),
    Setting("EnableOutsideAccess", BOOLEAN, impact=access),
    Setting("EnablePublicCloudAccess", BOOLEAN, impact=access),
    Setting("EnablePublicCloudAudioVideoAccess", BOOLEAN, impact=access),
    Setting("EnableXmppAccess", BOOLEAN, Product.LYNC_2013, impact=access),
)


def impact(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Impacts:
    """Where one appears or disappears, its users have another policy than they had: what that one says is not known here."""
    return OPENS | INTERRUPTS if before is None or after is None else impact_of(SETTINGS, before, after)


RESOURCE = Resource(
    name="external_access_policy",
    read=Cmdlet("Get-CsExternalAccessPolicy", yields="ExternalAccessPolicy"),
    settings=SETTINGS,
    key=Setting("Identity", SCOPED_IDENTITY),
    reset=Reset(GLOBAL, {setting.option: "" if setting.kind is TEXT else False for setting in SETTINGS}),
    impact=impact,
)
