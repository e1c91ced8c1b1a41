# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which Edge Servers a plan asks for proof, which it waits for, and with which nothing is written."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.document import from_plain, to_plain
from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_local_store_check, lync_rollout_plan
from ansible_collections.ucops.lync.plugins.module_utils._rollout.excuse import Excuse
from ansible_collections.ucops.lync.plugins.module_utils._rollout.inventory import EdgeHost
from ansible_collections.ucops.lync.plugins.module_utils._rollout.plan import Plan
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene

EXCHANGE = memory.provider("Exchange Online", "exap.um.outlook.com")
OTHER = memory.provider("Other", "sip.other.example")


def deployment(**content: Any) -> memory.Deployment:
    """Two Edge Servers, one pool."""
    return memory.Deployment(edges=2, **content)


def ready() -> memory.Deployment:
    return deployment(edge={"AllowFederatedUsers": True}, hosting=[EXCHANGE])


def plan_of(result: Any) -> Plan:
    return from_plain(Plan, result["plan"])


def machines(model: memory.Deployment) -> list[str]:
    return [str(name) for name in model.model.topology.edges()]


def excuse(edge: str) -> Excuse:
    return Excuse(edge, "power supply", "2026-10-01")


def planned(
    model: memory.Deployment, *excused: str, in_inventory: int = 2, reading: Any = None, **options: Any
) -> dict[str, Any]:
    """The result of planning; ``in_inventory`` Edge Servers have a host, which reads as the central store does."""
    names = machines(model)
    edges = tuple(EdgeHost(f"edge{place}", name, True) for place, name in enumerate(names[:in_inventory]))
    hosts = scene.hosts(model, edges=edges, excuses=tuple(map(excuse, excused)))
    read = scene.reading(model) if reading is None else reading
    stated = {"edge_readings": {edge.host: scene.edge_reading(model) for edge in edges}, **options}
    return dict(scene.planned(model, deployment=to_plain(hosts), reading=read, **stated))


def test_an_edge_host_without_the_settings_of_its_management_host_is_not_readable() -> None:
    variables: dict[str, Any] = {"hybrid_settings": {"allowed_domain": {"fabrikam.example": {}}}}
    result = planned(deployment(), variables=variables)
    assert "CsAllowedDomain of hybrid_settings was not asked for there: state hybrid_settings beside" in result["msg"]
    assert {edge.content.value for edge in plan_of(result).edges} == {"not_readable"}


def test_what_stops_for_want_of_a_proof_names_the_excuse() -> None:
    """Not best_effort, which would excuse those that live, too."""
    model = deployment()
    silent = scene.reading(model)
    silent["reading"]["replicas"] = []
    unread = {"edge0": scene.edge_reading(model), "edge1": {"msg": "no route to host", "unreachable": True}}
    for result in (
        planned(model, in_inventory=1),
        planned(model, reading=silent),
        planned(model, edge_readings=unread),
    ):
        assert "Name one that is dead, or not built yet, in hybrid_edges_excused." in result["msg"]
        assert "best_effort" not in result["msg"]


# Excused from the proof


@pytest.mark.parametrize("in_inventory", [1, 2])
def test_one_that_is_excused_is_not_needed_anywhere_but_gets_the_change(in_inventory: int) -> None:
    model = deployment()
    one, other = machines(model)
    readings = {"edge0": scene.edge_reading(model)}
    read = scene.reading(model)
    read["reading"]["replicas"] = [row for row in read["reading"]["replicas"] if row["fqdn"] != other]
    result = planned(model, other, in_inventory=in_inventory, reading=read, edge_readings=readings)
    plan = plan_of(result)
    assert "msg" not in result
    assert [edge.content.value for edge in plan.edges] == ["pending", "excused"]
    assert (plan.edges[1].reason, plan.edges[1].excused_until) == ("power supply", "2026-10-01")
    assert (result["verify"], result["replicas"], result["ignore_replicas"]) == (["edge0"], [one], [])
    assert len(plan.changes) == 2


