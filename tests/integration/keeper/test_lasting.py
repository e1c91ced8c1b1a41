# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session that lasts: idle connections that the server drops, shells that it ends, and more commands than a shell may hold."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from support.ansible import Task, task
from support.keeper import assert_all_gone
from support.stage import Stage, Start
from support.wishes import EXCHANGE_ONLINE, FEDERATION, access_edge, hosting_provider

KEEP_ALIVE = 0.5
"""Seconds after which the lab drops an idle connection (http.sys: 120)."""

PAUSE: Task = {"name": "Pause", "ansible.builtin.pause": {"seconds": 1}}
READ = task("lync_access_edge_info", {"local_store": True})


def on_standard_edition(start: Start, transport: str) -> Stage:
    """A server that holds the store itself, so that its plain endpoint can be used, where all authentications are offered."""
    stage = start(transport=transport, keep_alive=KEEP_ALIVE, enterprise=False)
    stage.write_inventory(changes={stage.front_end.name: {"ansible_psrp_path": "wsman"}})
    return stage


@pytest.mark.parametrize("transport", ["basic-https", "ntlm-http", "ntlm-https", "credssp-http"])
def test_a_dropped_connection_is_opened_again_for_the_same_shell(start: Start, transport: str) -> None:
    stage = on_standard_edition(start, transport)
    tasks = [access_edge(**FEDERATION), PAUSE, hosting_provider(**EXCHANGE_ONLINE), PAUSE, READ]
    run = stage.run(*tasks)
    assert {result.status for result in run.results} == {"ok"}
    shells = stage.lab.journal.shells(since=stage.since)
    assert [entry.event for entry in shells] == ["opened", "closed"]
    connections = {entry.connection for entry in stage.lab.journal.requests(since=stage.since) if entry.shell}
    assert len(connections) >= 3
    assert [name for name, _parameters in stage.written()] == ["Set-CsAccessEdgeConfiguration", "New-CsHostingProvider"]
    assert stage.read("Get-CsHostingProvider")[0]["ProxyFqdn"] == "exap.um.outlook.com"


@pytest.mark.parametrize("transport", ["basic-https", "ntlm-http"])
def test_a_change_right_after_the_drop_is_sent_once(start: Start, transport: str) -> None:
    """Without a reading before it, which would meet the dropped connection first."""
    stage = on_standard_edition(start, transport)
    parameters = {"AllowFederatedUsers": True}
    change = task("lync_cmdlet", {"cmdlet": "Set-CsAccessEdgeConfiguration", "parameters": parameters})
    stage.run(READ, PAUSE, change)
    assert [name for name, _parameters in stage.written()] == ["Set-CsAccessEdgeConfiguration"]
    assert len(stage.lab.journal.shells(event="opened", since=stage.since)) == 1
    assert stage.deployment.content.access_edge["AllowFederatedUsers"] is True


def test_a_shell_that_the_server_ended_is_replaced(stage: Stage) -> None:
    """The change that met it is known not to have run: it is sent to the new shell."""
    stage.front_end.faults.wsman_fault(
        2150858843, action="Command", cmdlet="Set-CsAccessEdgeConfiguration", ends_shell=True
    )
    parameters = {"AllowFederatedUsers": True}
    run = stage.run(task("lync_cmdlet", {"cmdlet": "Set-CsAccessEdgeConfiguration", "parameters": parameters}), READ)
    assert [result.status for result in run.results] == ["ok", "ok"]
    assert stage.deployment.content.access_edge["AllowFederatedUsers"] is True
    assert [entry.event for entry in stage.lab.journal.shells(since=stage.since)] == [
        "opened",
        "broken",
        "opened",
        "closed",
    ]


def test_a_session_survives_a_broken_connection(stage: Stage) -> None:
    """The reading is repeated in the same shell: opening another one would load the module again."""
    stage.front_end.faults.drop("Command", cmdlet="Get-CsAccessEdgeConfiguration", nth=2)
    run = stage.run(READ, READ, READ)
    assert [result.status for result in run.results] == ["ok"] * 3
    assert [entry.event for entry in stage.lab.journal.shells(since=stage.since)] == ["opened", "closed"]


MANY = """
import sys
from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.client import KeeperClient
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.options import PsrpEndpoint

server, port, user, password, count = sys.argv[1:]
arguments = dict(
    server=server, port=int(port), username=user, password=password, ssl=False, path="wsman", auth="ntlm", no_proxy=True,
    encryption="always",
)
endpoint = PsrpEndpoint(server, int(port), "wsman", False, "ntlm", "Microsoft.PowerShell", 120, arguments)
registered = []
session = KeeperClient(endpoint, registered.append)
for number in range(int(count)):
    answer = session.invoke([Cmdlet("Get-CsHostingProvider", {"LocalStore": True})])
    assert not answer.errors, answer.errors
session.close()
assert registered
"""
"""More commands than a test should run playbooks for, through the keeper of a process that is no playbook."""


def test_more_commands_than_a_shell_may_hold(stage: Stage) -> None:
    edge = stage.edges[0]
    assert edge.limits.commands_per_shell == 1000
    logon = stage.lab.logon_of(edge)
    arguments = ["127.0.0.1", str(stage.lab.reach(edge.name).http_port), logon["user"], logon["password"], "1600"]
    done = run_python(stage, MANY, arguments)
    assert done.returncode == 0, done.stderr
    assert len(stage.arrived()) == 1600
    assert len(stage.lab.journal.shells(event="opened", since=stage.since)) == 1
    assert_all_gone(stage)


def run_python(stage: Stage, program: str, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a program that imports the collection."""
    stage.since = stage.lab.journal.position()
    environment: dict[str, Any] = {
        **stage.ansible.environment,
        "PYTHONPATH": stage.ansible.environment["ANSIBLE_COLLECTIONS_PATH"],
    }
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=stage.folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
