# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Situations of the way to the Internet, by name: which Edge pools carry federation, and which sites have a route to one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from lynclab.deployment.deployment import Deployment
from lynclab.deployment.topology import FEDERATION_PORT


def no_federating_pool(deployment: Deployment) -> None:
    """No Edge pool has external SIP port 5061, and no site a federation route."""
    deployment.topology = deployment.topology.with_federation({})


def no_federation_route(deployment: Deployment) -> None:
    """An Edge pool has external SIP port 5061, and no site a route to it."""
    deployment.topology = replace(deployment.topology, federation_routes={})


def federating_ports(deployment: Deployment) -> None:
    """Every Edge pool has external SIP port 5061; the sites' routes lead to one of them."""
    pools = (replace(pool, external_sip_port=FEDERATION_PORT * pool.is_edge) for pool in deployment.topology.pools)
    deployment.topology = replace(deployment.topology, pools=tuple(pools))


def several_federating_pools(deployment: Deployment) -> None:
    """Each site's Edge pool has external SIP port 5061, and each site a route to its own."""
    edges = {pool.site: pool.fqdn for pool in deployment.topology.pools if pool.is_edge}
    deployment.topology = deployment.topology.with_federation(edges)


def port_not_shown(deployment: Deployment) -> None:
    """The servers show no external SIP port of an Edge pool."""
    property_not_shown(deployment, "AccessEdgeExternalSipPort")


def route_not_shown(deployment: Deployment) -> None:
    """The servers show no federation route of a site, as they perhaps do (no source has it in the output)."""
    property_not_shown(deployment, "FederationRoute")


def property_not_shown(deployment: Deployment, *names: str) -> None:
    """The servers do not show these properties of anything (property-not-shown:Computers)."""
    deployment.unshown |= {name.lower() for name in names}


TABLE: Mapping[str, Callable[..., None]] = {
    situation.__name__.replace("_", "-"): situation
    for situation in (
        no_federating_pool,
        no_federation_route,
        federating_ports,
        several_federating_pools,
        port_not_shown,
        route_not_shown,
        property_not_shown,
    )
}
