# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Situations of DNS and certificates, by name: what an Edge Server, or a partner, finds wrong before any message flows.

An Edge is named by the first part of its name; without a name it is every one. A SIP domain without a name is the first one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from lynclab.deployment.deployment import Deployment
from lynclab.deployment.external_certificate import DAY
from lynclab.deployment.topology import FEDERATION_PORT
from lynclab.deployment.zone import Zone, federation_name


def srv_missing(deployment: Deployment, domain: str = "") -> None:
    """A SIP domain has no federation record."""
    deployment.zone.put(federation_name(_domain(deployment, domain)), "SRV")


def srv_other_port(deployment: Deployment, port: str = "443", domain: str = "") -> None:
    """The federation record of a SIP domain names another port than 5061."""
    name = _domain(deployment, domain)
    deployment.zone.put(federation_name(name), "SRV", f"0 0 {port} sip.{name}.")


def srv_other_target(deployment: Deployment, target: str = "", domain: str = "") -> None:
    """The federation record of a SIP domain leads to another name: by default one in the domain, at another address."""
    name = _domain(deployment, domain)
    if not target:
        deployment.zone.put(f"old.{name}", "A", "192.0.2.250")
    deployment.zone.put(federation_name(name), "SRV", f"0 0 {FEDERATION_PORT} {target or f'old.{name}'}.")


def dns_silent(deployment: Deployment, edge: str = "") -> None:
    """The DNS servers of the Edge Servers do not answer."""
    _other_zone(deployment, edge, lambda zone: setattr(zone, "silent", True))


def srv_unknown_to_edge(deployment: Deployment, edge: str = "") -> None:
    """The world knows the federation records; the DNS servers that the Edge Servers ask do not (split DNS)."""

    def change(zone: Zone) -> None:
        for domain in deployment.topology.sip_domains:
            zone.put(federation_name(domain.name), "SRV")

    _other_zone(deployment, edge, change)


def external_certificate_ends(deployment: Deployment, days: str = "14", edge: str = "") -> None:
    """The certificate of an Access Edge ends in so many days; negative: it ended."""
    ends = deployment.clock.now() + float(days) * DAY
    for fqdn in _edges(deployment, edge):
        wanted = deployment.external_names(fqdn)
        assert wanted is not None
        deployment.put_external_certificate(fqdn, replace(wanted, ends=ends))


def external_certificate_names(deployment: Deployment, names: str = "", edge: str = "") -> None:
    """The certificate of an Access Edge has these names only, with a + between them; by default the pool's external name."""
    for fqdn in _edges(deployment, edge):
        wanted = deployment.external_names(fqdn)
        assert wanted is not None
        shown = tuple(names.split("+")) if names else wanted.names[:1]
        deployment.put_external_certificate(fqdn, replace(wanted, names=shown))


def product_version(deployment: Deployment, version: str, edge: str = "") -> None:
    """The replicas of the Edge Servers report another build (product-version:6.0.9319.259)."""
    for fqdn in _edges(deployment, edge):
        deployment.replication.replicas[fqdn.lower()].product_version = version


TABLE: Mapping[str, Callable[..., None]] = {
    situation.__name__.replace("_", "-"): situation
    for situation in (
        srv_missing,
        srv_other_port,
        srv_other_target,
        dns_silent,
        srv_unknown_to_edge,
        external_certificate_ends,
        external_certificate_names,
        product_version,
    )
}


def _domain(deployment: Deployment, domain: str) -> str:
    return domain or deployment.topology.sip_domains[0].name


def _edges(deployment: Deployment, edge: str) -> list[str]:
    short = edge.partition(".")[0].lower()
    found = [fqdn for fqdn in deployment.topology.edges() if short in ("", fqdn.partition(".")[0].lower())]
    if not found:
        raise ValueError(f"deployment {deployment.name} has no Edge Server {edge!r}")
    return found


def _other_zone(deployment: Deployment, edge: str, change: Callable[[Zone], object]) -> None:
    zone = Zone(deployment.zone.origin, deployment.zone.text)
    change(zone)
    for fqdn in _edges(deployment, edge):
        deployment.other_zones[fqdn.lower()] = zone
