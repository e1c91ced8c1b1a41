# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom a user may excuse from the proof, for how long, and what is refused before anybody is logged on to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused
from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_inventory_info
from ansible_collections.ucops.lync.plugins.module_utils._rollout.excuse import Excuse, excuses, of_machine
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory

TODAY = dt.date(2026, 9, 21)
NOW = 1_790_000_000.0
"""Seconds since 1970: a time of that day."""

ENTRY = {"edge": "edge02.adatum.example", "reason": "power supply", "until": "2026-10-01"}


def test_an_entry() -> None:
    assert excuses([ENTRY], TODAY) == (Excuse("edge02.adatum.example", "power supply", "2026-10-01"),)
    assert of_machine(excuses([ENTRY], TODAY), "EDGE02.adatum.example.") is not None
    assert of_machine(excuses([ENTRY], TODAY), "edge03.adatum.example") is None


@pytest.mark.parametrize("nothing", [None, [], ()])
def test_nobody(nothing: Any) -> None:
    assert excuses(nothing, TODAY) == ()


@pytest.mark.parametrize(
    "until",
    ["2026-09-21", "2026-12-20", dt.date(2026, 9, 21), dt.date(2026, 12, 20)],
)
def test_the_first_and_the_last_day(until: Any) -> None:
    assert excuses([{**ENTRY, "until": until}], TODAY)[0].until == str(until)


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ({"edge": "edge02"}, "must be a list of mappings with edge, reason and until, not {"),
        ("edge02.adatum.example", "must be a list of mappings"),
        (["edge02.adatum.example"], "'edge02.adatum.example' is none"),
        ([{"edge": "edge02", "reason": "x"}], "is none"),
        ([{**ENTRY, "untill": "2026-10-01"}], "is none"),
        ([{**ENTRY, "reason": " "}], "lacks a reason"),
        ([{**ENTRY, "reason": None}], "lacks a reason"),
        ([{**ENTRY, "reason": True}], "lacks a reason"),
        ([{**ENTRY, "edge": ["edge02"]}], "lacks the name of an Edge Server"),
        ([{**ENTRY, "edge": ""}], "lacks the name of an Edge Server"),
        ([{**ENTRY, "until": "soon"}], "must be a date such as 2026-09-21, not 'soon'"),
        ([{**ENTRY, "until": 20261001}], "must be a date"),
        ([{**ENTRY, "until": None}], "must be a date"),
        ([{**ENTRY, "until": dt.datetime(2026, 10, 1, tzinfo=dt.timezone.utc)}], "must be a date"),
        ([{**ENTRY, "until": "2026-09-20"}], "was excused until 2026-09-20, which is past (today is 2026-09-21, UTC)"),
        ([{**ENTRY, "until": "2026-12-21"}], "90 days at most, which is 2026-12-20 (UTC)"),
        ([ENTRY, {**ENTRY, "edge": "EDGE02.adatum.example"}], "twice"),
    ],
)
def test_what_is_refused(entries: Any, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        excuses(entries, TODAY)
    assert sentence in refused.value.message
    assert refused.value.message.startswith("hybrid_edges_excused")


def test_a_reason_may_be_the_number_of_a_ticket() -> None:
    assert excuses([{**ENTRY, "reason": 4711}], TODAY)[0].reason == "4711"


GROUPS = {"lync_management": ["fe01", "fe02"], "lync_edge": ["edge01", "edge02", "edge03"]}
NAMES = {
    "fe01": {"lync_deployment": "north"},
    "edge01": {"lync_deployment": "north"},
    "edge02": {"lync_deployment": "north", "lync_replica_fqdn": "edge02.adatum.example"},
    "fe02": {"lync_deployment": "south"},
    "edge03": {"lync_deployment": "south"},
}


class Limited(memory.MemoryInventory):
    """An inventory of which ``--limit`` leaves a part."""

    def __init__(self, limit: Sequence[str] | None, variables: Mapping[str, Mapping[str, Any]]) -> None:
        super().__init__(GROUPS, variables)
        self._limit = limit

    @property
    def play_hosts(self) -> Sequence[str]:
        return super().play_hosts if self._limit is None else self._limit


def sorted_by(
    added: Mapping[str, Any], here: Any = (), batch: Sequence[str] | None = None, rollout: bool = True
) -> dict[str, Any]:
    """The result of sorting an inventory in which the hosts have this value of the variable."""
    variables = {host: {**of_host, **_stated(added, host)} for host, of_host in NAMES.items()}

    task = memory.task_of(lync_inventory_info.MODULE, None, edges_excused=here, rollout=rollout)
    task.clock = NOW
    task.host, task.inventory = "fe01", Limited(batch, variables)
    lync_inventory_info.run(task)
    return task.result


def _stated(added: Mapping[str, Any], host: str) -> dict[str, Any]:
    return {"hybrid_edges_excused": added[host]} if host in added else {}


def excused(result: dict[str, Any]) -> dict[str, list[str]]:
    return {name: [one["edge"] for one in found["excuses"]] for name, found in result["deployments"].items()}


@pytest.mark.parametrize("hosts", [["fe01"], ["edge01"], ["edge02"], ["fe01", "edge01", "edge02"]])
def test_it_is_stated_beside_the_deployment_on_whichever_of_its_hosts(hosts: list[str]) -> None:
    result = sorted_by({host: [ENTRY] for host in hosts}, here=[ENTRY] if "fe01" in hosts else [])
    assert excused(result) == {"north": ["edge02.adatum.example"], "south": []}
    assert result["edges"] == {"edge01": "north", "edge03": "south"}, "it is not logged on to"
    assert result["deployments"]["north"]["edges"][1]["in_play"] is True


def test_what_the_play_states_counts_for_all_hosts() -> None:
    assert excused(sorted_by({}, here=[ENTRY])) == {name: ["edge02.adatum.example"] for name in ("north", "south")}
    assert excused(sorted_by({"edge01": [ENTRY], "fe01": []}, here=[])) == {
        "north": ["edge02.adatum.example"],
        "south": [],
    }


@pytest.mark.parametrize(
    ("added", "sentence"),
    [
        (
            {"edge01": [{**ENTRY, "until": "2026-09-20"}]},
            "north: hybrid_edges_excused: edge02.adatum.example was excused",
        ),
        ({"edge01": [ENTRY], "edge02": [{**ENTRY, "reason": "other"}]}, "excuses edge02.adatum.example differently"),
        (
            {"edge01": [{**ENTRY, "edge": "edge02"}]},
            "north: hybrid_edges_excused names the inventory host edge02: name the machine, edge02.adatum.example.",
        ),
    ],
)
def test_a_bad_entry_is_refused_before_anybody_is_logged_on_to(added: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        sorted_by(added)
    assert sentence in refused.value.message
    assert refused.value.message.endswith("Nothing was changed.")
    assert sorted_by(added, batch=["fe02", "edge03"])["edges"] == {"edge03": "south"}, "not in the play"
    assert sorted_by(added, rollout=False)["edges"]["edge02"] == "north"


def test_two_hosts_with_one_address_may_be_one_that_is_not_built_yet() -> None:
    variables = {**NAMES, "edge02": {**NAMES["edge02"], "ansible_host": "edge01"}}
    task = memory.task_of(lync_inventory_info.MODULE, None, edges_excused=[ENTRY], rollout=True)
    task.clock, task.inventory = NOW, memory.MemoryInventory(GROUPS, variables)
    lync_inventory_info.run(task)
    assert task.result["edges"] == {"edge01": "north", "edge03": "south"}
