# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A deployment in memory that takes the documented cmdlets, and the task of a module that runs against it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import CmdletFailed, Failure, SessionLost
from ansible_collections.ucops.lync.plugins.module_utils._core.task import Inventory

Object = dict[str, Any]

EXCHANGE: dict[str, Any] = {
    "identity": "Exchange Online",
    "proxy_fqdn": "exap.um.outlook.com",
    "enabled": True,
    "enabled_shared_address_space": True,
    "hosts_ocs_users": False,
    "is_local": False,
    "verification_level": "UseSourceVerification",
}
"""The documented hosting provider, as options of the module."""


def validated(argument_spec: Mapping[str, Any], **arguments: Any) -> dict[str, Any]:
    """Options as the action hands them over: checked by Ansible, defaults filled in."""
    validation = ArgumentSpecValidator(dict(argument_spec)).validate(arguments)
    assert validation.error_messages == []
    return dict(validation.validated_parameters)


def access_edge_2010(**properties: Any) -> Object:
    return {
        "Identity": "Global",
        "AllowFederatedUsers": False,
        "AllowAnonymousUsers": False,
        "AllowOutsideUsers": False,
        "BeClearingHouse": False,
        "EnableArchivingDisclaimer": False,
        "EnablePartnerDiscovery": True,
        "KeepCrlsUpToDateForPeers": True,
        "MarkSourceVerifiableOnOutgoingMessages": True,
        "OutgoingTlsCountForFederatedPartners": 4,
        "RoutingMethod": "UseDnsSrvRouting",
        **properties,
    }


def access_edge(**properties: Any) -> Object:
    """The global object of Lync Server 2013."""
    return access_edge_2010(
        **{
            "EnableUserReplicator": False,
            "DiscoveredPartnerStandardRate": 20,
            "DiscoveredPartnerVerificationLevel": "UseSourceVerification",
            "EnableDiscoveredPartnerContactsLimit": True,
            "MaxContactsPerDiscoveredPartner": 1000,
            "DiscoveredPartnerReportPeriodMinutes": 60,
            "MaxAcceptedCertificatesStored": 1000,
            "MaxRejectedCertificatesStored": 500,
            "CertificatesDeletedPercentage": 20,
            **properties,
        }
    )


def access_edge_2015(**properties: Any) -> Object:
    return access_edge(**{"DnsSrvCacheRecordCount": 131072, "SkypeSearchUrl": None, **properties})


def default_routing(**properties: Any) -> Object:
    """The same object of a deployment with default routing, which is of another class."""
    found = access_edge(RoutingMethod="UseDefaultRouting")
    for name in ("EnablePartnerDiscovery", "BeClearingHouse", "DiscoveredPartnerVerificationLevel"):
        del found[name]
    return {
        **found,
        "DefaultRouteFqdn": "proxy.adatum.example",
        "IsPublicProvider": False,
        "VerificationLevel": "AlwaysVerifiable",
        **properties,
    }


def provider(identity: str, proxy_fqdn: str, **properties: Any) -> Object:
    """A hosting provider as Lync Server 2013 shows it, with the values that Exchange Online needs."""
    return {
        "Identity": identity,
        "Name": identity,
        "ProxyFqdn": proxy_fqdn,
        "VerificationLevel": "UseSourceVerification",
        "Enabled": True,
        "EnabledSharedAddressSpace": True,
        "HostsOCSUsers": False,
        "IsLocal": False,
        "AutodiscoverUrl": None,
        "SipClientPort": 443,
        **properties,
    }


class Deployment:
    """The Central Management store. Set- changes what it is given, and falls back as documented where a companion is missing."""

    def __init__(
        self, edge: Object | None = None, hosting: Sequence[Object] = (), public: Sequence[Object] = ()
    ) -> None:
        self.edge = access_edge() if edge is None else edge
        self.hosting = [dict(one) for one in hosting]
        self.public = [dict(one) for one in public]

    def answer(self, cmdlet: Cmdlet) -> list[Object]:
        given = dict(cmdlet.parameters)
        match cmdlet.name:
            case "Get-CsAccessEdgeConfiguration":
                return [dict(self.edge)]
            case "Get-CsHostingProvider":
                return [dict(one) for one in self.hosting]
            case "Get-CsPublicProvider":
                return [dict(one) for one in self.public]
            case "Set-CsAccessEdgeConfiguration":
                self._set_edge(given)
            case "New-CsHostingProvider":
                self._create(given)
            case "Set-CsHostingProvider":
                self._provider(given.pop("Identity")).update(given)
            case "Remove-CsHostingProvider":
                self.hosting.remove(self._provider(given["Identity"]))
            case _:
                raise AssertionError(f"the deployment does not know {cmdlet}")
        return []

    def _set_edge(self, given: dict[str, Any]) -> None:
        if "UseDnsSrvRouting" in given:
            moved = access_edge(EnablePartnerDiscovery=False)
            shared = {name: value for name, value in self.edge.items() if name in moved and name != "RoutingMethod"}
            self.edge = moved | shared | {"EnablePartnerDiscovery": False}
        elif "UseDefaultRouting" in given:
            shared = {name: value for name, value in self.edge.items() if name in default_routing()}
            self.edge = default_routing() | shared | {"DefaultRouteFqdn": "", "RoutingMethod": "UseDefaultRouting"}
        switches = ("UseDnsSrvRouting", "UseDefaultRouting")
        self.edge.update({name: value for name, value in given.items() if name not in switches})

    def _provider(self, identity: str) -> Object:
        for one in self.hosting:
            if one["Identity"].casefold() == identity.casefold():
                return one
        raise CmdletFailed(
            "Get-CsHostingProvider", f"Cannot find {identity}", "ObjectNotFound,StandIn", "ObjectNotFound"
        )

    def _create(self, given: dict[str, Any]) -> None:
        for one in (*self.hosting, *self.public):
            if (
                one["Identity"].casefold() == given["Identity"].casefold()
                or one["ProxyFqdn"].casefold() == given["ProxyFqdn"].casefold()
            ):
                raise CmdletFailed(
                    "New-CsHostingProvider", "A provider with this name or proxy FQDN exists.", "Exists,StandIn"
                )
        self.hosting.append({**provider(given["Identity"], given["ProxyFqdn"]), **given})


