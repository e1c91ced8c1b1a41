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
from ansible_collections.ucops.lync.plugins.module_utils._replication.topology import TOPOLOGY, WHERE_OFFERED
from ansible_collections.ucops.lync.plugins.plugin_utils._session.cmdlet_runner import CmdletRunner
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import NOTHING, Answer, Record
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._session.fake_servers import (
    STORE,
    FakeServer,
    FakeSession,
    identities,
    record,
    runner,
)


def test_several_reads_travel_in_one_pipeline_and_come_back_apart() -> None:
    fake = FakeServer()
    found = runner(fake).read([PUBLIC_PROVIDERS, HOSTING_PROVIDERS, ACCESS_EDGE])
    assert identities(found) == [[], ["LyncOnline", "Exchange"], ["Global"]]
    assert len(fake.travelled) == 1


def test_the_topology_travels_in_one_pipeline() -> None:
    fake = FakeServer()
    found = runner(fake).read([*TOPOLOGY, *WHERE_OFFERED])
    assert identities(found) == [["Lisbon"], ["pool"], ["edge"], ["adatum.example"], ["fe01"]]
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
    assert "outside its administrator roles, or the server has none of that name" in failure.value.message
    assert fake.travelled == [["Get-CsAccessEdgeConfiguration"]]


def test_a_changing_cmdlet_that_was_not_recognised_has_not_run_and_is_sent_after_the_import() -> None:
    fake = FakeServer(modules=["Lync"], loaded=False)
    runner(fake).write(Cmdlet("Set-CsHostingProvider", {"Identity": "a"}))
    assert [pipeline[0].split()[0] for pipeline in fake.travelled] == [
        "Set-CsHostingProvider",
        "Import-Module",
        "Set-CsHostingProvider",
    ]


def test_a_read_is_repeated_in_the_session_that_opens_anew_after_a_pause() -> None:
    fake = FakeServer()
    fake.losses = 1
    assert identities(runner(fake).read([ACCESS_EDGE])) == [["Global"]]
    assert (fake.opened, fake.closed, len(fake.travelled)) == (1, 0, 2)
    assert fake.paused == [0.5]


def test_only_the_pipeline_whose_session_was_lost_is_repeated() -> None:
    fake = FakeServer()
    run, sites = fake.run, Cmdlet("Get-CsSite")

    def lost_once(cmdlet: Cmdlet) -> Sequence[Record] | CmdletFailed:
        if cmdlet == sites and fake.travelled.count([str(sites)]) == 1:
            raise SessionLost("The session was lost.")
        return run(cmdlet)

    fake.run = lost_once  # type: ignore[method-assign]
    assert identities(runner(fake).read([ACCESS_EDGE, sites])) == [["Global"], ["Lisbon"]]
    assert fake.travelled == [["Get-CsAccessEdgeConfiguration"], ["Get-CsSite"], ["Get-CsSite"]]


def test_each_pipeline_has_its_own_time_and_all_that_belongs_to_a_repeated_one_shares_what_is_left() -> None:
    fake = FakeServer(modules=["SkypeForBusiness"], loaded=False)
    fake.losses = 1
    runner(fake).read([ACCESS_EDGE, Cmdlet("Get-CsSite")])
    assert [pipeline[0].split()[-1] for pipeline in fake.travelled] == [
        *["Get-CsAccessEdgeConfiguration"] * 2,
        "Lync",
        "SkypeForBusiness",
        "Get-CsAccessEdgeConfiguration",
        "Get-CsSite",
    ]
    assert fake.given == [None, 59.5, 59.5, 59.5, 59.5, None]


def test_a_write_has_all_of_its_time() -> None:
    fake = FakeServer()
    fake.losses, fake.loss = 1, ShellGone
    runner(fake).write(Cmdlet("Set-CsHostingProvider", {"Identity": "a"}))
    assert fake.given == [None, None]


def test_the_question_of_a_dry_run_is_repeated_as_well() -> None:
    fake = FakeServer({**STORE, "Get-Command": []})
    fake.losses, fake.restricted = 1, True
    runner(fake).check_offered(Cmdlet("Set-CsHostingProvider"))
    assert fake.travelled == [["Get-Command -Name Set-CsHostingProvider"]] * 2


def test_a_write_is_never_repeated_and_the_next_read_opens_the_session_anew() -> None:
    fake = FakeServer()
    fake.losses = 1
    writing = runner(fake)
    with pytest.raises(SessionLost):
        writing.write(Cmdlet("Remove-CsHostingProvider", {"Identity": "a"}))
    assert len(fake.travelled) == 1
    writing.read([ACCESS_EDGE])
    assert fake.opened == 1


