# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""lync_allowed_domain and the exact list lync_allowed_domains: from dry run to second run, and what is refused."""

from __future__ import annotations

from typing import Any

from lynclab.deployment import store
from lynclab.deployment.deployment import Deployment
from support.ansible import Task, task
from support.stage import Stage
from support.wishes import comes_true

GET = "Get-CsAllowedDomain"
NEW = "New-CsAllowedDomain"
SET = "Set-CsAllowedDomain"
REMOVE = "Remove-CsAllowedDomain"
PUSH = "push.lync.com"


def allowed(identity: str = "fabrikam.example", **options: Any) -> Task:
    return task("lync_allowed_domain", {"identity": identity, **options})


def listed(*identities: str, purge: bool = False) -> Task:
    domains = [{"identity": identity} for identity in identities]
    return task("lync_allowed_domains", {"domains": domains, **({"purge": True} if purge else {})})


def on_list(deployment: Deployment, collection: str, item: store.Item) -> None:
    """Somebody else puts a domain on a list."""
    deployment.seed(lambda content: content.with_item(collection, item))


def seed(deployment: Deployment, *identities: str, blocked: bool = False) -> None:
    for identity in identities:
        if blocked:
            on_list(deployment, "blocked_domains", store.blocked_domain(identity))
        else:
            on_list(deployment, "allowed_domains", store.allowed_domain(identity))


def held(stage: Stage) -> dict[str, dict[str, Any]]:
    """The allowed domains by name, as plain pypsrp reads them."""
    return {found["Identity"]: found for found in stage.read(GET)}


def test_a_domain_comes_changes_and_goes(stage: Stage) -> None:
    seed(stage.deployment, "adatum.example")
    comes_true(
        stage,
        allowed(proxy_fqdn="sip.fabrikam.example.", comment="Contract 4711", mark_for_monitoring=False),
        [
            f'{NEW} -Identity fabrikam.example -Comment "Contract 4711" -MarkForMonitoring $false -ProxyFqdn sip.fabrikam.example'
        ],
        [
            (
                NEW,
                {
                    "Identity": "fabrikam.example",
                    "Comment": "Contract 4711",
                    "MarkForMonitoring": False,
                    "ProxyFqdn": "sip.fabrikam.example",
                },
            )
        ],
    )
    assert held(stage)["fabrikam.example"]["ProxyFqdn"] == "sip.fabrikam.example"
    comes_true(
        stage,
        allowed("FABRIKAM.example", proxy_fqdn="", comment="Contract 4711"),
        [f'{SET} -Identity fabrikam.example -ProxyFqdn ""'],
        [(SET, {"Identity": "fabrikam.example", "ProxyFqdn": ""})],
    )
    comes_true(
        stage,
        allowed(state="absent"),
        [f"{REMOVE} -Identity fabrikam.example"],
        [(REMOVE, {"Identity": "fabrikam.example"})],
    )
    assert list(held(stage)) == ["adatum.example"], "a domain that is not named stays"


def test_a_list_removes_others_only_when_it_is_told_to(stage: Stage) -> None:
    seed(stage.deployment, "adatum.example", PUSH)
    assert not stage.run(listed("adatum.example")).one().changed

    for run in (
        stage.dry_run(listed("fabrikam.example", purge=True), status=2),
        stage.run(listed("fabrikam.example", purge=True), status=2),
    ):
        assert (
            f"'{PUSH}' is not listed and would be removed: without it mobile clients get no push" in run.one().message
        )
    stage.assert_only_read()

    wish = listed("fabrikam.example", PUSH, purge=True)
    lines = [f"{NEW} -Identity fabrikam.example", f"{REMOVE} -Identity adatum.example"]
    assert stage.dry_run(wish).one().cmdlets == lines
    run = stage.run(wish)
    assert run.one().cmdlets == lines
    assert [(write["cmdlet"], write["outcome"]) for write in run.one()["writes"]] == [(line, "ran") for line in lines]
    assert [one["identity"] for one in run.one()["after"]] == list(held(stage)) == [PUSH, "fabrikam.example"]
    assert not stage.run(wish).one().changed
    stage.assert_only_read()


def test_a_blocked_domain_is_refused(stage: Stage) -> None:
    seed(stage.deployment, "Fabrikam.example", blocked=True)
    for wish in (allowed(), listed("adatum.example", "fabrikam.example")):
        for run in (stage.dry_run(wish, status=2), stage.run(wish, status=2)):
            assert "The domain 'Fabrikam.example' stands on the list of blocked domains" in run.one().message
            assert run.one().message.endswith("Nothing was changed.")
    stage.assert_only_read()


def test_a_refusal_of_the_server_is_a_failure_that_says_what_was_not_written(stage: Stage) -> None:
    """Somebody blocks the second domain while the first one is written."""
    stage.deployment.after_next("write", lambda written: seed(written, "fabrikam.example", blocked=True))
    run = stage.run(listed("adatum.example", "fabrikam.example"), status=2).one()
    assert "is already on the list of blocked domains" in run.message
    assert f"Written before that: {NEW} -Identity adatum.example" in run.message
    assert [write["outcome"] for write in run["writes"]] == ["ran", "not_run"]
    assert list(held(stage)) == ["adatum.example"]


def test_it_is_proven_on_an_edge_server(stage: Stage) -> None:
    settings = {"allowed_domain": {"fabrikam.example": {"comment": "partner"}, "adatum.example": {"state": "absent"}}}
    check = {"settings": settings, "interval": 0.2}
    behind = stage.run(task("lync_local_store_check", {**check, "timeout": 0}), hosts="lync_edge", status=2).one()
    assert "allowed domain 'fabrikam.example': state: desired 'present', found 'absent'" in behind.message
    stage.run(allowed(comment="partner"))
    proven = stage.run(
        task("lync_local_store_check", {**check, "timeout": 20}),
        task("lync_allowed_domain_info", {"local_store": True}),
        hosts="lync_edge",
    )
    assert proven.results[0]["differences"] == []
    (found,) = proven.results[1]["allowed_domains"]
    assert (found["identity"], found["comment"]) == ("fabrikam.example", "partner")
    assert [one["Comment"] for one in stage.read(GET, stage.edges[0])] == ["partner"]
