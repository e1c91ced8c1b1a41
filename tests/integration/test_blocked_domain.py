# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""lync_blocked_domain: from dry run to second run, what is refused, and the proof on an Edge Server."""

from __future__ import annotations

from typing import Any

from lynclab.deployment import store
from support.ansible import Task, task
from support.stage import Stage
from support.wishes import comes_true

GET = "Get-CsBlockedDomain"
NEW = "New-CsBlockedDomain"
SET = "Set-CsBlockedDomain"
REMOVE = "Remove-CsBlockedDomain"


def blocked(identity: str = "spam.example", **options: Any) -> Task:
    return task("lync_blocked_domain", {"identity": identity, **options})


def held(stage: Stage) -> dict[str, dict[str, Any]]:
    """The blocked domains by name, as plain pypsrp reads them."""
    return {found["Identity"]: found for found in stage.read(GET)}


def test_a_domain_comes_changes_and_goes(stage: Stage) -> None:
    comes_true(
        stage,
        blocked(comment="advertises"),
        [f"{NEW} -Identity spam.example -Comment advertises"],
        [(NEW, {"Identity": "spam.example", "Comment": "advertises"})],
    )
    assert held(stage)["spam.example"]["Comment"] == "advertises"
    comes_true(
        stage,
        blocked("SPAM.example", comment=""),
        [f'{SET} -Identity spam.example -Comment ""'],
        [(SET, {"Identity": "spam.example", "Comment": ""})],
    )
    comes_true(
        stage, blocked(state="absent"), [f"{REMOVE} -Identity spam.example"], [(REMOVE, {"Identity": "spam.example"})]
    )
    assert held(stage) == {}


def test_an_allowed_domain_is_refused_until_it_is_taken_off_that_list(stage: Stage) -> None:
    item = store.allowed_domain("Spam.example", Comment="partner")
    stage.deployment.seed(lambda content: content.with_item("allowed_domains", item))
    for run in (stage.dry_run(blocked(), status=2), stage.run(blocked(), status=2)):
        assert "The domain 'Spam.example' stands on the list of allowed domains (partner)" in run.one().message
        assert run.one().message.endswith("Nothing was changed.")
    stage.assert_only_read()
    stage.run(task("lync_allowed_domain", {"identity": "spam.example", "state": "absent"}), blocked())
    assert stage.written() == [
        ("Remove-CsAllowedDomain", {"Identity": "Spam.example"}),
        (NEW, {"Identity": "spam.example"}),
    ]


def test_it_is_proven_on_an_edge_server(stage: Stage) -> None:
    settings = {"blocked_domain": {"spam.example": {"comment": "advertises"}}}
    check = {"settings": settings, "interval": 0.2}
    behind = stage.run(task("lync_local_store_check", {**check, "timeout": 0}), hosts="lync_edge", status=2).one()
    assert "blocked domain 'spam.example': state: desired 'present', found 'absent'" in behind.message
    stage.run(blocked(comment="advertises"))
    proven = stage.run(
        task("lync_local_store_check", {**check, "timeout": 20}),
        task("lync_blocked_domain_info", {"local_store": True}),
        hosts="lync_edge",
    )
    assert proven.results[0]["differences"] == []
    assert [one["identity"] for one in proven.results[1]["blocked_domains"]] == ["spam.example"]
    assert [one["Comment"] for one in stage.read(GET, stage.edges[0])] == ["advertises"]
