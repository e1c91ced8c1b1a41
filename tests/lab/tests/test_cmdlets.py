# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documented rules of the cmdlets, on the engine alone."""

from __future__ import annotations

from typing import Any

import pytest
from labtests.engine import ADMIN, Engine

from lynclab.powershell.values import SWITCH, Command
from lynclab.spec import LabSpec

EXCHANGE: dict[str, Any] = {
    "Identity": "Exchange Online",
    "ProxyFqdn": "exap.um.outlook.com",
    "Enabled": True,
    "EnabledSharedAddressSpace": True,
    "HostsOCSUsers": False,
}


@pytest.fixture
def engine() -> Engine:
    return Engine(LabSpec(sites=1))


def access_edge(engine: Engine) -> dict[str, Any]:
    value: dict[str, Any] = engine.run("Get-CsAccessEdgeConfiguration")[0]
    return value


# Access Edge


def test_the_class_depends_on_the_routing_method(engine: Engine) -> None:
    assert {"EnablePartnerDiscovery", "BeClearingHouse"} <= set(access_edge(engine))
    engine.run("Set-CsAccessEdgeConfiguration", UseDefaultRouting=SWITCH, DefaultRouteFqdn="next.hop")
    now = access_edge(engine)
    assert (now["RoutingMethod"], now["DefaultRouteFqdn"]) == ("UseDefaultRouting", "next.hop")
    assert "EnablePartnerDiscovery" not in now


def test_dns_routing_without_discovery_closes_discovery(engine: Engine) -> None:
    engine.run("Set-CsAccessEdgeConfiguration", UseDnsSrvRouting=SWITCH, EnablePartnerDiscovery=True)
    assert access_edge(engine)["EnablePartnerDiscovery"] is True
    engine.run("Set-CsAccessEdgeConfiguration", AllowFederatedUsers=True)
    assert access_edge(engine)["EnablePartnerDiscovery"] is True
    engine.run("Set-CsAccessEdgeConfiguration", UseDnsSrvRouting=SWITCH, BeClearingHouse=False)
    assert access_edge(engine)["EnablePartnerDiscovery"] is False


def test_set_touches_only_what_was_given(engine: Engine) -> None:
    before = access_edge(engine)
    engine.run("Set-CsAccessEdgeConfiguration", OutgoingTlsCountForFederatedPartners=2)
    assert access_edge(engine) == before | {"OutgoingTlsCountForFederatedPartners": 2}


def test_default_routing_needs_a_route(engine: Engine) -> None:
    engine.run("Set-CsAccessEdgeConfiguration", UseDefaultRouting=SWITCH)
    assert engine.error_ids == ["DefaultRouteFqdnMissing"]


@pytest.mark.parametrize("kind", ["Hosting", "Public"])
def test_default_routing_is_refused_while_a_provider_exists(engine: Engine, kind: str) -> None:
    engine.run(f"New-Cs{kind}Provider", Identity="X", ProxyFqdn="x.y", Enabled=True)
    engine.run("Set-CsAccessEdgeConfiguration", UseDefaultRouting=SWITCH, DefaultRouteFqdn="next.hop")
    assert engine.error_ids == ["ProvidersExist"]
    assert access_edge(engine)["RoutingMethod"] == "UseDnsSrvRouting"


def test_there_is_only_the_global_object(engine: Engine) -> None:
    assert engine.run("Get-CsAccessEdgeConfiguration", Identity="site:Lisbon") == []
    assert engine.error_ids == ["CannotFindItem"]


# Providers


def test_new_writes_the_object_with_the_documented_defaults(engine: Engine) -> None:
    (provider,) = engine.run("New-CsHostingProvider", **EXCHANGE)
    assert provider["VerificationLevel"] == "AlwaysVerifiable"
    assert (provider["IsLocal"], provider["SipClientPort"], provider["AutodiscoverUrl"]) == (False, 443, None)
    assert engine.run("Get-CsHostingProvider") == [provider]


def test_set_writes_nothing_and_keeps_the_rest(engine: Engine) -> None:
    (before,) = engine.run("New-CsHostingProvider", **EXCHANGE)
    assert engine.run("Set-CsHostingProvider", Identity="exchange online", Enabled=False) == []
    assert engine.run("Get-CsHostingProvider") == [before | {"Enabled": False}]


