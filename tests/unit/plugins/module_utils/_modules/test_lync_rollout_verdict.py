# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what the tasks of a rollout left on each host to the verdicts, the report, and the hosts that fail."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.document import to_plain
from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_replication_status, lync_rollout_verdict
from ansible_collections.ucops.lync.plugins.module_utils._rollout.excuse import Excuse
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene

EXCHANGE = memory.provider("Exchange Online", "exap.um.outlook.com")
SET = "Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true"
MATCHES = {"outcome": "matches"}
DIFFERS = {"outcome": "differs", "failed": True, "msg": "The local store of edge01 differs."}


def ready() -> memory.Deployment:
    return memory.Deployment({"AllowFederatedUsers": True}, [EXCHANGE])


def judged(
    deployment: memory.Deployment, plan: Any = None, check_mode: bool = False, **by_name: Any
) -> memory.MemoryTask:
    """
    :param by_name: options; those that go by management host, or Edge Server, are given for the one there is.
    """
    edge = by_name.pop("contents", None)
    options = {name: {scene.MANAGEMENT: value} for name, value in by_name.items()}
    task = memory.task_of(
        lync_rollout_verdict.MODULE,
        deployment,
        check_mode,
        deployments={"adatum": to_plain(scene.hosts(deployment))},
        plans={scene.MANAGEMENT: scene.planned(deployment) if plan is None else plan},
        contents={} if edge is None else {scene.EDGE: edge},
        **options,
    )
    lync_rollout_verdict.run(task)
    return task


def outcome(task: memory.MemoryTask) -> str:
    (row,) = task.result["rows"]
    return str(row["outcome"])


def write(outcome_: str) -> dict[str, str]:
    return {"cmdlet": SET, "outcome": outcome_}


def failure(**more: Any) -> dict[str, Any]:
    return {
        "task": "Set the Access Edge configuration",
        "msg": "It failed.",
        "unreachable": False,
        "writes": [],
        **more,
    }


def test_nothing_to_change_is_proven_by_the_first_reading() -> None:
    task = judged(ready())
    assert (outcome(task), task.result["verified"], task.result["problems"]) == ("verified", 1, {})
    assert "1 of 1 Edge Servers in the topology verified." in task.told[0]


def test_after_a_write_only_a_reading_after_it_proves() -> None:
    plan = scene.planned(memory.Deployment())
    assert outcome(judged(memory.Deployment(), plan, writes=[write("ran")], contents=MATCHES)) == "verified"
    unread = judged(memory.Deployment(), plan, writes=[write("ran")])
    assert outcome(unread) == "differs"
    assert scene.EDGE in unread.result["problems"]
    assert unread.told == [], "it is shown after the failures"


def test_what_matched_before_a_write_is_not_known_after_it() -> None:
    plan = scene.planned(ready())
    task = judged(ready(), plan, writes=[write("ran")])
    assert task.result["rows"][0]["content"] == "not_read"


@pytest.mark.parametrize(
    ("writes", "central"),
    [
        ([], "failed"),
        (["not_run"], "failed"),
        (["ran"], "changed, then failed"),
        (["unknown"], "possibly changed, then failed"),
    ],
)
def test_what_is_said_of_the_central_store(writes: list[str], central: str) -> None:
    plan = scene.planned(memory.Deployment())
    task = judged(memory.Deployment(), plan, failures=failure(writes=[write(one) for one in writes]))
    assert f"  {central}  " in task.result["lines"][2]
    assert "failed at 'Set the Access Edge configuration': It failed." in task.result["problems"][scene.MANAGEMENT]


ADD = (
    'New-CsHostingProvider -Identity "Exchange Online" -Enabled $true -EnabledSharedAddressSpace $true -HostsOCSUsers $false '
    "-ProxyFqdn exap.um.outlook.com -IsLocal $false -VerificationLevel UseSourceVerification"
)


def test_what_stands_and_what_completes_it() -> None:
    """A role with one of the two cmdlets only."""
    denied = failure(writes=[write("not_run")])
    plan = scene.planned(memory.Deployment())
    differs = {
        **DIFFERS,
        "differences": [
            {
                "noun": "access_edge",
                "identity": "global",
                "option": "allow_federated_users",
                "desired": True,
                "found": False,
            }
        ],
    }
    task = judged(
        memory.Deployment(), plan, writes=[{"cmdlet": ADD, "outcome": "ran"}], failures=denied, contents=differs
    )
    lines = task.result["lines"]
    assert f"deployment adatum: written before that, and in force: {ADD}" in lines
    assert any(line.startswith(f"deployment adatum: not written: {SET}. Correct what failed, then") for line in lines)
    assert task.result["problems"][scene.EDGE].endswith(
        "as the run ended before all was written: access edge 'global': allow_federated_users: desired True, found False"
    )


