# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an administrator sees before the first write: roles, federation, settings that somebody left."""

from __future__ import annotations

from typing import Any

import pytest
from labtests.engine import Engine

from lynclab.inventory import inventory
from lynclab.lab import Lab
from lynclab.powershell.values import SWITCH
from lynclab.situations import catalogue
from lynclab.spec import LabSpec


def show(*texts: str, sites: int = 2) -> Engine:
    return Engine(LabSpec(sites=sites, edges=1, situations=texts))


def ports(engine: Engine) -> list[int]:
    return [service["AccessEdgeExternalSipPort"] for service in engine.run("Get-CsService", EdgeServer=SWITCH)]


def routes(engine: Engine) -> list[str | None]:
    return [site["FederationRoute"] for site in engine.run("Get-CsSite")]


def provider(engine: Engine) -> dict[str, Any]:
    found: dict[str, Any] = engine.run("Get-CsHostingProvider", Identity="Exchange Online")[0]
    return found


def federation(engine: Engine) -> tuple[bool, bool]:
    found = engine.run("Get-CsAccessEdgeConfiguration")[0]
    return found["AllowFederatedUsers"], found["EnablePartnerDiscovery"]


@pytest.mark.parametrize("name", sorted(catalogue.OF_DEPLOYMENTS))
def test_every_situation_has_a_sentence(name: str) -> None:
    assert catalogue.OF_DEPLOYMENTS[name].__doc__


# Roles


def test_the_roles_of_an_account_are_text() -> None:
    engine = show()
    assert engine.run("Get-CsAdminRoleAssignment", Identity="admin") == ["CsAdministrator"]
    assert engine.run("Get-CsAdminRoleAssignment", Identity="nobody") == []
    engine.run("Get-CsAdminRoleAssignment", Identity="LYNCLAB\\admin")
    assert len(engine.errors) == 1
    engine.run("Get-CsAdminRoleAssignment")
    assert engine.errors


def test_a_role_tells_its_cmdlets_and_its_scopes() -> None:
    engine = show()
    role = engine.run("Get-CsAdminRole", Identity="CsViewOnlyAdministrator")[0]
    assert (role["IsStandardRole"], role["ConfigScopes"]) == (True, ("Global",))
    assert "Get-CsPool" in role["Cmdlets"]
    assert "New-CsHostingProvider" not in role["Cmdlets"]
    site = engine.run("Get-CsAdminRole", Identity="CsSiteAdministrator")[0]
    assert (site["IsStandardRole"], site["ConfigScopes"]) == (False, ("site:Lisbon",))


def test_a_custom_role_lacks_one_cmdlet() -> None:
    engine = show("custom-role", "get-command-offered")
    assert engine.run("Get-CsAdminRoleAssignment", Identity="admin") == ["LyncHybridOperators"]
    engine.run("Set-CsAccessEdgeConfiguration", AllowFederatedUsers=True)
    assert not engine.errors
    engine.run("New-CsHostingProvider", Identity="Exchange Online", ProxyFqdn="exap.um.outlook.com", Enabled=True)
    assert engine.error_ids == ["CommandNotFoundException"]
    cmdlets = engine.run("Get-CsAdminRole", Identity="LyncHybridOperators")[0]["Cmdlets"]
    assert "Set-CsHostingProvider" in cmdlets
    assert "New-CsHostingProvider" not in cmdlets


def test_an_account_has_the_rights_of_all_its_roles() -> None:
    engine = show("member-of:CsViewOnlyAdministrator")
    engine.run("Set-CsAccessEdgeConfiguration", AllowFederatedUsers=True)
    assert engine.error_ids == ["CommandNotFoundException"]
    engine = show("member-of:CsViewOnlyAdministrator+CsSiteAdministrator")
    engine.run("Set-CsAccessEdgeConfiguration", AllowFederatedUsers=True)
    assert engine.error_ids[0].startswith("OutOfScope")
    engine = show("member-of:CsSiteAdministrator+CsAdministrator")
    engine.run("Set-CsAccessEdgeConfiguration", AllowFederatedUsers=True)
    assert not engine.errors


def test_rights_that_nobody_tells() -> None:
    engine = show("roles-not-told")
    assert engine.run("Get-CsAdminRoleAssignment", Identity="admin") == []
    engine.run("Set-CsAccessEdgeConfiguration", AllowFederatedUsers=True)
    assert not engine.errors


@pytest.mark.parametrize(
    ("situation", "cmdlet"),
    [
        ("no-get-csadminrole", "Get-CsAdminRole"),
        ("no-get-csadminrole", "Get-CsAdminRoleAssignment"),
        ("no-get-cscomputer", "Get-CsComputer"),
        ("not-offered:Get-CsTopology:Get-CsSite", "Get-CsSite"),
    ],
)
def test_a_cmdlet_that_is_not_offered(situation: str, cmdlet: str) -> None:
    engine = show(situation)
    engine.run(cmdlet)
    assert engine.error_ids == ["CommandNotFoundException"]


# The way to the Internet


