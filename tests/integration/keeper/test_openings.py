# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions that are opened in the background before a task needs them: what the servers got, and what the tasks say."""

from __future__ import annotations

from typing import Any

import pytest

from support.ansible import Task, play, task
from support.keeper import NAMESPACE, assert_all_gone, background, eventually, keepers, needs_namespace
from support.stage import Stage, Start

OPEN = task("lync_session")
READ = task("lync_cmdlet", {"cmdlet": "Get-CsSite"}, name="Read")
EDGE_READ = task("lync_access_edge_info", {"local_store": True}, name="Read")
IDLE: Task = {"name": "Idle", "ansible.builtin.pause": {"seconds": 600}}
LOADS = "Get-CsAccessEdgeConfiguration"


def opened(stage: Stage) -> list[str]:
    return [entry.machine for entry in stage.lab.journal.shells(event="opened", since=stage.since)]


def test_the_next_task_uses_what_was_opened(stage: Stage) -> None:
    run = stage.run(OPEN, READ)
    assert [result.status for result in run.results] == ["ok", "ok"]
    assert run.one("lync_session").data["begun"] is True
    assert not run.one("lync_session").changed
    assert [entry.name for entry in stage.arrived()] == [LOADS, "Get-CsSite"]
    assert len(opened(stage)) == 1
    assert len(stage.lab.journal.logons(succeeded=True, since=stage.since)) == 1
    assert_all_gone(stage)


@pytest.mark.parametrize("local_store", [False, True])
def test_what_is_read_ahead_is_asked_for_once(stage: Stage, local_store: bool) -> None:
    """The second reading is one of its own: what was read before is given out once."""
    options: dict[str, Any] = {"local_store": local_store, "nouns": ["access_edge", "hosting_provider"]}
    tasks = [
        task("lync_session", {"read_ahead": options}),
        task("lync_deployment_info", options, name="Take"),
        task("lync_deployment_info", options, name="Read"),
    ]
    run = stage.run(*tasks, hosts="lync_edge" if local_store else "lync_management")
    names = [entry.name for entry in stage.arrived()]
    half = len(names) // 2
    assert names[:half] == names[half:]
    taken, read = (run.one(name).data["reading"] for name in ("Take", "Read"))
    assert taken["objects"] == read["objects"]
    assert taken["objects"]["CsAccessEdgeConfiguration"]
    assert len(opened(stage)) == 1


def test_a_change_in_between_is_seen(stage: Stage) -> None:
    options: dict[str, Any] = {"nouns": ["access_edge"]}
    tasks = [
        task("lync_session", {"read_ahead": options}),
        task("lync_access_edge", {"allow_federated_users": True}),
        task("lync_deployment_info", options, name="Read"),
    ]
    (found,) = stage.run(*tasks).one("Read").data["reading"]["objects"]["CsAccessEdgeConfiguration"]
    assert found["AllowFederatedUsers"] is True


def test_a_server_that_does_not_load_the_module_by_itself_is_read_ahead_too(start: Start) -> None:
    """The module is imported beside the tasks, once."""
    stage = start(autoload=False)
    options: dict[str, Any] = {"local_store": True, "nouns": ["access_edge", "hosting_provider"]}
    tasks = [task("lync_session", {"read_ahead": options}), task("lync_deployment_info", options, name="Take")]
    assert stage.run(*tasks, hosts="lync_edge").one("Take").data["reading"]["gaps"] == []
    names = [entry.name for entry in stage.arrived()]
    assert names.count("Import-Module") == 1


def test_a_dry_run_opens_and_only_reads(stage: Stage) -> None:
    assert stage.dry_run(OPEN, READ).one("lync_session").data["begun"] is True
    assert len(opened(stage)) == 1


