# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""lync_external_access_policy: from dry run to second run in each scope, its reset, and the proof on an Edge Server."""

from __future__ import annotations

from typing import Any

import pytest

from lynclab.deployment.deployment import Deployment
from support.ansible import Task, task
from support.stage import Stage, Start
from support.wishes import comes_true

GET = "Get-CsExternalAccessPolicy"
NEW = "New-CsExternalAccessPolicy"
SET = "Set-CsExternalAccessPolicy"
REMOVE = "Remove-CsExternalAccessPolicy"
RESET = "cannot be removed. It was reset to its defaults instead."


def policy(identity: str = "global", **options: Any) -> Task:
    return task("lync_external_access_policy", {"identity": identity, **options})


def held(stage: Stage) -> dict[str, dict[str, Any]]:
    """The policies by identity, as plain pypsrp reads them."""
    return {found["Identity"]: found for found in stage.read(GET)}


def test_the_global_policy_is_set_and_reset(stage: Stage) -> None:
    fresh = held(stage)
    wish: dict[str, Any] = {
        "enable_outside_access": True,
        "enable_federation_access": True,
        "description": "Outlook on the web's users",
    }
    comes_true(
        stage,
        policy(**wish),
        [
            (
                f'{SET} -Identity Global -Description "Outlook on the web\'s users" -EnableFederationAccess $true '
                "-EnableOutsideAccess $true"
            )
        ],
        [
            (
                SET,
                {
                    "Identity": "Global",
                    "Description": "Outlook on the web's users",
                    "EnableFederationAccess": True,
                    "EnableOutsideAccess": True,
                },
            )
        ],
    )
    assert (held(stage)["Global"]["EnableOutsideAccess"], held(stage)["Global"]["EnableXmppAccess"]) == (True, False)
    comes_true(
        stage,
        policy("GLOBAL", enable_xmpp_access=True, **wish),
        [f"{SET} -Identity Global -EnableXmppAccess $true"],
        [(SET, {"Identity": "Global", "EnableXmppAccess": True})],
    )

    reset = policy(state="absent")
    assert stage.dry_run(reset).one().cmdlets == [f"{REMOVE} -Identity Global"]
    run = stage.run(reset, expect=[RESET])
    assert stage.written() == [(REMOVE, {"Identity": "Global"})]
    assert run.one()["inverse"] == [
        (
            f'{SET} -Identity Global -Description "Outlook on the web\'s users" -EnableFederationAccess $true '
            "-EnableOutsideAccess $true -EnableXmppAccess $true"
        )
    ]
    assert held(stage) == fresh
    assert not stage.run(reset).one().changed
    stage.assert_only_read()


def test_the_policy_of_a_site(stage: Stage) -> None:
    comes_true(
        stage,
        policy("site:Lisbon", enable_outside_access=True),
        [f"{NEW} -Identity site:Lisbon -EnableOutsideAccess $true"],
        [(NEW, {"Identity": "site:Lisbon", "EnableOutsideAccess": True})],
        spelled={"identity": "Site:Lisbon"},
    )
    assert held(stage)["Site:Lisbon"]["EnableOutsideAccess"] is True
    comes_true(
        stage,
        policy("SITE:lisbon", enable_outside_access=False, enable_public_cloud_access=True),
        [f"{SET} -Identity Site:Lisbon -EnableOutsideAccess $false -EnablePublicCloudAccess $true"],
        [(SET, {"Identity": "Site:Lisbon", "EnableOutsideAccess": False, "EnablePublicCloudAccess": True})],
    )
    comes_true(
        stage,
        policy("site:Lisbon", state="absent"),
        [f"{REMOVE} -Identity Site:Lisbon"],
        [(REMOVE, {"Identity": "Site:Lisbon"})],
    )
    assert list(held(stage)) == ["Global"]


def test_a_policy_for_users(stage: Stage) -> None:
    comes_true(
        stage,
        policy("tag:Remote Users", enable_outside_access=True),
        [f'{NEW} -Identity "Remote Users" -EnableOutsideAccess $true'],
        [(NEW, {"Identity": "Remote Users", "EnableOutsideAccess": True})],
        spelled={"identity": "Tag:Remote Users"},
    )
    comes_true(
        stage,
        policy("remote users", state="absent"),
        [f'{REMOVE} -Identity "Tag:Remote Users"'],
        [(REMOVE, {"Identity": "Tag:Remote Users"})],
    )


def test_it_is_proven_on_an_edge_server(stage: Stage) -> None:
    settings = {
        "external_access_policy": {"global": {"enable_outside_access": True}, "site:Lisbon": {"state": "absent"}}
    }
    check = task("lync_local_store_check", {"settings": settings, "timeout": 20, "interval": 0.2})
    behind = stage.run(
        task("lync_local_store_check", {"settings": settings, "timeout": 0}), hosts="lync_edge", status=2
    ).one()
    assert "external access policy 'global': enable_outside_access: desired True, found False" in behind.message
    stage.run(policy(enable_outside_access=True))
    assert stage.run(check, hosts="lync_edge").one()["differences"] == []
    run = stage.run(task("lync_external_access_policy_info", {"local_store": True}), hosts="lync_edge")
    (found,) = run.one()["external_access_policies"]
    assert found["enable_outside_access"] is stage.read(GET, stage.edges[0])[0]["EnableOutsideAccess"] is True
    assert stage.run(task("lync_external_access_policy_info")).one()["external_access_policies"] == [found]


def closed(deployment: Deployment) -> None:
    """Somebody else takes access away at that moment."""
    policy = {**deployment.content.external_access_policies["global"], "EnableOutsideAccess": False}
    deployment.seed(lambda content: content.with_item("external_access_policies", policy))


def test_a_value_that_was_not_kept_is_named(stage: Stage) -> None:
    stage.deployment.after_next("write", closed)
    run = stage.run(policy(enable_outside_access=True), status=2)
    assert "enable_outside_access: desired True, found False" in run.one().message
    assert run.one().changed


@pytest.mark.parametrize(
    ("product", "options", "sentence"),
    [
        (
            "sfb2019",
            {"identity": "site:Lisbon", "enable_public_cloud_access": True},
            "enable_public_cloud_access: this server does not show the property EnablePublicCloudAccess",
        ),
        (
            "lync2010",
            {"identity": "site:Lisbon", "enable_xmpp_access": True},
            "enable_xmpp_access needs Lync Server 2013 or later; this deployment runs Lync Server 2010.",
        ),
        ("lync2013", {"identity": "site:"}, "identity must be global, site:<site>, or the name of a policy for users"),
    ],
)
def test_what_is_refused(start: Start, product: str, options: dict[str, Any], sentence: str) -> None:
    stage = start(product=product)
    for run in (stage.dry_run(policy(**options), status=2), stage.run(policy(**options), status=2)):
        assert sentence in run.one().message
        assert run.one().message.endswith("Nothing was changed.")
    stage.assert_only_read()
