# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an Edge Server finds in DNS and shows to the Internet, by the cmdlets that read it there."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from labtests.engine import EDGE_ADMIN, Engine

from lynclab.spec import LabSpec

EDGE = "lyncedge01"
RECORD = "_sipfederationtls._tcp.contoso.example"


def show(*texts: str, **spec: Any) -> Engine:
    return Engine(LabSpec(**{"sites": 1, "edges": 2, "situations": texts, **spec}))


def on_edge(engine: Engine, name: str, *, on: str = EDGE, **arguments: Any) -> list[Any]:
    return engine.run(name, on=on, path="/wsman", logon=EDGE_ADMIN, **arguments)


def resolved(engine: Engine, name: str, type_name: str, **how: Any) -> list[dict[str, Any]]:
    return on_edge(engine, "Resolve-DnsName", Name=name, Type=type_name, DnsOnly=True, **how)


@pytest.mark.parametrize("domain", ["contoso.example", "sales.contoso.example"])
def test_each_sip_domain_has_a_federation_record_in_itself(domain: str) -> None:
    record, address = resolved(show(), f"_sipfederationtls._tcp.{domain}", "SRV")
    assert (
        record.items()
        >= {"NameTarget": f"sip.{domain}", "Target": f"sip.{domain}", "Port": 5061, "Type": "SRV"}.items()
    )
    assert (address["Section"], address["IPAddress"]) == ("Additional", "192.0.2.10")
    assert resolved(show(), f"sip.{domain}", "A")[0]["IP4Address"] == "192.0.2.10"


def test_a_name_without_records_of_the_type_brings_the_authority() -> None:
    (found,) = resolved(show(), "sip.contoso.example", "SRV")
    assert (found["Type"], found["Section"]) == ("SOA", "Authority")


@pytest.mark.parametrize(
    ("situation", "name", "error_id", "category"),
    [
        ("srv-missing", RECORD, "DNS_ERROR_RCODE_NAME_ERROR", 21),
        ("srv-unknown-to-edge", RECORD, "DNS_ERROR_RCODE_NAME_ERROR", 21),
        ("srv-missing", "sip.fourthcoffee.example", "DNS_ERROR_RCODE_NAME_ERROR", 21),
        ("dns-silent", RECORD, "ERROR_TIMEOUT", 15),
    ],
)
def test_no_record_is_an_error(situation: str, name: str, error_id: str, category: int) -> None:
    engine = show(situation)
    assert resolved(engine, name, "SRV") == []
    (error,) = engine.errors
    assert (error.error_id, error.category, error.terminating) == (error_id, category, False)
    assert error.origin == "Microsoft.DnsClient.Commands.ResolveDnsName"
    assert error.message.startswith(f"{name} : ")


def test_only_the_named_edge_sees_another_zone() -> None:
    engine = show("srv-unknown-to-edge:lyncedge02")
    assert resolved(engine, RECORD, "SRV")
    assert not resolved(engine, RECORD, "SRV", on="lyncedge02")


def test_records_that_lead_elsewhere() -> None:
    assert resolved(show("srv-other-port"), RECORD, "SRV")[0]["Port"] == 443
    (record, address) = resolved(show("srv-other-target"), RECORD, "SRV")
    assert (record["NameTarget"], address["IPAddress"]) == ("old.contoso.example", "192.0.2.250")
    (record,) = resolved(show("srv-other-target:sip.fourthcoffee.example"), RECORD, "SRV")
    assert record["NameTarget"] == "sip.fourthcoffee.example"


def test_windows_server_2008_r2_has_no_resolve_dnsname() -> None:
    engine = show("no-resolve-dnsname:edges")
    resolved(engine, RECORD, "SRV")
    assert engine.error_ids == ["CommandNotFoundException"]


def test_the_certificate_of_an_access_edge() -> None:
    engine = show()
    (found,) = on_edge(engine, "Get-CsCertificate", Type="AccessEdgeExternal")
    assert list(found) == [
        "Issuer",
        "NotAfter",
        "NotBefore",
        "SerialNumber",
        "Subject",
        "AlternativeNames",
        "Thumbprint",
        "Use",
    ]
    assert found["AlternativeNames"] == ("sip.contoso.example", "sip.sales.contoso.example")
    assert (found["Subject"], found["Use"]) == ("CN=sip.contoso.example", "AccessEdgeExternal")
    left = found["NotAfter"] - dt.datetime.fromtimestamp(engine.clock.now(), dt.timezone.utc)
    assert left.days == 200
    assert len(on_edge(engine, "Get-CsCertificate")) == 3


def test_a_certificate_with_other_names_or_another_end() -> None:
    engine = show("external-certificate-ends:-3:lyncedge02", "external-certificate-names:a.example+b.example")
    found = on_edge(engine, "Get-CsCertificate", Type="AccessEdgeExternal", on="lyncedge02")[0]
    assert found["AlternativeNames"] == ("a.example", "b.example")
    assert found["NotAfter"].timestamp() < engine.clock.now()
    assert on_edge(engine, "Get-CsCertificate")[0]["NotAfter"].timestamp() > engine.clock.now()


def test_no_role_has_get_cscertificate() -> None:
    engine = show()
    engine.run("Get-CsCertificate")
    assert engine.error_ids == ["CommandNotFoundException"]


def test_another_build() -> None:
    assert show("product-version:6.0.9319.516").status()[EDGE]["ProductVersion"] == "6.0.9319.516"
