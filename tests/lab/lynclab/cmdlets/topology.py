# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sites, pools, computers, services and SIP domains (learn.microsoft.com Get-CsSite, Get-CsPool, Get-CsService ...)."""

from __future__ import annotations

from typing import Any

from lynclab.cmdlets.invocation import Invocation, selected, shape
from lynclab.deployment.deployment import PRODUCT_NAMES, SERVICE_VERSIONS
from lynclab.deployment.store import Item
from lynclab.deployment.topology import Pool
from lynclab.powershell.values import CustomObject, PSObject, Reference, StringList, UInt32

_XDS = "Microsoft.Rtc.Management.Xds"
_COMMON_SWITCHES = frozenset({"Verbose", "Debug", "WhatIf", "Confirm"})


def get_site(call: Invocation) -> None:
    """Write the sites with their pools."""
    topology = call.deployment.topology
    items = []
    for site in topology.sites:
        pools = [pool for pool in topology.pools if pool.site == site]
        route = topology.federation_routes.get(site)
        items.append(
            {
                "Identity": f"Site:{site}",
                "SiteType": "CentralSite",
                "Pools": [pool.fqdn for pool in pools],
                "FederationRoute": f"EdgeServer:{route}" if route else None,
            }
        )
    for item in selected(items, call):
        call.write(shape(call.output_class("Get-CsSite", "Site+CentralSite"), item))


def get_pool(call: Invocation) -> None:
    """Write the pools with their services and computers."""
    site = call.binding.get("Site")
    items = [
        {
            "Identity": pool.fqdn,
            "Services": [f"{role}:{pool.fqdn}" for role in pool.roles],
            "Computers": list(pool.computers),
            "Fqdn": pool.fqdn,
            "Site": f"Site:{pool.site}",
        }
        for pool in call.deployment.topology.pools
        if site is None or pool.site.lower() == str(site).lower().removeprefix("site:")
    ]
    for item in selected(items, call):
        call.write(shape(call.output_class("Get-CsPool", "Cluster"), item))


def get_computer(call: Invocation) -> None:
    """Write the computers; with -Local only the one that runs the cmdlet."""
    wanted = call.binding.get("Pool")
    items = [
        {"Identity": computer, "Pool": pool.fqdn, "Fqdn": computer}
        for computer, pool in call.deployment.topology.computers()
        if (wanted is None or pool.fqdn.lower() == str(wanted).lower())
        and (not call.binding.get("Local") or computer.lower() == call.fqdn.lower())
    ]
    for item in selected(items, call):
        call.write(shape(call.output_class("Get-CsComputer", "Machine"), item))


def get_service(call: Invocation) -> None:
    """Write the services of all roles, of the role that a switch names, or of one pool."""
    role = _role(call)
    wanted = call.binding.get("PoolFqdn")
    services = {}
    for pool in call.deployment.topology.pools:
        for name in pool.roles:
            if role in (None, name) and (wanted is None or pool.fqdn.lower() == str(wanted).lower()):
                service = _service(call, pool, name)
                services[str(service["Identity"])] = (name, service)
    for item in selected([item for _identity, item in services.values()], call):
        name = services[str(item["Identity"])][0]
        if name == "EdgeServer":
            output = call.output_class("Get-CsService", "Display<Role>")
            properties: dict[str, Any] = dict(shape(output, item).properties)
        else:
            properties = _common_properties(item)
        class_name = f"{_XDS}.Display{name}"
        call.write(PSObject((class_name, "System.Object"), class_name, properties))


def get_sip_domain(call: Invocation) -> None:
    """Write the SIP domains."""
    items = [
        {"Identity": domain.name, "Name": domain.name, "IsDefault": domain.is_default}
        for domain in call.deployment.topology.sip_domains
    ]
    for item in selected(items, call):
        call.write(shape(call.output_class("Get-CsSipDomain", "SipDomain"), item, str(item["Identity"])))


def get_topology(call: Invocation) -> None:
    """Write the topology; as XML only its outline, the lab has no more."""
    topology = call.deployment.topology
    machines = [computer for computer, _pool in topology.computers()]
    if call.binding.get("AsXml"):
        lines = "".join(f'<Machine Fqdn="{computer}" />' for computer in machines)
        call.write(f"<Topology><Machines>{lines}</Machines></Topology>")
        return
    output = call.output_class("Get-CsTopology", "DefaultTopology")
    call.write(shape(output, {"Machines": machines, "SqlInstances": [topology.store_pool]}))


def get_management_connection(call: Invocation) -> None:
    """Write where the Central Management store's database is. The class's properties are not documented."""
    server = call.deployment.topology.store_pool
    call.write(CustomObject({"SqlServer": server, "SqlInstance": "rtc", "StoreProvider": "Sql"}))


def get_configuration_store_location(call: Invocation) -> None:
    """Write the service connection point's value: the database of the Central Management store."""
    call.write(f"{call.deployment.topology.store_pool}\\rtc")


def get_server_version(call: Invocation) -> None:
    """Write the name and the version of the product."""
    call.write(f"{PRODUCT_NAMES[call.product]} ({call.deployment.product_version}): Standard license installed.")


def _role(call: Invocation) -> str | None:
    for parameter in call.syntax.parameters:
        if parameter.is_switch and call.binding.get(parameter.name) and parameter.name not in _COMMON_SWITCHES:
            return parameter.name
    return None


def _service(call: Invocation, pool: Pool, role: str) -> Item:
    topology = call.deployment.topology
    number = 1 + topology.pools.index(pool)
    item: dict[str, Any] = {
        "Identity": f"{role}:{pool.fqdn}",
        "ServiceId": f"{pool.site}-{role}-{number}",
        "SiteId": f"Site:{pool.site}",
        "PoolFqdn": pool.fqdn,
        "Version": SERVICE_VERSIONS[call.product],
        "Role": role,
    }
    if role == "EdgeServer":
        item |= _edge_properties(call, pool)
    return item


def _edge_properties(call: Invocation, pool: Pool) -> Item:
    registrar = next((p.fqdn for p in call.deployment.topology.pools if "Registrar" in p.roles), "")
    external = call.deployment.domain
    return {
        "Registrar": f"Registrar:{registrar}",
        "AccessEdgeInternalSipPort": 5061,
        "AccessEdgeExternalSipPort": pool.external_sip_port,
        "AccessEdgeClientPort": 443,
        "AccessEdgeExternalFqdn": pool.external_fqdn or f"sip.{external}",
        "DataEdgeExternalFqdn": f"webconf.{external}",
        "AVEdgeExternalFqdn": f"av.{external}",
        "InternalInterfaceFqdn": pool.fqdn,
        "ExternalMrasFqdn": f"av.{external}",
        "DependentServiceList": [f"Registrar:{registrar}"],
    }


def _common_properties(item: Item) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "Identity": Reference(f"{_XDS}.XdsGlobalRelativeIdentity", str(item["Identity"])),
        "DependentServiceList": StringList(),
    }
    for name in ("ServiceId", "SiteId", "PoolFqdn"):
        properties[name] = item[name]
    properties["Version"] = UInt32(item["Version"])
    properties["Role"] = item["Role"]
    return properties
