# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a deployment, from what a model of it shows: what changes, in which order, and what stops it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.document import from_plain, to_plain
from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_rollout_plan
from ansible_collections.ucops.lync.plugins.module_utils._rollout.inventory import EdgeHost
from ansible_collections.ucops.lync.plugins.module_utils._rollout.plan import Plan
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene

EXCHANGE = memory.provider("Exchange Online", "exap.um.outlook.com")


def ready() -> memory.Deployment:
    """A deployment that has everything already."""
    return memory.Deployment({"AllowFederatedUsers": True}, [EXCHANGE])


def plan_of(result: Any) -> Plan:
    return from_plain(Plan, result["plan"])


def test_the_documented_case_needs_no_variable() -> None:
    result = scene.planned(memory.Deployment())
    plan = plan_of(result)
    assert "msg" not in result
    assert [change.noun for change in plan.changes] == ["hosting_provider", "access_edge"], "federation opens last"
    assert plan.cmdlets[1] == "Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true"
    assert plan.changes[1].inverse == ("Set-CsAccessEdgeConfiguration -AllowFederatedUsers $false",)
    assert [edge.content.value for edge in plan.edges] == ["pending"]
    assert (result["verify"], result["replicas"]) == ([scene.EDGE], [plan.edges[0].fqdn])
    assert plan.reached


def test_the_documented_order() -> None:
    plan = plan_of(scene.planned(memory.Deployment(), documented_order=True))
    assert [change.noun for change in plan.changes] == ["access_edge", "hosting_provider"]


def test_nothing_to_change_and_the_first_reading_is_the_proof() -> None:
    result = scene.planned(ready())
    assert (plan_of(result).changes, result["verify"]) == ((), [])
    assert [edge.content.value for edge in plan_of(result).edges] == ["matches"]


def test_a_dry_run_verifies_nothing_afterwards() -> None:
    task = scene.plan_task(memory.Deployment(), check_mode=True)
    lync_rollout_plan.run(task)
    assert task.result["verify"] == []


def test_an_edge_server_that_drifted_is_read_again() -> None:
    deployment = ready()
    behind = scene.edge_reading(memory.Deployment())
    result = scene.planned(deployment, edge_readings={scene.EDGE: behind})
    assert [edge.content.value for edge in plan_of(result).edges] == ["drifted"]
    assert result["verify"] == [scene.EDGE]


def test_settings_of_further_nouns_and_of_the_same_object_are_merged() -> None:
    variables = {
        "hybrid_access_edge": {"allow_outside_users": True},
        "hybrid_settings": {"access_edge": {"global": {"allow_anonymous_users": True}}},
    }
    plan = plan_of(scene.planned(memory.Deployment(), variables=variables))
    assert plan.desired["access_edge"]["global"] == {
        "allow_federated_users": True,
        "allow_outside_users": True,
        "allow_anonymous_users": True,
    }


def test_booleans_as_text_are_converted() -> None:
    plan = plan_of(scene.planned(memory.Deployment(), variables={"hybrid_access_edge": {"allow_outside_users": "yes"}}))
    assert plan.desired["access_edge"]["global"]["allow_outside_users"] is True


ELSEWHERE = EdgeHost("edge99", "edge99.adatum.example", in_play=True)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"variables": {"hybrid_access_edge": "nonsense"}}, "hybrid_access_edge must be a mapping"),
        (
            {"variables": {"hybrid_access_edge": {"allow_federated_users": False}}},
            "works only with allow_federated_users",
        ),
        ({"variables": {"hybrid_hosting_provider": {"enabled": False}}}, "works only with enabled: true"),
        ({"variables": {"hybrid_hosting_provider": {"state": "absent"}}}, "works only with state: present"),
        ({"variables": {"hybrid_settings": {"nonsense": {}}}}, "there is no noun nonsense"),
        ({"same_store": ["north"]}, "adatum and north have the same Central Management store"),
        ({"reading": {"msg": "fe01 refused the connection.", "session_failed": True}}, "fe01 refused the connection."),
        (
            {"edge_readings": {"edge01": {"msg": "refused.", "session_failed": True}}},
            "nothing would prove the change there",
        ),
    ],
)
def test_what_stops_a_plan_is_said_and_the_plan_is_there(options: dict[str, Any], sentence: str) -> None:
    result = scene.planned(memory.Deployment(), **options)
    assert sentence in result["msg"]
    assert result["msg"].endswith("Nothing was changed.")
    assert plan_of(result).stops
    assert result["verify"] == []


def test_an_edge_server_that_nobody_knows_and_one_that_nobody_named() -> None:
    deployment = memory.Deployment()
    hosts = to_plain(scene.hosts(deployment, edges=(ELSEWHERE,)))
    result = scene.planned(deployment, deployment=hosts, edge_readings={})
    assert "The topology has no Edge Server edge99.adatum.example" in result["msg"]
    assert "have no host in the group lync_edge" in result["msg"]
    lenient = scene.planned(deployment, deployment=hosts, edge_readings={}, edge_verification="best_effort")
    assert "have no host in the group" not in lenient["msg"]


def test_edge_servers_that_limit_leaves_out() -> None:
    deployment = memory.Deployment()
    left_out = EdgeHost(scene.EDGE, scene.edge_fqdn(deployment), in_play=False)
    hosts = to_plain(scene.hosts(deployment, edges=(left_out,)))
    assert "--limit leaves out edge01" in scene.planned(deployment, deployment=hosts)["msg"]
    assert "msg" not in scene.planned(deployment, deployment=hosts, partial_verification=True)


def test_a_part_that_is_needed_and_was_not_read_stops_the_plan() -> None:
    deployment = memory.Deployment()
    read = scene.reading(deployment)
    del read["reading"]["objects"]["CsHostingProvider"]
    read["reading"]["gaps"].append({"part": "CsHostingProvider", "reason": "Access is denied.", "error_id": "X"})
    result = scene.planned(deployment, reading=read)
    assert "fe01 could not read CsHostingProvider: Access is denied." in result["msg"]


def test_no_edge_server_no_procedure() -> None:
    deployment = memory.Deployment()
    read = scene.reading(deployment)
    read["reading"]["topology"]["edges"] = []
    result = scene.planned(deployment, reading=read)
    assert "has no Edge Server" in result["msg"]


def test_a_conflict_of_a_noun_stops_the_plan() -> None:
    public = {"Identity": "Partner", "ProxyFqdn": "exap.um.outlook.com", "Enabled": True}
    result = scene.planned(memory.Deployment(public=[memory.provider("Partner", "exap.um.outlook.com") | public]))
    assert "The public provider 'Partner'" in result["msg"]


def test_the_fingerprint_changes_with_the_plan_only() -> None:
    one, same = scene.planned(memory.Deployment()), scene.planned(memory.Deployment())
    other = scene.planned(memory.Deployment(), documented_order=True)
    assert one["fingerprint"] == same["fingerprint"] != other["fingerprint"]