def test_a_refused_run_verifies_nothing_and_shows_drift_as_such() -> None:
    refused = failure(task="Plan the changes")
    matching = judged(ready(), scene.planned(ready(), same_store=["north"]), failures=refused)
    assert (outcome(matching), matching.result["verified"]) == ("nothing_written", 0)
    model = memory.Deployment()
    drifted = scene.planned(model, edge_readings={scene.EDGE: scene.edge_reading(ready())}, waited=True)
    assert outcome(judged(model, drifted, failures=refused)) == "drifted"
    pending = judged(model, scene.planned(model, same_store=["north"]), failures=refused)
    assert (outcome(pending), pending.result["rows"][0]["content"]) == ("nothing_written", "differs")


def test_the_clauses_of_the_plan_reach_the_last_line() -> None:
    plan = scene.planned(ready())
    plan["plan"]["findings"].append(
        {
            "kind": "warning",
            "name": "outside_access",
            "sentence": "Long.",
            "given": False,
            "closing": "nobody is served",
        }
    )
    task = judged(ready(), plan)
    assert "nobody is served; federation" in task.result["lines"][-1]


def test_an_excused_edge_server_with_and_without_a_plan() -> None:
    model = memory.Deployment(edges=2)
    excused = Excuse(str(model.model.topology.edges()[1]), "power supply", "2026-10-01")
    hosts = to_plain(scene.hosts(model, excuses=(excused,)))
    plan = scene.planned(model, deployment=hosts)
    for plans, total in (({scene.MANAGEMENT: plan}, 2), ({}, 0)):
        other = to_plain(scene.hosts(model, excuses=(Excuse(scene.edge_fqdn(model), "x", "2026-10-01"),)))
        task = memory.task_of(
            lync_rollout_verdict.MODULE, model, deployments={"adatum": hosts if plans else other}, plans=plans
        )
        lync_rollout_verdict.run(task)
        assert task.result["rows"][-1]["outcome"] == "excused"
        assert task.result["rows"][-1]["excused_until"] == "2026-10-01"
        assert (task.result["total"], task.result["excused"]) == (total, 1 if plans else 0)


def test_replicas_that_nobody_waited_for_are_told() -> None:
    model = memory.Deployment()
    plan = scene.planned(model)
    shown = {"state": "lagging", "last_status_report": "2026-01-02T03:04:05Z", "reason": "outside the scope"}
    replicas = [
        {"replica_fqdn": "fe02.adatum.example", "in_scope": False, **shown},
        {"replica_fqdn": scene.edge_fqdn(model).upper(), "in_scope": False, **shown},
        {"replica_fqdn": "fe03.adatum.example", "in_scope": True, **shown},
        {"replica_fqdn": "fe04.adatum.example", "in_scope": False, **shown, "state": "up_to_date"},
    ]
    task = judged(model, plan, writes=[write("ran")], contents=MATCHES, replications={"replicas": replicas})
    (line,) = [line for line in task.result["lines"] if "not waited for" in line]
    assert "ended: fe02.adatum.example (last status report 2026-01-02T03:04:05Z). hybrid" in line
    assert "still behind when the run ended: fe03.adatum.example (" in task.result["problems"][scene.MANAGEMENT]


def test_a_deployment_that_could_not_be_planned() -> None:
    told = failure(task="Plan the changes", msg="combine expects dictionaries")
    task = judged(memory.Deployment(), {}, failures=told)
    assert "failed at 'Plan the changes': combine expects dictionaries" in task.result["problems"][scene.MANAGEMENT]


def test_what_cannot_be_evaluated_spoils_its_own_row_only() -> None:
    deployment = ready()
    plan = scene.planned(deployment)
    broken = {"plan": {**plan["plan"], "edges": "nonsense"}}
    other = to_plain(scene.hosts(deployment, name="fabrikam", management=("fe02",), edges=()))
    other["edges"] = [{"host": "edge02", "fqdn": scene.edge_fqdn(deployment), "in_play": True}]
    task = memory.task_of(
        lync_rollout_verdict.MODULE,
        deployment,
        deployments={"adatum": to_plain(scene.hosts(deployment)), "fabrikam": other},
        plans={scene.MANAGEMENT: broken, "fe02": plan},
    )
    lync_rollout_verdict.run(task)
    assert "could not be evaluated" in task.result["problems"][scene.MANAGEMENT]
    assert list(task.result["problems"]) == [scene.MANAGEMENT]
    assert task.result["rows"][1]["verified"] is True


def test_a_new_master_that_lost_the_change() -> None:
    plan = scene.planned(memory.Deployment())
    kept = judged(
        ready(), plan, writes=[write("ran")], contents=MATCHES, replications={"new_master": scene.reading(ready())}
    )
    assert kept.result["problems"] == {}
    lost = judged(
        ready(),
        plan,
        writes=[write("ran")],
        contents=DIFFERS,
        replications={"new_master": scene.reading(memory.Deployment())},
    )
    assert "does not hold what was written" in lost.result["problems"][scene.MANAGEMENT]
    unread = judged(
        ready(), plan, writes=[write("ran")], contents=MATCHES, replications={"new_master": {"msg": "refused."}}
    )
    assert "Read the central store of the new master': refused." in unread.result["problems"][scene.MANAGEMENT]


