# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Consents, on as many deployments as there are reasons for one: what needs one is refused with the same words in a dry run and
in a real one, and written once it is given.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from conftest import Start

from lynclab.deployment.deployment import Deployment
from lynclab.machine import Kind
from lynclab.spec import deployment_name
from support.rollout import DOCUMENTED, FEDERATION, PROVIDER, Rollout, Written, dry_rollout, rollout
from support.stage import Stage

PROXY, CHINA = "exap.um.outlook.com", "exap.um.partner.outlook.cn"
MISSPELT = "exap.um.outlok.com"


@dataclass(frozen=True)
class Row:
    """
    :ivar situations: what the deployment is like.
    :ivar variables: of its hosts.
    :ivar consents: what the plan needs.
    :ivar writes: what is written once they are given.
    :ivar holds: the providers that every store has afterwards, by identity, with some of their properties.
    """

    situations: tuple[str, ...] = ()
    variables: dict[str, Any] = field(default_factory=dict)
    consents: tuple[str, ...] = ()
    writes: tuple[Written, ...] = ()
    holds: dict[str, dict[str, Any]] = field(default_factory=dict)


def changed(identity: str = "Exchange Online", **values: Any) -> Written:
    return "Set-CsHostingProvider", {"Identity": identity, **values}


WISH = "hybrid_hosting_provider"
AS_DOCUMENTED = {"Exchange Online": PROVIDER[1]}
ROWS = {
    "fresh": Row(writes=tuple(DOCUMENTED), holds=AS_DOCUMENTED),
    "decommissioned": Row(
        ("decommissioned",),
        consents=("enable_disabled_provider",),
        writes=(changed(Enabled=True), FEDERATION),
        holds={**AS_DOCUMENTED, "LyncOnline": {"Enabled": False}},
    ),
    "interrupted": Row(("interrupted",), writes=(FEDERATION,), holds=AS_DOCUMENTED),
    "disabled": Row(
        ("provider-disabled",),
        consents=("enable_disabled_provider",),
        writes=(changed(Enabled=True),),
        holds=AS_DOCUMENTED,
    ),
    "no shared address space": Row(
        ("shared-false",),
        consents=("change_existing_provider",),
        writes=(changed(EnabledSharedAddressSpace=True),),
        holds=AS_DOCUMENTED,
    ),
    "no shared address space, as asked for": Row(
        ("shared-false",),
        {WISH: {"enabled_shared_address_space": False}},
        holds={"Exchange Online": {"EnabledSharedAddressSpace": False}},
    ),
    "hosts users": Row(
        ("hosts-users",),
        consents=("change_existing_provider",),
        writes=(changed(HostsOCSUsers=False),),
        holds=AS_DOCUMENTED,
    ),
    "trust is widened": Row(
        ("always-verifiable",),
        {WISH: {"verification_level": "UseSourceVerification", "enabled_shared_address_space": True}},
        consents=("change_existing_provider",),
        writes=(changed(VerificationLevel="UseSourceVerification"),),
        holds=AS_DOCUMENTED,
    ),
    "another name": Row(
        ("provider-under-another-name:Hosted Voicemail:AlwaysUnverifiable",),
        consents=("change_existing_provider", "widen_trust", "reopen_federation"),
        writes=(changed("Hosted Voicemail", VerificationLevel="UseSourceVerification"), FEDERATION),
        holds={"Hosted Voicemail": {"ProxyFqdn": PROXY, "VerificationLevel": "UseSourceVerification"}},
    ),
    "another cloud": Row(
        ("second-exchange-provider",),
        consents=("second_exchange_provider",),
        writes=(PROVIDER,),
        holds={**AS_DOCUMENTED, "Exchange Online 21Vianet": {"ProxyFqdn": CHINA}},
    ),
    "another cloud under this name": Row(
        ("second-exchange-provider", f"voicemail:{CHINA}"),
        {WISH: {"identity": "Exchange Online 21Vianet"}},
        consents=("recreate_provider", "provider_in_use"),
        writes=(
            ("Remove-CsHostingProvider", {"Identity": "Exchange Online 21Vianet"}),
            (PROVIDER[0], {**PROVIDER[1], "Identity": "Exchange Online 21Vianet", "SipClientPort": 443}),
        ),
        holds={"Exchange Online 21Vianet": {"ProxyFqdn": PROXY}},
    ),
    "closed on purpose": Row(
        ("closed-federation",), consents=("reopen_federation",), writes=tuple(DOCUMENTED), holds=AS_DOCUMENTED
    ),
    "misspelt": Row(
        variables={WISH: {"proxy_fqdn": MISSPELT}},
        consents=("undocumented_proxy",),
        writes=((PROVIDER[0], {**PROVIDER[1], "ProxyFqdn": MISSPELT}), FEDERATION),
        holds={"Exchange Online": {"ProxyFqdn": MISSPELT}},
    ),
    "no federating pool": Row(
        ("no-federating-pool",), consents=("no_federating_pool",), writes=tuple(DOCUMENTED), holds=AS_DOCUMENTED
    ),
}
NAMES = {deployment_name(position): row for position, row in enumerate(ROWS.values())}
NEEDING = {name for name, row in NAMES.items() if row.consents}


