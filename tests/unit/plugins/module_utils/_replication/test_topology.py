# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which machines of a topology are Edge Servers."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import CmdletFailed
from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_replication_status, lync_topology_info
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_topology_info import run
from ansible_collections.ucops.lync.plugins.module_utils._replication.topology import Edge, edges, machines_are_known
from ansible_collections.ucops.lync.plugins.module_utils._store.store import Store
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory

FRONT: memory.Object = {
    "Fqdn": "pool.adatum.example",
    "Site": "Site:Lisbon",
    "Services": ["Registrar:pool.adatum.example"],
}
LISBON: memory.Object = {
    "Fqdn": "edge.adatum.example",
    "Site": "Site:Lisbon",
    "Services": ["EdgeServer:edge.adatum.example"],
}
PORTO: memory.Object = {
    "Fqdn": "porto.adatum.example",
    "Site": "Site:Porto",
    "Services": ["EdgeServer:porto.adatum.example"],
}
COMPUTERS = [
    {"Fqdn": "fe01.adatum.example", "Pool": "pool.adatum.example"},
    {"Fqdn": "edge02.adatum.example", "Pool": "edge.adatum.example"},
    {"Fqdn": "Edge01.adatum.example", "Pool": "EDGE.adatum.example"},
    {"Fqdn": "porto.adatum.example", "Pool": "porto.adatum.example"},
]
EXPECTED = [
    Edge("Edge01.adatum.example", "EDGE.adatum.example", "Lisbon"),
    Edge("edge02.adatum.example", "edge.adatum.example", "Lisbon"),
    Edge("porto.adatum.example", "porto.adatum.example", "Porto"),
]


def topology(
    pools: list[memory.Object], services: list[memory.Object], computers: list[memory.Object] | None = None
) -> Store:
    return Store(
        {
            "Get-CsPool": pools,
            "Get-CsComputer": COMPUTERS if computers is None else computers,
            "Get-CsService": services,
        }
    )


def without(name: str, *objects: memory.Object) -> list[memory.Object]:
    return [{key: value for key, value in one.items() if key != name} for one in objects]


@pytest.mark.parametrize(
    ("pools", "services"),
    [
        pytest.param(
            without("Services", FRONT, LISBON, PORTO),
            [{"PoolFqdn": "edge.adatum.example"}, {"PoolFqdn": "PORTO.adatum.example"}],
            id="by the list of services",
        ),
        pytest.param([FRONT, LISBON, PORTO], [], id="by the services of each pool"),
        pytest.param([FRONT, LISBON, PORTO], [{"PoolFqdn": "edge.adatum.example"}], id="by both"),
        pytest.param(
            [
                FRONT,
                {**LISBON, "Services": "EdgeServer:edge.adatum.example"},
                {**PORTO, "Services": ["edgeserver : x"]},
            ],
            [],
            id="services as one text",
        ),
        pytest.param(
            [{**one, "Site": one["Site"].upper()[:5] + one["Site"][5:]} for one in (FRONT, LISBON, PORTO)],
            [],
            id="site in capitals",
        ),
    ],
)
def test_the_edge_servers_by_site_and_name(pools: list[memory.Object], services: list[memory.Object]) -> None:
    assert edges(topology(pools, services)) == EXPECTED


@pytest.mark.parametrize(
    ("computers", "services"),
    [
        ([{"Fqdn": "lone.adatum.example"}], [{"PoolFqdn": None}]),
        ([{"Fqdn": "lone.adatum.example", "Pool": None}], [{"SiteId": "Site:Lisbon"}]),
        ([{"Pool": "edge.adatum.example"}], []),
        ([], []),
    ],
)
def test_what_lacks_a_name_or_a_pool_is_no_edge_server(
    computers: list[memory.Object], services: list[memory.Object]
) -> None:
    assert edges(topology([LISBON], services, computers)) == []


def test_a_pool_that_is_not_listed_has_no_site() -> None:
    found = edges(topology([], [{"PoolFqdn": "edge.adatum.example"}]))
    assert {edge.site for edge in found} == {""}


def test_the_module_returns_all_of_it() -> None:
    class Topology:
        def answer(self, cmdlet: Cmdlet) -> list[dict[str, Any]]:
            answers: dict[str, list[dict[str, Any]]] = {
                "Get-CsSite": [{"Identity": "Site:Lisbon", "SiteId": 1}],
                "Get-CsPool": [FRONT, LISBON],
                "Get-CsComputer": COMPUTERS,
                "Get-CsService": [{"PoolFqdn": "edge.adatum.example"}],
                "Get-CsSipDomain": [{"Name": "adatum.example", "IsDefault": True}],
                "Get-CsManagementStoreReplicationStatus": [{"ActiveMasterFqdn": "fe01.adatum.example"}],
            }
            return answers[cmdlet.name]

    task = memory.MemoryTask(Topology(), {})
    run(task)
    assert task.result["edges"][0] == {
        "fqdn": "Edge01.adatum.example",
        "pool": "EDGE.adatum.example",
        "site": "Lisbon",
    }
    assert task.result["sip_domains"] == ["adatum.example"]
    assert task.result["central"] == {"active_master_fqdn": "fe01.adatum.example"}
    assert task.result["sites"] == [{"identity": "Site:Lisbon", "site_id": 1}]
    assert task.result["changed"] is False


LISTED = [
    {**FRONT, "Computers": ["fe01.adatum.example"]},
    {**LISBON, "Computers": ["edge02.adatum.example", "Edge01.adatum.example"]},
    {**PORTO, "Computers": ["porto.adatum.example"]},
]


def test_where_no_computers_were_read_pools_show_them() -> None:
    store = Store({"Get-CsPool": LISTED, "Get-CsService": []})
    assert machines_are_known(store)
    assert [(edge.fqdn, edge.site) for edge in edges(store)] == [(edge.fqdn, edge.site) for edge in EXPECTED]


@pytest.mark.parametrize(
    ("hidden", "known"), [(FRONT, True), (LISBON, False)], ids=["of a Front End pool", "of an Edge pool"]
)
def test_computers_that_a_pool_does_not_show_are_not_taken_for_none(hidden: memory.Object, known: bool) -> None:
    pools = [pool if pool["Fqdn"] != hidden["Fqdn"] else hidden for pool in LISTED]
    assert machines_are_known(Store({"Get-CsPool": pools, "Get-CsService": []})) is known


@pytest.mark.parametrize(
    ("logic", "options"),
    [(lync_topology_info, {}), (lync_replication_status, {"scope": "edges"})],
    ids=["lync_topology_info", "lync_replication_status"],
)
def test_a_role_without_get_cscomputer(logic: Any, options: dict[str, Any]) -> None:
    """No page names a role that has it."""

    class Restricted(memory.Deployment):
        def answer(self, cmdlet: Cmdlet) -> list[memory.Object]:
            if cmdlet.name == "Get-CsComputer":
                raise CmdletFailed(cmdlet.name, "Not offered.", "CommandNotFoundException")
            return super().answer(cmdlet)

    found = []
    for deployment in (memory.Deployment(), Restricted()):
        task = memory.task_of(logic.MODULE, deployment, **options)
        logic.run(task)
        found.append({**task.result, "computers": [one["fqdn"] for one in task.result.get("computers", [])]})
    assert found[0] == found[1]
