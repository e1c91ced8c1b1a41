# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each fault, as an unmodified pypsrp meets it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
import requests
from labtests.stand_in import Machine
from pypsrp.exceptions import WinRMTransportError, WSManFaultError
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from lynclab.server import LabServer


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def lab(machine: Machine) -> Iterator[LabServer]:
    with LabServer([machine]) as running:
        yield running


def connect(lab: LabServer, machine: Machine, **settings: Any) -> WSMan:
    options: dict[str, Any] = {"port": lab[machine.name].https_port, "cert_validation": str(lab.ca_file)}
    options |= {"username": "local", "password": "secret", "auth": "basic", "no_proxy": True}
    return WSMan("127.0.0.1", **{**options, **settings})


@pytest.fixture
def pool(lab: LabServer, machine: Machine) -> RunspacePool:
    opened = RunspacePool(connect(lab, machine))
    opened.open()
    return opened


def run(pool: RunspacePool, name: str = "Who") -> list[Any]:
    shell = PowerShell(pool)
    shell.add_cmdlet(name)
    return list(shell.invoke())


def test_refused_connections(lab: LabServer, machine: Machine) -> None:
    machine.faults.refuse()
    with pytest.raises(requests.ConnectionError, match="refused"):
        RunspacePool(connect(lab, machine)).open()
    machine.faults.accept()
    RunspacePool(connect(lab, machine)).open()


def test_a_drop_before_the_command_leaves_it_undone(machine: Machine, pool: RunspacePool) -> None:
    machine.faults.drop("Command")
    with pytest.raises(requests.ConnectionError):
        run(pool)
    assert machine.endpoints["/wsman"].ran == []
    assert run(pool) == ["local"]


def test_a_drop_after_the_command_leaves_it_done(machine: Machine, pool: RunspacePool) -> None:
    machine.faults.drop_after("Command")
    with pytest.raises(requests.ConnectionError):
        run(pool)
    assert [command.name for command in machine.endpoints["/wsman"].ran] == ["Who"]


def test_a_drop_of_the_answer_to_a_receive(machine: Machine, pool: RunspacePool) -> None:
    machine.faults.drop_after("Receive")
    with pytest.raises(requests.ConnectionError):
        run(pool)
    assert len(machine.endpoints["/wsman"].ran) == 1


def test_a_fault_waits_for_its_cmdlet_and_its_number(machine: Machine, pool: RunspacePool) -> None:
    machine.faults.drop("Command", cmdlet="warn", nth=2)
    run(pool)
    run(pool, "Warn")
    run(pool)
    with pytest.raises(requests.ConnectionError):
        run(pool, "Warn")


def test_a_fault_at_the_receive_of_a_cmdlet(machine: Machine, pool: RunspacePool) -> None:
    machine.faults.drop("Receive", cmdlet="Warn")
    run(pool)
    with pytest.raises(requests.ConnectionError):
        run(pool, "Warn")


def test_the_shell_can_be_lost_with_the_connection(lab: LabServer, machine: Machine, pool: RunspacePool) -> None:
    machine.faults.drop_after("Command", ends_shell=True)
    with pytest.raises(requests.ConnectionError):
        run(pool)
    with pytest.raises(WSManFaultError, match="shell was not found"):
        run(pool)
    assert len(machine.endpoints["/wsman"].ran) == 1
    assert [entry.event for entry in lab.journal.shells()] == ["opened", "broken"]


def test_a_delay(machine: Machine, pool: RunspacePool) -> None:
    fault = machine.faults.delay(0.01)
    assert run(pool) == ["local"]
    assert fault.struck == 2


def test_a_wsman_fault(machine: Machine, pool: RunspacePool) -> None:
    machine.faults.wsman_fault(2150859174, action="Command")
    with pytest.raises(WSManFaultError, match="concurrent operations") as met:
        run(pool)
    assert met.value.code == 2150859174
    assert run(pool) == ["local"]


@pytest.mark.parametrize(("status", "page"), [(503, None), (404, b"<p>nothing here<br>")])
def test_an_http_error_with_a_page(machine: Machine, pool: RunspacePool, status: int, page: bytes | None) -> None:
    if page:
        machine.faults.http_error(status, page)
    else:
        machine.faults.http_error(status)
    with pytest.raises(WinRMTransportError, match="nothing here" if page else "Service Unavailable") as met:
        run(pool)
    assert met.value.code == status


def test_truncated_xml(machine: Machine, pool: RunspacePool) -> None:
    machine.faults.truncate("Receive")
    with pytest.raises(ElementTree.ParseError):
        run(pool)


def test_a_silent_server(lab: LabServer, machine: Machine, pool: RunspacePool) -> None:
    machine.faults.silence("Command")
    pool.connection.transport.read_timeout = 0.3
    with pytest.raises(requests.ReadTimeout):
        run(pool)
    assert machine.endpoints["/wsman"].ran == []


def test_cleared_faults_do_not_strike(machine: Machine, pool: RunspacePool) -> None:
    machine.faults.drop(times=None)
    machine.faults.clear()
    assert run(pool) == ["local"]
