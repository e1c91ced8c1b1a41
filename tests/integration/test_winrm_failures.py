# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task over Ansible's connection winrm says when the server cannot be reached, or is lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lynclab.contract.faults import Fault, Faults
from lynclab.inventory import inventory
from support.ansible import task
from support.run import Result
from support.stage import Stage, Start
from support.wishes import FEDERATION, access_edge

READ = task("lync_access_edge_info")
SET = "Set-CsAccessEdgeConfiguration"
GET = "Get-CsAccessEdgeConfiguration"


def over_winrm(stage: Stage, transport: str = "winrm-http", **changes: Any) -> None:
    """Reach the Front End over winrm; a variable None is left out."""
    content = inventory(stage.lab, front_end_transport=transport)
    host = content["all"]["children"]["lync_management"]["hosts"][stage.front_end.name]
    host.update(changes)
    for name in [name for name, value in host.items() if value is None]:
        del host[name]
    stage.ansible.write(stage.inventory, content)


def unreachable(stage: Stage) -> Result:
    result = stage.run(READ, status=4).one()
    assert result.status == "unreachable"
    assert len(result.message) < 400
    assert "Traceback" not in result.message
    return result


@pytest.mark.parametrize(
    ("transport", "changes", "sentence"),
    [
        ("winrm-http", {"ansible_port": 1}, "127.0.0.1:1 refused the connection: check the port, and that WinRM runs"),
        ("winrm-http", {"ansible_host": "lyncfe01.invalid"}, "The name lyncfe01.invalid does not resolve"),
        ("winrm-http", {"ansible_winrm_path": "/nowhere"}, "answered HTTP 404: check ansible_winrm_path"),
        ("winrm-http", {"ansible_password": "wrong"}, "refused the logon as"),
        ("winrm-https", {"ansible_winrm_ca_trust_path": None}, "TLS to 127.0.0.1"),
        ("winrm-http", {"ansible_winrm_transport": ["ntlm", "basic"], "ansible_password": "wrong"}, "with ntlm"),
    ],
)
def test_a_server_that_cannot_be_reached(stage: Stage, transport: str, changes: dict[str, Any], sentence: str) -> None:
    over_winrm(stage, transport, **changes)
    result = unreachable(stage)
    assert sentence in result.message
    assert len(stage.lab.journal.logons(succeeded=False, since=stage.since)) == ("ansible_password" in changes)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (lambda faults: faults.http_error(502, action="Create"), "answered HTTP 502: check the server"),
        (lambda faults: faults.wsman_fault(5, action="Create"), "log on but not start a process (access denied)"),
        (lambda faults: faults.wsman_fault(2150859173, action="Create"), "has no shell left for this account"),
        (lambda faults: faults.wsman_fault(2150859174, action="Create"), "a quota of its WinRM service is used up"),
    ],
)
def test_a_server_that_opens_no_shell(stage: Stage, fault: Callable[[Faults], Fault], sentence: str) -> None:
    over_winrm(stage)
    struck = fault(stage.front_end.faults)
    assert sentence in unreachable(stage).message
    assert struck.struck == 1


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (lambda faults, **often: faults.http_error(503, action="Create", **often), "answered HTTP 503"),
        (lambda faults, **often: faults.drop("Create", **often), "The connection to 127.0.0.1"),
    ],
)
def test_a_server_that_opens_no_shell_for_now(start: Start, fault: Callable[..., Fault], sentence: str) -> None:
    """It is tried again for a moment."""
    stage = start(delegation=True)
    over_winrm(stage)
    fault(stage.front_end.faults)
    assert stage.run(READ, expect=None).one().status == "ok"
    struck = fault(stage.front_end.faults, times=None)
    assert sentence in unreachable(stage).message
    assert struck.struck > 1


@pytest.mark.parametrize(
    "fault",
    [
        lambda faults: faults.drop("Receive", cmdlet=GET),
        lambda faults: faults.truncate("Receive", cmdlet=GET),
        lambda faults: faults.wsman_fault(2150858843, action="Receive", cmdlet=GET, ends_shell=True),
        lambda faults: faults.http_error(503, action="Receive", cmdlet=GET),
    ],
)
def test_a_lost_read_is_repeated_once(start: Start, fault: Callable[[Faults], Fault]) -> None:
    stage = start(delegation=True)
    over_winrm(stage)
    struck = fault(stage.front_end.faults)
    stage.run(READ, expect=None)  # Ansible warns of some that it could not clean up
    assert struck.struck == 1


@pytest.mark.parametrize(
    "fault",
    [
        lambda faults: faults.drop("Receive", cmdlet=SET),
        lambda faults: faults.truncate("Receive", cmdlet=SET),
        lambda faults: faults.http_error(401, action="Receive", cmdlet=SET),
        lambda faults: faults.wsman_fault(2150858843, action="Receive", cmdlet=SET, ends_shell=True),
    ],
)
def test_a_write_is_never_sent_twice(start: Start, fault: Callable[[Faults], Fault]) -> None:
    stage = start(delegation=True)
    over_winrm(stage)
    struck = fault(stage.front_end.faults)
    run = stage.run(access_edge(**FEDERATION), expect=None)
    assert f"The session was lost during {SET}" in run.errors
    assert "Read again, the change is there;" in " ".join(run.errors.split())
    assert run.one().changed
    assert struck.struck == 1
    assert [name for name, parameters in stage.written()] == [SET]


def test_a_server_that_never_answers(start: Start) -> None:
    stage = start(delegation=True)
    over_winrm(stage)
    stage.front_end.faults.silence("Receive", cmdlet=SET, times=1)
    run = stage.run(access_edge(**FEDERATION), expect=None, variables={"lync_command_timeout": 3})
    told = " ".join(run.errors.split())
    assert f"did not answer {SET} within 3 s" in told
    assert "Read again, the change is there;" in told
    assert [name for name, parameters in stage.written()] == [SET]