@pytest.mark.parametrize(
    ("noun", "identity", "proxy", "error_id"),
    [
        ("Hosting", "EXCHANGE ONLINE", "a.b", "DuplicateIdentity"),
        ("Hosting", "Other", "EXAP.um.outlook.com", "DuplicateProxyFqdn"),
        ("Public", "Exchange Online", "a.b", "DuplicateIdentity"),
        ("Public", "Other", "exap.um.outlook.com", "DuplicateProxyFqdn"),
    ],
)
def test_names_and_proxies_are_unique_over_both_kinds(
    engine: Engine, noun: str, identity: str, proxy: str, error_id: str
) -> None:
    engine.run("New-CsHostingProvider", **EXCHANGE)
    engine.run(f"New-Cs{noun}Provider", Identity=identity, ProxyFqdn=proxy, Enabled=True)
    assert engine.error_ids == [error_id]
    assert len(engine.run(f"Get-Cs{noun}Provider")) == (1 if noun == "Hosting" else 0)


def test_no_provider_is_created_under_default_routing(engine: Engine) -> None:
    engine.run("Set-CsAccessEdgeConfiguration", UseDefaultRouting=SWITCH, DefaultRouteFqdn="next.hop")
    engine.run("New-CsHostingProvider", **EXCHANGE)
    assert engine.error_ids == ["DefaultRouting"]


@pytest.mark.parametrize(("verb", "enabled"), [("Enable", True), ("Disable", False)])
def test_enable_and_disable_fail_when_it_is_so_already(engine: Engine, verb: str, enabled: bool) -> None:
    engine.run("New-CsHostingProvider", **EXCHANGE | {"Enabled": not enabled})
    engine.run(f"{verb}-CsHostingProvider", Identity="Exchange Online")
    assert engine.errors == []
    engine.run(f"{verb}-CsHostingProvider", Identity="Exchange Online")
    assert engine.error_ids == ["AlreadyInState"]


@pytest.mark.parametrize("verb", ["Get", "Set", "Remove", "Enable"])
def test_an_unknown_identity_is_a_non_terminating_error(engine: Engine, verb: str) -> None:
    engine.run(f"{verb}-CsHostingProvider", Identity="nope")
    assert [(error.error_id, error.terminating) for error in engine.errors] == [("CannotFindItem", False)]


def test_the_proxy_cannot_be_changed(engine: Engine) -> None:
    engine.run("New-CsHostingProvider", **EXCHANGE)
    engine.run("Set-CsHostingProvider", Identity="Exchange Online", ProxyFqdn="a.b")
    assert engine.error_ids == ["NamedParameterNotFound"]


def test_a_filter_matches_the_identity(engine: Engine) -> None:
    engine.run("New-CsHostingProvider", **EXCHANGE)
    assert len(engine.run("Get-CsHostingProvider", Filter="exch*")) == 1
    assert engine.run("Get-CsHostingProvider", Filter="*outlook*") == []


def test_an_uncommitted_object_is_committed_through_instance(engine: Engine) -> None:
    uncommitted = Command("New-CsHostingProvider", (*EXCHANGE.items(), ("InMemory", SWITCH)))
    engine.pipeline(uncommitted)
    assert engine.run("Get-CsHostingProvider") == []
    engine.pipeline(uncommitted, Command("Set-CsHostingProvider"))
    assert engine.run("Get-CsHostingProvider")[0]["Identity"] == "Exchange Online"


def test_objects_go_down_the_pipe(engine: Engine) -> None:
    engine.run("New-CsHostingProvider", **EXCHANGE)
    engine.pipeline(Command("Get-CsHostingProvider"), Command("Set-CsHostingProvider", (("Enabled", False),)))
    assert engine.run("Get-CsHostingProvider")[0]["Enabled"] is False
    engine.pipeline(Command("Get-CsHostingProvider"), Command("Remove-CsHostingProvider"))
    assert engine.run("Get-CsHostingProvider") == []


# Topology


