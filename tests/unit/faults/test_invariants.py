# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is held against a case: each check passes what is right and finds what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import invariants
import pytest
from classes import EDGE, FRONT_END, RequestClass
from evidence import Evidence, Settings, Stage
from fleet import Held
from matrix import FAULTS, Case
from modes import Mode
from playbook import Played
from proxy import Seen
from reported import EdgeSaid, Reported, Said

from lynclab.journal import CmdletEntry
from support.run import Result, Run

SET, NEW = "Set-CsAccessEdgeConfiguration", "New-CsHostingProvider"
OLD_STORE, NEW_STORE = Held(False, False, "rest"), Held(True, True, "rest")
HOSTS = {FRONT_END: "fe.contoso.example", EDGE: "edge.contoso.example"}
WELL = (
    "PLAY RECAP ***\n" + "\n".join(f"{host} : ok=1 changed=1 unreachable=0 failed=0" for host in HOSTS.values()) + "\n"
)
FAILED = WELL.replace("failed=0", "failed=1", 1)
WRITE_CLASS = RequestClass(FRONT_END, "write", "Command", (SET,))


def seen(role: str, phase: str, cmdlet: str, *, began: float, struck: bool = False, seconds: float = 0.1) -> Seen:
    request_class = RequestClass(role, phase, "Receive", (cmdlet,))
    return Seen(request_class, began, 200, struck=struck, delivered=not struck, ended=began + seconds)


def stage(
    writes: Sequence[str] = (SET, NEW),
    central: Held = NEW_STORE,
    local: Held = NEW_STORE,
    said: Said | None = Said.WRITTEN,
    edge: EdgeSaid = EdgeSaid.VERIFIED,
    changed: bool = True,
    output: str = WELL,
    log: Sequence[Seen] = (),
    before: Held = OLD_STORE,
    shells: int = 0,
    message: str = "",
    **played: Any,
) -> Stage:
    """A run as it ought to be, but for what is stated."""
    results = [Result("ok", HOSTS[FRONT_END], "Write", "ucops.lync.lync_access_edge", {"changed": changed})]
    if message:
        results.append(Result("failed", HOSTS[FRONT_END], "Write", "ucops.lync.lync_access_edge", {"msg": message}))
    run = Run(int("failed=1" in output), output, "", results)
    usual = {"seconds": 9.0, "timed_out": False, "largest": 80 << 20, "processes": (), "files": ()}
    arrived = [CmdletEntry(HOSTS[FRONT_END], "/wsman", "a", "s", "p", name, ()) for name in ("Get-CsPool", *writes)]
    row = None if said is None else Reported(said, edge, "the row")
    by_role = {role: [one for one in log if one.request_class.role == role] for role in HOSTS}
    return Stage(Played(run, **{**usual, **played}), row, by_role, arrived, before, central, local, shells)


AGAIN = stage(writes=(), said=Said.NOT_NEEDED, changed=False, before=NEW_STORE)


def evidence(
    first: Stage, *later: Stage, fault: str = "reset-after", mode: Mode = Mode.KEEPER, **known: Any
) -> Evidence:
    member: Any = SimpleNamespace(name="contoso", mode=mode, proxies={}, hosts=lambda: HOSTS)
    case = Case(mode, WRITE_CLASS, FAULTS[fault], 1, 0.5)
    return Evidence(member, case, Settings(deadline=6), [first, *later], **{"struck": True, **known})


def test_what_is_as_it_ought_to_be_holds() -> None:
    assert invariants.broken(evidence(stage(), AGAIN, AGAIN)) == {}
    assert invariants.broken_run(stage()) == {}


NOTHING_WRITTEN = stage(
    (), OLD_STORE, OLD_STORE, said=Said.NOT_WRITTEN, edge=EdgeSaid.DIFFERS, changed=False, output=FAILED
)


def test_a_failure_that_is_told_as_it_is_holds() -> None:
    assert invariants.broken(evidence(NOTHING_WRITTEN)) == {}


LEFT = replace(seen(FRONT_END, "write", SET, began=1.0), delivered=False)
READ_AFTER = seen(FRONT_END, "after-1", "Get-CsAccessEdgeConfiguration", began=2.0)
WROTE = seen(FRONT_END, "write", SET, began=1.0, struck=True)
READ_EDGE = seen(EDGE, "after-1", "Get-CsAccessEdgeConfiguration", began=1.3)


def test_a_write_that_may_still_run_is_unknown_whatever_is_read() -> None:
    first = stage(said=Said.UNKNOWN, output=FAILED, edge=EdgeSaid.NOTHING, log=[LEFT, READ_AFTER])
    assert invariants.broken(evidence(first)) == {}


