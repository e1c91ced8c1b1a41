# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which records belong to which cmdlet, what is imported, and what is tried again."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import SWITCH, Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    CmdletFailed,
    Failure,
    SessionFailed,
    SessionLost,
    ShellGone,
)
from ansible_collections.ucops.lync.plugins.module_utils._nouns.access_edge import ACCESS_EDGE
from ansible_collections.ucops.lync.plugins.module_utils._nouns.providers import HOSTING_PROVIDERS, PUBLIC_PROVIDERS
from ansible_collections.ucops.lync.plugins.module_utils._replication.status import CENTRAL_STATUS, STATUS
from ansible_collections.ucops.lync.plugins.module_utils._replication.topology import TOPOLOGY
from ansible_collections.ucops.lync.plugins.plugin_utils._session.cmdlet_runner import CmdletRunner
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import NOTHING, Answer, Record, Session
from ansible_collections.ucops.lync.plugins.plugin_utils._session.repeats import Repeats

Written = dict[str, Sequence[Record]]


def record(kind: str, identity: str = "a") -> Record:
    return Record((f"Microsoft.Rtc.{kind}", "System.Object"), {"Identity": identity})


STORE: Written = {
    "Get-CsAccessEdgeConfiguration": [record("DisplayAccessEdgeSettingsDnsSrvRouting", "Global")],
    "Get-CsHostingProvider": [
        record("DisplayHostingProvider", "LyncOnline"),
        record("DisplayHostingProvider", "Exchange"),
    ],
    "Get-CsPublicProvider": [],
    "Get-CsPool": [record("Deploy.Internal.Cluster", "pool")],
    "Get-CsSite": [record("Topology+CentralSite", "Lisbon")],
    "Get-CsComputer": [record("Deploy.Internal.Machine", "fe01")],
    "Get-CsService": [record("DisplayEdgeServer", "edge")],
    "Get-CsSipDomain": [record("Xds.SipDomain", "adatum.example")],
}


def unknown(cmdlet: str) -> CmdletFailed:
    return CmdletFailed(
        cmdlet, f"The term '{cmdlet}' is not recognized", "CommandNotFoundException", "ObjectNotFound", cmdlet
    )


class FakeServer:
    """A server that opens sessions; it notes what travelled, pipeline by pipeline."""

    def __init__(self, written: Written | None = None, modules: Sequence[str] = (), loaded: bool = True) -> None:
        self.written = STORE if written is None else written
        self.modules = modules
        self.loaded = loaded
        self.restricted = False
        self.warnings: tuple[str, ...] = ()
        self.losses = 0
        self.loss: type[SessionFailed] = SessionLost
        self.travelled: list[list[str]] = []
        self.opened = 0
        self.closed = 0
        self.paused: list[float] = []
        self.repeats = Repeats(60, clock=lambda: sum(self.paused), sleep=self.paused.append)

    def session(self) -> Session:
        self.opened += 1
        return FakeSession(self)

    def run(self, cmdlet: Cmdlet) -> Sequence[Record] | CmdletFailed:
        if cmdlet.name == "Import-Module":
            if cmdlet.parameters["Name"] not in self.modules:
                return CmdletFailed("Import-Module", "no valid module file", "Modules_ModuleNotFound,Import")
            self.loaded = True
            return []
        if not self.loaded or (cmdlet.verb == "get" and cmdlet.name not in self.written):
            return unknown(cmdlet.name)
        return self.written.get(cmdlet.name, [])


class FakeSession:
    """A session of that server."""

    where = "fe01:443/OcsPowershell"

    def __init__(self, server: FakeServer) -> None:
        self.server = server
        self.restricted = server.restricted

    def open(self) -> None:
        pass

    def invoke(self, cmdlets: Sequence[Cmdlet]) -> Answer:
        self.server.travelled.append([str(cmdlet) for cmdlet in cmdlets])
        if self.server.losses:
            self.server.losses -= 1
            raise self.server.loss("The session was lost.")
        answers = [self.server.run(cmdlet) for cmdlet in cmdlets]
        return Answer(
            tuple(one for answer in answers if not isinstance(answer, CmdletFailed) for one in answer),
            tuple(answer for answer in answers if isinstance(answer, CmdletFailed)),
            self.server.warnings,
        )

    def close(self) -> None:
        self.server.closed += 1


def runner(fake: FakeServer, warned: list[str] | None = None) -> CmdletRunner:
    return CmdletRunner(fake.session, (warned if warned is not None else []).append, fake.repeats)


