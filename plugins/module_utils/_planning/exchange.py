# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosting providers of Exchange Online, told by their proxy FQDN, never by their name."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from .._resource.resource import Desired
from .._resource.setting import FQDN
from .case import Case

PROXIES = {
    "exap.um.outlook.com": "Microsoft 365",
    "exap.um.partner.outlook.cn": "Microsoft 365 operated by 21Vianet",
    "exap.um.office365.us": "GCC High",
}
"""Those of Exchange Online by cloud (learn.microsoft.com, Configuring on-premises Lync Server 2013 integration with Exchange
Online; Configure integration between on-premises Skype for Business Server and Outlook Web App)."""

EXCHANGE_ONLINE = "exap.um.outlook.com"
"""That of the cloud that most have."""

DOCUMENTED = (*PROXIES, "sipfed.online.lync.com", "sipfed.resources.lync.com")
"""Every proxy FQDN of a hosting provider that Microsoft's pages print."""

NAME = "Exchange Online"
"""What the pages call the provider of Exchange Online."""

NEAR = 0.85
"""How alike two names are (difflib's ratio) of which one is probably a misspelling of the other."""


def is_exchange(proxy: Any) -> bool:
    """Whether a proxy FQDN is one of Exchange Online."""
    return str(proxy or "").casefold().startswith("exap.")


def desired_exchange(case: Case) -> Iterator[Desired]:
    """The hosting providers of Exchange Online that are desired, present or absent."""
    return (one for one in case.desired_of("hosting_provider") if is_exchange(one.options.get("proxy_fqdn")))


def probably_meant(proxy: Any) -> str | None:
    """The documented proxy FQDN that is nearly the given one, or of which that lacks a part; None for a documented one, and for one
    that is like none.
    """
    name = FQDN.comparable(proxy)
    if not name or name in DOCUMENTED:
        return None
    shortened = (documented for documented in DOCUMENTED if name in _without_a_label(documented))
    return next(iter((*difflib.get_close_matches(name, DOCUMENTED, 1, NEAR), *shortened)), None)


def of_another_service(identity: str, proxy: Any) -> bool:
    """Whether a provider has the name of Exchange Online, and a proxy FQDN that is not one of it."""
    return identity.strip().casefold() == NAME.casefold() and not is_exchange(proxy)


def _without_a_label(name: str) -> set[str]:
    labels = name.split(".")
    return {".".join(labels[:place] + labels[place + 1 :]) for place in range(len(labels))}
