# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the hybrid playbook does about providers that are there already, and about values that cannot work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from conftest import Start

from support.rollout import DOCUMENTED, FEDERATION, PROVIDER, dry_rollout, rollout
from support.stage import Stage

MANAGEMENT = "lyncfe01.contoso.example"
PROXY = "exap.um.outlook.com"


@pytest.fixture(scope="module")
def fresh(start_for_module: Start) -> Iterator[Stage]:
    """A lab for runs that are refused: nothing may change in it."""
    stage = start_for_module()
    before = stage.deployment.content
    yield stage
    assert stage.deployment.content is before


def test_a_public_provider_in_the_way_is_a_conflict(start: Start) -> None:
    stage = start(situations=("public-provider",))
    for found in (dry_rollout(stage, status=2), rollout(stage, status=2, variables=wish(adopt_existing=True))):
        assert stage.written() == []
        assert (
            "The public provider 'Partner' (proxy FQDN exap.um.outlook.com) conflicts with the hosting provider 'Exchange "
            "Online'" in found.failures[MANAGEMENT]
        )
        assert list(found.failures) == [MANAGEMENT], "the Edge Server is not to blame"
        assert found.line("lyncedge01").central == "failed"
        assert found.closing[0].startswith("deployment contoso.example failed at 'Check the plan'")


def wish(**values: Any) -> dict[str, Any]:
    return {"hybrid_hosting_provider": values}


def test_a_provider_under_another_name_satisfies(start: Start) -> None:
    stage = start(situations=("provider-under-another-name",))
    found = rollout(stage, variables={"hybrid_accept": ["reopen_federation"]})
    plan = found.run.one("Plan the changes")["plan"]
    assert [change["noun"] for change in plan["changes"]] == ["access_edge"]
    assert (
        "'Exchange Online' is here under the name 'Hosted Voicemail', as desired; its name stays." in found.run.output
    )
    assert stage.written() == [FEDERATION]
    assert found.outcomes == {"lyncedge01": "verified"}
    for machine in (stage.front_end, stage.edges[0]):
        assert [one["Identity"] for one in stage.read("Get-CsHostingProvider", machine)] == ["Hosted Voicemail"]


def test_a_provider_under_another_name_with_other_values(start: Start) -> None:
    """Nothing is written, in check mode neither; adopted where the user says so."""
    stage = start(situations=("provider-under-another-name:Hosted Voicemail:AlwaysVerifiable",))
    for found in (dry_rollout(stage, status=2), rollout(stage, status=2)):
        assert stage.written() == []
        sentence = found.failures[MANAGEMENT]
        assert "The hosting provider 'Hosted Voicemail' is there already and would be changed: " in sentence
        assert "VerificationLevel from AlwaysVerifiable to UseSourceVerification" in sentence
        assert sentence.endswith('hybrid_accept: ["change_existing_provider", "reopen_federation"]')
    accept = {"hybrid_accept": ["change_existing_provider", "reopen_federation"]}
    found = rollout(stage, variables=accept, expect=["'Hosted Voicemail'"])
    assert stage.written() == [
        ("Set-CsHostingProvider", {"Identity": "Hosted Voicemail", "VerificationLevel": "UseSourceVerification"}),
        FEDERATION,
    ]
    assert found.outcomes == {"lyncedge01": "verified"}
    held = stage.read("Get-CsHostingProvider", stage.edges[0])
    assert [(one["Identity"], one["VerificationLevel"]) for one in held] == [
        ("Hosted Voicemail", "UseSourceVerification")
    ]


def test_default_routing_takes_no_provider(start: Start) -> None:
    stage = start(situations=("default-routing",))
    for found in (dry_rollout(stage, status=2), rollout(stage, status=2)):
        assert stage.written() == []
        assert "This deployment uses default routing (UseDefaultRouting)" in found.failures[MANAGEMENT]


