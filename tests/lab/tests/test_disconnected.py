# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Disconnected sessions: left by one client, found and taken over by it or by another."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator

import pytest
from labtests.site import USER, Site, run
from labtests.soap import COMMAND_SHELL, ask
from labtests.stand_in import Machine
from pypsrp.complex_objects import RunspacePoolState
from pypsrp.exceptions import WSManFaultError
from pypsrp.powershell import PowerShell, RunspacePool

from lynclab.server import LabServer
from lynclab.wsman import faults
from lynclab.wsman.soap import ENUMERATION, SHELL, TRANSFER


@pytest.fixture
def site() -> Iterator[Site]:
    machine = Machine()
    with LabServer([machine]) as lab:
        yield Site(machine, lab)


def left_alone(site: Site) -> RunspacePool:
    """A pool whose client has gone."""
    pool = RunspacePool(site.connect())
    pool.open()
    pool.disconnect()
    return pool


def test_its_own_client_comes_back(site: Site) -> None:
    pool = left_alone(site)
    pool.connect()
    assert run(pool, "Who").output == [USER]
    pool.close()


def test_it_shows_as_disconnected(site: Site) -> None:
    pool = left_alone(site)
    assert ask(site, f"{TRANSFER}/Get", shell=pool.id).text("State") == "Disconnected"
    pool.connect()
    assert ask(site, f"{TRANSFER}/Get", shell=pool.id).text("State") == "Connected"


def test_nothing_runs_in_it_until_then(site: Site) -> None:
    pool = left_alone(site)
    pool.state = RunspacePoolState.OPENED
    with pytest.raises(WSManFaultError) as refused:
        run(pool, "Who")
    assert refused.value.code == faults.SHELL_DISCONNECTED


def test_who_waits_for_output_is_told(site: Site) -> None:
    pool = RunspacePool(site.connect())
    pool.open()
    refused: list[WSManFaultError] = []

    def wait() -> None:
        with pytest.raises(WSManFaultError) as met:
            run(pool, "Wait", Seconds=60.0)
        refused.append(met.value)

    arrived = threading.Event()
    site.journal.listen(lambda entry: arrived.set() if getattr(entry, "name", "") == "Wait" else None)
    waiting = threading.Thread(target=wait)
    waiting.start()
    assert arrived.wait(30)
    ask(site, f"{SHELL}/Disconnect", pool.shell.resource_uri, "<rsp:Disconnect/>", pool.id)
    waiting.join(30)
    assert [error.code for error in refused] == [faults.SHELL_DISCONNECTED]


def test_another_client_finds_it_and_what_runs_in_it(site: Site) -> None:
    first = RunspacePool(site.connect(), max_runspaces=3)
    first.open()
    shell = PowerShell(first)
    shell.add_cmdlet("Wait").add_parameter("Seconds", 0.5)
    shell.begin_invoke()
    first.disconnect()
    (pool,) = RunspacePool.get_runspace_pools(site.connect())
    assert pool.id == first.id
    pool.connect()
    assert (pool.state, pool.max_runspaces) == (RunspacePoolState.OPENED, 3)
    assert str(pool._application_private_data.data["PSVersionTable"]["PSVersion"]).startswith("5.1")
    (left,) = pool.create_disconnected_power_shells()
    left.connect_async()
    assert left.end_invoke() == ["waited"]
    assert run(pool, "Who").output == [USER]
    pool.close()
    assert [entry.event for entry in site.journal.shells()] == ["opened", "closed"]


def test_a_connected_one_stays_with_its_client(site: Site) -> None:
    with site.connect() as connection, RunspacePool(connection):
        (pool,) = RunspacePool.get_runspace_pools(site.connect())
        with pytest.raises(WSManFaultError) as refused:
            pool.connect()
        assert refused.value.code == faults.CONNECTED_TO_DIFFERENT_CLIENT


def test_everybody_sees_their_own(site: Site) -> None:
    left_alone(site)
    assert RunspacePool.get_runspace_pools(site.connect(username="local", password="secret")) == []


def test_an_unknown_command_cannot_be_connected_to(site: Site) -> None:
    pool = left_alone(site)
    fault = ask(
        site, f"{SHELL}/Connect", pool.shell.resource_uri, f'<rsp:Connect CommandId="{uuid.uuid4()}"/>', pool.id
    )
    assert fault.elements("WSManFault")[0].get("Code") == str(faults.UNEXPECTED_SELECTORS)


def test_commands_are_listed_by_their_shell(site: Site) -> None:
    fault = ask(site, f"{ENUMERATION}/Enumerate", f"{SHELL}/Command")
    assert fault.elements("WSManFault")[0].get("Code") == str(faults.FILTER_EXPECTED)


def test_what_is_no_connect_message_leaves_the_shell_as_it_is(site: Site) -> None:
    pool = left_alone(site)
    fault = ask(site, f"{SHELL}/Connect", pool.shell.resource_uri, "<rsp:Connect/>", pool.id)
    assert fault.elements("WSManFault")[0].get("Code") == str(faults.INTERNAL_ERROR)
    pool.connect()
    assert run(pool, "Who").output == [USER]


def test_a_shell_that_nobody_comes_back_to_expires(site: Site) -> None:
    expired = threading.Event()
    site.journal.listen(lambda entry: expired.set() if getattr(entry, "event", "") == "expired" else None)
    shell = ask(site, f"{TRANSFER}/Create", COMMAND_SHELL, "<rsp:Shell/>").text("ShellId")
    body = "<rsp:Disconnect><rsp:IdleTimeOut>PT0.1S</rsp:IdleTimeOut></rsp:Disconnect>"
    assert ask(site, f"{SHELL}/Disconnect", COMMAND_SHELL, body, shell).status == 200
    assert expired.wait(30)
