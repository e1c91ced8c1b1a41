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
from ansible_collections.ucops.lync.plugins.module_utils._replication.topology import (
    Edge,
    edges,
    pools_without_machines,
)
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
    assert pools_without_machines(store) == []
    assert [(edge.fqdn, edge.site) for edge in edges(store)] == [(edge.fqdn, edge.site) for edge in EXPECTED]


@pytest.mark.parametrize("computers", [None, [], "", 5, [None], {}])
@pytest.mark.parametrize("rows", [None, [], [{"Fqdn": "porto.adatum.example", "Pool": None}]])
def test_an_edge_pool_of_which_no_machine_is_known_is_named(computers: Any, rows: Any) -> None:
    """Whether Get-CsComputer was read or not."""
    pools = [*LISTED[:2], {**PORTO, "Computers": computers}]
    read = {} if rows is None else {"Get-CsComputer": rows}
    store = Store({"Get-CsPool": pools, "Get-CsService": [], **read})
    assert pools_without_machines(store) == ["porto.adatum.example"]
    assert len(edges(store)) == 2


def test_computers_that_another_pool_does_not_show_do_not_matter() -> None:
    assert pools_without_machines(Store({"Get-CsPool": [FRONT, *LISTED[1:]], "Get-CsService": []})) == []


@pytest.mark.parametrize(
    ("service", "pool"),
    [
        ({}, "(without a name)"),
        ({"Identity": "EdgeServer:porto.adatum.example"}, "porto.adatum.example"),
        ({"PoolFqdn": ["porto.adatum.example"]}, "porto.adatum.example"),
    ],
)
def test_an_edge_service_without_a_known_pool_is_not_dropped(service: memory.Object, pool: str) -> None:
    assert pools_without_machines(Store({"Get-CsPool": LISTED[:2], "Get-CsService": [service]})) == [pool]


def test_each_machine_counts_once_however_it_is_spelt() -> None:
    rows = [*COMPUTERS, {"Fqdn": "EDGE01.adatum.example.", "Pool": "edge.adatum.example"}]
    assert edges(topology([FRONT, LISBON, PORTO], [], rows)) == EXPECTED
    assert edges(topology(LISTED, [], rows)) == EXPECTED


def test_a_machine_that_only_its_pool_shows_counts_beside_get_cscomputer() -> None:
    found = edges(topology(LISTED, [], [COMPUTERS[0], {"Fqdn": "edge02.adatum.example", "Pool": None}]))
    assert {edge.fqdn for edge in found} == {edge.fqdn for edge in EXPECTED}


def test_one_machine_as_text_is_one_machine() -> None:
    pools = [LISTED[0], LISTED[1], {**PORTO, "Computers": "porto.adatum.example"}]
    assert edges(Store({"Get-CsPool": pools, "Get-CsService": []}))[-1].fqdn == "porto.adatum.example"


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
