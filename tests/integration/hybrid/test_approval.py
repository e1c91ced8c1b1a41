# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change window: somebody plans, somebody approves, it runs, and never again."""

from __future__ import annotations

from conftest import Start

from lynclab.deployment.deployment import Deployment
from support.rollout import DOCUMENTED, rollout
from support.window import ALICE, Window

MANAGEMENT = "lyncfe01.contoso.example"


def test_plan_approve_run_and_never_again(start: Start) -> None:
    stage = start(edges=2)
    window = Window(stage)

    dry = window.plan()
    assert "  Not approved: there is no approval for it in " in dry.run.output
    (plan,) = window.planned().values()
    assert sorted(file.suffix for file in window.plans.iterdir()) == [".html", ".json", ".txt"]
    assert {file.stat().st_mode & 0o777 for file in window.plans.iterdir()} == {0o600}

    missing = rollout(stage, variables=window.variables, status=2)
    stage.assert_only_read()
    assert {line.central for line in missing.table} == {"not approved"}
    assert {line.outcome for line in missing.table} == {"nothing written"}
    assert "not approved" in missing.failures[MANAGEMENT]

    file = window.approve()
    fits = window.plan()
    assert f"The approval still fits: plan {plan['fingerprint'][:12]}, change CHG0040127, by {ALICE}" in fits.run.output

    real = rollout(stage, variables=window.variables)
    assert stage.written() == DOCUMENTED
    assert set(real.outcomes.values()) == {"verified"}
    assert f"Approved: plan {plan['fingerprint'][:12]}, change CHG0040127, by {ALICE}" in real.run.output
    (marker,) = window.approvals.glob("*.spent")
    assert plan["fingerprint"] in marker.read_text(encoding="utf-8")

    again = rollout(stage, variables=window.variables)
    assert "  Nothing to do: proof only. That needs no approval.\n" in again.run.output
    assert (stage.written(), again.changed) == ([], {})
    assert set(again.outcomes.values()) == {"verified"}

    stage.deployment.seed(lambda content: content.with_access_edge(AllowFederatedUsers=False))
    for name in (file.name, "copy.yml"):
        file.rename(window.approvals / name)
        file = window.approvals / name
        spent = rollout(stage, variables=window.variables, status=2)
        stage.assert_only_read()
        assert "it is spent: applied in the run of " in spent.failures[MANAGEMENT]


def test_a_new_edge_server_voids_the_approval(start: Start) -> None:
    window = Window(start(edges=1))
    window.plan()
    grown = start(edges=2)
    file = window.approve()
    found = rollout(grown, variables=window.variables, status=2)
    grown.assert_only_read()
    assert "Edge Server lyncedge02.contoso.example is new" in found.failures[MANAGEMENT]
    assert file.exists()


def test_interrupted_between_the_writes_and_completed_under_the_same_approval(start: Start) -> None:
    stage = start()
    window = Window(stage)
    window.plan()
    window.approve()
    name, _parameters = DOCUMENTED[1]
    stage.front_end.faults.drop(action="Command", cmdlet=name)
    rollout(stage, variables=window.variables, status=2)
    assert [one for one in stage.written() if one == DOCUMENTED[1]] == []
    assert list(window.approvals.glob("*.spent")) == []
    stage.front_end.faults.clear()
    completed = rollout(stage, variables=window.variables)
    assert stage.written() == DOCUMENTED[1:]
    assert set(completed.outcomes.values()) == {"verified"}
    assert "  Done already, as approved: hosting provider 'Exchange Online'.\n" in completed.run.output
    assert len(list(window.approvals.glob("*.spent"))) == 1


def test_after_the_window_nothing_is_begun(start: Start) -> None:
    stage = start()
    window = Window(stage, {"hybrid_require_approval": False, "hybrid_write_until": "2026-01-01T04:00:00+02:00"})
    dry = window.plan()
    closed = "at 2026-01-01 02:00:00 UTC (hybrid_write_until)"
    assert f"  The window for the first write is closed {closed}.\n" in dry.run.output
    real = rollout(stage, variables=window.variables, status=2)
    stage.assert_only_read()
    assert {line.central for line in real.table} == {"not started: window closed"}
    assert f"The window closed {closed} before the first write. Nothing was changed." in real.failures[MANAGEMENT]
    rollout(stage, variables={**window.variables, "hybrid_write_until": "2099-12-31"})
    assert stage.written() == DOCUMENTED
    proof = rollout(stage, variables=window.variables)
    assert set(proof.outcomes.values()) == {"verified"}


def test_somebody_who_is_faster_than_the_write_is_not_written_over(start: Start) -> None:
    """Federation's object changes after the plan was made and before its own write."""
    stage = start()

    def opens(deployment: Deployment) -> None:
        deployment.seed(
            lambda content: content.with_access_edge(AllowFederatedUsers=False, EnablePartnerDiscovery=True)
        )

    stage.deployment.after_next("write", opens)
    wanted = {"hybrid_access_edge": {"enable_partner_discovery": False, "allow_outside_users": True}}
    found = rollout(stage, variables={**wanted, "hybrid_on_failure": "rollback"}, status=2)
    assert [name for name, _parameters in stage.written()] == ["New-CsHostingProvider"]
    assert (
        "The access edge 'global' is no longer as the plan found it: enable_partner_discovery was False, and is True."
        in found.failures[MANAGEMENT]
    )
    assert "not rolled back: what 'Set the Access Edge configuration' found is not what the plan found" in " ".join(
        found.closing
    )


def test_a_run_with_an_approval_has_the_tasks_of_one_without(start: Start) -> None:
    plain = start()
    without = rollout(plain)
    stage = start()
    window = Window(stage)
    window.plan()
    window.approve()
    with_approval = rollout(stage, variables=window.variables)
    tasks = [[result.task for result in found.run.results] for found in (without, with_approval)]
    assert tasks[0] == tasks[1]
    before_the_end = [[entry.name for entry in one.arrived(MANAGEMENT)] for one in (plain, stage)]
    # How often replication is polled after the last write is a matter of time.
    last = DOCUMENTED[-1][0]
    assert before_the_end[0][: before_the_end[0].index(last)] == before_the_end[1][: before_the_end[1].index(last)]
