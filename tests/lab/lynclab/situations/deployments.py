# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Situations of a deployment, by name: what its store holds, and how it replicates.

A situation takes a deployment and texts (the command line writes them behind colons: ``edge-clock-off:600:lyncedge02``).
An Edge is named by its FQDN or the first part of it; without a name it is the first one. Those that say "after the next
..." wait for a write, or for a read of the store's health, and strike right behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from lynclab.deployment.deployment import Deployment
from lynclab.deployment.replication import Replica
from lynclab.deployment.store import DEFAULT_ROUTE, hosting_provider, public_provider
from lynclab.deployment.topology import Pool

EXCHANGE_ONLINE_PROXY = "exap.um.outlook.com"
DAY = 86400.0

Situation = Callable[..., None]


def silent_branch_appliance(deployment: Deployment, days: str = "21") -> None:
    """A survivable branch appliance is in the topology and has not reported for weeks."""
    fqdn = f"lyncsba01.{deployment.domain}"
    site = deployment.topology.sites[-1]
    with deployment.lock:
        deployment.topology = deployment.topology.with_pool(Pool(fqdn, site, (fqdn,), ("Registrar", "MediationServer")))
        _silent(deployment, deployment.replication.add(fqdn, deployment.product_version), float(days))


def removed_server_listed(deployment: Deployment, days: str = "90") -> None:
    """A Front End that is gone from the topology is still listed as a replica, behind for months."""
    with deployment.lock:
        fqdn = f"lyncold01.{deployment.domain}"
        _silent(deployment, deployment.replication.add(fqdn, deployment.product_version), float(days))


def removed_server_deleted(deployment: Deployment, days: str = "90") -> None:
    """The same, and the Central Management store counts it among the deleted replicas."""
    removed_server_listed(deployment, days)
    deployment.replication.deleted.append(f"lyncold01.{deployment.domain}")


def edge_silent(deployment: Deployment, edge: str = "") -> None:
    """An Edge receives everything, but its reports are lost: UpToDate stays False though its content is right."""
    replica = _edge(deployment, edge)
    replica.reports = False
    replica.reported = -1


def edge_deaf(deployment: Deployment, edge: str = "") -> None:
    """Packages do not reach an Edge (port 4443): it keeps its old content and goes on reporting it."""
    _edge(deployment, edge).receives = False


def edge_never_filled(deployment: Deployment, edge: str = "") -> None:
    """An Edge whose replica was never filled: no report, no product version, an empty local store."""
    with deployment.lock:
        fqdn = _edge(deployment, edge).fqdn
        deployment.replication.add(fqdn, deployment.product_version, never_reported=True)


def edge_drifted(deployment: Deployment, edge: str = "") -> None:
    """An Edge says UpToDate and holds something else: federation off, no hosting provider. The next package mends it."""
    replica = _edge(deployment, edge)
    content = replica.content.with_access_edge(AllowFederatedUsers=False)
    replica.content = replace(content, hosting_providers={})


def edge_stuck_content(deployment: Deployment, edge: str = "") -> None:
    """Packages arrive at an Edge and are reported, but its local store keeps the old content (a believing reader fails)."""
    _edge(deployment, edge).applies = False


def edge_clock_off(deployment: Deployment, seconds: str = "600", edge: str = "") -> None:
    """The clock of an Edge is off, ahead or (negative) behind."""
    replica = _edge(deployment, edge)
    replica.skew = float(seconds)
    if replica.last_status_report is not None:
        replica.last_status_report += replica.skew


def stamps_frozen(deployment: Deployment) -> None:
    """Content replicates and UpToDate is right, but no stamp ever moves."""
    for replica in deployment.replication.replicas.values():
        replica.stamps_move = False


def master_stopped(deployment: Deployment) -> None:
    """The master builds no packages; the store's health does not show it yet."""
    with deployment.lock:
        deployment.replication.stop()


def master_stops_after_health(deployment: Deployment) -> None:
    """The master stops right after the next read of the store's health."""
    deployment.after_next("health", master_stopped)


def no_active_master(deployment: Deployment) -> None:
    """No machine is the active master, and nothing replicates."""
    master_stopped(deployment)
    deployment.replication.master = None


def no_file_transfer_agent(deployment: Deployment) -> None:
    """No file transfer agent is active: packages are built and do not arrive."""
    deployment.replication.file_transfer_agent = None
    for replica in deployment.replication.replicas.values():
        replica.receives = False


