# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Central Management store holds of the settings that replicate: an immutable value, and the store that keeps one.

Items are mappings of property names to plain values (text, number, Boolean, None); their .NET types come from the facts
when they are written to a pipeline. Properties that a product version does not have are kept and never shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

Item = Mapping[str, Any]
Items = Mapping[str, Item]

DNS_SRV = "UseDnsSrvRouting"
DEFAULT_ROUTE = "UseDefaultRouting"

# Defaults of the parameters' documentation, and the sample of a fresh Lync Server 2013
# (learn.microsoft.com Set-CsAccessEdgeConfiguration; TechNet JJ552443 for EnableUserReplicator).
FRESH_ACCESS_EDGE: Item = MappingProxyType(
    {
        "Identity": "Global",
        "AllowAnonymousUsers": False,
        "AllowFederatedUsers": False,
        "AllowOutsideUsers": True,
        "BeClearingHouse": False,
        "EnablePartnerDiscovery": False,
        "DiscoveredPartnerVerificationLevel": "UseSourceVerification",
        "DefaultRouteFqdn": None,
        "VerificationLevel": "UseSourceVerification",
        "IsPublicProvider": False,
        "EnableArchivingDisclaimer": False,
        "EnableUserReplicator": True,
        "KeepCrlsUpToDateForPeers": True,
        "MarkSourceVerifiableOnOutgoingMessages": True,
        "OutgoingTlsCountForFederatedPartners": 4,
        "DnsSrvCacheRecordCount": 131072,
        "DiscoveredPartnerStandardRate": 20,
        "EnableDiscoveredPartnerContactsLimit": True,
        "MaxContactsPerDiscoveredPartner": 1000,
        "DiscoveredPartnerReportPeriodMinutes": 60,
        "EnablePartnerMonitoringCosmosOutput": False,
        "EnablePartnerMonitoringIfxLog": False,
        "MaxAcceptedCertificatesStored": 1000,
        "MaxRejectedCertificatesStored": 500,
        "CertificatesDeletedPercentage": 20,
        "SkypeSearchUrl": None,
        "RoutingMethod": DNS_SRV,
    }
)
FRESH_EXTERNAL_ACCESS: Item = MappingProxyType(
    {
        "Identity": "Global",
        "Description": None,
        "EnableFederationAccess": False,
        "EnableXmppAccess": False,
        "EnablePublicCloudAccess": False,
        "EnablePublicCloudAudioVideoAccess": False,
        "EnableOutsideAccess": False,
    }
)
# A global policy always exists, and routes nobody to Exchange until it is filled in (learn.microsoft.com
# Get-CsHostedVoicemailPolicy, Set-CsHostedVoicemailPolicy).
FRESH_HOSTED_VOICEMAIL: Item = MappingProxyType(
    {"Identity": "Global", "Description": None, "Destination": None, "Organization": None}
)
COLLECTIONS = (
    "hosting_providers",
    "public_providers",
    "allowed_domains",
    "blocked_domains",
    "external_access_policies",
    "hosted_voicemail_policies",
)


@dataclass(frozen=True)
class StoreContent:
    """Everything that replicates, at one moment. Collections are keyed by lower-case identity, in order of creation."""

    access_edge: Item = field(default_factory=lambda: FRESH_ACCESS_EDGE)
    hosting_providers: Items = field(default_factory=dict)
    public_providers: Items = field(default_factory=dict)
    allowed_domains: Items = field(default_factory=dict)
    blocked_domains: Items = field(default_factory=dict)
    external_access_policies: Items = field(default_factory=lambda: {"global": FRESH_EXTERNAL_ACCESS})
    hosted_voicemail_policies: Items = field(default_factory=lambda: {"global": FRESH_HOSTED_VOICEMAIL})

    def items(self, collection: str) -> Items:
        """One of COLLECTIONS."""
        if collection not in COLLECTIONS:
            raise KeyError(collection)
        items: Items = getattr(self, collection)
        return items

    def find(self, collection: str, identity: str) -> Item | None:
        """The item of that identity, in any case."""
        return self.items(collection).get(identity.lower())

    def with_access_edge(self, **properties: Any) -> StoreContent:
        """The same with changed Access Edge properties."""
        return replace(self, access_edge=MappingProxyType({**self.access_edge, **properties}))

    def with_item(self, collection: str, item: Item) -> StoreContent:
        """The same with an item added, or put in the place of the one with its identity."""
        items = {**self.items(collection), str(item["Identity"]).lower(): MappingProxyType(dict(item))}
        return self._with(collection, items)

    def without_item(self, collection: str, identity: str) -> StoreContent:
        """The same without that item."""
        items = {key: item for key, item in self.items(collection).items() if key != identity.lower()}
        return self._with(collection, items)

    def _with(self, collection: str, items: Items) -> StoreContent:
        changes: dict[str, Any] = {collection: items}
        return replace(self, **changes)


def hosting_provider(identity: str, proxy_fqdn: str, **properties: Any) -> Item:
    """A hosting provider with the documented defaults (learn.microsoft.com New-CsHostingProvider)."""
    return {
        "Identity": identity,
        "Name": identity,
        "ProxyFqdn": proxy_fqdn,
        "VerificationLevel": "AlwaysVerifiable",
        "Enabled": False,
        "EnabledSharedAddressSpace": False,
        "HostsOCSUsers": False,
        "IsLocal": False,
        "AutodiscoverUrl": None,
        "SipClientPort": 443,
        **properties,
    }


def public_provider(identity: str, proxy_fqdn: str, **properties: Any) -> Item:
    """A public provider with the documented defaults (learn.microsoft.com New-CsPublicProvider)."""
    return {
        "Identity": identity,
        "Name": identity,
        "ProxyFqdn": proxy_fqdn,
        "VerificationLevel": "AlwaysVerifiable",
        "Enabled": False,
        "IconUrl": None,
        "NameDecorationDomain": None,
        "NameDecorationRoutingDomain": None,
        "NameDecorationExcludedDomainList": None,
        "EnableSkypeIdRouting": False,
        "EnableSkypeDirectorySearch": False,
        **properties,
    }


def allowed_domain(identity: str, **properties: Any) -> Item:
    """An allowed domain with the documented defaults (learn.microsoft.com New-CsAllowedDomain)."""
    return {
        "Identity": identity,
        "Domain": identity,
        "ProxyFqdn": None,
        "VerificationLevel": "UseSourceVerification",
        "Comment": None,
        "MarkForMonitoring": False,
        **properties,
    }


def blocked_domain(identity: str, **properties: Any) -> Item:
    """A blocked domain (learn.microsoft.com New-CsBlockedDomain)."""
    return {"Identity": identity, "Domain": identity, "Comment": None, **properties}