def test_its_replica_is_ignored_where_all_are_waited_for() -> None:
    model = deployment()
    mine = {"replica": "fe99", "reason": "old"}
    result = planned(model, machines(model)[1], replication_ignore=[mine])
    ignored = {"replica": machines(model)[1], "reason": "excused until 2026-10-01: power supply"}
    assert result["ignore_replicas"] == [mine, ignored]


def test_the_plan_shows_it() -> None:
    model = deployment()
    hosts = scene.hosts(model, excuses=(excuse(machines(model)[1]),))
    task = scene.plan_task(model, deployment=to_plain(hosts))
    lync_rollout_plan.run(task)
    assert (
        f"  Excused from the proof until 2026-10-01, not from the change: {machines(model)[1]} (power supply). Nobody logs on to "
        "it or waits for it."
    ) in task.told[0].splitlines()


def test_limit_may_leave_it_out() -> None:
    model = deployment()
    one, other = machines(model)
    edges = (EdgeHost("edge0", one, True), EdgeHost("edge1", other, False))
    readings = {"edge0": scene.edge_reading(model)}
    for excuses in ((), (excuse(other),)):
        hosts = to_plain(scene.hosts(model, edges=edges, excuses=excuses))
        result = scene.planned(model, deployment=hosts, edge_readings=readings)
        assert ("--limit leaves out edge1" in result.get("msg", "")) is not bool(excuses)


def test_a_name_that_the_topology_does_not_have() -> None:
    model = deployment()
    result = planned(model, "edge99.adatum.example")
    assert "has no Edge Server edge99.adatum.example, as hybrid_edges_excused says; it has" in result["msg"]


def test_a_name_of_another_deployment_of_the_run_is_not_unknown() -> None:
    """One ``-e`` for several deployments."""
    model = deployment()
    elsewhere = [["fabrikam", None], ["fabrikam", [{"fqdn": "Edge99.adatum.example."}]]]
    assert "msg" not in planned(model, "edge99.adatum.example", elsewhere=elsewhere)
    message = planned(model, "edge98.adatum.example", "edge99.adatum.example", elsewhere=elsewhere)["msg"]
    assert "has no Edge Server edge98.adatum.example, as" in message


def test_one_that_may_be_of_a_deployment_that_was_not_read_is_a_warning() -> None:
    """A dead deployment, or one that ``--limit`` leaves out, keeps nobody else from being changed."""
    result = planned(deployment(), "edge99.fabrikam.example", elsewhere=[["fabrikam", None], ["litware", []]])
    assert "msg" not in result
    (warned,) = [one["sentence"] for one in result["plan"]["findings"] if one["name"] == "excuse_of_another"]
    assert "names edge99.fabrikam.example, which adatum does not have; whether fabrikam has it is not known" in warned


def test_all_cannot_be_excused() -> None:
    model = deployment()
    assert "excuses all Edge Servers of adatum" in planned(model, *machines(model))["msg"]


@pytest.mark.parametrize(
    ("port", "other", "routed", "stops"),
    [
        (5061, 443, False, "external SIP port 5061"),
        (5061, 5061, False, ""),
        (5061, None, False, "external SIP port 5061"),
        (443, 443, False, ""),
        (None, 443, False, "is not shown"),
        (None, None, False, ""),
        (None, 443, True, "federation routes lead"),
        (0, 443, True, "federation routes lead"),
        (0, 5061, True, "federation routes lead"),
        (0, None, False, ""),
    ],
)
def test_all_of_the_federating_pool_cannot_be_excused(
    port: int | None, other: int | None, routed: bool, stops: str
) -> None:
    """Two pools of one machine each, by what each shows of federation."""
    model = deployment()
    read = scene.reading(model)
    topology = read["reading"]["topology"]
    first, second = topology["edges"]
    second["pool"] = "second.adatum.example"
    ports = {first["pool"]: port, second["pool"]: other}
    topology["edge_pools"] = [
        {"fqdn": pool.upper(), "site": "", "external_sip_port": of_pool, "external_fqdn": None}
        for pool, of_pool in ports.items()
    ]
    route = f"EdgeServer:{first['pool']}." if routed else None
    topology["sites"] = [{"name": "Lisbon", "federation_route": route, "shows_route": True}]
    accept = ["no_federating_pool"]
    message = planned(model, first["fqdn"], reading=read, accept=accept).get("msg", "")
    assert ("excuses all Edge Servers that" in message, stops in message) == (bool(stops), True)


