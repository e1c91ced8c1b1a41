# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resolve-DnsName: what the machine's own DNS servers answer (learn.microsoft.com Resolve-DnsName, module DnsClient).

Windows has it from Windows 8 and Server 2012 on. A name that does not exist, and no answer, are errors with the ids of Win32;
a name without records of the type brings the zone's SOA record, as authority. Property names from scripts that use them
and from what PowerShell shows; ``Type``, ``NameTarget`` and ``IPAddress`` are aliases of QueryType, Target and
IP4Address there, and travel beside these.
"""

from __future__ import annotations

from typing import Any

from lynclab.cmdlets.invocation import Invocation
from lynclab.deployment.zone import Found, Status
from lynclab.powershell import errors
from lynclab.powershell.core_cmdlets import RECORD_TYPES
from lynclab.powershell.values import EnumValue, PSObject

_NAMESPACE = "Microsoft.DnsClient.Commands"
_UNKNOWN = ("DNS_ERROR_RCODE_NAME_ERROR", "DNS name does not exist", errors.RESOURCE_UNAVAILABLE)
_ERRORS = {
    Status.NO_SUCH_NAME: _UNKNOWN,
    Status.REFUSED: _UNKNOWN,
    Status.UNANSWERED: (
        "ERROR_TIMEOUT",
        "This operation returned because the timeout period expired",
        errors.OPERATION_TIMEOUT,
    ),
}


def resolve(call: Invocation) -> None:
    """Write the records of a name, of one type: by default its addresses."""
    name = str(call.binding.get("Name")).rstrip(".")
    asked = call.binding.get("Type")
    type_name = asked.name if isinstance(asked, EnumValue) and asked.name in ("SRV", "AAAA") else "A"
    zone = call.deployment.zone_for(call.fqdn)
    found = zone.find(name, type_name)
    if found.status in _ERRORS:
        error_id, text, category = _ERRORS[found.status]
        call.error(errors.no_dns_answer(call.syntax, error_id, name, text, category))
    elif not found.records:
        _write(call, zone.find(zone.origin, "SOA"), "Authority")
    else:
        _write(call, found, "Answer")
        for record in found.records:
            if type_name == "SRV":
                additional = zone.find(record.target.to_text(omit_final_dot=True), "A")  # type: ignore[attr-defined]
                if additional.status is Status.ANSWERED:
                    _write(call, additional, "Additional")


def _write(call: Invocation, found: Found, section: str) -> None:
    kind = EnumValue(f"{_NAMESPACE}.RecordType", found.type, RECORD_TYPES[found.type])
    for record in found.records:
        class_name = f"{_NAMESPACE}.DnsRecord_{found.type}"
        properties = {
            "QueryType": kind,
            **_data(found.type, record),
            "Name": found.name,
            "Section": section,
            "TTL": found.lifetime,
            "Type": kind,
        }
        call.write(PSObject((class_name, f"{_NAMESPACE}.DnsRecord", "System.Object"), class_name, properties))


def _data(type_name: str, record: Any) -> dict[str, Any]:
    if type_name == "SRV":
        target = record.target.to_text(omit_final_dot=True)
        own = {"Target": target, "Priority": record.priority, "Weight": record.weight, "Port": record.port}
        return {**own, "NameTarget": target}
    if type_name == "SOA":
        return {"PrimaryServer": record.mname.to_text(omit_final_dot=True), "SerialNumber": record.serial}
    own_address = "IP4Address" if type_name == "A" else "IP6Address"
    return {own_address: record.address, "IPAddress": record.address}
