# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts that may not log on, and how often somebody failed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from labtests.site import USER, Site
from labtests.stand_in import Machine
from pypsrp.exceptions import AuthenticationError
from pypsrp.powershell import RunspacePool

from lynclab.contract.accounts import Account, AccountDatabase, Standing
from lynclab.server import LabServer

MECHANISMS = ("basic", "ntlm", "negotiate")


@pytest.fixture
def site() -> Iterator[Site]:
    machine = Machine()
    with LabServer([machine]) as lab:
        yield Site(machine, lab)


@pytest.mark.parametrize(
    "standing", [standing for standing in Standing if standing.value > Standing.WRONG_PASSWORD.value]
)
@pytest.mark.parametrize("auth", MECHANISMS)
def test_http_does_not_tell_why(site: Site, auth: str, standing: Standing) -> None:
    site.machine.accounts[0].database.put("admin", standing)
    with pytest.raises(AuthenticationError):
        RunspacePool(site.connect(auth)).open()
    (logon,) = site.journal.logons()
    assert (logon.account, logon.succeeded, logon.reason) == (USER, False, standing.words)


@pytest.mark.parametrize("auth", MECHANISMS)
def test_each_wrong_password_counts_until_a_right_one(site: Site, auth: str) -> None:
    database = site.machine.accounts[0].database
    for expected in (1, 2):
        with pytest.raises(AuthenticationError):
            RunspacePool(site.connect(auth, password="wrong")).open()
        assert database.failures("admin") == expected
    RunspacePool(site.connect(auth)).open()
    assert database.failures("admin") == 0
    assert [logon.account for logon in site.journal.logons()] == [USER] * 3


@pytest.mark.parametrize("auth", MECHANISMS)
def test_the_last_failure_locks_and_the_right_password_no_longer_helps(site: Site, auth: str) -> None:
    site.machine.accounts[0].database.lockout_threshold = 2
    for _attempt in range(2):
        with pytest.raises(AuthenticationError):
            RunspacePool(site.connect(auth, password="wrong")).open()
    with pytest.raises(AuthenticationError):
        RunspacePool(site.connect(auth)).open()
    words = [logon.reason for logon in site.journal.logons()]
    assert words == [Standing.WRONG_PASSWORD.words] * 2 + [Standing.LOCKED_OUT.words]


def test_an_unknown_account_locks_nobody(site: Site) -> None:
    with pytest.raises(AuthenticationError):
        RunspacePool(site.connect("ntlm", username="CONTOSO\\stranger")).open()
    (logon,) = site.journal.logons()
    assert (logon.account, logon.reason) == ("CONTOSO\\stranger", Standing.WRONG_PASSWORD.words)


@pytest.mark.parametrize("shared", [True, False])
def test_a_domain_counts_over_its_machines_and_a_workgroup_machine_for_itself(shared: bool) -> None:
    one = AccountDatabase()
    databases = [one, one if shared else AccountDatabase()]
    machines = [
        Machine(f"edge0{number}.x", accounts=(Account("admin", "right", database=database),))
        for number, database in enumerate(databases)
    ]
    with LabServer(machines) as lab:
        for machine in machines:
            connection = Site(machine, lab).connect("ntlm", username="admin", password="wrong")
            with pytest.raises(AuthenticationError):
                RunspacePool(connection).open()
    assert [database.failures("ADMIN") for database in databases] == ([2, 2] if shared else [1, 1])