def test_the_other_pool_proves_it() -> None:
    model = deployment()
    read = scene.reading(model)
    read["reading"]["topology"]["edges"][1]["pool"] = "second.adatum.example"
    assert "msg" not in planned(model, machines(model)[1], reading=read)


@pytest.mark.parametrize("port", ["5061", [5061], " 5061 "])
def test_a_port_as_text_is_a_port(port: Any) -> None:
    class Text(memory.Deployment):
        def answer(self, cmdlet: Any) -> list[memory.Object]:
            found = super().answer(cmdlet)
            return (
                [{**one, "AccessEdgeExternalSipPort": port} for one in found]
                if cmdlet.name == "Get-CsService"
                else found
            )

    (pool,) = scene.reading(Text())["reading"]["topology"]["edge_pools"]
    assert pool["external_sip_port"] == 5061


# Out of step


def drifted(model: memory.Deployment) -> dict[str, Any]:
    """Of two Edge Servers the second one still has what the central store has no longer."""
    behind = scene.edge_reading(deployment(edge={"AllowFederatedUsers": True}))
    return {"edge_readings": {"edge0": scene.edge_reading(model), "edge1": behind}}


def lagging(model: memory.Deployment) -> dict[str, Any]:
    read = scene.reading(model)
    for row in read["reading"]["replicas"]:
        row["up_to_date"] = row["fqdn"] != machines(model)[1]
    return {"reading": read}


@pytest.mark.parametrize("how", [drifted, lagging])
def test_one_that_is_out_of_step_is_waited_for_and_then_stops_the_plan(how: Any) -> None:
    model = deployment()
    first = planned(model, **how(model))
    assert "msg" not in first
    assert first["out_of_step"]["hosts"] == ["edge1"]
    assert first["out_of_step"]["replicas"] == machines(model)[1:], "its report comes last"
    assert first["out_of_step"]["deadline"] == 120
    assert plan_of(first).wait_for == (machines(model)[1],)
    again = planned(model, waited=True, content_timeout=7, **how(model))
    assert again["msg"].startswith(
        f"Out of step before any change, after 7 s (hybrid_content_timeout): {machines(model)[1]} ("
    )
    assert (again["out_of_step"], again["verify"]) == ({}, [])
    assert planned(model, waited=True)["out_of_step"] == {}, "in step by then"


def test_the_blocker_says_what_differs() -> None:
    sentence = planned(deployment(), waited=True, **drifted(deployment()))["msg"]
    assert (
        "(its own store is not what the central store is today: access edge 'global': allow_federated_users: True here, False in "
        "the central store)"
    ) in sentence


def test_an_old_copy_that_happens_to_be_the_desired_state_is_no_proof() -> None:
    """The central store was changed just now, and what arrives next at the Edge Server is that."""
    model = deployment()
    result = planned(model, edge_readings={"edge0": scene.edge_reading(model), "edge1": scene.edge_reading(ready())})
    assert [edge.content.value for edge in plan_of(result).edges] == ["pending", "drifted"]
    assert result["out_of_step"]["hosts"] == ["edge1"]
    assert "state: 'present' here, 'absent' in the central store" in plan_of(result).edges[1].reason


