# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outside of a lab: one DNS server, and the first Edge Server of each pool on a loopback address that its zone has."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lynclab.deployment.deployment import Deployment
from lynclab.outside.access_edge import AccessEdge
from lynclab.outside.name_server import NameServer


class Outside:
    """Answers between ``start`` and ``stop``. Other processes reach it; it reaches nothing."""

    def __init__(self, deployments: Sequence[Deployment]) -> None:
        self._deployments = deployments
        self._names = NameServer([deployment.zone for deployment in deployments])
        self._edges: list[AccessEdge] = []

    @property
    def name_server(self) -> str:
        """Address and port of the DNS server."""
        return f"127.0.0.1:{self._names.port}"

    def write_authorities(self, file: Path) -> None:
        """Write the certificates that a client is to trust."""
        file.write_bytes(b"".join(deployment.public_authority.certificate for deployment in self._deployments))

    def start(self) -> None:
        """Listen, and put the addresses into the zones."""
        try:
            for deployment in self._deployments:
                for pool in deployment.topology.pools:
                    if pool.is_edge:
                        edge = AccessEdge(deployment, pool.computers[0])
                        edge.start()
                        self._edges.append(edge)
                        _move(deployment, pool.external_fqdn, edge.address)
            self._names.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Listen no longer."""
        self._names.stop()
        edges, self._edges = self._edges, []
        for edge in edges:
            edge.stop()


def _move(deployment: Deployment, external_fqdn: str, address: str) -> None:
    """Give the names of an Access Edge another address: its own, and those of the SIP domains that lead to it."""
    zone = deployment.zone
    before = {record.address for record in zone.find(external_fqdn, "A").records}  # type: ignore[attr-defined]
    for name in (external_fqdn, *(f"sip.{domain.name}" for domain in deployment.topology.sip_domains)):
        if before & {record.address for record in zone.find(name, "A").records}:  # type: ignore[attr-defined]
            zone.put(name, "A", address)