def test_one_pool_federates_for_all_sites() -> None:
    engine = show()
    assert ports(engine) == [5061, 0]
    assert routes(engine) == ["EdgeServer:lyncedgepool01.contoso.example"] * 2
    names = [service["AccessEdgeExternalFqdn"] for service in engine.run("Get-CsService", EdgeServer=SWITCH)]
    assert names == ["sip.contoso.example", "sip02.contoso.example"]


@pytest.mark.parametrize(
    ("situation", "expected_ports", "expected_routes"),
    [
        ("no-federating-pool", [0, 0], [None, None]),
        ("no-federation-route", [5061, 0], [None, None]),
        ("federating-ports", [5061, 5061], ["EdgeServer:lyncedgepool01.contoso.example"] * 2),
        (
            "several-federating-pools",
            [5061, 5061],
            ["EdgeServer:lyncedgepool01.contoso.example", "EdgeServer:lyncedgepool02.contoso.example"],
        ),
    ],
)
def test_ports_and_routes(situation: str, expected_ports: list[int], expected_routes: list[str | None]) -> None:
    engine = show(situation)
    assert (ports(engine), routes(engine)) == (expected_ports, expected_routes)


def test_a_server_that_does_not_show_a_property() -> None:
    engine = show("port-not-shown", "route-not-shown", "property-not-shown:Computers")
    assert "AccessEdgeExternalSipPort" not in engine.run("Get-CsService", EdgeServer=SWITCH)[0]
    assert "FederationRoute" not in engine.run("Get-CsSite")[0]
    assert "Computers" not in engine.run("Get-CsPool")[0]
    assert "Fqdn" in engine.run("Get-CsPool")[0]


def test_no_edge_at_all() -> None:
    lab = Lab(LabSpec(sites=1, situations=("no-edge",)))
    assert not lab.deployments[0].topology.edges()
    assert lab.deployments[0].topology.federation_routes == {}
    assert [name.split(".")[0] for name in lab.machines] == ["lyncfe01", "lyncfe02"]


def test_every_front_end_is_a_management_host() -> None:
    with Lab(LabSpec(sites=1, edges=1, situations=("management-hosts",))) as lab:
        groups = inventory(lab)["all"]["children"]
        assert list(groups["lync_management"]["hosts"]) == ["lyncfe01.contoso.example", "lyncfe02.contoso.example"]


# What somebody left


@pytest.mark.parametrize(
    ("situation", "properties", "access"),
    [
        ("decommissioned", {"Enabled": False, "EnabledSharedAddressSpace": True}, (False, True)),
        ("interrupted", {"Enabled": True, "EnabledSharedAddressSpace": True}, (False, False)),
        ("provider-disabled", {"Enabled": False}, (True, False)),
        ("shared-false", {"Enabled": True, "EnabledSharedAddressSpace": False}, (True, False)),
        ("hosts-users", {"HostsOCSUsers": True}, (True, False)),
        ("always-verifiable", {"VerificationLevel": "AlwaysVerifiable"}, (True, False)),
    ],
)
def test_a_provider_that_is_there(situation: str, properties: dict[str, Any], access: tuple[bool, bool]) -> None:
    engine = show(situation)
    assert provider(engine).items() >= {"ProxyFqdn": "exap.um.outlook.com", **properties}.items()
    assert federation(engine) == access
    assert provider(engine) in engine.local("lyncedge01", "Get-CsHostingProvider")


def test_a_provider_for_another_cloud() -> None:
    (found,) = show("second-exchange-provider").run("Get-CsHostingProvider")
    assert (found["ProxyFqdn"], found["Enabled"]) == ("exap.um.partner.outlook.cn", True)


def test_federation_that_was_closed_on_purpose() -> None:
    engine = show("closed-federation")
    assert federation(engine) == (False, False)
    assert [d["Identity"] for d in engine.run("Get-CsAllowedDomain")] == ["fourthcoffee.example", "push.lync.com"]


def test_voicemail_uses_the_same_proxy() -> None:
    fresh = show().run("Get-CsHostedVoicemailPolicy")
    assert fresh == [{"Identity": "Global", "Description": None, "Destination": None, "Organization": None}]
    engine = show("voicemail")
    (policy,) = engine.run("Get-CsHostedVoicemailPolicy", Filter="glob*")
    assert policy["Destination"] == "exap.um.outlook.com"
    assert engine.local("lyncedge01", "Get-CsHostedVoicemailPolicy") == [policy]
    engine.run("Get-CsHostedVoicemailPolicy", Identity="Nobody")
    assert len(engine.errors) == 1


def test_who_may_come_from_outside() -> None:
    engine = show("nobody-outside")
    assert engine.run("Get-CsAccessEdgeConfiguration")[0]["AllowOutsideUsers"] is False
    assert [p["EnableOutsideAccess"] for p in engine.run("Get-CsExternalAccessPolicy")] == [False]
    engine = show("outside-access:Site/Lisbon", "outside-access:Tag/Travellers:False")
    found = {p["Identity"]: p for p in engine.run("Get-CsExternalAccessPolicy")}
    assert {name: p["EnableOutsideAccess"] for name, p in found.items()} == {
        "Global": False,
        "Site:Lisbon": True,
        "Tag:Travellers": True,
    }
    assert [p["EnableFederationAccess"] for p in found.values()] == [False, True, False]
