# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A wait that is begun beside the tasks and collected ends as the same wait in the task itself."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Failure, Refused, SessionLost
from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_local_store_check, lync_replication_status
from ansible_collections.ucops.lync.plugins.module_utils._replication import content
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._modules.test_lync_local_store_check import (
    FEDERATED,
    held,
)
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils.memory import MemoryTask
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils.replicas import (
    BEFORE,
    CENTRAL,
    FRONT,
    ONE,
    TWO,
    earlier,
    one,
    state,
    task,
    waiting,
)

Make = Callable[[], MemoryTask]
STALLED = state(False, 20, 0)
ELSEWHERE = {**CENTRAL, "ActiveMasterFqdn": "fe02.adatum.example"}


def outcome(made: MemoryTask, logic: Callable[[Any], None]) -> tuple[str, dict[str, Any]]:
    """The failure, and the result."""
    try:
        logic(made)
    except Failure as failure:
        return f"{type(failure).__name__}: {failure.message}", made.result
    return "", made.result


def beside(made: MemoryTask, logic: Callable[[Any], None]) -> tuple[str, dict[str, Any]]:
    """Begin it, and collect it."""
    made.works_beside = True
    options, made.options = made.options, {**made.options, "background": True}
    logic(made)
    begun, made.result = made.result, {"changed": False}
    assert set(begun) == {"changed", "poll", "polls"}
    assert begun["poll"]
    made.options = {**options, "begun": begun}
    return outcome(made, logic)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: waiting(lambda now: {ONE: state(now > 30, 20, 40 if now > 30 else 0)}), id="proven"),
        pytest.param(lambda: waiting(lambda _now: {ONE: STALLED, TWO: state(True, 20, 30)}, timeout=60), id="stalled"),
        pytest.param(lambda: waiting(one(BEFORE), stamp_timeout=40), id="no movement"),
        pytest.param(lambda: waiting(lambda now: {ONE: state(True, 10 + now, 15 + now)}, settle=30), id="unsettled"),
        pytest.param(lambda: task(one(state(True, 20, 30)), wait=True), id="nothing to compare with"),
        pytest.param(
            lambda: task(
                one(state(True, 20, 30)),
                central=lambda _now: ELSEWHERE,
                wait=True,
                newer_than=earlier(one(BEFORE)),
            ),
            id="another master",
        ),
        pytest.param(
            lambda: task(one(BEFORE), central=lambda _now: {**CENTRAL, "ActiveMasterFqdn": None}, wait=True),
            id="nothing can replicate",
        ),
        pytest.param(lambda: waiting(lambda _now: {ONE: BEFORE}, scope="listed", replicas=[TWO]), id="no such replica"),
        pytest.param(
            lambda: waiting(lambda _now: {ONE: state(True, 20, 30), FRONT: STALLED}, scope="edges"), id="edges only"
        ),
        pytest.param(
            lambda: waiting(
                lambda _now: {ONE: state(True, 20, 30), TWO: STALLED},
                ignore_replicas=[{"replica": TWO, "reason": "rebuilt today"}],
            ),
            id="ignored",
        ),
    ],
)
def test_a_wait_for_replication(make: Make) -> None:
    here = outcome(make(), lync_replication_status.run)
    collected = beside(make(), lync_replication_status.run)
    if here[0].startswith("Refused"):
        assert collected[0] == here[0]
    else:
        assert collected == here


def local_stores(**changes: Any) -> dict[str, Any]:
    """The option of the same name, with its defaults."""
    return {"hosts": ["edge01"], "settings": FEDERATED, "timeout": 60.0, "interval": 5.0, **changes}


@pytest.mark.parametrize("replicates", [True, False])
def test_a_wait_for_content(replicates: bool) -> None:
    def make() -> MemoryTask:
        deployment = held(AllowFederatedUsers=False)
        if replicates:
            deployment.answer(Cmdlet("Set-CsAccessEdgeConfiguration", {"AllowFederatedUsers": True}))
        return memory.task_of(lync_local_store_check.MODULE, deployment, settings=FEDERATED, interval=0.5, timeout=5)

    here = outcome(make(), lync_local_store_check.run)
    made = make()
    made.works_beside = True
    made.begun.append(content.order(made.host, FEDERATED, 5, 0.5, ""))
    made.options = {**made.options, "begun": {"polls": {made.host: "1", "another": "2"}}}
    assert outcome(made, lync_local_store_check.run) == here
    assert here[1]["waited"] > 0
    assert (here[0] == "") is replicates


