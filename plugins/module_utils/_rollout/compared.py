# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether two readings are of one Central Management store. Two forests may have a master of the same name, so more must agree."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from .reading import Reading


def identity(reading: Reading) -> str | None:
    """A digest that only readings of one store have in common: master, machines, SIP domains; None where not all is known."""
    topology = reading.topology
    if topology is None or reading.central is None or reading.gap("SIP domains"):
        return None
    machines = sorted(
        [pool.casefold(), *sorted(name.casefold() for name in names)] for pool, names in topology.computers.items()
    )
    domains = sorted(domain.casefold() for domain in topology.sip_domains)
    whole = json.dumps([reading.master.casefold(), machines, domains])
    return hashlib.sha256(whole.encode()).hexdigest()


def same(identities: Mapping[str, str | None], deployments: Mapping[str, str]) -> dict[str, list[str]]:
    """
    :param identities: by management host.
    :param deployments: by management host, the name of its deployment.
    :return: by management host, the names of other deployments with the same store; hosts without any are missing.
    """
    by_identity: dict[str, list[str]] = {}
    for host, found in identities.items():
        if found:
            by_identity.setdefault(found, []).append(host)
    others = {
        host: sorted({deployments[other] for other in hosts} - {deployments[host]})
        for hosts in by_identity.values()
        for host in hosts
    }
    return {host: names for host, names in others.items() if names}
