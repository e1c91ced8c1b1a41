# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role notes, as lync_edge_report takes it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_edge_report import ARGUMENT_SPEC, run
from ansible_collections.ucops.lync.plugins.module_utils._resource.compare import DIFFERS, DRIFTED, HOLDS, PENDING
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory

EDGE = "edge01.adatum.example"
HOST = {"host": "edge01", "fqdn": "EDGE01.adatum.example.", "in_play": True}
REPLICA = {
    "replica_fqdn": "Edge01.adatum.example",
    "up_to_date": True,
    "state": "replicated",
    "in_scope": True,
    "seconds": 7.5,
    "last_status_report": "2026-01-02T03:04:05Z",
}
STATE: dict[str, Any] = {
    "name": "adatum",
    "edges": [{"fqdn": EDGE, "site": "Lisbon"}],
    "changed": True,
    "replication": {"replicas": [REPLICA], "waited": 12.0, "settled": True, "master_moved": False},
    "failure": None,
    "sip_domains": ["adatum.example"],
}


def summary(
    content: dict[str, Any] | None = None,
    check_mode: bool = False,
    state: dict[str, Any] | None = None,
    hosts: list[dict[str, Any]] | None = None,
    leader_in_play: bool = True,
    name: str = "adatum",
    **options: Any,
) -> dict[str, Any]:
    """
    :param state: what is noted otherwise; with ``begun=False`` nothing is.
    """
    noted = {**STATE, "name": name, **(state or {})}
    task = memory.MemoryTask(
        None,
        memory.validated(
            ARGUMENT_SPEC,
            inventory={
                name: {
                    "name": name,
                    "leader": "fe01",
                    "leader_in_play": leader_in_play,
                    "edges": [HOST] if hosts is None else hosts,
                }
            },
            deployments=[noted] if noted.pop("begun", True) else [],
            contents={} if content is None else {"edge01": content},
            **options,
        ),
        check_mode,
    )
    run(task)
    return task.result


@pytest.mark.parametrize(
    ("content", "check_mode", "kind"),
    [
        ({"outcome": HOLDS}, False, "matches"),
        ({"outcome": DIFFERS, "failed": True, "msg": "It differs."}, False, "differs"),
        ({"outcome": DRIFTED, "failed": True, "msg": "It differs."}, True, "drifted"),
        ({"outcome": PENDING}, True, "pending"),
        ({"unreachable": True, "msg": "no route to host"}, False, "unreachable"),
        ({"failed": True, "msg": "It could not be read."}, False, "not_readable"),
        ({"outcome": "an outcome of tomorrow"}, False, "not_readable"),
        ({"skipped": True}, False, "not_read"),
        ({}, False, "not_read"),
        (None, False, "not_read"),
    ],
)
def test_what_is_known_of_the_content(content: dict[str, Any] | None, check_mode: bool, kind: str) -> None:
    assert summary(content, check_mode)["rows"][0]["content"] == kind


def test_the_sentence_of_an_unreachable_edge_server() -> None:
    assert summary({"unreachable": True, "msg": "no route to host "})["problems"] == {
        "edge01": f"{EDGE}: unreachable: no route to host"
    }


def test_an_edge_server_that_is_skipped_as_asked_for() -> None:
    assert summary(edge_verification="skip")["rows"][0]["content"] == "skipped"


@pytest.mark.parametrize(
    ("hosts", "kinds", "failing"),
    [
        ([], ["not_in_inventory"], ["fe01"]),
        ([{**HOST, "in_play": False}], ["left_out"], ["fe01"]),
        (
            [HOST, {**HOST, "host": "edge99", "fqdn": "edge99.adatum.example"}],
            ["not_read", "not_in_topology"],
            ["edge01", "edge99"],
        ),
    ],
)
def test_the_inventory_is_compared_with_the_topology(
    hosts: list[dict[str, Any]], kinds: list[str], failing: list[str]
) -> None:
    result = summary(hosts=hosts)
    assert [row["content"] for row in result["rows"]] == kinds
    assert list(result["problems"]) == failing


def test_a_machine_is_known_by_its_name_in_any_spelling() -> None:
    result = summary({"outcome": HOLDS})
    assert result["rows"] == [
        {
            "deployment": "adatum",
            "site": "Lisbon",
            "edge": EDGE,
            "status": "replicated",
            "content": "matches",
            "outcome": "verified",
            "verified": True,
            "fails": False,
        }
    ]
    assert (result["verified"], result["total"], result["problems"]) == (1, 1, {})
    assert "replicated (7.5 s)" in result["lines"][2]