def test_what_is_waited_for_is_what_the_central_store_holds_today() -> None:
    model = deployment(hosting=[EXCHANGE])
    settings = planned(model, **drifted(model))["out_of_step"]["settings"]
    check = memory.task_of(lync_local_store_check.MODULE, model, settings=settings, timeout=0)
    lync_local_store_check.run(check)
    assert check.result["outcome"] == "matches"
    assert settings["access_edge"] == {"global": {"allow_federated_users": False}}
    absent = planned(deployment(), **drifted(deployment()))["out_of_step"]["settings"]["hosting_provider"]
    assert absent == {"Exchange Online": {"state": "absent"}}


def test_a_replica_whose_reports_are_lost_is_told_by_name() -> None:
    model = deployment()
    ignored = [{"replica": machines(model)[1], "reason": "its reports are lost"}]
    result = planned(model, replication_ignore=ignored, **lagging(model))
    assert (result["out_of_step"], "msg" in result) == ({}, False)
    still = planned(model, replication_ignore=ignored, **drifted(model))
    assert (still["out_of_step"]["hosts"], still["out_of_step"]["replicas"]) == (["edge1"], []), "its content counts"


@pytest.mark.parametrize("verification", ["best_effort", "skip"])
def test_where_no_proof_is_required_nobody_is_waited_for(verification: str) -> None:
    model = deployment()
    for how in (drifted, lagging):
        result = planned(model, edge_verification=verification, **how(model))
        assert (result["out_of_step"], "msg" in result) == ({}, False)


def test_one_that_is_excused_is_not_waited_for() -> None:
    model = deployment()
    for how in (drifted, lagging):
        assert planned(model, machines(model)[1], **how(model))["out_of_step"] == {}


def test_with_nothing_left_to_write_it_stops_nothing() -> None:
    model = ready()
    behind = {"edge0": scene.edge_reading(model), "edge1": scene.edge_reading(deployment())}
    result = planned(model, edge_readings=behind)
    assert (result["out_of_step"], "msg" in result, result["verify"]) == ({}, False, ["edge1"])
    assert "msg" not in planned(model, waited=True, **lagging(model))


def test_another_blocker_comes_first_and_nobody_is_waited_for() -> None:
    model = deployment()
    result = planned(model, same_store=["north"], **lagging(model))
    assert "have the same Central Management store" in result["msg"]
    assert result["out_of_step"] == {}


# What cannot be proven stops only what would be written


@pytest.mark.parametrize(
    "options",
    [
        {"edge_readings": {}},
        {"in_inventory": 1},
        {"edge_readings": {"edge1": {"msg": "refused.", "session_failed": True}}},
    ],
)
def test_without_a_change_the_verdict_says_it(options: dict[str, Any]) -> None:
    assert "msg" in planned(deployment(), **options)
    assert "msg" not in planned(ready(), **options)


def test_one_reason_is_said_once() -> None:
    undefined = {"msg": "'vault_edge_password' is undefined", "failed": True}
    result = planned(deployment(), edge_readings={"edge0": undefined, "edge1": undefined})
    assert result["msg"].count("vault_edge_password") == 1
    assert f"The store of {', '.join(machines(deployment()))} was not read" in result["msg"]


def test_the_management_hosts_before_the_one_that_is_used() -> None:
    model = deployment()
    hosts = scene.hosts(model, management=("fe00", scene.MANAGEMENT, "fe02"), edges=())
    task = scene.plan_task(
        model,
        deployment=to_plain(hosts),
        edge_verification="skip",
        management_messages={"fe00": "fe00 refused the connection.\nAdd", scene.MANAGEMENT: "", "fe02": ""},
    )
    lync_rollout_plan.run(task)
    assert task.result["plan"]["passed_over"] == {"fe00": "fe00 refused the connection.\nAdd"}
    assert task.told[0].splitlines()[0] == (
        f"deployment adatum: {scene.MANAGEMENT} was used, because no management host before it could be read. fe00 refused the "
        "connection."
    )
