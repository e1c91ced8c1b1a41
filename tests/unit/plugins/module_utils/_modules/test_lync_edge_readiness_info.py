# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an Edge Server tells of its readiness, and what it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    CmdletFailed,
    Failure,
    Refused,
    SessionFailed,
)
from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_edge_readiness_info
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils.memory import MemoryTask, validated

NOW = 1_700_000_000.0
EDGE, POOL = "edge01.contoso.com", "edges.contoso.com"
CERTIFICATE = {
    "Subject": "CN=sip.contoso.com",
    "AlternativeNames": ["sip.contoso.com", "sip.fabrikam.com"],
    "NotAfter": "2024-11-14T22:13:20Z",
}


def reading(**changes: Any) -> dict[str, Any]:
    topology = {
        "edge_pools": [
            {"fqdn": POOL, "site": "L", "external_sip_port": 5061, "external_fqdn": "sip.contoso.com"},
            {"fqdn": "edges02.contoso.com", "site": "Z", "external_sip_port": 0, "external_fqdn": "sip02.contoso.com"},
        ],
        "edges": [
            {"fqdn": EDGE, "pool": POOL, "site": "L"},
            {"fqdn": "edge02.contoso.com", "pool": "edges02.contoso.com", "site": "Z"},
        ],
        "sip_domains": ["contoso.com", "fabrikam.com"],
        **changes,
    }
    replica = {
        "fqdn": EDGE,
        "up_to_date": True,
        "last_update_creation": None,
        "last_status_report": None,
        "product_version": "7.0.2046.0",
    }
    return {"host": "fe01", "where": "fe01", "topology": topology, "replicas": [replica]}


def srv(domain: str, target: str, port: int = 5061) -> dict[str, Any]:
    name = f"_sipfederationtls._tcp.{domain}"
    return {"Name": name, "QueryType": "SRV", "Section": "Answer", "Target": target, "Port": port}


def a(name: str, address: str = "192.0.2.10", section: str = "Answer") -> dict[str, Any]:
    return {"Name": name, "QueryType": "A", "Section": section, "IP4Address": address}


ZONE: Mapping[tuple[str, str], list[dict[str, Any]]] = {
    ("_sipfederationtls._tcp.contoso.com", "SRV"): [
        srv("contoso.com", "sip.contoso.com"),
        a("x", "192.0.2.1", "Additional"),
    ],
    ("_sipfederationtls._tcp.fabrikam.com", "SRV"): [srv("fabrikam.com", "sip.fabrikam.com")],
    ("sip.contoso.com", "A"): [a("sip.contoso.com")],
    ("sip.fabrikam.com", "A"): [a("sip.fabrikam.com")],
}


class Server:
    """Answers Get-CsCertificate and Resolve-DnsName."""

    def __init__(self, zone: Mapping[tuple[str, str], Any] | None = None, certificate: Any = None) -> None:
        self.zone = ZONE if zone is None else zone
        self.certificate = CERTIFICATE if certificate is None else certificate

    def answer(self, cmdlet: Cmdlet) -> list[dict[str, Any]]:
        if cmdlet.name == "Get-CsCertificate":
            return answered([self.certificate] if isinstance(self.certificate, dict) else self.certificate)
        found = self.zone.get((cmdlet.parameters["Name"], cmdlet.parameters["Type"]))
        if found is None:
            raise CmdletFailed("Resolve-DnsName", "DNS name does not exist", "DNS_ERROR_RCODE_NAME_ERROR,Microsoft.X")
        return answered(found)


def answered(found: Any) -> list[dict[str, Any]]:
    if isinstance(found, Failure):
        raise found
    return list(found)


def rows(server: Server, host: str = EDGE, **options: Any) -> list[tuple[str, str, str]]:
    task = MemoryTask(server, validated(lync_edge_readiness_info.ARGUMENT_SPEC, **{"reading": reading(), **options}))
    task.host, task.clock = host, NOW
    lync_edge_readiness_info.run(task)
    assert all(set(row) == {"check", "subject", "outcome", "reason"} for row in task.result["rows"])
    assert all(cmdlet.reads for cmdlet in task.was_read)
    assert len(task.was_read) == len(set(map(str, task.was_read)))
    return [(row["check"], row["subject"], row["outcome"]) for row in task.result["rows"]]


def test_all_is_well() -> None:
    assert rows(Server()) == [
        ("federation record", "contoso.com", "good"),
        ("federation record", "fabrikam.com", "good"),
        ("certificate expiry", "sip.contoso.com", "good"),
        ("certificate name", "sip.contoso.com", "good"),
        ("certificate name", "sip.fabrikam.com", "good"),
        ("TLS 1.2", "7.0.2046.0", "good"),
    ]


