# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether federation leads through an Edge pool: its external SIP port and the sites' routes, which are what others check.

Microsoft's offline diagnostics count the Edge pools with external SIP port 5061 and expect one; a site's route is set by
Set-CsSite -FederationRoute. A property that the server does not show counts as nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .._replication.topology import FEDERATION_PORT
from .._resource.setting import FQDN
from .._rollout.reading import EdgePool, Site, Topology
from .case import Case


def no_federating_pool(case: Case) -> Iterator[str]:
    """A consent: neither the ports nor the routes say that federation leads anywhere."""
    topology = case.reading.topology
    if topology is None or not topology.edges or not _no_port(topology) or not _no_route(topology):
        return
    yield (
        f"No Edge pool has the external SIP port {FEDERATION_PORT} ({_ports(topology)}), and no site has a federation route, so "
        "Exchange Online probably cannot reach this deployment. Check federation in the Topology Builder, and FederationRoute of "
        "Get-CsSite."
    )


def federation_path(case: Case) -> Iterator[str]:
    """Warnings: several pools, several routes, or only one of port and route."""
    topology = case.reading.topology
    if topology is None:
        return
    federating = topology.federating
    if len(federating) > 1:
        yield (
            f"{len(federating)} Edge pools have the external SIP port {FEDERATION_PORT}: {_pools(federating)}. Microsoft's "
            "diagnostics expect one: check which of them the federation records lead to."
        )
    shown = [site for site in topology.sites if site.shows_route]
    if len({FQDN.comparable(site.federation_route) for site in shown}) > 1:
        routes = ", ".join(f"{site.name}: {site.federation_route or 'none'}" for site in shown)
        yield f"Sites have different federation routes ({routes}): check that each leads to the Edge pool that federates."
    if federating and _no_route(topology):
        yield f"No site has a federation route, though {_pools(federating)} has the external SIP port {FEDERATION_PORT}."
    if _no_port(topology) and any(site.federation_route for site in shown):
        yield f"Sites have a federation route, but no Edge pool has the external SIP port {FEDERATION_PORT}: {_ports(topology)}."


def federation_path_unread(case: Case) -> Iterator[str]:
    """What is not checked: whether federation leads anywhere, where what is shown says neither yes nor no."""
    topology = case.reading.topology
    if topology is None or not topology.edges or (_no_port(topology) and _no_route(topology)):
        return
    if not topology.federating and not any(site.federation_route for site in topology.sites):
        gap = case.reading.gap("sites")
        yield (
            f"Whether federation leads through an Edge pool (external SIP port {FEDERATION_PORT}, federation routes): "
            f"{gap.reason if gap else 'this server does not show both.'}"
        )


def _no_port(topology: Topology) -> bool:
    """Whether each Edge pool shows that it does not federate."""
    return bool(topology.edge_pools) and all(pool.federates is False for pool in topology.edge_pools)


def _no_route(topology: Topology) -> bool:
    """Whether each site shows that it has none."""
    return bool(topology.sites) and all(map(_shows_none, topology.sites))


def _shows_none(site: Site) -> bool:
    return site.shows_route and site.federation_route is None


def _pools(pools: Iterable[EdgePool]) -> str:
    return ", ".join(f"{pool.fqdn} ({pool.site})" if pool.site else pool.fqdn for pool in pools)


def _ports(topology: Topology) -> str:
    return ", ".join(f"{pool.fqdn}: {pool.external_sip_port}" for pool in topology.edge_pools)