@pytest.mark.parametrize(
    ("check", "first"),
    [
        ("report", stage(said=None)),
        ("report", stage(said=Said.NOT_WRITTEN, output=FAILED)),
        ("report", stage(said=Said.WRITTEN, writes=())),
        ("report", stage(said=Said.WRITTEN, writes=[SET], central=Held(True, False, "rest"))),
        ("report", stage(said=Said.UNKNOWN, output=FAILED, log=[WROTE, READ_AFTER])),
        ("report", stage(said=Said.PERHAPS)),
        ("report", stage(said=Said.PERHAPS, central=Held(True, False, "rest"), log=[WROTE])),
        ("edge report", stage(local=OLD_STORE)),
        ("edge report", stage(edge=EdgeSaid.DIFFERS, output=FAILED)),
        ("edge report", stage(edge=EdgeSaid.DIFFERS, output=FAILED, log=[WROTE, replace(READ_EDGE, ended=9.0)])),
        ("changed", stage(changed=False)),
        ("changed", replace(NOTHING_WRITTEN, played=stage(output=FAILED).played)),
        ("hosts", stage(output=FAILED)),
        ("hosts", stage(edge=EdgeSaid.NOTHING)),
        ("sentences", stage(message="contoso failed: AttributeError('x')")),
        ("sentences", stage(message="It failed.")),
        ("no write twice", stage(writes=[SET, SET, NEW])),
        ("no shell left", stage(shells=1)),
        ("deadline", stage(log=[seen(FRONT_END, "write", SET, began=0, struck=True, seconds=9.0)])),
        ("others untouched", stage(central=Held(True, True, "something else"))),
    ],
)
def test_what_is_wrong_in_the_first_run_is_found(check: str, first: Stage) -> None:
    assert check in invariants.broken(evidence(first))


def test_what_is_there_after_a_lost_answer_may_be_somebody_else_s() -> None:
    assert invariants.broken(evidence(stage(said=Said.PERHAPS, log=[WROTE]))) == {}


def test_an_answer_that_has_arrived_may_die_with_who_was_killed() -> None:
    killed = replace(evidence(stage(said=Said.PERHAPS), AGAIN, AGAIN), case=None, kill=True)
    assert invariants.broken_kill(killed, shells_stay=True) == {}
    assert "report" in invariants.broken_kill(replace(killed, kill=False), shells_stay=True)


def test_unknown_is_right_where_nothing_could_be_read() -> None:
    assert "report" not in invariants.broken(evidence(stage(said=Said.UNKNOWN, output=FAILED, log=[WROTE])))


def test_an_edge_server_that_was_read_before_the_change_arrived_may_differ() -> None:
    first = stage(edge=EdgeSaid.DIFFERS, output=FAILED, log=[WROTE, READ_EDGE])
    assert "edge report" not in invariants.broken(evidence(first))


def test_a_deployment_that_was_not_struck_has_to_be_well() -> None:
    assert "undisturbed" in invariants.broken(evidence(NOTHING_WRITTEN, struck=False))
    assert "undisturbed" not in invariants.broken(evidence(stage(), struck=False))


def test_nobody_follows_a_redirect() -> None:
    assert "redirects" in invariants.broken(evidence(stage(), strangers=1))


def test_a_shell_may_stay_where_nobody_could_delete_it() -> None:
    assert "no shell left" not in invariants.broken(evidence(stage(shells=1), fault="refuse-for-good"))


@pytest.mark.parametrize(
    "again", [replace(AGAIN, central=OLD_STORE), replace(AGAIN, local=OLD_STORE), stage(output=FAILED)]
)
def test_the_second_run_repairs(again: Stage) -> None:
    assert "second run repairs" in invariants.broken(evidence(stage(), again))


@pytest.mark.parametrize(
    "again", [stage(before=NEW_STORE), replace(AGAIN, before=OLD_STORE), stage(writes=(), output=FAILED)]
)
def test_the_third_run_changes_nothing(again: Stage) -> None:
    assert "third run changes nothing" in invariants.broken(evidence(stage(), AGAIN, again))


@pytest.mark.parametrize(
    ("check", "run"),
    [
        ("the run ends", stage(timed_out=True)),
        ("exit code", replace(stage(), played=replace(stage().played, run=replace(stage().played.run, status=2)))),
        ("exit code", stage(output="nothing")),
        ("screen", stage(output=f"Traceback (most recent call last)\n{WELL}")),
        ("screen", stage(output=f"{WELL}\x1b[31m")),
        ("screen", stage(output=WELL + WELL)),
        ("nothing left", stage(processes=("lync-sessions",))),
        ("nothing left", stage(files=("tmp/x",))),
        ("memory", stage(largest=900 << 20)),
    ],
)
def test_what_is_wrong_with_a_run_is_found(check: str, run: Stage) -> None:
    assert check in invariants.broken_run(run)


def test_after_a_kill_there_need_be_no_report() -> None:
    killed = stage(said=None, writes=[SET], central=Held(True, False, "rest"), local=OLD_STORE, changed=False, shells=1)
    assert invariants.broken_kill(evidence(killed, AGAIN, AGAIN), shells_stay=True) == {}
    assert set(invariants.broken_kill(evidence(killed, killed), shells_stay=False)) == {
        "no shell left",
        "second run repairs",
    }
