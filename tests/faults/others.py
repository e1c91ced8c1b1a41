# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody else who changes the same objects between two requests of the run, and thinks nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from faults import Fault, Surroundings
from proxy import Exchange, Strike

from lynclab.deployment.deployment import Deployment
from lynclab.deployment.store import StoreContent, hosting_provider

PROVIDER = "Exchange Online"
DOCUMENTED = hosting_provider(
    PROVIDER,
    "exap.um.outlook.com",
    Enabled=True,
    EnabledSharedAddressSpace=True,
    VerificationLevel="UseSourceVerification",
)

Change = Callable[[StoreContent], StoreContent]


def _the_same(content: StoreContent) -> StoreContent:
    """What the run wants."""
    return content.with_access_edge(AllowFederatedUsers=True).with_item("hosting_providers", DOCUMENTED)


def _the_opposite(content: StoreContent) -> StoreContent:
    return content.with_access_edge(AllowFederatedUsers=False).without_item("hosting_providers", PROVIDER)


def _something_beside(content: StoreContent) -> StoreContent:
    """A property of the same object that the run does not manage."""
    return content.with_access_edge(AllowAnonymousUsers=not content.access_edge["AllowAnonymousUsers"])


CHANGES: dict[str, Change] = {
    "same-change": _the_same,
    "opposite-change": _the_opposite,
    "change-beside": _something_beside,
}


def table() -> Iterator[Fault]:
    """What others do, each just before a request is passed on."""
    for name, change in CHANGES.items():
        yield Fault(name, "somebody else", _before(change), server_ran=True, by_others=True)


def _before(change: Change) -> Callable[[Surroundings], Strike]:
    def make(known: Surroundings) -> Strike:
        deployment = known.deployment
        assert isinstance(deployment, Deployment)

        async def strike(exchange: Exchange) -> None:
            deployment.write(change)
            await exchange.pass_on()

        return strike

    return make