def identities(found: Sequence[Sequence[dict[str, object]]]) -> list[list[object]]:
    return [[one["Identity"] for one in records] for records in found]


def test_several_reads_travel_in_one_pipeline_and_come_back_apart() -> None:
    fake = FakeServer()
    found = runner(fake).read([PUBLIC_PROVIDERS, HOSTING_PROVIDERS, ACCESS_EDGE])
    assert identities(found) == [[], ["LyncOnline", "Exchange"], ["Global"]]
    assert len(fake.travelled) == 1


def test_the_topology_travels_in_one_pipeline() -> None:
    fake = FakeServer()
    found = runner(fake).read(TOPOLOGY)
    assert identities(found) == [["Lisbon"], ["pool"], ["fe01"], ["edge"], ["adatum.example"]]
    assert len(fake.travelled) == 1


def test_two_readings_of_one_cmdlet_are_told_apart_by_their_class() -> None:
    both = [record("Xds.ReplicaState"), record("CentralManagementStoreStatusResult")]
    fake = FakeServer({STATUS.name: both[:1]})
    fake.run = lambda cmdlet: both[1:] if "CentralManagementStoreStatus" in cmdlet.parameters else both[:1]  # type: ignore[method-assign]
    assert [len(records) for records in runner(fake).read([STATUS, CENTRAL_STATUS])] == [1, 1]
    assert len(fake.travelled) == 1


@pytest.mark.parametrize(
    "strange",
    [
        pytest.param(record("SomethingElse"), id="an unknown class"),
        pytest.param(Record((), {"Identity": "a"}), id="no class at all"),
    ],
)
def test_where_a_class_is_not_known_the_reads_travel_one_by_one(strange: Record) -> None:
    fake = FakeServer({**STORE, "Get-CsHostingProvider": [strange]})
    found = runner(fake).read([HOSTING_PROVIDERS, ACCESS_EDGE])
    assert identities(found) == [["a"], ["Global"]]
    assert fake.travelled == [
        ["Get-CsHostingProvider", "Get-CsAccessEdgeConfiguration"],
        ["Get-CsHostingProvider"],
        ["Get-CsAccessEdgeConfiguration"],
    ]


def test_nothing_is_no_object_of_a_noun_but_what_an_unknown_cmdlet_wrote() -> None:
    fake = FakeServer({**STORE, "Get-CsHostingProvider": [NOTHING], "Get-CsSite": [NOTHING]})
    assert runner(fake).read([HOSTING_PROVIDERS]) == [[]]
    assert identities(runner(fake).read([HOSTING_PROVIDERS, ACCESS_EDGE])) == [[], ["Global"]]
    assert runner(fake).read([Cmdlet("Get-CsSite")]) == [[{"Value": None}]]


def test_a_read_of_unknown_yield_travels_alone() -> None:
    fake = FakeServer()
    runner(fake).read([ACCESS_EDGE, Cmdlet("Get-CsSite"), HOSTING_PROVIDERS, HOSTING_PROVIDERS])
    assert fake.travelled == [
        ["Get-CsAccessEdgeConfiguration", "Get-CsHostingProvider"],
        ["Get-CsSite"],
        ["Get-CsHostingProvider"],
    ]


def test_any_error_fails_though_others_wrote_records() -> None:
    fake = FakeServer()
    denied = CmdletFailed("Get-CsHostingProvider", "Access is denied.", "Denied,StandIn")
    run = fake.run
    fake.run = lambda cmdlet: denied if cmdlet.name == denied.cmdlet else run(cmdlet)  # type: ignore[method-assign]
    with pytest.raises(CmdletFailed, match="Access is denied"):
        runner(fake).read([ACCESS_EDGE, HOSTING_PROVIDERS])


def test_warnings_reach_the_user_also_with_an_error() -> None:
    fake = FakeServer()
    fake.warnings = ("Changing this setting affects every Edge Server.",)
    warned: list[str] = []
    runner(fake, warned).write(Cmdlet("Set-CsHostingProvider", {"Identity": "a"}))
    assert warned == ["Changing this setting affects every Edge Server."]


@pytest.mark.parametrize("module", ["Lync", "SkypeForBusiness"])
def test_the_products_module_is_imported_once_where_a_cmdlet_is_not_known(module: str) -> None:
    fake = FakeServer(modules=[module], loaded=False)
    reading = runner(fake)
    assert identities(reading.read([ACCESS_EDGE])) == [["Global"]]
    reading.read([ACCESS_EDGE])
    imports = [line for pipeline in fake.travelled for line in pipeline if line.startswith("Import-Module")]
    assert imports == [f"Import-Module -Name {name}" for name in ("Lync", "SkypeForBusiness")[: 1 + (module != "Lync")]]


