# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions that break during a write: before the engine ran the command, after it, and in silence.

A write is never sent twice: the state is read again and decides what is said.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from lynclab.contract.faults import Fault, Faults
from support.ansible import Task
from support.run import Result
from support.stage import Stage, Start
from support.wishes import (
    EXCHANGE_ONLINE,
    EXCHANGE_ONLINE_LINE,
    FEDERATION,
    access_edge,
    hosting_provider,
)

pytestmark = pytest.mark.side_by_side

NEW = "New-CsHostingProvider"
REMOVE = "Remove-CsHostingProvider"
WRITES: Mapping[str, Task] = {
    "Set-CsAccessEdgeConfiguration": access_edge(**FEDERATION),
    NEW: hosting_provider(**EXCHANGE_ONLINE | {"identity": "Another", "proxy_fqdn": "another.example"}),
    "Set-CsHostingProvider": hosting_provider(identity="Exchange Online", enabled=False),
    REMOVE: hosting_provider(identity="Exchange Online", state="absent"),
}
Break = Callable[[Faults, str], Fault]
BEFORE: Mapping[str, Break] = {
    "connection cut": lambda faults, cmdlet: faults.drop("Command", cmdlet=cmdlet),
    "shell gone": lambda faults, cmdlet: faults.drop("Command", cmdlet=cmdlet, ends_shell=True),
    "service gone": lambda faults, cmdlet: faults.http_error(503, action="Command", cmdlet=cmdlet),
}
AFTER: Mapping[str, Break] = {
    "connection cut": lambda faults, cmdlet: faults.drop_after("Command", cmdlet=cmdlet),
    "answer cut short": lambda faults, cmdlet: faults.truncate("Receive", cmdlet=cmdlet),
    "shell gone": lambda faults, cmdlet: faults.wsman_fault(
        2150858843, action="Receive", cmdlet=cmdlet, ends_shell=True
    ),
}
RECREATE = hosting_provider(identity="Exchange Online", proxy_fqdn="exap2.um.outlook.com", allow_recreate=True)
RESTORE = EXCHANGE_ONLINE_LINE + " -SipClientPort 443"
INTERRUPTS = "INTERRUPTS SERVICE"


def run(stage: Stage, change: Task, broken: Callable[[Faults], Fault], status: int = 0, **how: Any) -> Result:
    """Run a task on a management host with a fault that must strike."""
    fault = broken(stage.front_end.faults)
    result = stage.run(change, status=status, **how).one()
    assert fault.struck, "the fault never struck"
    return result


@pytest.mark.parametrize("cmdlet", WRITES)
@pytest.mark.parametrize("loss", BEFORE)
def test_lost_before_the_engine_ran(start: Start, cmdlet: str, loss: str) -> None:
    stage = start(situations=("provider-present",))
    if cmdlet.endswith("AccessEdgeConfiguration"):
        stage.deployment.seed(lambda content: content.with_access_edge(AllowFederatedUsers=False))
    before = stage.deployment.content
    result = run(stage, WRITES[cmdlet], lambda faults: BEFORE[loss](faults, cmdlet), status=4)
    assert result.status == "unreachable"
    assert not result.changed
    assert f"The session was lost during {cmdlet}" in result.message
    assert "the change is not there" in result.message
    assert "It was not sent twice" in result.message
    assert [write["outcome"] for write in result["writes"]] == ["not_run"]
    assert stage.deployment.content is before


@pytest.mark.parametrize("cmdlet", WRITES)
@pytest.mark.parametrize("loss", AFTER)
def test_lost_after_the_engine_ran(start: Start, cmdlet: str, loss: str) -> None:
    stage = start(situations=("provider-present",))
    if cmdlet.endswith("AccessEdgeConfiguration"):
        stage.deployment.seed(lambda content: content.with_access_edge(AllowFederatedUsers=False))
    before = stage.deployment.content
    result = run(
        stage,
        WRITES[cmdlet],
        lambda faults: AFTER[loss](faults, cmdlet),
        expect=[
            f"The session was lost during {cmdlet}",
            "Read again, the change is there; whether by this run or by somebody else's is not known.",
        ],
    )
    assert result.changed
    assert [write["outcome"] for write in result["writes"]] == ["unknown"]
    assert [name for name, _parameters in stage.written()] == [cmdlet], "sent once"
    assert stage.deployment.content is not before
    assert not stage.run(WRITES[cmdlet]).one().changed


def test_a_server_that_never_answers(stage: Stage) -> None:
    result = run(
        stage,
        access_edge(**FEDERATION),
        lambda faults: faults.silence("Command", cmdlet="Set-CsAccessEdgeConfiguration", times=1),
        status=4,
        variables={"lync_command_timeout": 2},
    )
    assert "did not answer Set-CsAccessEdgeConfiguration within 2 s" in result.message
    assert "took effect is not known: read again, the object differs" in result.message
    assert [write["outcome"] for write in result["writes"]] == ["unknown"]


def test_a_401_that_offers_no_authentication_is_no_refused_logon(stage: Stage) -> None:
    """Such as that of a proxy, or of a service that starts: the logon that follows it is accepted."""
    cmdlet = "Set-CsAccessEdgeConfiguration"
    result = run(
        stage,
        access_edge(**FEDERATION),
        lambda faults: faults.http_error(401, action="Receive", cmdlet=cmdlet),
        expect=["answered HTTP 401 and offered no authentication", "Read again, the change is there;"],
    )
    assert result.changed
    assert [name for name, _parameters in stage.written()] == [cmdlet]