def test_all_hosts_are_open_before_the_first_one_is_read(start: Start) -> None:
    """One fork: the sessions are opened by nobody that waits."""
    stage = start(edges=6, module_load=0.5)
    wait: Task = {"name": "Pause", "ansible.builtin.pause": {"seconds": 3}}
    stage.run(OPEN, wait, EDGE_READ, hosts="lync_edge", options=["--forks", "1"])
    names = [entry.name for entry in stage.arrived()]
    assert names == [LOADS] * 6, "what was read ahead is what the tasks read"
    assert sorted(opened(stage)) == sorted(edge.name for edge in stage.edges)
    assert_all_gone(stage)


@pytest.mark.parametrize("variables", [{"lync_session_keep": False}, {"ansible_connection": "winrm"}])
def test_without_a_keeper_it_does_nothing_and_says_so(start: Start, variables: dict[str, Any]) -> None:
    transport = "winrm-http" if "ansible_connection" in variables else None
    stage = start(transport=transport) if transport else start()
    run = stage.run(OPEN | {"vars": {} if transport else variables}, hosts="lync_edge")
    found = run.one("lync_session")
    assert (found.data["begun"], found.changed) == (False, False)
    assert found.message.startswith("Nothing was done")
    assert opened(stage) == []
    assert stage.lab.journal.requests(since=stage.since) == []


def test_a_refusal_answers_all_hosts_with_one_logon(start: Start) -> None:
    stage = start(edges=8)
    stage.write_inventory(changes={edge.name: {"ansible_password": "wrong"} for edge in stage.edges})
    run = stage.run(OPEN, EDGE_READ, hosts="lync_edge", status=4)
    assert {result.status for result in run.of("lync_session")} == {"ok"}
    told = [result.message for result in run.of("Read")]
    assert len(told) == 8
    assert all("refused the logon as 'edgeadmin'" in sentence for sentence in told)
    assert len(stage.lab.journal.logons(succeeded=False, since=stage.since)) == 1
    assert opened(stage) == []


def test_the_next_task_says_what_the_opening_failed_with(start: Start) -> None:
    stage = start(shells_per_user=0)
    run = stage.run(OPEN, READ, status=4)
    assert "has no shell left for this account" in run.one("Read").message
    creates = [entry for entry in stage.lab.journal.requests(since=stage.since) if entry.action == "Create"]
    assert len(creates) == 1, "nobody logs on twice for it"


def test_a_server_that_is_down_is_a_failure_of_its_own_host_only(start: Start) -> None:
    stage = start(edges=3)
    broken, *others = sorted(edge.name for edge in stage.edges)
    stage.write_inventory(changes={broken: {"ansible_port": 9}})
    run = stage.run(OPEN, EDGE_READ, hosts="lync_edge", status=4)
    assert {result.host: result.status for result in run.of("Read")} == {
        broken: "unreachable",
        **dict.fromkeys(others, "ok"),
    }


def test_a_task_with_another_limit_uses_the_same_session(stage: Stage) -> None:
    stage.run(OPEN | {"vars": {"lync_session_openings": 3}}, READ)
    assert len(opened(stage)) == 1


def test_a_limit_that_is_no_number_is_refused(stage: Stage) -> None:
    run = stage.run(OPEN | {"vars": {"lync_session_openings": "many"}}, status=2)
    assert "lync_session_openings must be a number of sessions, at least 1" in run.one().message


def test_a_play_that_ends_in_the_middle_of_an_opening(start: Start) -> None:
    stage = start(edges=3, module_load=2.0)
    stage.run(OPEN, hosts="all")
    assert_all_gone(stage)


@needs_namespace
def test_a_container_that_ends_in_the_middle_of_an_opening(start: Start) -> None:
    stage = start(edges=3, module_load=30.0)
    with background(stage, [play([OPEN], hosts="all")], NAMESPACE) as process:
        assert process.wait() == 0
        assert stage.lab.journal.open_shells() == []
        assert keepers(stage) == []


def test_the_run_process_is_killed_in_the_middle_of_an_opening(start: Start) -> None:
    stage = start(edges=3, module_load=30.0)
    with background(stage, [play([OPEN, IDLE], hosts="all")]) as process:
        eventually(lambda: len(stage.arrived()) == 4, "the cmdlets that load the module")
        process.kill()
        process.wait()
        assert_all_gone(stage)
