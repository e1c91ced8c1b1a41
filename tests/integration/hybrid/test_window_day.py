# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The day of the window, on as many deployments as there are things that may have happened since the plan."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from conftest import Start

from lynclab.deployment.deployment import Deployment
from lynclab.deployment.store import hosting_provider
from lynclab.machine import Kind
from lynclab.spec import deployment_name
from support.rollout import DOCUMENTED, FEDERATION, PROVIDER, Written, rollout
from support.window import ALICE, BOB, Window

Happens = Callable[[Window, Deployment, str], None]
"""What happens between the plan and the day; given the deployment's title."""


def signed(window: Window, title: str, by: str = ALICE, **changes: Any) -> Path:
    file = window.approve(f"{title}.yml", title, **changes)
    window.sign(file, by)
    return file


def approved(window: Window, _deployment: Deployment, title: str) -> None:
    signed(window, title)


def nothing(_window: Window, _deployment: Deployment, _title: str) -> None:
    """Nobody approves it."""


def expired(window: Window, _deployment: Deployment, title: str) -> None:
    signed(window, title, valid_until="2020-12-31")


def unsigned(window: Window, _deployment: Deployment, title: str) -> None:
    window.approve(f"{title}.yml", title)


def signed_by_another(window: Window, _deployment: Deployment, title: str) -> None:
    signed(window, title, by=BOB)


def edited_after_signing(window: Window, _deployment: Deployment, title: str) -> None:
    file = signed(window, title)
    file.write_text(file.read_text(encoding="utf-8").replace("2099", "2098"), encoding="utf-8")


def copied(window: Window, _deployment: Deployment, title: str) -> None:
    """That of the first deployment, with another name in it."""
    fingerprint = window.planned()[deployment_name(0)]["fingerprint"]
    window.sign(window.approve(f"{title}.yml", title, fingerprint=fingerprint), ALICE)


def twice(window: Window, _deployment: Deployment, title: str) -> None:
    file = signed(window, title)
    copy = file.with_name(f"{title}-2.yml")
    shutil.copy(file, copy)
    window.sign(copy, ALICE)


def plan_edited(window: Window, _deployment: Deployment, title: str) -> None:
    signed(window, title)
    (file,) = window.plans.glob(f"{title}-*.json")
    edited = json.loads(file.read_text(encoding="utf-8"))
    edited["plan"]["changes"][-1]["inverse"] = []
    file.write_text(json.dumps(edited), encoding="utf-8")


def provider_enabled(window: Window, deployment: Deployment, title: str) -> None:
    signed(window, title)
    item = hosting_provider("Partner", "sip.partner.example", Enabled=True, VerificationLevel="AlwaysVerifiable")
    deployment.seed(lambda content: content.with_item("hosting_providers", item))


def discovery_opened(window: Window, deployment: Deployment, title: str) -> None:
    signed(window, title)
    deployment.seed(lambda content: content.with_access_edge(EnablePartnerDiscovery=True))


def master_moved(window: Window, deployment: Deployment, title: str) -> None:
    signed(window, title)
    deployment.replication.move_master(f"lyncfe02.{deployment.domain}")


def interrupted(window: Window, deployment: Deployment, title: str) -> None:
    """A run of this plan ended after its first write."""
    signed(window, title)
    item = hosting_provider(
        "Exchange Online", "exap.um.outlook.com", **{k: v for k, v in PROVIDER[1].items() if k[:2] != "Id"}
    )
    deployment.seed(lambda content: content.with_item("hosting_providers", item))


def done_by_hand(window: Window, deployment: Deployment, title: str) -> None:
    interrupted(window, deployment, title)
    deployment.seed(lambda content: content.with_access_edge(AllowFederatedUsers=True))


@dataclass(frozen=True)
class Row:
    """
    :ivar says: what stands in the sentence on a deployment that is not approved; empty: it is.
    :ivar situations: what it is like when it is planned; ``accept``: consents of the dry run alone.
    """

    happens: Happens
    says: str = ""
    writes: tuple[Written, ...] = ()
    situations: tuple[str, ...] = ()
    accept: tuple[str, ...] = field(default=())


ROWS = (
    Row(approved, writes=tuple(DOCUMENTED)),
    Row(nothing, "there is no approval for it"),
    Row(expired, "it expired at 2021-01-01 00:00:00 UTC"),
    Row(unsigned, "it is not signed"),
    Row(signed_by_another, f"is not the signature of {ALICE}"),
    Row(edited_after_signing, f"is not the signature of {ALICE}"),
    Row(copied, f"is for deployment {deployment_name(0)}"),
    Row(twice, "are all valid for it; keep one"),
    Row(plan_edited, "it was edited"),
    Row(provider_enabled, "enabled provider Partner (sip.partner.example, enabled, AlwaysVerifiable) is new"),
    Row(discovery_opened, "partner discovery: False then, True now"),
    Row(master_moved, writes=tuple(DOCUMENTED)),
    Row(interrupted, writes=(FEDERATION,)),
    Row(done_by_hand),
    Row(
        approved,
        writes=(("Set-CsHostingProvider", {"Identity": "Exchange Online", "Enabled": True}),),
        situations=("provider-disabled",),
        accept=("enable_disabled_provider",),
    ),
)
TITLES = {deployment_name(position): row for position, row in enumerate(ROWS)}


@pytest.mark.timeout(600)
def test_each_deployment_has_its_own_outcome(start: Start) -> None:
    stage = start(deployments=len(ROWS))
    for deployment in stage.lab.deployments:
        for situation in TITLES[deployment.name].situations:
            stage.lab.show(situation, deployment)
    window = Window(stage)
    forks = ("--forks", str(len(ROWS)))
    consents = [f"{title}/{consent}" for title, row in TITLES.items() for consent in row.accept]
    window.plan(*forks, hybrid_accept=consents)
    assert window.planned().keys() == TITLES.keys()
    window = Window(stage, {"hybrid_approval_signers": str(window.signers(ALICE, BOB))})
    for deployment in stage.lab.deployments:
        TITLES[deployment.name].happens(window, deployment, deployment.name)

    day = rollout(stage, *forks, variables=window.variables, status=2)
    hosts = {one.name: stage.lab.of_kind(Kind.FRONT_END, one)[0].name for one in stage.lab.deployments}
    central = {line.deployment: line.central for line in day.table}
    for title, row in TITLES.items():
        assert stage.written(hosts[title]) == list(row.writes), title
        if row.says:
            assert central[title] == "not approved", title
            assert row.says in day.failures[hosts[title]], title
        else:
            assert hosts[title] not in day.failures, title
            assert {line.outcome for line in day.table if line.deployment == title} == {"verified"}, title
            assert central[title] == ("changed" if row.writes else "compliant"), title
    spent = {json.loads(file.read_text(encoding="utf-8"))["deployment"] for file in window.approvals.glob("*.spent")}
    assert spent == {title for title, row in TITLES.items() if not row.says}

    again = rollout(stage, *forks, variables=window.variables, status=2)
    assert stage.written() == []
    assert {line.outcome for line in again.table if not TITLES[line.deployment].says} == {"verified"}