def test_lync_2010_has_what_is_needed(start: Start) -> None:
    stage = start(situations=("lync2010",))
    refused = dry_rollout(stage, status=2, variables={"hybrid_access_edge": {"enable_user_replicator": False}})
    assert "enable_user_replicator" in refused.failures[MANAGEMENT]
    assert "2013" in refused.failures[MANAGEMENT]
    assert dry_rollout(stage).outcomes == {"lyncedge01": "will be replicated"}
    assert rollout(stage).outcomes == {"lyncedge01": "verified"}
    assert stage.written() == DOCUMENTED
    assert rollout(stage).changed == {}


def test_without_shared_address_space_where_asked_for(start: Start) -> None:
    """Microsoft's older support article prescribes it for deployments without an online hybrid (KB2614614)."""
    stage = start()
    found = rollout(stage, variables=wish(enabled_shared_address_space=False))
    assert found.outcomes == {"lyncedge01": "verified"}
    assert stage.read("Get-CsHostingProvider", stage.edges[0])[0]["EnabledSharedAddressSpace"] is False


@pytest.mark.parametrize(
    "values",
    [
        {"hosts_ocs_users": True, "proxy_fqdn": "EXAP.um.partner.outlook.cn"},
        {"is_local": True},
    ],
    ids=lambda values: next(iter(values)),
)
def test_values_that_exchange_online_cannot_work_with(fresh: Stage, values: dict[str, Any]) -> None:
    found = dry_rollout(fresh, status=2, variables=wish(**values))
    sentence = found.failures[MANAGEMENT]
    assert (
        f"Exchange Online ({values.get('proxy_fqdn', PROXY)}) works only with {next(iter(values))}: false" in sentence
    )
    assert sentence.endswith("Nothing was changed.")
    assert fresh.written() == []


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        (wish(proxy_fqdm=PROXY), "proxy_fqdm"),
        (wish(verification_level="Trusting"), "Trusting"),
        ({"hybrid_access_edge": {"allow_federated_userz": True}}, "allow_federated_userz"),
        (
            {"hybrid_access_edge": {"outgoing_tls_count_for_federated_partners": 9}},
            "outgoing_tls_count_for_federated_partners",
        ),
        ({"hybrid_edge_verification": "perhaps"}, "hybrid_edge_verification"),
        ({"hybrid_replication_ignore": [{"replica": "lyncedge99.contoso.example", "reason": "gone"}]}, "lyncedge99"),
    ],
    ids=lambda value: None if isinstance(value, dict) else value,
)
def test_what_cannot_be_is_refused_before_the_first_write(
    fresh: Stage, variables: dict[str, Any], sentence: str
) -> None:
    run = rollout(fresh, status=2, variables=variables).run
    assert fresh.written() == []
    assert any(
        sentence in result.message for result in run.results if result.status == "failed" and result.host == MANAGEMENT
    )


def test_overrides_are_merged_into_the_documented_values(start: Start) -> None:
    stage = start()
    stage.write_inventory(
        changes={
            MANAGEMENT: {
                "hybrid_hosting_provider": {"identity": "Microsoft 365", "verification_level": "AlwaysUnverifiable"},
                "hybrid_access_edge": {"allow_outside_users": True, "allow_anonymous_users": True},
            }
        }
    )
    found = rollout(stage)
    assert stage.written() == [
        (PROVIDER[0], {**PROVIDER[1], "Identity": "Microsoft 365", "VerificationLevel": "AlwaysUnverifiable"}),
        (FEDERATION[0], {"AllowFederatedUsers": True, "AllowAnonymousUsers": True}),
    ]
    assert found.outcomes == {"lyncedge01": "verified"}, "held to what its deployment wanted"
    edge = stage.read("Get-CsHostingProvider", stage.edges[0])
    assert [(one["Identity"], one["VerificationLevel"]) for one in edge] == [("Microsoft 365", "AlwaysUnverifiable")]