@pytest.mark.parametrize(
    ("replica", "shown"),
    [
        ({}, "replicated (7.5 s)"),
        ({"seconds": None, "state": "lagging"}, "lagging (12 s)"),
        ({"seconds": None, "state": "lagging", "in_scope": False}, "lagging "),
        ({"replica_fqdn": "edge02.adatum.example"}, "- "),
    ],
)
def test_the_status_and_its_seconds(replica: dict[str, Any], shown: str) -> None:
    replication = {**STATE["replication"], "replicas": [{**REPLICA, **replica}]}
    (line,) = summary({"outcome": HOLDS}, state={"replication": replication})["lines"][2:3]
    assert shown in line
    assert ("(" in line) is ("(" in shown)


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ({}, "replicated"),
        ({"changed": False}, "not_proven"),
        ({"replication": None}, "not_proven"),
        ({"replication": {**STATE["replication"], "settled": False}}, "not_proven"),
        ({"replication": {**STATE["replication"], "master_moved": True}}, "not_proven"),
    ],
)
def test_what_the_status_proves(state: dict[str, Any], outcome: str) -> None:
    assert summary(state=state)["rows"][0]["outcome"] == outcome


def test_a_dry_run_writes_nothing() -> None:
    assert summary(check_mode=True)["rows"][0]["outcome"] == "not_proven"
    assert "would change" in summary(check_mode=True)["lines"][2]
    assert "compliant" in summary(check_mode=True, state={"changed": False})["lines"][2]


def test_a_failure_is_that_of_the_management_host() -> None:
    failure = {"task": "Read the topology", "msg": "refused", "unreachable": True}
    result = summary(
        state={"edges": None, "changed": False, "replication": None, "failure": failure, "sip_domains": []}, name=""
    )
    assert result["problems"] == {"fe01": "deployment fe01 failed at 'Read the topology': refused"}
    assert " unreachable " in result["lines"][2]
    assert result["total"] == 0


def test_a_management_host_that_failed_before_is_told() -> None:
    problems = summary({"outcome": HOLDS}, state={"begun": False})["problems"]
    assert problems == {"fe01": "deployment adatum was not worked on: its management host failed before, see above."}


def test_without_its_management_host_an_edge_server_answers_for_the_deployment() -> None:
    left_out = {**HOST, "host": "edge02", "fqdn": "edge02.adatum.example", "in_play": False}
    result = summary({"outcome": HOLDS}, state={"begun": False}, hosts=[left_out, HOST], leader_in_play=False)
    assert [row["outcome"] for row in result["rows"]] == ["left_out", "verified"]
    assert list(result["problems"]) == ["edge01"]
    assert "--limit leaves out the management host of deployment adatum" in result["problems"]["edge01"]


def test_a_deployment_of_which_no_host_is_in_the_play_is_no_part_of_the_run() -> None:
    result = summary(state={"begun": False}, hosts=[{**HOST, "in_play": False}], leader_in_play=False)
    assert (result["rows"], result["problems"]) == ([], {})


@pytest.mark.parametrize(
    ("state", "options", "fails"),
    [
        ({}, {}, True),
        ({}, {"edge_verification": "best_effort"}, False),
        ({"edge_verification": "best_effort"}, {}, False),
        ({"edge_verification": "required"}, {"edge_verification": "skip"}, True),
        ({}, {"partial_verification": True}, False),
        ({"partial_verification": True}, {}, False),
        ({"partial_verification": False}, {"partial_verification": True}, True),
    ],
)
def test_a_deployment_may_ask_for_another_proof_than_the_play(
    state: dict[str, Any], options: dict[str, Any], fails: bool
) -> None:
    assert bool(summary(state=state, hosts=[{**HOST, "in_play": False}], **options)["problems"]) is fails


def test_without_a_name_a_deployment_goes_by_its_first_sip_domain() -> None:
    named = summary(
        {"outcome": HOLDS}, name="", state={"sip_domains": [None, "contoso.example", "sales.contoso.example"]}
    )
    assert named["rows"][0]["deployment"] == "contoso.example"


@pytest.mark.parametrize("probe", ["edge01", "edge00"])
def test_an_account_that_was_refused_elsewhere_is_told(probe: str) -> None:
    logon = {"logon_refused": True, "msg": "edge00 refused the logon."}
    problems = summary(probes={"edge01": probe}, logons={probe: logon})["problems"]
    where = "" if probe == "edge01" else "not tried, because edge00 refused the same account: "
    assert problems == {"edge01": f"{EDGE}: unreachable: {where}edge00 refused the logon."}