def accept(name: str) -> list[str]:
    return [f"{name}/{consent}" for consent in NAMES[name].consents]


def write_inventory(stage: Stage, agreed: bool) -> None:
    changes: dict[str, dict[str, Any]] = {}
    for deployment in stage.lab.deployments:
        row = NAMES[deployment.name]
        consents = {"hybrid_accept": accept(deployment.name)} if agreed else {}
        changes |= {machine.name: {**row.variables, **consents} for machine in machines(stage, deployment)}
    stage.write_inventory(changes=changes)


def machines(stage: Stage, deployment: Deployment) -> list[Any]:
    """Those that the inventory has."""
    return [stage.lab.of_kind(Kind.FRONT_END, deployment)[0], *stage.lab.of_kind(Kind.EDGE, deployment)]


def plans(found: Rollout) -> dict[str, Any]:
    """By deployment."""
    return {result["plan"]["deployment"]: result["plan"] for result in found.run.of("Plan the changes")}


def written_in(stage: Stage, deployment: Deployment) -> list[Written]:
    return [one for machine in machines(stage, deployment) for one in stage.written(machine.name)]


def test_nothing_is_written_without_consent_and_everything_with_it(start: Start) -> None:
    stage = start(deployments=len(ROWS))
    for deployment in stage.lab.deployments:
        for situation in NAMES[deployment.name].situations:
            stage.lab.show(situation, deployment)
    before = {deployment.name: deployment.content for deployment in stage.lab.deployments}
    forks = ("--forks", str(len(ROWS)))

    write_inventory(stage, agreed=False)
    dry = dry_rollout(stage, *forks, status=2)
    real = rollout(stage, *forks, status=2)
    for found in (dry, real):
        assert {name: plan["accept"] for name, plan in plans(found).items()} == {name: accept(name) for name in NAMES}
        assert {host.split(".")[1] for host in found.failures} == NEEDING
        refused = {line.deployment: line for line in found.table if line.deployment in NEEDING}
        assert {line.central for line in refused.values()} == {"failed"}
        assert not {line.outcome for line in refused.values()} & {"verified", "will be replicated"}
        for host, sentence in found.failures.items():
            assert all(entry in sentence for entry in accept(host.split(".")[1]))
    assert {name: plans(dry)[name]["findings"] for name in NEEDING} == {
        name: plans(real)[name]["findings"] for name in NEEDING
    }, "the same words"
    for deployment in stage.lab.deployments:
        if deployment.name in NEEDING:
            assert deployment.content is before[deployment.name]
        else:
            assert written_in(stage, deployment) == list(NAMES[deployment.name].writes)

    write_inventory(stage, agreed=True)
    expected = ["'Exchange Online' is here under the name 'Hosted Voicemail'", "INTERRUPTS SERVICE"]
    agreed = rollout(stage, *forks, expect=expected)
    assert {line.outcome for line in agreed.table} == {"verified"}
    for deployment in stage.lab.deployments:
        row = NAMES[deployment.name]
        if row.consents:
            assert written_in(stage, deployment) == list(row.writes), deployment.name
        for machine in machines(stage, deployment):
            held = {one["Identity"]: one for one in stage.read("Get-CsHostingProvider", machine)}
            assert held.keys() == row.holds.keys(), deployment.name
            for identity, properties in row.holds.items():
                assert {name: held[identity][name] for name in properties} == properties, deployment.name
            assert stage.read("Get-CsAccessEdgeConfiguration", machine)[0]["AllowFederatedUsers"] is True


def test_one_plain_name_does_not_consent_for_several_deployments(start: Start) -> None:
    stage = start(deployments=2, situations=("provider-disabled",))
    name = "enable_disabled_provider"
    several = dry_rollout(stage, status=2, variables={"hybrid_accept": [name]})
    assert "this run has several deployments" in next(iter(several.failures.values()))
    one = rollout(stage, "--limit", "*.contoso.example", variables={"hybrid_accept": [name]})
    assert one.outcomes == {"lyncedge01": "verified"}
    assert stage.written() == [changed(Enabled=True)]
