# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replicas as real deployments have them, several in one lab: the content of each Edge Server decides, the status explains."""

from __future__ import annotations

import re

import pytest
from conftest import Start

from lynclab.deployment.deployment import Deployment
from lynclab.deployment.replication import Delays
from support.rollout import DOCUMENTED, FEDERATION, IMPATIENCE, dry_rollout, rollout
from support.stage import Stage

DATE = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"


def has_provider(stage: Stage, edge: int) -> bool:
    return [one["Identity"] for one in stage.read("Get-CsHostingProvider", stage.edges[edge])] == ["Exchange Online"]


def test_what_must_not_hold_up_or_fail_a_run(start: Start) -> None:
    """Silent appliances, removed servers, an Edge Server whose reports are lost, clocks ten minutes off either way."""
    stage = start(
        edges=3,
        situations=(
            "silent-branch-appliance",
            "removed-server-listed",
            "edge-silent:lyncedge01",
            "edge-clock-off:600:lyncedge02",
            "edge-clock-off:-600:lyncedge03",
        ),
    )
    found = rollout(
        stage,
        expect=[
            "Not up to date and not waited for, outside the scope: lyncsba01.contoso.example (last status report ",
            "Not up to date and not waited for, ignored (its reports are lost): lyncedge01.contoso.example (last status report ",
        ],
        variables={
            "hybrid_replication_ignore": [{"replica": "lyncedge01.contoso.example", "reason": "its reports are lost"}]
        },
    )
    assert found.outcomes == {
        "lyncedge01": "verified, status not reported",
        "lyncedge02": "verified",
        "lyncedge03": "verified",
    }
    assert found.line("lyncedge01").status == "lagging"
    assert found.line("lyncedge02").status.startswith("replicated (")
    assert found.closing[0] == "3 of 3 Edge Servers in the topology verified."
    assert re.fullmatch(
        "Verified by content, but the status does not come back: lyncedge01.contoso.example "
        rf"\(last status report {DATE}\). Check the connection back over port 4443.",
        found.closing[2],
    )
    assert re.fullmatch(
        "deployment contoso.example: not waited for, and behind when the run ended: lyncsba01.contoso.example "
        rf"\(last status report {DATE}\), lyncold01.contoso.example \(last status report {DATE}\)\. "
        r"hybrid_replication_scope: all waits for every replica that hybrid_replication_ignore does not name\.",
        found.closing[1],
    )
    assert all(has_provider(stage, edge) for edge in range(3))
    waited = found.run.one("Wait until the change has replicated")
    assert waited["proven"] is True
    assert "replication: 1 of 1 deployments up to date" in found.run.output

    again = rollout(stage)
    assert re.search(
        rf"Behind already, before any change: lyncedge01.contoso.example \(last status report {DATE}\), "
        rf"lyncsba01.contoso.example \(last status report {DATE}\), lyncold01.contoso.example",
        again.run.output,
    )
    assert again.outcomes["lyncedge01"] == "verified, status not reported"
    assert stage.written() == []


def test_what_must_fail_a_run(start: Start) -> None:
    """An Edge Server that never receives, one never filled, one whose status says True over old content."""
    stage = start(
        edges=4, situations=("edge-deaf:lyncedge01", "edge-never-filled:lyncedge02", "edge-stuck-content:lyncedge03")
    )
    found = rollout(
        stage,
        patience=IMPATIENCE,
        status=2,
        expect=["Not up to date and not waited for, ignored (new): lyncedge02.contoso.example (has never reported)."],
        variables={"hybrid_replication_ignore": [{"replica": "lyncedge02.contoso.example", "reason": "new"}]},
    )
    assert found.outcomes == {
        "lyncedge01": "differs, lagging",
        "lyncedge02": "differs, lagging",
        "lyncedge03": "differs",
        "lyncedge04": "verified",
    }
    assert stage.written() == DOCUMENTED
    assert [has_provider(stage, edge) for edge in range(4)] == [False, False, False, True]
    overdue = found.run.one("Wait until the change has replicated").message
    assert re.match(
        r"Not replicated to 1 of 3 replicas in scope within 3 s: lyncedge01.contoso.example \(UpToDate False, last update "
        rf"created {DATE}, last status report {DATE}\)",
        overdue,
    )
    differs = (
        "differs: hosting provider 'Exchange Online': state: desired 'present', found 'absent'; access edge 'global': "
        "allow_federated_users: desired True, found False. If the deployment is set as desired, this server has not received it"
    )
    failures = {host.split(".")[0]: text for host, text in found.failures.items()}
    assert sorted(failures) == ["lyncedge01", "lyncedge02", "lyncedge03"]
    assert all(differs in text for text in failures.values())
    assert re.search(rf"Its replica lags, last status report {DATE}\.$", failures["lyncedge01"])
    assert failures["lyncedge02"].endswith("Its replica lags, has never reported.")
    assert failures["lyncedge03"].endswith("Its status says up to date all the same.")
    assert found.closing[0] == "1 of 4 Edge Servers in the topology verified."
    assert found.closing[1] == (
        "Not verified: lyncedge01.contoso.example (differs, lagging), lyncedge02.contoso.example (differs, lagging), "
        "lyncedge03.contoso.example (differs)."
    )
    assert found.line("lyncedge01").status.startswith("lagging (3")
    waited = found.run.one("Wait until the change has replicated")
    seconds = {one["replica_fqdn"].split(".")[0]: one["seconds"] for one in waited["replicas"]}
    assert seconds["lyncedge01"] is None
    assert seconds["lyncedge04"] <= waited["waited"], "each has its own seconds"
    assert found.line("lyncedge04").status == f"replicated ({seconds['lyncedge04']:g} s)"


