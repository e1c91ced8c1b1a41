# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which hosts of an inventory belong together, and which cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_inventory_info import ARGUMENT_SPEC, run
from ansible_collections.ucops.lync.plugins.module_utils._rollout.deployments import UNNAMED, same_store, title
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory

NORTH, SOUTH = {"lync_deployment": "north"}, {"lync_deployment": "south"}
Groups = Mapping[str, Sequence[str]]


class Limited(memory.MemoryInventory):
    """An inventory of which ``--limit`` leaves a part."""

    def __init__(self, groups: Groups, variables: Mapping[str, Mapping[str, Any]], limit: Sequence[str] | None) -> None:
        super().__init__(groups, variables)
        self._limit = limit

    @property
    def play_hosts(self) -> Sequence[str]:
        return super().play_hosts if self._limit is None else self._limit


def task(
    groups: Groups,
    variables: Mapping[str, Mapping[str, Any]] | None = None,
    limit: Sequence[str] | None = None,
    **options: Any,
) -> memory.MemoryTask:
    made = memory.MemoryTask(None, memory.validated(ARGUMENT_SPEC, **options))
    made.inventory = Limited(groups, variables or {}, limit)
    return made


def test_one_deployment_needs_no_name() -> None:
    sorting = task(
        {"lync_management": ["fe01", "fe02"], "lync_edge": ["edge01"]},
        {"edge01": {"lync_replica_fqdn": "e1.a.example"}},
    )
    run(sorting)
    assert sorting.result["deployments"] == {
        UNNAMED: {
            "name": UNNAMED,
            "leader": "fe01",
            "leader_in_play": True,
            "edges": [{"host": "edge01", "fqdn": "e1.a.example", "in_play": True}],
        }
    }
    assert (sorting.result["leaders"], sorting.result["edges"]) == ({"fe01": UNNAMED}, {"edge01": UNNAMED})


def test_several_deployments_go_by_their_names() -> None:
    sorting = task(
        {"lync_management": ["fe01", "fe02"], "lync_edge": ["edge01", "edge02"]},
        {"fe01": NORTH, "edge01": NORTH, "fe02": SOUTH, "edge02": SOUTH},
    )
    run(sorting)
    found = {
        name: (one["leader"], [edge["host"] for edge in one["edges"]])
        for name, one in sorting.result["deployments"].items()
    }
    assert found == {"north": ("fe01", ["edge01"]), "south": ("fe02", ["edge02"])}
    assert sorting.result["leaders"] == {"fe01": "north", "fe02": "south"}
    assert sorting.result["edges"] == {"edge01": "north", "edge02": "south"}


@pytest.mark.parametrize(
    ("limit", "leader", "leads"),
    [(["fe02", "edge01"], "fe02", ["fe02"]), (["fe01", "edge01"], "fe01", ["fe01"]), (["edge01"], "fe01", [])],
)
def test_the_leader_is_the_first_management_host_of_the_play(limit: list[str], leader: str, leads: list[str]) -> None:
    sorting = task({"lync_management": ["fe01", "fe02"], "lync_edge": ["edge01"]}, limit=limit)
    run(sorting)
    assert (sorting.result["deployments"][UNNAMED]["leader"], list(sorting.result["leaders"])) == (leader, leads)


@pytest.mark.parametrize(
    ("groups", "variables", "sentence"),
    [
        (
            {"lync_edge": ["edge01"]},
            {},
            "no host in the group lync_management for edge01: add one",
        ),
        (
            {"lync_management": ["fe01"], "lync_edge": ["edge01"]},
            {"fe01": NORTH, "edge01": SOUTH},
            "no host in the group lync_management for edge01 of deployment south: add one",
        ),
        (
            {"lync_management": ["fe01"], "lync_edge": ["edge01", "edge02"]},
            {"edge02": {"lync_replica_fqdn": "EDGE01."}},
            "edge01 and edge02 are one machine",
        ),
    ],
)
def test_what_cannot_be_sorted_is_refused(groups: Groups, variables: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        run(task(groups, variables))


def test_an_orphan_outside_of_the_play_does_no_harm() -> None:
    sorting = task(
        {"lync_management": ["fe01"], "lync_edge": ["edge01"]}, {"fe01": NORTH, "edge01": SOUTH}, limit=["fe01"]
    )
    run(sorting)
    assert sorting.result["leaders"] == {"fe01": "north"}


def test_more_deployments_than_forks_are_warned_of() -> None:
    hosts = [f"fe{number}" for number in range(6)]
    sorting = task({"lync_management": hosts}, {host: {"lync_deployment": host} for host in hosts})
    run(sorting)
    assert "There are 6 deployments but 5 forks" in sorting.warnings[0]


@pytest.mark.parametrize(
    ("masters", "same"),
    [
        ({"north": "fe01.a.example", "south": "fe02.a.example"}, {}),
        ({"north": "fe01.a.example", "south": "FE01.a.example."}, {"north": ["south"], "south": ["north"]}),
        ({"north": None, "south": None}, {}),
        ({"north": "", "south": ""}, {}),
    ],
)
def test_two_deployments_with_one_store(masters: dict[str, Any], same: dict[str, list[str]]) -> None:
    assert same_store(masters) == same


def test_deployments_with_one_store_are_named_by_what_a_person_knows_them_by() -> None:
    sorting = task(
        {"lync_management": ["fe01", "fe02"]},
        {"fe01": NORTH},
        active_masters={"north": "fe01.a.example", UNNAMED: "fe01.a.example"},
    )
    run(sorting)
    assert sorting.result["same_store"] == {"north": ["fe02"], UNNAMED: ["north"]}


@pytest.mark.parametrize(
    ("name", "sip_domains", "hosts", "called"),
    [
        ("north", ["contoso.example"], ["fe01"], "north"),
        (UNNAMED, ["contoso.example", "sales.contoso.example"], ["fe01"], "contoso.example"),
        (UNNAMED, [], ["fe01", "edge01"], "fe01"),
    ],
)
def test_the_title_of_a_deployment(name: str, sip_domains: list[str], hosts: list[str], called: str) -> None:
    assert title(name, sip_domains, hosts) == called
