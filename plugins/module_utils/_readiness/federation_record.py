# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SRV record by which partners, and Exchange Online, find the Access Edge of a SIP domain.

Sources: TechNet, "Create a DNS SRV record for integration with hosted Exchange UM" of Lync Server 2013 (port 5061, the external
FQDN of the Edge pool, in the domain) and learn.microsoft.com, "Plan hybrid connectivity" (the Edge Servers themselves must resolve
the record of every SIP domain to the Access Edge's external address, with strict DNS name matching).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .._core.outside import Names, Srv
from .._replication.topology import FEDERATION_PORT
from .rows import Outcome, Row, bad, good, not_checked

CHECK = "federation record"

_WORST_FIRST = (Outcome.BAD, Outcome.NOT_CHECKED, Outcome.GOOD)


@dataclass(frozen=True)
class FederationRecord:
    """The row of one SIP domain, and the names in it to which its record leads."""

    row: Row
    targets: tuple[str, ...] = ()


def record_name(sip_domain: str) -> str:
    return f"_sipfederationtls._tcp.{sip_domain}"


def federation_record(names: Names, sip_domain: str, access_edges: Sequence[str]) -> FederationRecord:
    """
    :param access_edges: the external names of the Edge pools that carry federation; none: not known.
    """
    looked = names.federation(record_name(sip_domain))
    if looked.problem:
        return FederationRecord(not_checked(CHECK, sip_domain, looked.problem))
    if not looked.records:
        return FederationRecord(bad(CHECK, sip_domain, f"there is no SRV record {record_name(sip_domain)}"))
    rows = [_row(names, sip_domain, record, access_edges) for record in looked.records]
    inside = tuple(record.target for record in looked.records if _in(record.target, sip_domain))
    return FederationRecord(min(rows, key=lambda row: _WORST_FIRST.index(row.outcome)), inside)


def _row(names: Names, sip_domain: str, record: Srv, access_edges: Sequence[str]) -> Row:
    if not record.target:
        return bad(
            CHECK, sip_domain, f"{record_name(sip_domain)} says that there is no such service: its target is a dot"
        )
    if record.port != FEDERATION_PORT:
        return bad(CHECK, sip_domain, f"leads to {record}; federation uses port {FEDERATION_PORT}")
    if not _in(record.target, sip_domain):
        why = f"leads to {record}, a name that is not in {sip_domain}: strict DNS name matching refuses it"
        return bad(CHECK, sip_domain, why)
    looked = names.addresses(record.target)
    if looked.problem:
        return not_checked(CHECK, sip_domain, f"leads to {record}; its address is not known: {looked.problem}")
    if not looked.addresses:
        return bad(CHECK, sip_domain, f"leads to {record}, a name without an address")
    if not access_edges:
        why = f"leads to {record}; the external name of the Access Edge is not known, so it was not compared"
        return not_checked(CHECK, sip_domain, why)
    if _folded(record.target) in map(_folded, access_edges):
        return good(CHECK, sip_domain, f"leads to {record}, the Access Edge's external name")
    return _by_address(names, sip_domain, record, looked.addresses, access_edges)


def _by_address(
    names: Names, sip_domain: str, record: Srv, addresses: Sequence[str], access_edges: Sequence[str]
) -> Row:
    """A further SIP domain has a name of its own for the same Access Edge."""
    problems = []
    for access_edge in access_edges:
        looked = names.addresses(access_edge)
        if set(looked.addresses) & set(addresses):
            return good(CHECK, sip_domain, f"leads to {record}, at the address of {access_edge}")
        if not looked.addresses:
            problems.append(f"{access_edge} has no address here{f': {looked.problem}' if looked.problem else ''}")
    if problems:
        return not_checked(CHECK, sip_domain, f"leads to {record}, which could not be compared: {'; '.join(problems)}")
    why = f"leads to {record} ({', '.join(addresses)}), which is not the address of {' or '.join(access_edges)}"
    return bad(CHECK, sip_domain, why)


def _in(name: str, domain: str) -> bool:
    return _folded(name).endswith(f".{_folded(domain)}")


def _folded(name: str) -> str:
    return name.rstrip(".").casefold()