def test_a_dry_run() -> None:
    task = judged(memory.Deployment(), check_mode=True)
    assert (outcome(task), task.result["problems"]) == ("will_be_replicated", {})


def test_an_edge_server_without_a_plan_is_judged_by_what_was_read() -> None:
    deployment = ready()
    hosts = to_plain(scene.hosts(deployment, management=(), left_out=("fe01",)))
    task = memory.task_of(
        lync_rollout_verdict.MODULE,
        deployment,
        deployments={"adatum": hosts},
        contents={scene.EDGE: MATCHES},
        partial_verification=True,
    )
    lync_rollout_verdict.run(task)
    assert (outcome(task), task.result["total"], task.result["problems"]) == ("verified", 0, {})


def test_the_status_is_that_of_the_wait() -> None:
    deployment = memory.Deployment()
    plan = scene.planned(deployment)
    waiting = memory.task_of(lync_replication_status.MODULE, deployment, scope="listed", replicas=plan["replicas"])
    lync_replication_status.run(waiting)
    task = judged(deployment, plan, writes=[write("ran")], contents=MATCHES, replications=waiting.result)
    assert task.result["rows"][0]["status"] == "up_to_date"


READY = {"check": "TLS 1.2", "subject": "7.0.2046.0", "outcome": "good", "reason": "why"}


def test_readiness_stands_before_the_table_and_the_last_line_points_to_it() -> None:
    lines = judged(ready(), external_readiness={"rows": [READY]}).result["lines"]
    assert lines[0] == "Readiness: 1 good, 0 bad, 0 not checked."
    assert lines[4].startswith("controller")
    assert lines[5] == ""
    assert lines[6].startswith("Deployment")
    assert "federation traffic and the tenant's side not tested, DNS and certificates as the table says" in lines[-1]


def test_readiness_that_could_not_be_checked_is_a_row() -> None:
    lines = judged(ready(), edge_readiness={"failed": True, "msg": "no session"}).result["lines"]
    assert lines[0] == "Readiness: 0 good, 0 bad, 1 not checked."
    assert lines[4].endswith("no session")


def test_an_edge_server_that_was_to_be_checked_and_was_not_is_a_row() -> None:
    options = {"edge_readiness": {"edge1": {"skipped": True}, "edge2": {"rows": [READY]}}, "external_readiness": {}}
    found = memory.validated(
        lync_rollout_verdict.ARGUMENT_SPEC,
        deployments={},
        readiness_asked={"edge1": True, "edge2": "yes", "edge3": False},
        **options,
    )
    task = memory.MemoryTask(ready(), found)
    lync_rollout_verdict.run(task)
    assert task.result["lines"][0] == "Readiness: 1 good, 0 bad, 1 not checked."
    assert task.result["lines"][4].endswith("the Edge Server, or its deployment, could not be read")


def test_without_readiness_nothing_is_said_of_it() -> None:
    lines = judged(ready(), edge_readiness={"skipped": True}, external_readiness={"skipped": True}).result["lines"]
    assert lines[0].startswith("Deployment")
    assert "certificates and the tenant's side not tested" in lines[-1]


@pytest.mark.parametrize("failed", [False, True])
def test_the_journals_of_a_run_that_took_itself_back_both_get_their_end(failed: bool) -> None:
    model = memory.Deployment()
    plan = {**scene.planned(model), "journal": "/there.jsonl"}
    back = {"plan": {**plan["plan"], "undoes": "this run"}, "journal": "/back.jsonl"}
    options: dict[str, Any] = {
        "deployments": {"adatum": to_plain(scene.hosts(model))},
        "plans": {scene.MANAGEMENT: plan},
        "failures": {scene.MANAGEMENT: failure(writes=[write("not_run")])},
        "took_back": {scene.MANAGEMENT: {"plan": plan["plan"], "writes": [{"cmdlet": ADD, "outcome": "ran"}]}},
        "back_plans": {scene.MANAGEMENT: back},
        "back_writes": {scene.MANAGEMENT: [{"cmdlet": one, "outcome": "ran"} for one in (ADD, SET)]},
    }
    if failed:
        options["back_failures"] = {scene.MANAGEMENT: failure(msg="Access is denied.")}
    task = memory.task_of(lync_rollout_verdict.MODULE, model, **options)
    task.files.content.update({"/there.jsonl": "", "/back.jsonl": ""})
    lync_rollout_verdict.run(task)
    ends = {path: json.loads(text) for path, text in task.files.content.items()}
    assert [one["event"] for one in ends.values()] == ["end", "end"]
    assert ends["/there.jsonl"]["stop"]["message"] == "It failed."
    assert (ends["/back.jsonl"]["stop"] or {}).get("message") == ("Access is denied." if failed else None)
    assert {one["is_back"] for one in ends.values()} == {not failed}
