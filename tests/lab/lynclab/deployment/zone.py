# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The public DNS zone of a deployment: a zone file (RFC 1035, section 5) that is read when somebody asks.

A deployment has an address for each Access Edge and a federation record for each SIP domain, which leads to a name in that
domain: a partner with strict DNS name matching follows no other (TechNet, DNS requirements of external user access).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdataset
import dns.rdatatype
import dns.zone

from lynclab.deployment.topology import FEDERATION_PORT, Topology

LIFETIME = 3600
FEDERATION = "_sipfederationtls._tcp"


class Status(Enum):
    """How a question ended: with records or without any of the type, with an unknown name, or with no answer."""

    ANSWERED = "answered"
    NO_SUCH_NAME = "no such name"
    REFUSED = "another zone's"
    UNANSWERED = "unanswered"


@dataclass(frozen=True)
class Found:
    """An answer: the owner's name and its records of the type that was asked for, none where it has others only."""

    status: Status
    name: str = ""
    type: str = ""
    lifetime: int = LIFETIME
    records: tuple[dns.rdata.Rdata, ...] = ()


@dataclass
class Zone:
    """A zone. ``silent``: its servers do not answer at present. Every method may be called from any thread."""

    origin: str
    text: str
    silent: bool = False
    _zone: dns.zone.Zone | None = field(default=None, repr=False)

    def find(self, name: str, type_name: str) -> Found:
        """What the zone has of that type under a name, with or without its dot at the end."""
        if self.silent:
            return Found(Status.UNANSWERED)
        asked = dns.name.from_text(name)
        zone = self._read()
        if not asked.is_subdomain(dns.name.from_text(self.origin)):
            return Found(Status.REFUSED)
        node = zone.get_node(asked)
        if node is None:
            inner = any(owner.is_subdomain(asked) for owner in zone.nodes)
            return Found(Status.ANSWERED if inner else Status.NO_SUCH_NAME, name, type_name)
        records = node.get_rdataset(dns.rdataclass.IN, dns.rdatatype.from_text(type_name))
        if records is None:
            return Found(Status.ANSWERED, name, type_name)
        return Found(Status.ANSWERED, asked.to_text(omit_final_dot=True), type_name, records.ttl, tuple(records))

    def put(self, name: str, type_name: str, *values: str) -> None:
        """Give a name these records of one type in place of those that it has; none: take them away.

        Names in the values end with a dot, or are inside of the zone.
        """
        zone = self._read()
        owner = dns.name.from_text(name)
        kind = dns.rdatatype.from_text(type_name)
        zone.delete_rdataset(owner, kind)
        if values:
            records = dns.rdataset.from_text_list(
                dns.rdataclass.IN, kind, LIFETIME, values, origin=zone.origin, relativize=False
            )
            zone.replace_rdataset(owner, records)
        self.text = zone.to_text(relativize=False)

    def _read(self) -> dns.zone.Zone:
        if self._zone is None:
            self._zone = dns.zone.from_text(self.text, origin=self.origin, relativize=False, check_origin=False)
        return self._zone


def federation_name(sip_domain: str) -> str:
    """Where partners look for the Access Edge of a SIP domain."""
    return f"{FEDERATION}.{sip_domain}"


def zone_of(domain: str, topology: Topology, addresses: Iterable[str]) -> Zone:
    """The zone of a deployment whose Edge pools have these addresses, in their order."""
    lines = [f"$ORIGIN {domain}.", f"$TTL {LIFETIME}", "@ SOA ns1 hostmaster 1 7200 900 1209600 86400", "@ NS ns1"]
    pools = [pool for pool in topology.pools if pool.external_fqdn]
    of_pools = list(zip(pools, addresses, strict=False))
    lines += [f"{pool.external_fqdn}. A {address}" for pool, address in of_pools]
    federating = next((address for pool, address in of_pools if pool.external_sip_port == FEDERATION_PORT), None)
    if federating is not None:
        for sip in topology.sip_domains:
            if sip.name != domain:
                lines.append(f"sip.{sip.name}. A {federating}")
            lines.append(f"{federation_name(sip.name)}. SRV 0 0 {FEDERATION_PORT} sip.{sip.name}.")
    return Zone(domain, "\n".join(lines) + "\n")