def test_where_nothing_works_beside_the_tasks_the_one_that_collects_waits_itself() -> None:
    made = waiting(lambda now: {ONE: state(now > 30, 20, 40 if now > 30 else 0)})
    options, made.options = made.options, {**made.options, "background": True}
    lync_replication_status.run(made)
    assert made.result == {"changed": False, "poll": None, "polls": {}}
    assert made.was_read == []
    made.options = {**options, "begun": made.result}
    lync_replication_status.run(made)
    assert made.result["proven"] is True
    assert made.clock > 30


def test_a_wait_that_is_lost_is_waited_for_anew() -> None:
    made = waiting(lambda now: {ONE: state(now > 30, 20, 40 if now > 30 else 0)}, begun={"poll": "7"})
    lync_replication_status.run(made)
    assert made.result["proven"] is True


def test_nothing_is_begun_in_check_mode() -> None:
    made = task(one(BEFORE), check_mode=True, wait=True, background=True, local_stores=local_stores())
    made.works_beside = True
    lync_replication_status.run(made)
    assert (made.result["poll"], made.result["polls"], made.begun) == (None, {}, [])


def test_a_session_that_is_lost_is_the_failure_of_the_task_that_collects() -> None:
    made = waiting(one(STALLED))
    made.on_read = {0: SessionLost("The session with fe01 was lost.")}
    failed, result = beside(made, lync_replication_status.run)
    assert failed == "SessionLost: The session with fe01 was lost."
    assert result == {"changed": False}


def test_whose_wait_it_is_stands_in_the_line_of_progress() -> None:
    made = waiting(one(STALLED), timeout=60)
    made.inventory = memory.MemoryInventory(variables={made.host: {"lync_deployment": "adatum"}})
    beside(made, lync_replication_status.run)
    assert made.told[0] == (
        f"replication: 0 of 1 deployments up to date; waiting for adatum: {ONE} (last status report 2026-01-02T03:00:00Z)"
    )


def test_content_waits_for_the_wait_of_its_deployment() -> None:
    made = waiting(one(STALLED), background=True, local_stores=local_stores(hosts=["edge01", "edge02", "edge03"]))
    made.works_beside, made.without_session = True, {"edge02"}
    lync_replication_status.run(made)
    assert made.result["polls"] == {"edge01": "2", "edge02": None, "edge03": "3"}
    assert [order.after for order in made.begun] == ["", "1", "1"]


def test_content_is_polled_at_once_where_there_is_nothing_to_wait_for() -> None:
    made = task(one(BEFORE), background=True, local_stores=local_stores())
    made.works_beside = True
    lync_replication_status.run(made)
    assert (made.result["poll"], made.result["polls"]) == (None, {"edge01": "1"})
    (order,) = made.begun
    assert (order.kind, order.subject, order.after) == ("content", "edge01", "")
    assert [str(cmdlet) for cmdlet in order.cmdlets] == ["Get-CsAccessEdgeConfiguration -LocalStore"]


def test_content_is_not_polled_too_early_where_the_wait_was_not_begun() -> None:
    made = waiting(one(BEFORE), background=True, local_stores=local_stores())
    lync_replication_status.run(made)
    assert (made.result["poll"], made.result["polls"]) == (None, {})


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"wait": False}, "background begins a wait: it needs wait: true, or local_stores"),
        ({"trigger": True, "replicas": [ONE]}, "without trigger and begun"),
        ({"begun": {"poll": "1"}}, "without trigger and begun"),
        ({"background": False, "local_stores": local_stores()}, "local_stores is used with background: true only"),
    ],
)
def test_what_background_cannot_be_used_with(options: dict[str, Any], says: str) -> None:
    made = task(one(BEFORE), **{"wait": True, "background": True, **options})
    with pytest.raises(Refused, match=says):
        lync_replication_status.run(made)


@pytest.mark.parametrize("fails", [None, SessionLost("The session was lost.")])
def test_the_store_of_a_new_master_is_read_where_asked_for(fails: Failure | None) -> None:
    made = waiting(one(state(True, 20, 30)), central=lambda _now: ELSEWHERE, read_new_master=True)
    if fails is not None:
        made.on_read = {1: fails}
    with contextlib.suppress(Failure):
        lync_replication_status.run(made)
    found = made.result["new_master"]
    if fails is None:
        assert found["reading"]["central"]["active_master_fqdn"] == "fe02.adatum.example"
    else:
        assert found == {"msg": "The session was lost.", "session_failed": True}


@pytest.mark.parametrize("asked", [{"read_new_master": True}, {"central": lambda _now: ELSEWHERE}])
def test_it_is_not_read_where_the_master_did_not_move_or_nobody_asks(asked: dict[str, Any]) -> None:
    made = waiting(one(state(True, 20, 30)), **asked)
    with contextlib.suppress(Failure):
        lync_replication_status.run(made)
    assert "new_master" not in made.result