def test_an_edge_that_carries_no_federation_needs_its_own_name_only() -> None:
    found = rows(Server(), host="edge02.contoso.com")
    assert [row for row in found if row[0] == "certificate name"] == [("certificate name", "sip02.contoso.com", "bad")]
    assert [row[2] for row in found if row[0] == "federation record"] == ["good", "good"]
    assert found[-1] == ("TLS 1.2", "-", "not checked")


def test_a_name_that_does_not_exist_and_one_without_records_are_bad() -> None:
    zone = {**ZONE, ("_sipfederationtls._tcp.fabrikam.com", "SRV"): [{"QueryType": "SOA", "Section": "Authority"}]}
    del zone["_sipfederationtls._tcp.contoso.com", "SRV"]
    assert [row[2] for row in rows(Server(zone)) if row[0] == "federation record"] == ["bad", "bad"]


@pytest.mark.parametrize(
    ("shown", "outcome"),
    [
        ({"Port": "5061"}, "good"),
        ({"Section": None}, "good"),
        ({"Section": "answer"}, "good"),
        ({"Section": 1, "Type": "SRV"}, "good"),
        ({"Target": None}, "not checked"),
        ({"Target": ["sip.contoso.com"]}, "not checked"),
        ({"Port": True}, "not checked"),
        ({"Target": "."}, "bad"),
        ({"Section": "Additional"}, "bad"),
    ],
)
def test_a_record_that_is_there_is_never_said_to_be_missing(shown: Mapping[str, Any], outcome: str) -> None:
    name = "_sipfederationtls._tcp.contoso.com"
    alias = {"Name": name, "Type": "CNAME", "Section": "Answer", "NameHost": "elsewhere.contoso.com"}
    zone = {**ZONE, (name, "SRV"): [alias, {**srv("contoso.com", "sip.contoso.com"), **shown}]}
    assert rows(Server(zone))[0] == ("federation record", "contoso.com", outcome)


def test_an_access_edge_may_have_ipv6_alone() -> None:
    zone = {
        **ZONE,
        ("sip.contoso.com", "AAAA"): [{**a("sip.contoso.com"), "IP4Address": None, "IP6Address": "2001:db8::1"}],
    }
    zone["sip.contoso.com", "A"] = []
    assert rows(Server(zone))[0] == ("federation record", "contoso.com", "good")


def test_without_resolve_dnsname_it_is_asked_once() -> None:
    missing = CmdletFailed("Resolve-DnsName", "not recognised", "CommandNotFoundException")
    zone = dict.fromkeys(ZONE, missing)
    assert [row[2] for row in rows(Server(zone)) if row[0] == "federation record"] == ["not checked"] * 2


@pytest.mark.parametrize(
    ("certificate", "outcome"),
    [
        ([], "bad"),
        (CmdletFailed("Get-CsCertificate", "no", "X"), "not checked"),
        (Failure("does not know Get-CsCertificate"), "not checked"),
        ({**CERTIFICATE, "NotAfter": "2023-11-20T00:00:00Z"}, "bad"),
        ({**CERTIFICATE, "NotAfter": None}, "not checked"),
        ({**CERTIFICATE, "NotBefore": "2023-11-20T00:00:00Z"}, "bad"),
        ({**CERTIFICATE, "NotBefore": None, "NotAfter": "9999-12-31T23:59:59-05:00"}, "good"),
    ],
)
def test_a_certificate(certificate: Any, outcome: str) -> None:
    found = [row for row in rows(Server(certificate=certificate)) if row[0] == "certificate expiry"]
    assert found == [("certificate expiry", "sip.contoso.com", outcome)]


def test_a_lost_session_is_no_row() -> None:
    with pytest.raises(SessionFailed):
        rows(Server(certificate=SessionFailed("gone")))


def test_the_days_are_the_users() -> None:
    assert ("certificate expiry", "sip.contoso.com", "bad") in rows(Server(), certificate_days=400)


def test_a_deployment_whose_topology_was_not_read() -> None:
    found = rows(Server(), reading={"host": "fe01", "where": "fe01"})
    assert ("federation record", "-", "not checked") in found
    assert ("certificate name", EDGE, "not checked") in found


def test_a_machine_that_is_not_in_the_topology() -> None:
    with pytest.raises(Refused, match="no Edge Server edge09"):
        rows(Server(), host="edge09")
    assert rows(Server(), host="edge09", edge=EDGE.upper())


def test_ports_that_are_not_shown_leave_every_pool_possible() -> None:
    pools = [{"fqdn": POOL, "site": "L", "external_fqdn": "sip.contoso.com"}]
    assert ("federation record", "contoso.com", "good") in rows(Server(), reading=reading(edge_pools=pools))