def master_moves(deployment: Deployment, seconds: str = "-120") -> None:
    """Right after the next write another Front End becomes the master; its clock is off by so many seconds."""

    def move(moved: Deployment) -> None:
        pool = moved.topology.pool_of(moved.replication.master or "")
        others = [name for name in (pool.computers if pool else ()) if name != moved.replication.master]
        moved.replication.move_master(others[0] if others else f"lyncfe99.{moved.domain}", float(seconds))

    deployment.after_next("write", move)


def package_between_writes(deployment: Deployment) -> None:
    """A package is built, sent and reported right after the next write: a second write is not in it."""
    deployment.after_next("write", lambda written: written.replication.build_now(everywhere_at_once=True))


def public_provider_in_the_way(
    deployment: Deployment, identity: str = "Partner", proxy: str = EXCHANGE_ONLINE_PROXY
) -> None:
    """A public provider has Exchange Online's proxy FQDN."""
    item = public_provider(identity, proxy, Enabled=True)
    deployment.seed(lambda content: content.with_item("public_providers", item))


def provider_under_another_name(
    deployment: Deployment, identity: str = "Hosted Voicemail", verification: str = "UseSourceVerification"
) -> None:
    """A hosting provider under another name has Exchange Online's proxy FQDN and the documented values."""
    item = hosting_provider(
        identity,
        EXCHANGE_ONLINE_PROXY,
        Enabled=True,
        EnabledSharedAddressSpace=True,
        VerificationLevel=verification,
    )
    deployment.seed(lambda content: content.with_item("hosting_providers", item))


def provider_present(deployment: Deployment) -> None:
    """The integration with Exchange Online is complete: federation on, the provider as documented, everywhere."""
    deployment.seed(lambda content: content.with_access_edge(AllowFederatedUsers=True))
    provider_under_another_name(deployment, "Exchange Online")


def split_domain(deployment: Deployment) -> None:
    """Lync Online's provider of a split domain, with open federation (TechNet, configure federation with Lync Online)."""
    item = hosting_provider(
        "LyncOnline",
        "sipfed.online.lync.com",
        Enabled=True,
        EnabledSharedAddressSpace=True,
        HostsOCSUsers=True,
        VerificationLevel="UseSourceVerification",
        AutodiscoverUrl="https://webdir.online.lync.com/Autodiscover/AutodiscoverService.svc/root",
    )
    deployment.seed(
        lambda content: content.with_item("hosting_providers", item).with_access_edge(
            AllowFederatedUsers=True, EnablePartnerDiscovery=True
        )
    )


def default_routing(deployment: Deployment) -> None:
    """The Access Edge service uses a default route; there are no providers."""
    deployment.seed(
        lambda content: replace(content, hosting_providers={}, public_providers={}).with_access_edge(
            RoutingMethod=DEFAULT_ROUTE, DefaultRouteFqdn=f"proxy.{deployment.domain}"
        )
    )


TABLE: Mapping[str, Situation] = {
    "silent-branch-appliance": silent_branch_appliance,
    "removed-server-listed": removed_server_listed,
    "removed-server-deleted": removed_server_deleted,
    "edge-silent": edge_silent,
    "edge-deaf": edge_deaf,
    "edge-never-filled": edge_never_filled,
    "edge-drifted": edge_drifted,
    "edge-stuck-content": edge_stuck_content,
    "edge-clock-off": edge_clock_off,
    "stamps-frozen": stamps_frozen,
    "master-stopped": master_stopped,
    "master-stops-after-health": master_stops_after_health,
    "no-active-master": no_active_master,
    "no-file-transfer-agent": no_file_transfer_agent,
    "master-moves": master_moves,
    "package-between-writes": package_between_writes,
    "public-provider": public_provider_in_the_way,
    "provider-under-another-name": provider_under_another_name,
    "provider-present": provider_present,
    "split-domain": split_domain,
    "default-routing": default_routing,
}


def _edge(deployment: Deployment, name: str) -> Replica:
    edges = deployment.topology.edges()
    wanted = [edge for edge in edges if not name or edge.lower().split(".")[0] == name.lower().split(".")[0]]
    if not wanted:
        raise ValueError(f"deployment {deployment.name} has no Edge Server {name!r}")
    return deployment.replication.replicas[wanted[0].lower()]


def _silent(deployment: Deployment, replica: Replica, days: float) -> None:
    then = deployment.clock.now() - days * DAY
    replica.receives = replica.reports = False
    replica.reported = -1
    replica.last_status_report = then
    replica.last_update_creation = then + DAY