@pytest.mark.parametrize("scope", ["edges", "all"])
def test_a_front_end_that_never_gets_the_change(start: Start, scope: str) -> None:
    """It is told at the end, and fails where all replicas are asked for."""
    stage = start()
    behind = "lyncfe02.contoso.example"
    stage.deployment.replication.replicas[behind].receives = False
    if scope == "all":
        found = rollout(stage, patience=IMPATIENCE, status=2, variables={"hybrid_replication_scope": "all"})
        assert behind in found.run.one("Wait until the change has replicated").message
        assert (
            f"waited for, and still behind when the run ended: {behind} (" in found.failures["lyncfe01.contoso.example"]
        )
        assert found.outcomes == {"lyncedge01": "verified"}
        return
    found = rollout(
        stage, expect=[f"Not up to date and not waited for, outside the scope: {behind} (last status report "]
    )
    assert found.outcomes == {"lyncedge01": "verified"}
    assert re.fullmatch(
        rf"deployment contoso.example: not waited for, and behind when the run ended: {behind} \(last status report {DATE}\)\. "
        r"hybrid_replication_scope: all waits for every replica that hybrid_replication_ignore does not name\.",
        found.closing[1],
    )


def test_timestamps_that_never_move_leave_it_to_the_content(start: Start) -> None:
    stage = start(situations=("stamps-frozen",))
    found = rollout(
        stage, patience=IMPATIENCE, expect=["are up to date, but the timestamps of 1 did not move within 1.5 s"]
    )
    assert found.run.one("Wait until the change has replicated")["proven"] is False
    assert found.outcomes == {"lyncedge01": "verified"}
    assert found.line("lyncedge01").status.startswith("up to date (")


def test_a_master_that_stopped_unnoticed_fails_every_run(start: Start) -> None:
    """UpToDate stays True for ever, so the second run, which has nothing to change, must not be green either."""
    stage = start(edges=2, situations=("master-stops-after-health",))
    first = rollout(stage, patience=IMPATIENCE, status=2, expect=["the status proves nothing of the last change"])
    assert stage.written() == DOCUMENTED
    assert first.outcomes == {"lyncedge01": "differs", "lyncedge02": "differs"}
    assert len(first.failures) == 2
    second = rollout(stage, patience=IMPATIENCE, status=2)
    assert stage.written() == []
    assert [(line.central, line.status, line.outcome) for line in second.table] == [
        ("compliant", "up to date", "differs")
    ] * 2
    assert "0 of 2 Edge Servers in the topology verified." in second.closing
    dry = dry_rollout(stage, status=2)
    assert set(dry.outcomes.values()) == {"drifted already"}
    stage.deployment.replication.start()
    assert set(rollout(stage).outcomes.values()) == {"verified"}


@pytest.mark.parametrize(
    ("situation", "sentence"),
    [
        ("no-active-master", "there is no active master replicator (service MASTER) on the Central Management Server"),
        (
            "no-file-transfer-agent",
            "there is no active file transfer agent (service FTA) on the Central Management Server",
        ),
    ],
)
def test_ill_health_fails_before_the_first_write(start: Start, situation: str, sentence: str) -> None:
    stage = start(situations=(situation,))
    for found in (dry_rollout(stage, status=2), rollout(stage, status=2)):
        assert stage.written() == []
        assert found.failures["lyncfe01.contoso.example"] == (
            "deployment contoso.example failed at 'Check the plan': Nothing can replicate: "
            f"{sentence}. Nothing was changed."
        )
        assert list(found.failures) == ["lyncfe01.contoso.example"]
    assert (found.line("lyncedge01").central, found.line("lyncedge01").outcome) == ("failed", "nothing written")


