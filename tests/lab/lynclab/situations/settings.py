# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Situations of the settings around the integration with Exchange Online, by name: what an administrator left, and why.

Sources: learn.microsoft.com, "Disable hybrid to complete migration to the cloud" (it switches every provider off), the older
support article 2614614 (no shared address space without Skype for Business Online), "Manage external access policy".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from lynclab.deployment.deployment import Deployment
from lynclab.deployment.store import (
    FRESH_EXTERNAL_ACCESS,
    FRESH_HOSTED_VOICEMAIL,
    StoreContent,
    allowed_domain,
    hosting_provider,
)

EXCHANGE_ONLINE = "Exchange Online"
EXCHANGE_ONLINE_PROXY = "exap.um.outlook.com"
CHINA_PROXY = "exap.um.partner.outlook.cn"
DOCUMENTED = {"Enabled": True, "EnabledSharedAddressSpace": True, "VerificationLevel": "UseSourceVerification"}


def decommissioned(deployment: Deployment) -> None:
    """Hybrid was ended as documented: federation off, every provider disabled, discovery still open."""

    def change(content: StoreContent) -> StoreContent:
        exchange = _exchange(Enabled=False)
        lync = hosting_provider(
            "LyncOnline", "sipfed.online.lync.com", **{**DOCUMENTED, "Enabled": False, "HostsOCSUsers": True}
        )
        return (
            content.with_item("hosting_providers", exchange)
            .with_item("hosting_providers", lync)
            .with_access_edge(AllowFederatedUsers=False, EnablePartnerDiscovery=True)
        )

    deployment.seed(change)


def interrupted(deployment: Deployment) -> None:
    """The provider stands as documented, and federation is off: a run ended between its two changes."""
    deployment.seed(
        lambda content: content.with_item("hosting_providers", _exchange()).with_access_edge(AllowFederatedUsers=False)
    )


def provider_disabled(deployment: Deployment) -> None:
    """Federation is on, and the provider is disabled."""
    _provider(deployment, Enabled=False)


def shared_false(deployment: Deployment) -> None:
    """The provider has no shared address space, as the older article (2614614) has it for Lync Server alone."""
    _provider(deployment, EnabledSharedAddressSpace=False)


def hosts_users(deployment: Deployment) -> None:
    """The provider says that it hosts users of Lync."""
    _provider(deployment, HostsOCSUsers=True)


def always_verifiable(deployment: Deployment) -> None:
    """The provider is trusted without a look at the source of a message (AlwaysVerifiable, the default of New-)."""
    _provider(deployment, VerificationLevel="AlwaysVerifiable")


def second_exchange_provider(deployment: Deployment, proxy: str = CHINA_PROXY) -> None:
    """An Exchange Online provider for another cloud is set up."""
    item = hosting_provider("Exchange Online 21Vianet", proxy, **DOCUMENTED)
    deployment.seed(
        lambda content: content.with_item("hosting_providers", item).with_access_edge(AllowFederatedUsers=True)
    )


def closed_federation(deployment: Deployment, *domains: str) -> None:
    """Federation is off, and there are domains on the allowed list: it was closed on purpose."""

    def change(content: StoreContent) -> StoreContent:
        for domain in domains or ("fourthcoffee.example", "push.lync.com"):
            content = content.with_item("allowed_domains", allowed_domain(domain))
        return content.with_access_edge(AllowFederatedUsers=False, EnablePartnerDiscovery=False)

    deployment.seed(change)


def voicemail(deployment: Deployment, destination: str = EXCHANGE_ONLINE_PROXY) -> None:
    """Unanswered calls go to Exchange Online: the global hosted voice mail policy has the provider's proxy FQDN."""
    organization = f"{deployment.name}.onmicrosoft.com"
    item = {**FRESH_HOSTED_VOICEMAIL, "Destination": destination, "Organization": organization}
    deployment.seed(lambda content: content.with_item("hosted_voicemail_policies", item))


def nobody_outside(deployment: Deployment) -> None:
    """Remote user access is off, and no external access policy allows it."""
    deployment.seed(
        lambda content: replace(content, external_access_policies={"global": FRESH_EXTERNAL_ACCESS}).with_access_edge(
            AllowOutsideUsers=False
        )
    )


def outside_access(deployment: Deployment, policy: str = "Global", federation: str = "True") -> None:
    """Remote user access is on, and a policy allows it (Global, Site/Lisbon, Tag/Travellers); False behind it: no federation."""
    scope, _slash, name = policy.partition("/")
    identity = f"{scope}:{name}" if name else scope
    item = {
        **FRESH_EXTERNAL_ACCESS,
        "Identity": identity,
        "EnableOutsideAccess": True,
        "EnableFederationAccess": federation == "True",
    }
    deployment.seed(
        lambda content: content.with_item("external_access_policies", item).with_access_edge(AllowOutsideUsers=True)
    )


TABLE: Mapping[str, Callable[..., None]] = {
    situation.__name__.replace("_", "-"): situation
    for situation in (
        decommissioned,
        interrupted,
        provider_disabled,
        shared_false,
        hosts_users,
        always_verifiable,
        second_exchange_provider,
        closed_federation,
        voicemail,
        nobody_outside,
        outside_access,
    )
}


def _exchange(**properties: Any) -> Mapping[str, Any]:
    return hosting_provider(EXCHANGE_ONLINE, EXCHANGE_ONLINE_PROXY, **{**DOCUMENTED, **properties})


def _provider(deployment: Deployment, **properties: Any) -> None:
    item = _exchange(**properties)
    deployment.seed(
        lambda content: content.with_item("hosting_providers", item).with_access_edge(AllowFederatedUsers=True)
    )
