# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One session for each host, account and set of options, whoever uses it."""

from __future__ import annotations

from typing import Any

import pytest

from support.ansible import Task, play, task
from support.keeper import assert_all_gone
from support.stage import Stage, Start
from support.wishes import EXCHANGE_ONLINE, FEDERATION, access_edge, hosting_provider

FRONT_END = "lyncfe01.contoso.example"
READ = task("lync_access_edge_info", {"local_store": True})


def opened(stage: Stage, machine: str | None = None) -> int:
    """How many shells the newest run opened."""
    return len(stage.lab.journal.shells(machine, event="opened", since=stage.since))


def logons(stage: Stage) -> int:
    return len(stage.lab.journal.logons(succeeded=True, since=stage.since))


def test_the_tasks_of_a_play_share_one_session(stage: Stage) -> None:
    run = stage.run(
        access_edge(**FEDERATION),
        hosting_provider(**EXCHANGE_ONLINE),
        task("lync_cmdlet", {"cmdlet": "Get-CsPool"}),
        task("lync_topology_info"),
        task("lync_ping"),
    )
    assert [result.status for result in run.results] == ["ok"] * 5
    assert stage.read("Get-CsHostingProvider")[0]["ProxyFqdn"] == "exap.um.outlook.com"
    assert opened(stage) == 1 + 1, "one, and that of the independent reading"
    assert_all_gone(stage)


@pytest.mark.parametrize("reads", [9, 14])
def test_pipelines_are_closed_from_ten_on(stage: Stage, reads: int) -> None:
    """After an answer, and only while no task waits. Deleting the shell closes those that are left."""
    stage.run(task("lync_cmdlet", {"cmdlet": "Get-CsPool"}, loop=list(range(reads))))
    actions = [entry.action for entry in stage.lab.journal.requests(since=stage.since) if entry.action]
    first = ["Create", "Receive", "Receive", *["Command", "Receive"] * min(reads, 10)]
    assert [*actions[: len(first)], actions[-1]] == [*first, "Delete"]
    assert actions[len(first)] == ("Signal" if reads >= 10 else "Delete")
    assert actions.count("Command") == reads


def test_a_loop_shares_it(stage: Stage) -> None:
    stage.run(task("lync_cmdlet", {"cmdlet": "{{ item }}"}, loop=["Get-CsPool", "Get-CsSite", "Get-CsPool"]))
    assert [entry.name for entry in stage.arrived()] == ["Get-CsPool", "Get-CsSite", "Get-CsPool"]
    assert opened(stage) == 1
    assert_all_gone(stage)


def test_a_task_that_is_tried_again_shares_it(stage: Stage) -> None:
    read = task("lync_cmdlet", {"cmdlet": "Get-CsPool"}, register="found", until="found.attempts | default(0) >= 3")
    run = stage.run(read | {"retries": 3, "delay": 0})
    assert run.one().data["attempts"] == 3
    assert opened(stage) == 1


def test_twenty_tasks_on_one_host_at_once_are_queued(start: Start) -> None:
    """More than a server's quota of shells: who waits does not open another one."""
    stage = start(edges=20, module_load=1.0, shells_per_user=5)
    stage.run(
        task("lync_cmdlet", {"cmdlet": "Get-CsPool"}, delegate_to=FRONT_END),
        hosts="lync_edge",
        options=["--forks", "20"],
    )
    assert len(stage.arrived(FRONT_END)) == 20
    assert opened(stage) == 1
    assert_all_gone(stage)


def test_each_host_has_its_own(start: Start) -> None:
    stage = start(edges=4)
    stage.run(READ, READ, hosts="all")
    machines = [entry.machine for entry in stage.lab.journal.shells(event="opened", since=stage.since)]
    assert sorted(machines) == sorted([FRONT_END, *(edge.name for edge in stage.edges)])


@pytest.mark.parametrize(
    "variables",
    [
        {"ansible_user": r"LYNCLAB\viewer"},
        {"ansible_psrp_path": "wsman"},
        {"ansible_psrp_auth": "ntlm"},
        {"lync_command_timeout": 100},
    ],
)
def test_another_account_or_option_is_another_session(stage: Stage, variables: dict[str, Any]) -> None:
    stage.run(READ, READ | {"vars": variables}, READ)
    assert opened(stage) == 2
    assert_all_gone(stage)


def test_a_play_ends_its_sessions_and_the_next_one_opens_its_own(stage: Stage) -> None:
    stage.play([play([READ, READ], hosts="lync_edge"), play([READ, READ], hosts="lync_edge")])
    assert [entry.event for entry in stage.lab.journal.shells(since=stage.since)] == ["opened", "closed"] * 2
    assert_all_gone(stage)


def test_reset_connection_ends_the_session(stage: Stage) -> None:
    reset: Task = {"name": "Reset", "ansible.builtin.meta": "reset_connection"}
    stage.run(READ, reset, READ)
    assert [entry.event for entry in stage.lab.journal.shells(since=stage.since)] == ["opened", "closed"] * 2


def test_the_free_strategy(start: Start) -> None:
    stage = start(edges=3)
    stage.run(READ, READ, READ, hosts="all", play_keywords={"strategy": "free"})
    assert opened(stage) == 4
    assert_all_gone(stage)


def test_a_host_variable_turns_it_off(stage: Stage) -> None:
    stage.write_inventory(changes={"lync_management": {"lync_session_keep": False}})
    stage.run(READ, READ)
    assert opened(stage) == 2
    assert_all_gone(stage)


def test_an_idle_time_goes_to_the_server(start: Start) -> None:
    stage = start()
    stage.front_end.limits.greatest_idle_timeout = 100
    result = stage.run(READ, status=4).one()
    assert "answered with a WSMan fault" in result.message
    stage.write_inventory(changes={"lync_management": {"lync_session_idle": 90}})
    stage.run(READ)


def test_a_refused_logon_is_not_tried_again_by_any_task(start: Start) -> None:
    stage = start(edges=20)
    stage.write_inventory(changes={FRONT_END: {"ansible_password": "wrong"}})
    run = stage.run(
        task("lync_cmdlet", {"cmdlet": "Get-CsPool"}, delegate_to=FRONT_END, ignore_unreachable=True),
        task("lync_cmdlet", {"cmdlet": "Get-CsSite"}, delegate_to=FRONT_END),
        hosts="lync_edge",
        options=["--forks", "20"],
        status=4,
    )
    assert len(run.results) == 40
    assert all("refused the logon as" in result.message for result in run.results)
    assert len(stage.lab.journal.logons(succeeded=False, since=stage.since)) == 1


def test_a_module_that_does_not_load_by_itself_is_imported_once(start: Start) -> None:
    stage = start(autoload=False)
    stage.run(READ, READ, READ, hosts="lync_edge")
    assert [entry.name for entry in stage.arrived()].count("Import-Module") == 1