def test_a_lost_read_is_repeated_while_there_is_time(stage: Stage) -> None:
    result = run(stage, access_edge(**FEDERATION), lambda faults: faults.drop("Command", nth=1))
    assert result.changed
    fault = stage.front_end.faults.drop("Command", times=None)
    change = access_edge(allow_federated_users=False)
    lost = stage.run(change, status=4, variables={"lync_command_timeout": 6}).one()
    assert "The session was lost during Get-CsAccessEdgeConfiguration" in lost.message
    assert 1 < fault.struck <= 4  # after 0.5 s, after 1.5 s, after 3.5 s; another pause would not leave a second
    stage.front_end.faults.clear()


# The lab's server, closed in the middle of a TLS handshake, leaves asyncio's transport to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("kept", [True, False])
def test_an_outage_of_seconds_fails_no_run(stage: Stage, kept: bool) -> None:
    """The server is gone as soon as it has run the change, and comes back. The lost session's shell is deleted then."""
    faults = stage.front_end.faults
    gone = faults.drop_after("Command", cmdlet="Set-CsAccessEdgeConfiguration")

    def outage() -> None:
        while not gone.struck:
            time.sleep(0.02)
        faults.refuse()
        time.sleep(2.5)
        faults.accept()

    outside = threading.Thread(target=outage, daemon=True)
    outside.start()
    expected = ["The session was lost during Set-CsAccessEdgeConfiguration"]
    result = stage.run(access_edge(**FEDERATION), variables={"lync_session_keep": kept}, expect=expected).one()
    outside.join(10)
    assert result.changed
    assert [name for name, _parameters in stage.written()] == ["Set-CsAccessEdgeConfiguration"]


def test_a_server_that_is_away(stage: Stage) -> None:
    stage.front_end.faults.refuse()
    lost = stage.run(access_edge(**FEDERATION), status=4).one()
    assert lost.status == "unreachable"
    assert "refused the connection: check the port" in lost.message
    stage.front_end.faults.accept()


# A provider that is recreated


@pytest.mark.parametrize("loss", BEFORE)
def test_recreating_lost_before_the_removal(start: Start, loss: str) -> None:
    stage = start(situations=("provider-present",))
    before = stage.deployment.content
    result = run(stage, RECREATE, lambda faults: BEFORE[loss](faults, REMOVE), status=4, expect=[INTERRUPTS])
    assert not result.changed
    assert stage.deployment.content is before


@pytest.mark.parametrize("loss", AFTER)
def test_recreating_lost_after_the_removal(start: Start, loss: str) -> None:
    stage = start(situations=("provider-present",))
    before = stage.read("Get-CsHostingProvider")
    result = run(stage, RECREATE, lambda faults: AFTER[loss](faults, REMOVE), status=2, expect=[INTERRUPTS])
    assert f"The old object was restored: {RESTORE}" in result.message
    assert result.changed, "it was removed and restored"
    assert stage.read("Get-CsHostingProvider") == before


@pytest.mark.parametrize("loss", BEFORE)
def test_recreating_lost_before_the_creation(start: Start, loss: str) -> None:
    stage = start(situations=("provider-present",))
    before = stage.read("Get-CsHostingProvider")
    result = run(stage, RECREATE, lambda faults: BEFORE[loss](faults, NEW), status=2, expect=[INTERRUPTS])
    assert f"The old object was restored: {RESTORE}" in result.message
    assert stage.read("Get-CsHostingProvider") == before


@pytest.mark.parametrize("loss", AFTER)
def test_recreating_lost_after_the_creation(start: Start, loss: str) -> None:
    stage = start(situations=("provider-present",))
    result = run(
        stage,
        RECREATE,
        lambda faults: AFTER[loss](faults, NEW),
        expect=[INTERRUPTS, "Read again, the change is there; whether by this run or by somebody else's is not known."],
    )
    assert result.changed
    assert [found["ProxyFqdn"] for found in stage.read("Get-CsHostingProvider")] == ["exap2.um.outlook.com"]


def test_recreating_that_cannot_be_undone_shows_the_line(start: Start) -> None:
    stage = start(situations=("provider-present",))
    result = run(
        stage,
        RECREATE,
        lambda faults: faults.drop("Command", cmdlet=NEW, times=None),
        status=2,
        expect=[INTERRUPTS],
    )
    assert "could not be restored" in result.message
    assert f"Run this on the management host: {RESTORE}" in result.message
    assert result.changed


def test_recreating_with_a_server_that_goes_away_shows_the_line(start: Start) -> None:
    stage = start(situations=("provider-present",))
    faults = stage.front_end.faults
    faults.drop_after("Command", cmdlet=REMOVE, ends_shell=True)
    faults.http_error(503, action="Create", nth=2, times=None)
    lost = stage.run(RECREATE, status=4, expect=[INTERRUPTS]).one()
    assert lost.status == "unreachable"
    assert f"If the object is gone, run this on the management host: {RESTORE}" in lost.message
    faults.clear()
