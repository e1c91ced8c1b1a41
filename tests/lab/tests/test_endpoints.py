# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may open which endpoint, what is visible there, and where the Central Management store can be reached."""

from __future__ import annotations

import pytest
from labtests.engine import ADMIN, EDGE_ADMIN, Engine

from lynclab.contract.endpoint import AccessDenied, Logon, Pause
from lynclab.endpoints import OCS_POWERSHELL, WSMAN
from lynclab.powershell.values import Command, ProgressRecord
from lynclab.spec import LabSpec

VIEWER = Logon("viewer", "LYNCLAB", "NTLM")
SERVER_ADMIN = Logon("serveradmin", "LYNCLAB", "NTLM")
NOBODY = Logon("nobody", "LYNCLAB", "NTLM")
DELEGATED = Logon("admin", "LYNCLAB", "CredSSP", delegated=True)


@pytest.fixture
def engine() -> Engine:
    return Engine(LabSpec(sites=1))


@pytest.mark.parametrize(
    ("logon", "reads", "writes"), [(ADMIN, True, True), (VIEWER, True, False), (SERVER_ADMIN, True, False)]
)
def test_a_role_decides_what_is_visible(engine: Engine, logon: Logon, reads: bool, writes: bool) -> None:
    engine.run("Get-CsHostingProvider", logon=logon)
    assert (engine.error_ids == []) is reads
    engine.run("Set-CsAccessEdgeConfiguration", logon=logon, AllowFederatedUsers=True)
    assert engine.error_ids == ([] if writes else ["CommandNotFoundException"])


@pytest.mark.parametrize(
    ("machine", "path", "logon"),
    [
        ("lyncfe01", OCS_POWERSHELL, NOBODY),
        ("lyncfe01", WSMAN, VIEWER),
        ("lyncedge01", WSMAN, Logon("edgeguest", "", "NTLM")),
        ("lyncedge01", WSMAN, ADMIN),
    ],
)
def test_who_has_no_role_is_refused(engine: Engine, machine: str, path: str, logon: Logon) -> None:
    with pytest.raises(AccessDenied):
        engine.machine(machine).endpoints[path].open(logon)


def test_an_edge_has_no_cmdlet_only_endpoint(engine: Engine) -> None:
    assert list(engine.machine("lyncedge01").endpoints) == [WSMAN]


@pytest.mark.parametrize("name", ["Import-Module", "Get-Command", "Where-Object", "Select-Object", "Get-Date"])
def test_the_cmdlet_only_endpoint_has_no_helpers(engine: Engine, name: str) -> None:
    engine.run(name, Name="Lync")
    assert engine.error_ids == ["CommandNotFoundException"]


def test_script_text(engine: Engine) -> None:
    engine.pipeline(Command("1+1", is_script=True))
    assert engine.error_ids == ["ScriptsNotAllowed"]
    engine.pipeline(Command("1+1", is_script=True), path=WSMAN)
    assert engine.error_ids == ["LabRunsNoScripts"]


def test_an_edge_answers_from_its_local_store_only(engine: Engine) -> None:
    assert len(engine.local("lyncedge01", "Get-CsAccessEdgeConfiguration")) == 1
    for name in ("Get-CsAccessEdgeConfiguration", "Get-CsManagementStoreReplicationStatus", "Get-CsSite"):
        engine.run(name, on="lyncedge01", path=WSMAN, logon=EDGE_ADMIN)
        assert engine.error_ids == ["StoreUnavailable"]


def test_the_second_hop_needs_delegation(engine: Engine) -> None:
    engine.run("Get-CsHostingProvider", path=WSMAN)
    assert engine.error_ids == ["StoreUnavailable"]
    engine.run("Get-CsHostingProvider", path=WSMAN, LocalStore=True)
    assert engine.error_ids == []
    engine.run("Get-CsHostingProvider", path=WSMAN, logon=DELEGATED)
    assert engine.error_ids == []


def test_a_front_end_that_is_trusted_for_delegation_makes_the_second_hop() -> None:
    engine = Engine(LabSpec(sites=1, delegation=True))
    engine.run("Get-CsHostingProvider", path=WSMAN)
    assert engine.error_ids == []


def test_a_standard_edition_server_holds_the_store_itself() -> None:
    engine = Engine(LabSpec(sites=1, enterprise=False))
    engine.run("Get-CsHostingProvider", path=WSMAN)
    assert engine.error_ids == []


def test_a_plain_endpoint_imports_the_products_module(engine: Engine) -> None:
    engine.run("Import-Module", path=WSMAN, Name="lync")
    assert engine.error_ids == []
    engine.run("Import-Module", path=WSMAN, Name="SkypeForBusiness")
    assert engine.error_ids == ["Modules_ModuleNotFound"]
    assert engine.run("Get-Command", path=WSMAN, Name="Get-CsSite")[0]["ModuleName"] == "Lync"


def test_without_autoload_the_module_is_imported_first() -> None:
    engine = Engine(LabSpec(sites=1, autoload=False))
    runspace = engine.machine("lyncedge01").endpoints[WSMAN].open(EDGE_ADMIN)
    read = Command("Get-CsHostingProvider", (("LocalStore", True),))
    (missing,) = runspace.run([read])
    assert getattr(missing, "error_id", None) == "CommandNotFoundException"
    assert list(runspace.run([Command("Import-Module", (("Name", "Lync"),))])) == []
    assert list(runspace.run([read])) == []


def test_a_host_without_lync_knows_none_of_its_cmdlets() -> None:
    engine = Engine(LabSpec(sites=1, plain_hosts=1))
    engine.run("Get-CsHostingProvider", on="web01", path=WSMAN)
    assert engine.error_ids == ["CommandNotFoundException"]
    engine.run("Import-Module", on="web01", path=WSMAN, Name="Lync")
    assert engine.error_ids == ["Modules_ModuleNotFound"]


def test_the_module_loads_once_in_a_runspace() -> None:
    engine = Engine(LabSpec(sites=1, module_load=7.0))
    runspace = engine.machine("lyncfe01").endpoints[OCS_POWERSHELL].open(ADMIN)
    pauses = [[r for r in runspace.run([Command("Get-CsSite")]) if isinstance(r, Pause)] for _repeat in range(2)]
    assert pauses == [[Pause(7.0)], []]


def test_what_goes_down_the_pipe_is_checked_before_anything_runs(engine: Engine) -> None:
    engine.pipeline(Command("Get-CsSite"), Command("Where-Object", (("Property", "x"),)))
    assert [type(record).__name__ for record in engine.records] == ["ErrorRecord"]


@pytest.mark.parametrize(
    ("path", "commands", "told"),
    [
        (WSMAN, ["Get-CsSite", "Get-CsSite"], ["Preparing modules for first use."]),
        (WSMAN, ["Import-Module", "Get-CsSite"], []),
        (OCS_POWERSHELL, ["Get-CsSite"], []),
    ],
)
def test_windows_powershell_tells_when_it_looks_for_a_module(
    engine: Engine, path: str, commands: list[str], told: list[str]
) -> None:
    """As pypsrp's recordings show it before the first output of a session."""
    runspace = engine.machine("lyncfe01").endpoints[path].open(DELEGATED)
    arguments = {"Import-Module": (("Name", "Lync"),)}
    records = [r for name in commands for r in runspace.run([Command(name, arguments.get(name, ()))])]
    assert [record.activity for record in records if isinstance(record, ProgressRecord)] == told
    assert not isinstance(records[-1], ProgressRecord)
