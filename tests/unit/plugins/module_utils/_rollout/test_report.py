# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of each Edge Server at the end, and which of them fail the run."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_edge_report import ARGUMENT_SPEC, run
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory

EDGE = "edge01.adatum.example"
HOLDS = {"outcome": "holds"}
DIFFERS = {"outcome": "differs", "failed": True, "msg": "The local store of edge01 differs."}
DRIFTED = {"outcome": "drifted already", "failed": True, "msg": "The local store of edge01 differs."}
UNREACHABLE = {"unreachable": True, "msg": "edge01 refused the connection."}
UNREADABLE = {"failed": True, "msg": "The local store of edge01 could not be read."}


def replica(state: str = "replicated", up_to_date: bool = True) -> dict[str, Any]:
    return {
        "replica_fqdn": EDGE,
        "state": state,
        "up_to_date": up_to_date,
        "in_scope": True,
        "last_status_report": "2026-01-02T03:04:05Z",
    }


REPLICATED, LAGGING, STALE = replica(), replica("lagging", False), replica("up_to_date")


def summary(
    content: dict[str, Any] | None,
    *status: dict[str, Any] | None,
    check_mode: bool = False,
    in_play: bool = True,
    in_inventory: bool = True,
    **options: Any,
) -> dict[str, Any]:
    seen = status[0] if status else REPLICATED
    edges = [{"host": "edge01", "fqdn": EDGE, "in_play": in_play}] if in_inventory else []
    state = {
        "name": "adatum",
        "edges": [{"fqdn": EDGE, "site": options.pop("site", "Lisbon")}],
        "central": "set",
        "changed": options.pop("changed", True),
        "replication": {
            "replicas": [] if seen is None else [seen],
            "waited": 12.0,
            "settled": options.pop("settled", True),
            "master_moved": options.pop("moved", False),
        },
        "failure": options.pop("failure", None),
    }
    task = memory.MemoryTask(
        None,
        memory.validated(
            ARGUMENT_SPEC,
            inventory={"adatum": {"name": "adatum", "leader": "fe01", "leader_in_play": True, "edges": edges}},
            deployments=[state],
            contents={} if content is None else {"edge01": content},
            **options,
        ),
        check_mode,
    )
    run(task)
    return task.result


@pytest.mark.parametrize(
    ("content", "status", "outcome", "verified", "fails"),
    [
        (HOLDS, REPLICATED, "verified", True, False),
        (HOLDS, STALE, "verified", True, False),
        (HOLDS, None, "verified", True, False),
        (HOLDS, LAGGING, "verified, status not reported", True, False),
        (DIFFERS, REPLICATED, "differs", False, True),
        (DIFFERS, LAGGING, "differs, lagging", False, True),
        (UNREACHABLE, REPLICATED, "replicated (status only)", False, True),
        (UNREACHABLE, STALE, "unreachable", False, True),
        (UNREACHABLE, LAGGING, "unreachable, lagging", False, True),
        (UNREADABLE, STALE, "not readable", False, True),
        (None, REPLICATED, "replicated (status only)", False, True),
        (None, LAGGING, "lagging", False, True),
        (None, STALE, "not proven in this run", False, True),
    ],
)
def test_the_outcome_of_an_edge_server(
    content: dict[str, Any] | None, status: dict[str, Any] | None, outcome: str, verified: bool, fails: bool
) -> None:
    result = summary(content, status)
    assert (result["rows"][0]["outcome"], result["rows"][0]["verified"]) == (outcome, verified)
    assert bool(result["problems"]) is fails
    assert (result["verified"], result["total"]) == (int(verified), 1)


@pytest.mark.parametrize(
    ("content", "status", "verification", "fails"),
    [
        (UNREACHABLE, REPLICATED, "best_effort", False),
        (UNREACHABLE, STALE, "best_effort", False),
        (None, STALE, "skip", False),
        (None, LAGGING, "skip", True),
        (DIFFERS, REPLICATED, "best_effort", True),
    ],
)
def test_an_edge_server_that_was_not_read_is_accepted_where_asked_for_and_named(
    content: dict[str, Any] | None, status: dict[str, Any], verification: str, fails: bool
) -> None:
    result = summary(content, status, edge_verification=verification)
    assert bool(result["problems"]) is fails
    assert any(line.startswith("Not verified: edge01.adatum.example") for line in result["lines"])


def test_a_run_that_changed_nothing_proves_nothing_by_status() -> None:
    assert summary(None, REPLICATED, changed=False)["rows"][0]["outcome"] == "not proven in this run"


def test_a_master_that_moved_voids_the_status() -> None:
    assert summary(None, REPLICATED, moved=True)["rows"][0]["outcome"] == "not proven in this run"


def test_an_edge_server_without_a_host_fails_the_leader() -> None:
    result = summary(None, STALE, in_inventory=False)
    assert result["rows"][0]["outcome"] == "not in inventory"
    assert list(result["problems"]) == ["fe01"]


@pytest.mark.parametrize(("partial", "fails"), [(False, True), (True, False)])
def test_an_edge_server_that_limit_leaves_out(partial: bool, fails: bool) -> None:
    result = summary(None, STALE, in_play=False, partial_verification=partial)
    assert result["rows"][0]["outcome"] == "left out"
    assert bool(result["problems"]) is fails


def test_a_dry_run_tells_drift_from_what_is_to_come() -> None:
    assert summary(DRIFTED, STALE, check_mode=True)["problems"]
    coming = summary({"outcome": "will differ until replicated"}, STALE, check_mode=True)
    assert (coming["rows"][0]["outcome"], coming["problems"]) == ("will be replicated", {})


def test_every_run_ends_with_what_is_not_proven_from_here() -> None:
    lines = summary(HOLDS)["lines"]
    assert "1 of 1 Edge Servers in the topology verified." in lines
    assert lines[-1].startswith("Configuration proven on 1 of 1 Edge Servers; federation traffic")


def test_what_a_server_wrote_forges_no_line_of_the_table() -> None:
    lines = summary(HOLDS, site="Lisbon\x1b[2J\nPLAY RECAP")["lines"]
    assert lines[1].startswith("----------  -------------------------  ")
    assert lines[2].startswith(r"adatum      Lisbon\x1b[2J\nPLAY RECAP  edge01.adatum.example  ")