def test_the_topology_names_the_same_things_everywhere() -> None:
    engine = Engine(LabSpec(sites=3, edges=2))
    pools = {pool["Fqdn"]: pool for pool in engine.run("Get-CsPool")}
    edge_services = engine.run("Get-CsService", EdgeServer=SWITCH)
    assert [service["PoolFqdn"] for service in edge_services] == [f for f in pools if "edgepool" in f]
    for service in edge_services:
        computers = engine.run("Get-CsComputer", Pool=service["PoolFqdn"])
        assert tuple(computer["Fqdn"] for computer in computers) == pools[service["PoolFqdn"]]["Computers"]
    assert [site["Identity"] for site in engine.run("Get-CsSite")] == ["Site:Lisbon", "Site:Zurich", "Site:Osaka"]
    (manager,) = engine.run("Get-CsService", CentralManagement=SWITCH)
    assert manager["PoolFqdn"] == "lyncpool.contoso.example"
    (health,) = engine.run("Get-CsManagementStoreReplicationStatus", CentralManagementStoreStatus=SWITCH)
    assert health["ActiveMasterFqdn"] in pools[manager["PoolFqdn"]]["Computers"]
    assert len(health["ActiveReplicas"]) == 8
    assert [domain["IsDefault"] for domain in engine.run("Get-CsSipDomain")] == [True, False]


def test_lync_2010_has_fewer_properties() -> None:
    engine = Engine(LabSpec(sites=1, situations=("lync2010",)))
    engine.run("New-CsHostingProvider", **EXCHANGE)
    provider = engine.run("Get-CsHostingProvider")[0]
    assert not {"AutodiscoverUrl", "SipClientPort"} & set(provider)
    assert "DiscoveredPartnerVerificationLevel" not in access_edge(engine)
    assert engine.status()["lyncedge01"]["ProductVersion"].startswith("4.0.")


# Common parameters


def test_what_if_changes_nothing_and_says_nothing(engine: Engine) -> None:
    engine.run("New-CsHostingProvider", **EXCHANGE, WhatIf=SWITCH)
    assert engine.records == []
    assert engine.run("Get-CsHostingProvider") == []


def test_confirmation_needs_a_host(engine: Engine) -> None:
    engine.run("Set-CsAccessEdgeConfiguration", AllowFederatedUsers=True, Confirm=True)
    assert engine.error_ids == ["HostFunctionNotImplemented"]
    assert access_edge(engine)["AllowFederatedUsers"] is False


def test_error_action(engine: Engine) -> None:
    engine.run("Get-CsHostingProvider", Identity="nope", ErrorAction="SilentlyContinue")
    assert engine.records == []
    engine.run("Get-CsHostingProvider", Identity="nope", ErrorAction="Stop")
    assert engine.errors[0].terminating


def test_an_error_of_one_statement_lets_the_others_run(engine: Engine) -> None:
    found = engine.pipeline(
        Command("Get-CsHostingProvider", (("Bogus", 1),), ends_statement=True),
        Command("Get-CsNothing", ends_statement=True),
        Command("Get-CsSite", ends_statement=True),
    )
    assert [(e.error_id, e.terminating) for e in engine.errors] == [
        ("NamedParameterNotFound", False),
        ("CommandNotFoundException", False),
    ]
    assert len(found) == 1


@pytest.mark.parametrize("name", ["Test-CsFederatedPartner", "Enable-CsReplica"])
def test_what_the_lab_lacks_it_says(engine: Engine, name: str) -> None:
    arguments = {
        "Test-CsFederatedPartner": {"TargetFqdn": "x", "Domain": "y"},
    }
    engine.run(name, logon=ADMIN, **arguments.get(name, {}))
    assert engine.error_ids == ["LabCmdletNotImplemented"]


def test_the_configuration_is_exported_as_the_bytes_of_a_zip_file(engine: Engine) -> None:
    (archive,) = engine.run("Export-CsConfiguration", logon=ADMIN, AsBytes=True)
    assert isinstance(archive, bytes)
    assert archive.startswith(b"PK")
    engine.run("Export-CsConfiguration", logon=ADMIN, FileName="x")
    assert engine.error_ids[-1:] == ["LabFileNotWritten"]
