# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What could make a run look better than it was: wishes that break the integration, one store read twice, losses on the way."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import IO, Any

import pytest
from conftest import Start

from support.keeper import Process, assert_all_gone, background, eventually
from support.rollout import IMPATIENCE, PLAYBOOK, dry_rollout, rollout
from support.stage import Stage

MANAGEMENT = "lyncfe01.contoso.example"
EDGES = ["lyncedge01.contoso.example", "lyncedge02.contoso.example"]


@pytest.mark.parametrize(
    "variables",
    [
        {"hybrid_access_edge": {"routing_method": "UseDefaultRouting", "default_route_fqdn": "sip.contoso.example"}},
        {"hybrid_access_edge": {"allow_federated_users": False}},
        {"hybrid_access_edge": {"allow_federated_users": None}},
        {"hybrid_hosting_provider": {"enabled": False}},
        {"hybrid_hosting_provider": {"state": "absent"}},
    ],
)
def test_a_wish_that_breaks_the_integration_is_refused_before_any_write(
    stage: Stage, variables: dict[str, Any]
) -> None:
    dry = dry_rollout(stage, variables=variables, patience=IMPATIENCE, status=2)
    assert "Exchange Online" in dry.failures[MANAGEMENT]
    assert "works only with" in dry.failures[MANAGEMENT]
    real = rollout(stage, variables=variables, patience=IMPATIENCE, status=2)
    assert stage.written() == []
    assert real.failures[MANAGEMENT] == dry.failures[MANAGEMENT]
    assert real.closing[-1].endswith("next: correct what failed above, then run it again.")


def test_two_hosts_with_one_address_are_refused(start: Start) -> None:
    """Else the store of one Edge Server would prove the other."""
    stage = start(edges=2)
    port = stage.lab.reach(EDGES[1]).http_port
    stage.write_inventory(changes={EDGES[0]: {"ansible_port": port}})
    run = stage.play("ucops.lync.hybrid", status=2)
    assert f"{EDGES[0]} and {EDGES[1]} have one address, 127.0.0.1:{port}" in run.output
    assert stage.arrived() == []


def test_a_deployment_may_be_called_by_a_number(start: Start) -> None:
    stage = start()
    stage.write_inventory(changes={"all": {"lync_deployment": 2013}})
    found = rollout(stage)
    assert found.closing[0] == "1 of 1 Edge Servers in the topology verified."
    assert found.table[0].deployment == "2013"


def test_what_was_written_before_a_failure_is_said(start: Start) -> None:
    """The second write fails: the first one stands, and the status read before it says nothing."""
    stage = start()
    stage.lab.machine(MANAGEMENT).faults.drop("Command", cmdlet="Set-CsAccessEdgeConfiguration")
    found = rollout(stage, patience=IMPATIENCE, status=2)
    assert found.table[0].central.startswith("changed, then ")
    assert found.table[0].status == "-"
    closing = " ".join(found.closing)
    assert "deployment contoso.example: written before that, and in force: New-CsHostingProvider" in closing
    assert (
        "deployment contoso.example: not written: Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true. Correct what failed, "
        "then run it again: it reads the state first, sends only what is missing and proves all of it."
    ) in closing
    assert "as the run ended before all was written: " in found.failures[EDGES[0]]
    assert "access edge 'global'" in found.failures[EDGES[0]], "the provider may have arrived by then"
    assert "check its replication" not in found.failures[EDGES[0]]
    stage.lab.machine(MANAGEMENT).faults.clear()
    assert set(rollout(stage).outcomes.values()) == {"verified"}
    assert [name for name, _parameters in stage.written()] == ["Set-CsAccessEdgeConfiguration"]


@pytest.mark.parametrize("situation", ["master-stopped", "edge-stuck-content"])
def test_an_interrupt_after_a_write_says_what_stands(start: Start, situation: str) -> None:
    """While replication is waited for, and while an Edge Server is asked for its content."""
    stage = start(situations=(situation,))
    polls, waits = {
        "master-stopped": (replication_polls, ": Wait until the change has replicated]"),
        "edge-stuck-content": (content_polls, ": Verify the Edge Server's own store]"),
    }[situation]
    with (
        (stage.folder / "output").open("w+", encoding="utf-8") as output,
        background(stage, PLAYBOOK, output=output) as process,
    ):
        eventually(lambda: polls(stage) and waits in shown(output), "the wait")
        polled = len(stage.arrived())
        eventually(lambda: len(stage.arrived()) > polled, "the next poll, while the task waits")
        eventually(lambda: interrupted(process), "the end of Ansible")
        text = shown(output)
    assert_all_gone(stage)
    assert "\nThe run was interrupted after it had sent:\n" in text
    assert f"\n  {MANAGEMENT}: Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true: written\n" in text
    assert f"\n  {MANAGEMENT}: New-CsHostingProvider " in text
    assert "\n  deployment contoso.example: written, not proven\n" in text
    assert f"does the rest and proves it: ansible-playbook {PLAYBOOK} -i {stage.inventory}, with" in text
    stage.deployment.replication.start()
    stage.deployment.replication.replicas[EDGES[0]].applies = True
    stage.deployment.replication.build_now(everywhere_at_once=True)
    again = rollout(stage)
    assert stage.written() == []
    assert set(again.outcomes.values()) == {"verified"}
    assert "interrupted" not in again.run.output + again.run.errors


def replication_polls(stage: Stage) -> bool:
    """Whether replication was read after the status that goes with the read-back of the last write."""
    names = [entry.name for entry in stage.arrived(MANAGEMENT)]
    last = "Set-CsAccessEdgeConfiguration"
    return last in names and names[names.index(last) :].count("Get-CsManagementStoreReplicationStatus") >= 4


def content_polls(stage: Stage) -> bool:
    """Whether the Edge Server was read again after the first reading."""
    names = [entry.name for entry in stage.arrived(EDGES[0])]
    return names.count("Get-CsHostingProvider") >= 2


def shown(output: IO[str]) -> str:
    return Path(output.name).read_text(encoding="utf-8")


def interrupted(process: Process) -> bool:
    """Ansible loses an interrupt that comes at a bad moment; people press the keys again."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(1)
    return process.poll() is not None


def test_a_nonsense_variable_comes_to_the_table(stage: Stage) -> None:
    found = rollout(stage, variables={"hybrid_access_edge": "nonsense"}, patience=IMPATIENCE, status=2)
    assert "hybrid_access_edge must be a mapping, not 'nonsense'" in found.failures[MANAGEMENT]
    assert stage.written() == []


def test_a_trailing_dot_is_no_other_machine(start: Start) -> None:
    stage = start()
    stage.write_inventory(changes={EDGES[0]: {"lync_replica_fqdn": "LyncEdge01.contoso.example."}})
    assert rollout(stage).outcomes == {"lyncedge01": "verified"}


def test_edges_alone_say_that_nothing_was_written(start: Start) -> None:
    stage = start(situations=("provider-present",))
    found = rollout(
        stage, "--limit", "lync_edge", variables={"hybrid_partial_verification": True}, patience=IMPATIENCE, status=None
    )
    assert any(
        f"--limit leaves out the management host of deployment {EDGES[0]}, so its topology was not read and nothing was written"
        in line
        for line in found.closing
    )
