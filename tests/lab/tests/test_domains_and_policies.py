# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Allowed and blocked domains and external access policies: the documented rules of their cmdlets, on the engine alone."""

from __future__ import annotations

from typing import Any

import pytest
from labtests.engine import ADMIN, EDGE_ADMIN, Engine

from lynclab.contract.endpoint import Logon
from lynclab.deployment.replication import Delays
from lynclab.endpoints import WSMAN
from lynclab.powershell.values import SWITCH, Command, Output, WarningRecord
from lynclab.spec import LabSpec

EDGE = "lyncedge01"
POLICY = "CsExternalAccessPolicy"
DENIED = {
    "Description": None,
    "EnableFederationAccess": False,
    "EnableXmppAccess": False,
    "EnablePublicCloudAccess": False,
    "EnablePublicCloudAudioVideoAccess": False,
    "EnableOutsideAccess": False,
}
LISTS = [("Allowed", "Blocked"), ("Blocked", "Allowed")]


@pytest.fixture
def engine() -> Engine:
    return Engine(LabSpec(sites=2, delays=Delays(10, 5, 3, 1000)))


def domains(engine: Engine, kind: str) -> list[dict[str, Any]]:
    return engine.run(f"Get-Cs{kind}Domain")


def policies(engine: Engine) -> dict[str, dict[str, Any]]:
    return {policy.pop("Identity"): policy for policy in engine.run(f"Get-{POLICY}")}


# Domains


@pytest.mark.parametrize("parameter", ["Identity", "Domain"])
def test_an_allowed_domain_with_the_documented_defaults(engine: Engine, parameter: str) -> None:
    arguments: dict[str, Any] = {parameter: "contoso.com"}
    (domain,) = engine.run("New-CsAllowedDomain", **arguments)
    expected = {"Identity": "contoso.com", "Domain": "contoso.com", "ProxyFqdn": None, "Comment": None}
    assert domain == expected | {"MarkForMonitoring": False}
    assert domains(engine, "Allowed") == [domain]


def test_newer_products_verify_an_allowed_domain() -> None:
    engine = Engine(LabSpec(sites=1, product="sfb2019"))
    (domain,) = engine.run("New-CsAllowedDomain", Identity="contoso.com", VerificationLevel="AlwaysVerifiable")
    assert domain["VerificationLevel"] == "AlwaysVerifiable"


def test_the_comment_is_all_that_a_blocked_domain_has(engine: Engine) -> None:
    (domain,) = engine.run("New-CsBlockedDomain", Identity="contoso.com", Comment="why")
    assert domain == {"Identity": "contoso.com", "Domain": "contoso.com", "Comment": "why"}
    engine.run("Set-CsBlockedDomain", Identity="contoso.com", MarkForMonitoring=True)
    assert engine.error_ids == ["NamedParameterNotFound"]


def test_a_domain_is_named_once(engine: Engine) -> None:
    engine.run("New-CsAllowedDomain", Identity="contoso.com", Domain="contoso.com")
    assert engine.error_ids == ["AmbiguousParameterSet"]


@pytest.mark.parametrize(("kind", "other"), LISTS)
def test_a_domain_is_on_one_list_once(engine: Engine, kind: str, other: str) -> None:
    engine.run(f"New-Cs{kind}Domain", Identity="contoso.com")
    for refused in (kind, other):
        engine.run(f"New-Cs{refused}Domain", Identity="CONTOSO.com")
        assert engine.error_ids == ["DuplicateIdentity"]
    engine.run(f"Remove-Cs{kind}Domain", Identity="contoso.com")
    engine.run(f"New-Cs{other}Domain", Identity="contoso.com")
    assert engine.errors == []
    assert (domains(engine, kind), len(domains(engine, other))) == ([], 1)


def test_set_changes_what_was_given_of_a_domain(engine: Engine) -> None:
    (before,) = engine.run("New-CsAllowedDomain", Identity="contoso.com", Comment="why")
    engine.run("Set-CsAllowedDomain", Identity="contoso.com", ProxyFqdn="edge.contoso.com", MarkForMonitoring=True)
    changed = {"ProxyFqdn": "edge.contoso.com", "MarkForMonitoring": True}
    assert domains(engine, "Allowed") == [before | changed]
    engine.run("Set-CsAllowedDomain", Identity="contoso.com", ProxyFqdn="")
    assert domains(engine, "Allowed") == [before | changed | {"ProxyFqdn": ""}]


@pytest.mark.parametrize("verb", ["Get", "Set", "Remove"])
@pytest.mark.parametrize("noun", ["CsAllowedDomain", "CsBlockedDomain", POLICY])
def test_an_unknown_one_is_a_non_terminating_error(engine: Engine, verb: str, noun: str) -> None:
    engine.run(f"{verb}-{noun}", Identity="nope.example")
    assert [(error.error_id, error.terminating) for error in engine.errors] == [("CannotFindItem", False)]


