# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the hybrid playbook finds before its first write: in the topology, in rights, in policies, in variables."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Start

from support.rollout import DOCUMENTED, PROVIDER, Rollout, dry_rollout, rollout
from support.stage import Stage

MANAGEMENT = "lyncfe01.contoso.example"
CLOSED = "no global or site policy allows outside access; user policies were not read"


def both(stage: Stage, **how: Any) -> list[Rollout]:
    """A dry run and a real one that are refused before the first write, and say the same."""
    before = stage.deployment.content
    found = [dry_rollout(stage, status=2, **how), rollout(stage, status=2, **how)]
    assert stage.written() == []
    assert stage.deployment.content is before
    assert found[0].failures == found[1].failures
    assert not any("verified" in one.outcomes.values() for one in found)
    return found


def findings(found: Rollout, kind: str, name: str) -> list[str]:
    plan = found.run.one("Plan the changes")["plan"]
    return [one["sentence"] for one in plan["findings"] if (one["kind"], one["name"]) == (kind, name)]


def test_no_edge_no_procedure(start: Start) -> None:
    stage = start(situations=("no-edge",))
    stage.write_inventory()
    for found in (dry_rollout, rollout):
        run = found(stage, status=2, variables={"hybrid_edge_verification": "skip"}).run
        assert "has no Edge Server" in run.one("Check the plan").message
        assert stage.written() == []
        assert "sign in to Outlook" not in run.output


@pytest.mark.parametrize("situation", ["port-not-shown", "route-not-shown"])
def test_a_property_that_is_not_shown_never_counts_as_absent(start: Start, situation: str) -> None:
    stage = start(situations=("no-federating-pool", situation))
    assert dry_rollout(stage).outcomes == {"lyncedge01": "will be replicated"}


def test_several_pools_that_federate_are_named(start: Start) -> None:
    found = dry_rollout(start(sites=2, situations=("several-federating-pools",)))
    ports, routes = findings(found, "warning", "federation_path")
    assert "lyncedgepool01.contoso.example (Lisbon), lyncedgepool02.contoso.example (Zurich)" in ports
    assert "Lisbon: EdgeServer:lyncedgepool01.contoso.example, Zurich: EdgeServer:lyncedgepool02" in routes


def test_nobody_sees_anything(start: Start) -> None:
    """The table is green, and the last line says it all the same."""
    stage = start(situations=("nobody-outside",))
    for found in (dry_rollout(stage), rollout(stage)):
        outside, policies = findings(found, "warning", "nobody_outside")
        assert outside.startswith("AllowOutsideUsers is False")
        assert policies.startswith("No global or site policy allows outside access (EnableOutsideAccess False: Global)")
        assert "remote user access is off (AllowOutsideUsers False)" in found.closing[-1]
        assert CLOSED in found.closing[-1]
    assert found.outcomes == {"lyncedge01": "verified"}
    stage.lab.show("outside-access")
    again = rollout(stage)
    assert again.closing[-1].endswith("next: sign in to Outlook on the web as a test user.")
    assert "Warning" not in again.run.output


def test_a_policy_without_federation_access_is_a_weaker_warning(start: Start) -> None:
    found = dry_rollout(start(situations=("outside-access:Global:False",)))
    assert findings(found, "warning", "no_federation_access")[0].startswith("EnableFederationAccess is False in Global")
    assert "outside access" not in found.closing[-1]


@pytest.mark.parametrize("offered", [True, False], ids=["Get-Command", "no Get-Command"])
def test_a_role_that_lacks_a_cmdlet(start: Start, offered: bool) -> None:
    """Known by Get-Command it stops the run; by the roles it is a warning, because others may come through nested groups."""
    stage = start(situations=("custom-role:New-CsHostingProvider",), offers_get_command=offered)
    if offered:
        both(stage)
        return
    sentence = "The administrator roles of LYNCLAB\\admin (LyncHybridOperators) do not have New-CsHostingProvider"
    dry = dry_rollout(stage)
    assert sentence in findings(dry, "warning", "roles_lack")[0]
    real = rollout(stage, status=2)
    assert sentence in findings(real, "warning", "roles_lack")[0]
    assert stage.written() == [PROVIDER], "the provider comes first, so that federation stays off"
    assert "does not offer New-CsHostingProvider to this account" in real.failures[MANAGEMENT]
    assert stage.read("Get-CsHostingProvider") == []
    assert stage.read("Get-CsAccessEdgeConfiguration")[0]["AllowFederatedUsers"] is False