@pytest.mark.parametrize("event", ["write", "the last write"])
def test_a_master_that_moves_voids_the_timestamps(start: Start, event: str) -> None:
    def moves(deployment: Deployment) -> None:
        deployment.replication.move_master("lyncfe02.contoso.example", skew=-60)

    stage = start()
    if event == "write":
        stage.lab.show("master-moves")
    else:
        stage.deployment.after_next("write", lambda first: first.after_next("write", moves))
    found = rollout(stage, expect=["The active master moved from lyncfe01.contoso.example to lyncfe02.contoso.example"])
    waited = found.run.one("Wait until the change has replicated")
    assert (waited["master_moved"], waited["proven"]) == (True, False)
    assert waited["new_master"]["reading"]["central"]["active_master_fqdn"] == "lyncfe02.contoso.example"
    assert found.outcomes == {"lyncedge01": "verified"}
    assert found.closing[0].startswith(
        "The active master of deployment contoso.example moved during the change: the status of its"
    )


def test_a_new_master_without_the_change_is_a_failure(start: Start) -> None:
    def moves(deployment: Deployment) -> None:
        deployment.replication.move_master("lyncfe02.contoso.example")
        deployment.seed(lambda content: content.without_item("hosting_providers", "Exchange Online"))

    stage = start(situations=("master-stopped",))
    stage.deployment.after_next(
        "write", lambda first: first.after_next("write", lambda second: second.after_next("health", moves))
    )
    found = rollout(stage, patience=IMPATIENCE, status=2, expect=["The active master moved from"])
    sentence = found.failures["lyncfe01.contoso.example"]
    assert (
        "The active master moved to lyncfe02.contoso.example, and its Central Management store does not hold"
        in sentence
    )
    assert "hosting provider 'Exchange Online': state: desired 'present', found 'absent'" in sentence
    assert found.outcomes == {"lyncedge01": "differs"}


def test_a_package_between_the_two_writes(start: Start) -> None:
    """It is sent and reported at once: against the state before the first write, both timestamps would have moved."""
    stage = start(situations=("package-between-writes", "master-stopped"))
    found = rollout(stage, patience=IMPATIENCE, status=2, expect=["the status proves nothing of the last change"])
    assert stage.written() == DOCUMENTED
    assert found.run.one("Wait until the change has replicated")["proven"] is False
    assert found.outcomes == {"lyncedge01": "differs"}
    failure = found.failures["lyncedge01.contoso.example"]
    assert "access edge 'global': allow_federated_users: desired True" in failure
    assert "hosting provider" not in failure, "the package had this one"


def test_the_first_change_under_way_during_the_second(start: Start) -> None:
    """Between the two writes every replica lags: that is not 'behind before the change'."""
    stage = start(delays=Delays(package=0.0, transfer=1.0, report=0.3))
    found = rollout(stage)
    waited = found.run.one("Wait until the change has replicated")
    assert waited["proven"] is True
    assert [one["in_scope"] for one in waited["replicas"]] == [False, False, True]
    assert found.line("lyncedge01").status.startswith("replicated (")


def test_drifted_already_and_pending_are_told_apart(start: Start) -> None:
    stage = start(edges=2, situations=("provider-present", "edge-drifted:lyncedge01"))
    found = dry_rollout(stage, status=2)
    assert found.outcomes == {"lyncedge01": "drifted already", "lyncedge02": "verified"}
    assert list(found.failures) == ["lyncedge01.contoso.example"]
    assert found.closing[0].startswith(
        "Dry run, nothing was changed: 1 of 2 Edge Servers in the topology match the desired"
    )


def test_a_federated_deployment_gets_the_provider_only(start: Start) -> None:
    """Lync Online's split domain stays as it is."""
    stage = start(situations=("split-domain",))
    found = rollout(stage)
    assert stage.written() == DOCUMENTED[:1]
    assert [one["Identity"] for one in stage.read("Get-CsHostingProvider", stage.edges[0])] == [
        "LyncOnline",
        "Exchange Online",
    ]
    assert FEDERATION[0] not in [entry.name for entry in stage.arrived()]
    assert found.outcomes == {"lyncedge01": "verified"}