# External access policies


def test_a_fresh_deployment_denies_all_external_access(engine: Engine) -> None:
    assert policies(engine) == {"Global": DENIED}


def test_set_without_identity_changes_the_global_policy(engine: Engine) -> None:
    engine.run(f"Set-{POLICY}", EnableOutsideAccess=True)
    assert policies(engine) == {"Global": DENIED | {"EnableOutsideAccess": True}}


def test_removing_the_global_policy_resets_it_with_a_warning(engine: Engine) -> None:
    engine.run(f"Set-{POLICY}", Identity="global", EnableOutsideAccess=True, Description="open")
    engine.run(f"Remove-{POLICY}", Identity="GLOBAL")
    (warning,) = [record for record in engine.records if isinstance(record, WarningRecord)]
    assert warning.message.startswith('Global configuration for "ExternalAccessPolicy" cannot be removed.')
    assert policies(engine) == {"Global": DENIED}


def test_policies_of_a_site_and_of_users(engine: Engine) -> None:
    (of_site,) = engine.run(f"New-{POLICY}", Identity="site:lisbon", EnableOutsideAccess=True)
    engine.run(f"New-{POLICY}", Identity="Travellers")
    assert of_site == DENIED | {"Identity": "Site:Lisbon", "EnableOutsideAccess": True}
    assert list(policies(engine)) == ["Global", "Site:Lisbon", "Tag:Travellers"]
    engine.run(f"Remove-{POLICY}", Identity="Site:Lisbon")
    engine.run(f"Remove-{POLICY}", Identity="tag:travellers")
    assert list(policies(engine)) == ["Global"]


@pytest.mark.parametrize("name", ["Travellers", "travellers", "tag:Travellers"])
def test_a_policy_of_users_goes_by_its_name_with_and_without_its_scope(engine: Engine, name: str) -> None:
    engine.run(f"New-{POLICY}", Identity="Travellers")
    engine.run(f"Set-{POLICY}", Identity=name, EnableOutsideAccess=True)
    (policy,) = engine.run(f"Get-{POLICY}", Identity=name)
    assert (policy["Identity"], policy["EnableOutsideAccess"]) == ("Tag:Travellers", True)


@pytest.mark.parametrize(
    ("identity", "error_id"),
    [
        ("global", "DuplicateIdentity"),
        ("site:Lisbon", "DuplicateIdentity"),
        ("SITE:LISBON", "DuplicateIdentity"),
        ("Travellers", "DuplicateIdentity"),
        ("tag:travellers", "DuplicateIdentity"),
        ("site:Atlantis", "ScopeNotFound"),
    ],
)
def test_a_policy_that_cannot_be_created(engine: Engine, identity: str, error_id: str) -> None:
    engine.run(f"New-{POLICY}", Identity="site:Lisbon")
    engine.run(f"New-{POLICY}", Identity="Travellers")
    engine.run(f"New-{POLICY}", Identity=identity, EnableOutsideAccess=True)
    assert engine.error_ids == [error_id]
    assert [policy["EnableOutsideAccess"] for policy in policies(engine).values()] == [False] * 3


def test_an_uncommitted_policy_shows_the_defaults(engine: Engine) -> None:
    (policy,) = engine.run(f"New-{POLICY}", Identity="Draft", InMemory=SWITCH)
    assert policy == DENIED | {"Identity": "Tag:Draft"}
    assert list(policies(engine)) == ["Global"]


@pytest.mark.parametrize(("product", "known"), [("lync2010", False), ("lync2013", True)])
def test_xmpp_came_with_2013(product: str, known: bool) -> None:
    engine = Engine(LabSpec(sites=1, product=product))
    assert ("EnableXmppAccess" in policies(engine)["Global"]) is known


def test_what_if_changes_no_policy_and_no_domain(engine: Engine) -> None:
    engine.run(f"Set-{POLICY}", EnableOutsideAccess=True, WhatIf=SWITCH)
    engine.run("New-CsAllowedDomain", Identity="contoso.com", WhatIf=SWITCH)
    assert (policies(engine), domains(engine, "Allowed")) == ({"Global": DENIED}, [])


# Who has which policy


def granted(engine: Engine) -> dict[str, str | None]:
    return {address.partition("@")[0]: policy for address, policy in engine.deployment.users.items()}