def test_a_host_that_is_no_lync_server_says_so_and_what_was_tried() -> None:
    with pytest.raises(Failure) as failure:
        runner(FakeServer(loaded=False)).read([ACCESS_EDGE, HOSTING_PROVIDERS])
    assert failure.value.message == (
        "fe01:443/OcsPowershell does not know Get-CsAccessEdgeConfiguration (importing the modules Lync and SkypeForBusiness "
        "failed, too): this is no Lync or Skype for Business server, its administrative tools are not installed, or it "
        "has no cmdlet of that name. Check the spelling."
    )
    assert failure.value.details["error"]["id"] == "CommandNotFoundException"


def test_a_cmdlet_that_the_module_does_not_have_is_not_looked_for_again() -> None:
    fake = FakeServer(modules=["Lync"])
    reading = runner(fake)
    for _repeat in range(2):
        with pytest.raises(Failure):
            reading.read([Cmdlet("Get-CsNothing")])
    assert sum(line.startswith("Import-Module") for pipeline in fake.travelled for line in pipeline) == 1


def test_a_restricted_endpoint_is_not_asked_to_import() -> None:
    fake = FakeServer({})
    fake.restricted = True
    with pytest.raises(Failure, match="does not offer Get-CsAccessEdgeConfiguration to this account") as failure:
        runner(fake).read([ACCESS_EDGE])
    assert "outside its administrator role, or the server has none of that name" in failure.value.message
    assert fake.travelled == [["Get-CsAccessEdgeConfiguration"]]


def test_a_changing_cmdlet_that_was_not_recognised_has_not_run_and_is_sent_after_the_import() -> None:
    fake = FakeServer(modules=["Lync"], loaded=False)
    runner(fake).write(Cmdlet("Set-CsHostingProvider", {"Identity": "a"}))
    assert [pipeline[0].split()[0] for pipeline in fake.travelled] == [
        "Set-CsHostingProvider",
        "Import-Module",
        "Set-CsHostingProvider",
    ]


def test_a_read_is_repeated_on_a_new_session_after_a_pause() -> None:
    fake = FakeServer()
    fake.losses = 1
    assert identities(runner(fake).read([ACCESS_EDGE])) == [["Global"]]
    assert (fake.opened, fake.closed, len(fake.travelled)) == (2, 1, 2)
    assert fake.paused == [0.5]


def test_a_write_is_never_repeated_and_the_next_read_uses_a_new_session() -> None:
    fake = FakeServer()
    fake.losses = 1
    writing = runner(fake)
    with pytest.raises(SessionLost):
        writing.write(Cmdlet("Remove-CsHostingProvider", {"Identity": "a"}))
    assert len(fake.travelled) == 1
    writing.read([ACCESS_EDGE])
    assert fake.opened == 2


@pytest.mark.parametrize("losses", [1, 2])
def test_a_write_whose_shell_was_gone_did_not_run_and_is_sent_once_more(losses: int) -> None:
    fake = FakeServer()
    fake.losses, fake.loss = losses, ShellGone
    with pytest.raises(ShellGone) if losses == 2 else contextlib.nullcontext():
        runner(fake).write(Cmdlet("Remove-CsHostingProvider", {"Identity": "a"}))
    assert (fake.opened, len(fake.travelled)) == (2, 2)


def test_a_session_that_does_not_open_is_not_tried_again() -> None:
    """A refused logon that is repeated locks the account."""
    opened: list[int] = []

    class Refusing(FakeSession):
        def invoke(self, cmdlets: Sequence[Cmdlet]) -> Answer:
            opened.append(1)
            raise SessionFailed("fe01 refused the logon.")

    warned: list[str] = []
    refusing = CmdletRunner(lambda: Refusing(FakeServer()), warned.append, FakeServer().repeats)
    with pytest.raises(SessionFailed):
        refusing.read([ACCESS_EDGE])
    assert opened == [1]


def test_one_session_serves_the_whole_task_and_is_closed_at_its_end() -> None:
    fake = FakeServer()
    serving = runner(fake)
    serving.read([ACCESS_EDGE])
    serving.write(Cmdlet("Set-CsHostingProvider", {"Identity": "a", "WhatIf": SWITCH}))
    serving.close()
    serving.close()
    assert (fake.opened, fake.closed) == (1, 1)


def test_nothing_is_opened_before_it_is_needed() -> None:
    fake = FakeServer()
    runner(fake).close()
    assert fake.opened == 0
