# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Quotas, idle time and what is left at the end, as an unmodified pypsrp meets them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from labtests.site import USER, Site, run
from labtests.stand_in import Endpoint, Machine
from pypsrp.exceptions import WSManFaultError
from pypsrp.powershell import RunspacePool

from lynclab.contract.machine import Limits, Wire
from lynclab.server import LabServer


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def site(machine: Machine) -> Iterator[Site]:
    with LabServer([machine]) as lab:
        yield Site(machine, lab)


def test_the_quota_of_shells_is_per_user(site: Site) -> None:
    site.machine.limits.shells_per_user = 2
    pools = [RunspacePool(site.connect()) for _attempt in range(3)]
    pools[0].open()
    pools[1].open()
    with pytest.raises(WSManFaultError, match="maximum number of 2 concurrent shells") as refused:
        pools[2].open()
    assert refused.value.code == 2150859173
    RunspacePool(site.connect(username="local", password="secret")).open()
    pools[0].close()
    RunspacePool(site.connect()).open()


def test_an_endpoint_may_have_a_quota_of_its_own(site: Site) -> None:
    site.machine.endpoints["/wsman"].full = "no room"
    with pytest.raises(WSManFaultError, match="no room"):
        RunspacePool(site.connect()).open()


def test_a_shell_takes_so_many_unclosed_commands(site: Site) -> None:
    site.machine.limits.commands_per_shell = 3
    with site.connect() as connection, RunspacePool(connection) as pool:
        for _attempt in range(3):
            run(pool, "Who")
        with pytest.raises(WSManFaultError, match="maximum number of concurrent commands per shell") as refused:
            run(pool, "Who")
        assert refused.value.code == "w:InternalError"


def test_closed_commands_do_not_count(site: Site) -> None:
    site.machine.limits.commands_per_shell = 1
    with site.connect() as connection, RunspacePool(connection) as pool:
        for _attempt in range(3):
            run(pool, "Who").close()


def test_an_idle_shell_expires(site: Site) -> None:
    expired = threading.Event()
    site.journal.listen(lambda entry: expired.set() if getattr(entry, "event", "") == "expired" else None)
    pool = RunspacePool(site.connect(), idle_timeout=1)
    pool.open()
    assert expired.wait(30)
    with pytest.raises(WSManFaultError, match="shell was not found") as refused:
        run(pool, "Who")
    assert refused.value.code == 2150858843


def test_an_idle_timeout_out_of_bounds_is_refused(site: Site) -> None:
    site.machine.limits = Limits()
    with pytest.raises(WSManFaultError) as refused:
        RunspacePool(site.connect(), idle_timeout=1).open()
    assert refused.value.code == 2150859250


def test_a_shell_belongs_to_its_account(site: Site) -> None:
    pool = RunspacePool(site.connect())
    pool.open()
    pool.connection = pool.shell.wsman = site.connect(username="local", password="secret")
    with pytest.raises(WSManFaultError) as refused:
        run(pool, "Who")
    assert refused.value.code == 5


def test_an_idle_connection_is_closed_and_basic_opens_another() -> None:
    machine = Machine(wire=Wire(keep_alive=0.2))
    with LabServer([machine]) as lab:
        site = Site(machine, lab)
        with site.connect() as connection, RunspacePool(connection) as pool:
            time.sleep(1)
            assert run(pool, "Who").output == [USER]
        assert len({entry.connection for entry in lab.journal.requests()}) == 2


def test_a_stopped_lab_logs_what_was_left_and_leaves_no_file() -> None:
    machine = Machine(endpoints={"/wsman": Endpoint()})
    lab = LabServer([machine])
    lab.start()
    pool = RunspacePool(Site(machine, lab).connect())
    pool.open()
    directory = lab.ca_file.parent
    assert len(lab.journal.open_shells(machine.name)) == 1
    lab.stop()
    assert [entry.event for entry in lab.journal.shells()] == ["opened", "left"]
    assert not directory.exists()
    assert machine.endpoints["/wsman"].runspaces[0].closed == 1