class MemoryInventory:
    """An inventory of groups and variables."""

    forks = 5

    def __init__(
        self,
        groups: Mapping[str, Sequence[str]] | None = None,
        variables: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self._groups = groups or {}
        self._variables = variables or {}

    @property
    def play_hosts(self) -> Sequence[str]:
        return [host for hosts in self._groups.values() for host in hosts]

    def group(self, name: str) -> Sequence[str]:
        return self._groups.get(name, ())

    def variable(self, host: str, name: str) -> Any:
        return self._variables.get(host, {}).get(name)


class MemoryTask:
    """The Task of module_utils against a deployment in memory, with a clock that moves only when it is waited for.

    ``on_write`` and ``on_read`` are called with the position of the call (from 0) and the deployment's own answer as a
    function; they may raise instead, before or after it.
    """

    host = "fe01.adatum.example"

    def __init__(
        self,
        deployment: Any,
        options: Mapping[str, Any],
        check_mode: bool = False,
        on_edge: bool = False,
        restricted: bool = False,
    ) -> None:
        self.deployment = deployment
        self.options = options
        self.check_mode = check_mode
        self.on_edge = on_edge
        self.restricted = restricted
        self.result: dict[str, Any] = {"changed": False}
        self.written: list[Cmdlet] = []
        self.was_read: list[Cmdlet] = []
        self.told: list[str] = []
        self.inventory: Inventory = MemoryInventory()
        self.clock = 0.0
        self.on_write: dict[int, Callable[[Callable[[], list[Object]]], list[Object]]] = {}
        self.on_read: dict[int, Failure] = {}
        self._reads = 0

    @property
    def warnings(self) -> list[str]:
        return list(self.result.get("warnings", []))

    def read(self, *cmdlets: Cmdlet) -> list[list[Object]]:
        position, self._reads = self._reads, self._reads + 1
        if position in self.on_read:
            raise self.on_read[position]
        self.was_read.extend(cmdlets)
        return [self.deployment.answer(cmdlet) for cmdlet in cmdlets]

    def write(self, cmdlet: Cmdlet) -> list[Object]:
        self.result.setdefault("cmdlets", []).append(str(cmdlet))
        if self.check_mode:
            return []
        position = len(self.written)
        self.written.append(cmdlet)

        def answer() -> list[Object]:
            return list(self.deployment.answer(cmdlet))

        return self.on_write[position](answer) if position in self.on_write else answer()

    def log_on(self) -> str:
        return f"{self.host}:443/OcsPowershell"

    def now(self) -> float:
        return self.clock

    def wait(self, seconds: float) -> None:
        assert seconds > 0, "the wait would spin"
        self.clock += seconds

    def progress(self, text: str) -> None:
        self.told.append(text)

    def show(self, text: str) -> None:
        self.told.append(text)

    def warn(self, text: str) -> None:
        noted = self.result.setdefault("warnings", [])
        if text not in noted:
            noted.append(text)


def lost_before(answer: Callable[[], list[Object]]) -> list[Object]:
    """The session breaks before the cmdlet runs."""
    raise SessionLost("The session was lost.")


def lost_after(answer: Callable[[], list[Object]]) -> list[Object]:
    """The cmdlet runs, and the session breaks before its answer is here."""
    answer()
    raise SessionLost("The session was lost.")


def refused(answer: Callable[[], list[Object]]) -> list[Object]:
    """The server answers with an error and changes nothing."""
    raise CmdletFailed("New-CsHostingProvider", "Access is denied.", "AccessDenied,StandIn")
