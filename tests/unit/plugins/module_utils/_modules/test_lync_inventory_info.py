# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which hosts of an inventory belong together, and with which inventory or play a rollout is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_inventory_info import ARGUMENT_SPEC, run
from ansible_collections.ucops.lync.plugins.module_utils._rollout.inventory import title
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory

NORTH, SOUTH = {"lync_deployment": "north"}, {"lync_deployment": "south"}
Groups = Mapping[str, Sequence[str]]
BOTH: Groups = {"lync_management": ["fe01"], "lync_edge": ["edge01"]}


class Limited(memory.MemoryInventory):
    """An inventory of which ``--limit`` leaves a part, in a play that ``serial`` may split."""

    def __init__(
        self,
        groups: Groups,
        variables: Mapping[str, Mapping[str, Any]] | None = None,
        limit: Sequence[str] | None = None,
        batch: Sequence[str] | None = None,
    ) -> None:
        super().__init__(groups, variables)
        self._limit = limit
        self._batch = batch

    @property
    def play_hosts(self) -> Sequence[str]:
        return super().play_hosts if self._limit is None else self._limit

    @property
    def batch(self) -> Sequence[str]:
        return self.play_hosts if self._batch is None else self._batch


def sorted_by(inventory: memory.MemoryInventory, **options: Any) -> memory.MemoryTask:
    task = memory.MemoryTask(None, memory.validated(ARGUMENT_SPEC, **options))
    task.inventory = inventory
    run(task)
    return task


def test_one_deployment_needs_no_name() -> None:
    groups = {"lync_management": ["fe01", "fe02"], "lync_edge": ["edge01"]}
    result = sorted_by(Limited(groups, {"edge01": {"lync_replica_fqdn": "e1.a.example."}})).result
    assert result["deployments"] == {
        "": {
            "name": "",
            "management": ["fe01", "fe02"],
            "left_out": [],
            "edges": [{"host": "edge01", "fqdn": "e1.a.example", "in_play": True}],
            "excuses": [],
        }
    }
    assert (result["management"], result["edges"]) == ({"fe01": "", "fe02": ""}, {"edge01": ""})


def test_several_deployments_go_by_their_names() -> None:
    groups = {"lync_management": ["fe01", "fe02"], "lync_edge": ["edge01", "edge02"]}
    variables = {"fe01": NORTH, "edge01": NORTH, "fe02": SOUTH, "edge02": SOUTH}
    result = sorted_by(Limited(groups, variables)).result
    found = {
        name: (one["management"], [edge["host"] for edge in one["edges"]])
        for name, one in result["deployments"].items()
    }
    assert found == {"north": (["fe01"], ["edge01"]), "south": (["fe02"], ["edge02"])}


def test_limit_leaves_out() -> None:
    groups = {"lync_management": ["fe01", "fe02"], "lync_edge": ["edge01"]}
    result = sorted_by(Limited(groups, limit=["fe02"])).result
    one = result["deployments"][""]
    assert (one["management"], one["left_out"], one["edges"][0]["in_play"]) == (["fe02"], ["fe01"], False)
    assert (result["management"], result["edges"]) == ({"fe02": ""}, {})


def test_an_orphan_outside_of_the_play_does_no_harm() -> None:
    assert sorted_by(Limited(BOTH, {"fe01": NORTH, "edge01": SOUTH}, limit=["fe01"])).result["management"] == {
        "fe01": "north"
    }


@pytest.mark.parametrize(
    ("inventory", "options", "sentence"),
    [
        (Limited({"lync_edge": ["edge01"]}), {}, "belong to edge01, which has no host in the group lync_management"),
        (Limited(BOTH, {"fe01": NORTH, "edge01": SOUTH}), {}, "edge01 belong to south, which has no host"),
        (
            Limited(BOTH, {"fe01": NORTH, "edge01": {"lync_deploymnt": "north"}}),
            {},
            "lync_deploymnt is not known; lync_deployment was probably meant. Nothing",
        ),
        (
            Limited({**BOTH, "lync_edge": ["edge01", "edge02"]}, {"edge02": {"lync_replica_fqdn": "EDGE01."}}),
            {},
            "edge01 and edge02 of fe01 are one machine",
        ),
        (Limited(BOTH, {"edge01": {"ansible_host": "FE01."}}), {}, "fe01 and edge01 have one address, fe01"),
        (
            Limited({"lync_edge": ["edge01"]}),
            {"rollout": True},
            "no host in the group lync_management. Check the inventory",
        ),
        (
            Limited({"lync_management": ["fe01"]}),
            {"rollout": True},
            "no host in the group lync_edge. Check the inventory",
        ),
        (Limited(BOTH, batch=["fe01"]), {"rollout": True}, "serial puts edge01 of fe01 into another batch"),
    ],
)
def test_what_is_refused(inventory: memory.MemoryInventory, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        sorted_by(inventory, **options)
    assert refused.value.message.endswith("Nothing was changed.")


def test_without_edge_servers_to_verify_none_are_needed() -> None:
    sorted_by(Limited({"lync_management": ["fe01"]}), rollout=True, needs_edges=False)


def test_batches_that_keep_deployments_whole_are_allowed() -> None:
    groups = {"lync_management": ["fe01", "fe02"], "lync_edge": []}
    inventory = Limited(groups, {"fe01": NORTH, "fe02": SOUTH}, batch=["fe01"])
    assert sorted_by(inventory, rollout=True, needs_edges=False).result["management"] == {"fe01": "north"}


def test_every_strategy_but_linear_is_refused() -> None:
    inventory = Limited(BOTH)
    inventory.strategy = "free"
    with pytest.raises(Refused, match="The strategy free lets hosts run ahead"):
        sorted_by(inventory, rollout=True)
    sorted_by(inventory)


@pytest.mark.parametrize(
    ("variables", "warned"),
    [
        ({"ansible_connection": "winrm"}, True),
        ({}, True),
        ({"ansible_connection": "psrp", "lync_session_keep": "no"}, True),
        ({"ansible_connection": "psrp"}, False),
        ({"ansible_connection": "ansible.builtin.psrp", "lync_session_keep": True}, False),
    ],
)
def test_more_waiting_deployments_than_forks_are_warned_of(variables: dict[str, Any], warned: bool) -> None:
    hosts = [f"fe{number}" for number in range(6)]
    inventory = Limited({"lync_management": hosts}, {host: {"lync_deployment": host, **variables} for host in hosts})
    warnings = sorted_by(inventory, rollout=True, needs_edges=False).warnings
    assert [warning.partition(" that")[0] for warning in warnings] == ["There are 6 deployments"] * warned


@pytest.mark.parametrize(
    ("name", "sip_domains", "hosts", "called"),
    [
        ("north", ["contoso.example"], ["fe01"], "north"),
        ("", ["contoso.example", "sales.contoso.example"], ["fe01"], "contoso.example"),
        ("", [], ["fe01", "edge01"], "fe01"),
    ],
)
def test_the_title_of_a_deployment(name: str, sip_domains: list[str], hosts: list[str], called: str) -> None:
    assert title(name, sip_domains, hosts) == called