@pytest.mark.parametrize(
    ("situations", "sentence"),
    [
        (
            ("member-of:CsSiteAdministrator",),
            "have New-CsHostingProvider for site:Lisbon only, and the change is global",
        ),
        (("member-of:CsViewOnlyAdministrator",), "do not have New-CsHostingProvider, Set-CsAccessEdgeConfiguration"),
    ],
)
def test_what_roles_tell(start: Start, situations: tuple[str, ...], sentence: str) -> None:
    found = dry_rollout(start(situations=situations))
    assert sentence in findings(found, "warning", "roles_lack")[0]


@pytest.mark.parametrize("situation", ["roles-not-told", "no-get-csadminrole"])
def test_rights_that_are_not_told_are_not_checked(start: Start, situation: str) -> None:
    found = dry_rollout(start(situations=(situation,)))
    assert findings(found, "unchecked", "rights_unread")[0].startswith("Whether the account may write: ")
    assert findings(found, "warning", "roles_lack") == []


def test_roles_of_an_account_whose_form_does_not_tell_its_name_are_not_checked(start: Start) -> None:
    stage = start(situations=("custom-role:New-CsHostingProvider",))
    account = f"admin@{stage.deployment.domain}"
    stage.write_inventory(changes={MANAGEMENT: {"ansible_user": account}})
    found = dry_rollout(stage)
    assert f"the form of {account} does not tell" in findings(found, "unchecked", "rights_unread")[0]
    assert "Get-CsAdminRoleAssignment" not in {entry.name for entry in stage.arrived()}


def test_a_custom_role_with_all_it_needs(start: Start) -> None:
    stage = start(situations=("custom-role:none", "not-offered:Get-CsComputer:Get-CsHostedVoicemailPolicy"))
    found = rollout(stage)
    assert (findings(found, "warning", "roles_lack"), findings(found, "unchecked", "rights_unread")) == ([], [])
    assert stage.written() == DOCUMENTED
    assert found.outcomes == {"lyncedge01": "verified"}


def test_machines_come_from_pools_where_get_cscomputer_is_not_offered(start: Start) -> None:
    stage = start(edges=2, situations=("no-get-cscomputer",))
    assert rollout(stage).outcomes == {"lyncedge01": "verified", "lyncedge02": "verified"}
    assert stage.written() == DOCUMENTED


def test_waits_that_nobody_can_make_stop_the_run(start: Start) -> None:
    """Those that the modules judge only after the writes, and one that comes before the plan."""
    variables: dict[str, Any] = {
        "hybrid_replication_ignore": [{"replica": "lyncedge01.contoso.example"}],
        "hybrid_replication_timeout": "10m",
        "hybrid_content_interval": 0,
        "hybrid_replication_scope": "All",
        "hybrid_check_sip_domains": {"contoso.example": True},
    }
    for found in both(start(), variables=variables):
        assert {sentence.partition(" must be ")[0] for sentence in findings(found, "blocker", "misstated")} == {
            *variables
        }
        assert "REPLICA" not in found.run.output


def test_a_misspelt_variable_stops_the_run(start: Start) -> None:
    found = both(start(), variables={"hybrid_hostingprovider": {"identity": "Microsoft 365"}})
    assert "hybrid_hosting_provider was probably meant" in found[0].failures[MANAGEMENT]


def test_a_misspelt_variable_of_an_edge_server_stops_the_run(start: Start) -> None:
    stage = start()
    stage.write_inventory(changes={stage.edges[0].name: {"lync_replica_fdqn": "edge.example"}})
    assert "lync_replica_fqdn was probably meant" in both(stage)[0].failures[MANAGEMENT]


def test_a_consent_that_nobody_knows_and_one_that_is_not_needed(start: Start) -> None:
    stage = start()
    found = both(stage, variables={"hybrid_accept": ["widen_trst"]})
    assert "widen_trust was probably meant" in found[0].failures[MANAGEMENT]
    done = rollout(stage, variables={"hybrid_accept": ["widen_trust"]})
    assert "which this deployment does not need (any longer): take it out." in done.run.output
    assert stage.written() == DOCUMENTED


@pytest.mark.parametrize("lacking", [(), ("not-offered:Get-CsComputer:Get-CsHostedVoicemailPolicy:Get-CsSite",)])
def test_a_deployment_is_read_in_one_pipeline(start: Start, lacking: tuple[str, ...]) -> None:
    """Whatever the account may not read costs no second one. Get-Command is not offered here either."""
    stage = start(situations=lacking)
    dry_rollout(stage, expect=["sites could not be read"] if lacking else [])
    reads = [entry.name for entry in stage.arrived(MANAGEMENT)]
    assert reads.count("Get-CsPool") == 1
