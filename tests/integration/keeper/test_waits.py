# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waits that are begun in the keeper: what the servers are asked meanwhile, and how a run with waits can end."""

from __future__ import annotations

import os
import signal
from typing import Any

from lynclab.machine import Kind
from support.ansible import Task, play, task
from support.keeper import (
    PATIENCE,
    arrives,
    assert_all_gone,
    background,
    eventually,
    keeper,
    signalled_and_ended,
)
from support.rollout import rollout
from support.stage import Stage, Start

STATUS = "Get-CsManagementStoreReplicationStatus"
SOON: dict[str, Any] = {
    "hybrid_replication_interval": 0.2,
    "hybrid_replication_timeout": 8,
    "hybrid_replication_stamp_timeout": 6,
    "hybrid_content_interval": 0.2,
    "hybrid_content_timeout": 20,
}
WAIT: dict[str, Any] = {"wait": True, "interval": 0.1, "timeout": 600, "stamp_timeout": 600, "scope": "all"}
READ = task("lync_hosting_provider_info", {"local_store": True}, name="Read")
CONTENT: dict[str, Any] = {"settings": {"access_edge": {"global": {"allow_federated_users": True}}}, "interval": 0.1}


def begin(**options: Any) -> Task:
    return task("lync_replication_status", {**options, "background": True}, name="Begin", register="begun")


def begin_content(**options: Any) -> list[Task]:
    """An Edge Server of whom nobody waits for a deployment."""
    return [task("lync_session"), begin(local_stores={"hosts": ["{{ inventory_hostname }}"], **options})]


def collect(module: str = "lync_replication_status", **options: Any) -> Task:
    return task(module, {**options, "begun": "{{ begun }}"}, name="Collect")


def silence(stage: Stage) -> None:
    """From now on no report of the first deployment's Edge Servers comes back."""
    for edge in stage.deployment.topology.edges():
        stage.deployment.replication.replicas[edge.lower()].reports = False


def last(stage: Stage, machine: str, cmdlet: str = "") -> int:
    """When the last command, or the last of a name, arrived at a server."""
    return max(
        position
        for position, entry in enumerate(stage.arrived())
        if entry.machine == machine and cmdlet in ("", entry.name)
    )


def test_a_stalled_deployment_delays_nobody_else(start: Start) -> None:
    """One fork: the others are polled and proven while the stalled one, which is the first, is waited for."""
    stage = start(deployments=3)
    silence(stage)
    found = rollout(stage, "--forks", "1", patience=SOON)
    assert set(found.outcomes.values()) <= {"verified", "verified, status not reported"}
    assert [line.outcome for line in found.table].count("verified") == 2
    stalled = last(stage, stage.front_end.name, STATUS)
    for deployment in stage.lab.deployments[1:]:
        for machine in stage.lab.of_kind(Kind.EDGE, deployment):
            assert last(stage, machine.name) < stalled
        assert last(stage, stage.lab.of_kind(Kind.FRONT_END, deployment)[0].name) < stalled
    assert last(stage, stage.edges[0].name) > stalled, "its own Edge Server is read once all the same"
    assert "replication: 2 of 3 deployments up to date" in found.run.output
    assert "waiting for contoso: lyncedge01.contoso.example (last status report" in found.run.output
    assert_all_gone(stage)


def test_progress_can_be_turned_off(start: Start) -> None:
    stage = start(deployments=2)
    found = rollout(stage, patience=SOON, variables={"lync_progress": False})
    assert {line.outcome for line in found.table} == {"verified"}
    assert "deployments up to date" not in found.run.output


def test_other_tasks_use_the_session_meanwhile(stage: Stage) -> None:
    silent = stage.edges[0].name
    stage.deployment.replication.replicas[silent.lower()].receives = False
    content = {**CONTENT, "timeout": 3}
    tasks = [*begin_content(**content), READ, READ, collect("lync_local_store_check", **content)]
    run = stage.run(*tasks, hosts="lync_edge", status=2)
    assert len(stage.lab.journal.shells(event="opened", since=stage.since)) == 1
    assert [result.status for result in run.of("Read")] == ["ok", "ok"]
    assert "differs: access edge 'global': allow_federated_users" in run.one("Collect").message
    names = [entry.name for entry in stage.arrived(silent)]
    assert names.count("Get-CsAccessEdgeConfiguration") > 2
    assert_all_gone(stage)


def test_a_play_that_ends_without_collecting(stage: Stage) -> None:
    silence(stage)
    stage.run(begin(**WAIT), READ)
    polled = len(stage.arrived())
    assert_all_gone(stage)
    assert len(stage.arrived()) == polled


def test_an_interrupt_ends_all_waits(start: Start) -> None:
    stage = start(deployments=2)
    for deployment in stage.lab.deployments:
        for edge in deployment.topology.edges():
            deployment.replication.replicas[edge.lower()].receives = False
    content = {**CONTENT, "timeout": 600}
    plays = [play([*begin_content(**content), collect("lync_local_store_check", **content)], "lync_edge")]
    with background(stage, plays) as process:
        eventually(lambda: all(len(stage.arrived(machine.name)) > 3 for machine in stage.edges), "polls")
        eventually(lambda: signalled_and_ended(process.pid, process.poll, signal.SIGINT), "the end of Ansible")
        assert_all_gone(stage)


def test_a_run_that_is_killed_while_it_waits(stage: Stage) -> None:
    content = {**CONTENT, "timeout": 600}
    plays = [play([*begin_content(**content), collect("lync_local_store_check", **content)], "lync_edge")]
    with background(stage, plays) as process:
        eventually(lambda: len(stage.arrived()) > 3, "polls")
        process.kill()
        process.wait()
        assert_all_gone(stage)


def test_a_keeper_that_dies_while_a_task_collects(stage: Stage) -> None:
    """The task polls itself from then on, and comes to the same."""
    content = {**CONTENT, "timeout": PATIENCE}
    plays = [play([*begin_content(**content), collect("lync_local_store_check", **content)], "lync_edge")]
    with background(stage, plays) as process:
        eventually(lambda: len(stage.arrived()) > 3, "polls")
        os.kill(keeper(stage), signal.SIGKILL)
        polled = len(stage.arrived())
        eventually(lambda: len(stage.arrived()) > polled + 3, "polls without it")
        stage.deployment.seed(lambda found: found.with_access_edge(AllowFederatedUsers=True))
        assert process.wait() == 0
    left, *_others = stage.lab.journal.shells(event="opened")
    stage.lab.server.end_shell(left.machine, left.shell)  # a killed keeper deletes nothing
    assert_all_gone(stage)


def test_reset_connection_between_the_two(stage: Stage) -> None:
    """What was begun is lost with its session: the task that collects it polls itself."""
    reset: Task = {"name": "Reset", "ansible.builtin.meta": "reset_connection"}
    stage.deployment.seed(lambda found: found.with_access_edge(AllowFederatedUsers=True))
    tasks = [*begin_content(**CONTENT), reset, collect("lync_local_store_check", **CONTENT)]
    run = stage.run(*tasks, hosts="lync_edge")
    assert run.one("Collect").data["outcome"] == "matches"
    assert_all_gone(stage)


def test_nothing_is_written_by_a_poll(stage: Stage) -> None:
    stage.run(begin(**WAIT | {"timeout": 1}), collect(**WAIT | {"timeout": 1}))
    stage.assert_only_read()
    arrives(stage, STATUS)