@pytest.mark.parametrize("user", ["sip:anna@contoso.example", "ANNA@contoso.example", "LYNCLAB\\anna", "anna"])
def test_a_policy_is_granted_and_taken_away(engine: Engine, user: str) -> None:
    engine.run(f"New-{POLICY}", Identity="Travellers")
    (passed,) = engine.run(f"Grant-{POLICY}", Identity=user, PolicyName="travellers", PassThru=SWITCH)
    assert passed == {"SipAddress": "sip:anna@contoso.example", "ExternalAccessPolicy": "Travellers"}
    assert granted(engine) == {"sip:anna": "Travellers", "sip:ben": None}
    assert engine.run(f"Grant-{POLICY}", Identity=user, PolicyName=None) == []
    assert granted(engine) == {"sip:anna": None, "sip:ben": None}


@pytest.mark.parametrize(
    ("user", "policy", "error_id"),
    [
        ("nobody", "Travellers", "CannotFindItem"),
        ("anna", "Unknown", "NotUserPolicy"),
        ("anna", "global", "NotUserPolicy"),
        ("anna", "site:Lisbon", "NotUserPolicy"),
    ],
)
def test_a_policy_that_cannot_be_granted(engine: Engine, user: str, policy: str, error_id: str) -> None:
    engine.run(f"New-{POLICY}", Identity="Travellers")
    engine.run(f"New-{POLICY}", Identity="site:Lisbon")
    engine.run(f"Grant-{POLICY}", Identity=user, PolicyName=policy)
    assert engine.error_ids == [error_id]
    assert granted(engine) == {"sip:anna": None, "sip:ben": None}


def test_nothing_is_granted_under_what_if(engine: Engine) -> None:
    engine.run(f"New-{POLICY}", Identity="Travellers")
    engine.run(f"Grant-{POLICY}", Identity="anna", PolicyName="Travellers", WhatIf=SWITCH)
    assert granted(engine)["sip:anna"] is None


# On the Edge Servers


@pytest.mark.parametrize(
    ("noun", "arguments"),
    [
        ("CsAllowedDomain", {"Identity": "contoso.com", "ProxyFqdn": "edge.contoso.com"}),
        ("CsBlockedDomain", {"Identity": "contoso.com", "Comment": "why"}),
        (POLICY, {"Identity": "site:Lisbon", "EnableOutsideAccess": True}),
    ],
)
def test_what_is_written_arrives_in_the_local_stores_and_goes_again(
    engine: Engine, noun: str, arguments: dict[str, Any]
) -> None:
    before = engine.local(EDGE, f"Get-{noun}")
    engine.run(f"New-{noun}", **arguments)
    assert engine.local(EDGE, f"Get-{noun}") == before
    engine.clock.advance(20)
    assert engine.local(EDGE, f"Get-{noun}") == engine.run(f"Get-{noun}") != before
    engine.run(f"Remove-{noun}", Identity=arguments["Identity"])
    engine.clock.advance(20)
    assert engine.local(EDGE, f"Get-{noun}") == before


@pytest.mark.parametrize("name", ["Get-CsAllowedDomain", "Get-CsBlockedDomain", f"Get-{POLICY}"])
def test_an_edge_reads_its_local_store_only(engine: Engine, name: str) -> None:
    engine.run(name, on=EDGE, path=WSMAN, logon=EDGE_ADMIN)
    assert engine.error_ids == ["StoreUnavailable"]


# The product, and what no role has


def test_the_version_of_the_server_is_a_text(engine: Engine) -> None:
    for machine, path, logon in (("lyncfe01", "/OcsPowershell", ADMIN), (EDGE, WSMAN, EDGE_ADMIN)):
        (text,) = engine.run("Get-CsServerVersion", on=machine, path=path, logon=logon)
        assert text.startswith("Microsoft Lync Server 2013 (5.0.8308.0): ")


def test_a_cmdlet_that_no_role_has_is_not_offered_over_the_web() -> None:
    engine = Engine(LabSpec(sites=1, situations=("no-get-cscomputer",), offers_get_command=True))
    engine.run("Get-CsComputer")
    assert engine.error_ids == ["CommandNotFoundException"]
    engine.run("Get-Command", Name="Get-CsComputer")
    assert engine.error_ids == ["CommandNotFoundException"]
    assert "Get-CsComputer" not in engine.run("Get-CsAdminRole", Identity="CsAdministrator")[0]["Cmdlets"]
    assert all(pool["Computers"] for pool in engine.run("Get-CsPool"))


def test_a_cmdlet_that_no_role_has_runs_in_a_plain_session() -> None:
    engine = Engine(LabSpec(sites=1, situations=("no-get-cscomputer",)))
    delegated = Logon("admin", "LYNCLAB", "CredSSP", delegated=True)
    engine.pipeline(Command("Get-CsComputer"), path=WSMAN, logon=delegated)
    assert len([record for record in engine.records if isinstance(record, Output)]) > 1
