# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what the tasks of a rollout left on each host to the verdicts, the report, and the hosts that fail."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.document import to_plain
from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_replication_status, lync_rollout_verdict
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
    kept = judged(ready(), plan, writes=[write("ran")], contents=MATCHES, new_masters=scene.reading(ready()))
    assert kept.result["problems"] == {}
    lost = judged(
        ready(), plan, writes=[write("ran")], contents=DIFFERS, new_masters=scene.reading(memory.Deployment())
    )
    assert "does not hold what was written" in lost.result["problems"][scene.MANAGEMENT]
    unread = judged(
        ready(), plan, writes=[write("ran")], contents=MATCHES, new_masters={"failed": True, "msg": "refused."}
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