@pytest.mark.parametrize("losses", [1, 2])
def test_a_write_whose_shell_was_gone_did_not_run_and_is_sent_once_more(losses: int) -> None:
    fake = FakeServer()
    fake.losses, fake.loss = losses, ShellGone
    with pytest.raises(ShellGone) if losses == 2 else contextlib.nullcontext():
        runner(fake).write(Cmdlet("Remove-CsHostingProvider", {"Identity": "a"}))
    assert (fake.opened, len(fake.travelled)) == (1, 2)


def test_a_session_that_does_not_open_is_not_tried_again() -> None:
    """A refused logon that is repeated locks the account."""
    opened: list[int] = []

    class Refusing(FakeSession):
        def invoke(self, cmdlets: Sequence[Cmdlet], seconds: float | None = None) -> Answer:
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


def answers(found: Sequence[object]) -> list[object]:
    """Identities, or the failure's message."""
    return [str(one) if isinstance(one, Failure) else identities([one])[0] for one in found]  # type: ignore[list-item]


ALL = [ACCESS_EDGE, HOSTING_PROVIDERS, PUBLIC_PROVIDERS]


def denying(*names: str, complete: bool = True) -> FakeServer:
    """A server that denies some cmdlets, and may leave out the others when one is denied."""
    fake = FakeServer()
    fake.complete = complete
    run = fake.run
    fake.run = lambda cmdlet: (  # type: ignore[method-assign]
        CmdletFailed(cmdlet.name, "Denied.", "AccessDenied,X") if cmdlet.name in names else run(cmdlet)
    )
    return fake


def test_an_attempt_of_which_all_succeed_is_one_pipeline() -> None:
    fake = FakeServer()
    assert answers(runner(fake).attempt(ALL)) == [["Global"], ["LyncOnline", "Exchange"], []]
    assert len(fake.travelled) == 1


def test_what_fails_costs_no_second_pipeline() -> None:
    fake = denying("Get-CsAccessEdgeConfiguration", "Get-CsPublicProvider")
    found = answers(runner(fake).attempt(ALL))
    assert found == [
        "Get-CsAccessEdgeConfiguration failed: Denied. (AccessDenied,X)",
        ["LyncOnline", "Exchange"],
        "Get-CsPublicProvider failed: Denied. (AccessDenied,X)",
    ]
    assert len(fake.travelled) == 1


def test_where_a_failure_ended_the_pipeline_nothing_is_taken_for_empty() -> None:
    fake = denying("Get-CsAccessEdgeConfiguration", complete=False)
    assert answers(runner(fake).attempt(ALL))[1:] == [["LyncOnline", "Exchange"], []]
    assert [len(pipeline) for pipeline in fake.travelled] == [3, 1, 1, 1]


def test_where_it_is_not_known_which_one_failed_each_travels_alone() -> None:
    """Both readings of the status are one cmdlet."""
    fake = denying(STATUS.name)
    found = answers(runner(fake).attempt([STATUS, CENTRAL_STATUS, ACCESS_EDGE]))
    assert found == [f"{STATUS.name} failed: Denied. (AccessDenied,X)"] * 2 + [["Global"]]
    assert [len(pipeline) for pipeline in fake.travelled] == [3, 1, 1, 1]


def test_what_a_role_does_not_offer_is_said_and_the_others_are_read() -> None:
    fake = FakeServer({name: records for name, records in STORE.items() if name != "Get-CsPublicProvider"})
    fake.restricted = True
    found = answers(runner(fake).attempt(ALL))
    assert found[:2] == [["Global"], ["LyncOnline", "Exchange"]]
    assert "does not offer Get-CsPublicProvider to this account" in str(found[2])
    assert len(fake.travelled) == 1


def test_an_attempt_imports_the_module_too() -> None:
    fake = FakeServer(modules=["Lync"], loaded=False)
    assert answers(runner(fake).attempt(ALL)) == [["Global"], ["LyncOnline", "Exchange"], []]


def test_an_attempt_is_repeated_when_its_session_was_lost() -> None:
    fake = FakeServer()
    fake.losses = 1
    assert answers(runner(fake).attempt([ACCESS_EDGE])) == [["Global"]]


@pytest.mark.parametrize(
    ("cmdlets", "name"),
    [
        ([ACCESS_EDGE], "Get-CsAccessEdgeConfiguration"),
        ([ACCESS_EDGE, Cmdlet("Get-CsHostingProvider")], "One of Get-CsAccessEdgeConfiguration, Get-CsHostingProvider"),
    ],
)
def test_an_error_that_names_no_cmdlet_is_told_by_what_was_sent(cmdlets: list[Cmdlet], name: str) -> None:
    error = CmdletFailed("The command", "No.", "Denied,Lync")
    assert error.among([cmdlet.name for cmdlet in cmdlets]).message == f"{name} failed: No. (Denied,Lync)"
    named = CmdletFailed("Get-CsPool", "No.")
    assert named.among([cmdlet.name for cmdlet in cmdlets]) is named
