# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for replication, on a clock that moves only when it is waited for."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Failure, Refused
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_replication_status import run
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils.replicas import (
    BEFORE,
    CENTRAL,
    FRONT,
    MASTER,
    ONE,
    TWO,
    Replicas,
    earlier,
    one,
    state,
    task,
    waiting,
)


def test_without_waiting_it_lists_every_replica_and_proves_nothing() -> None:
    reading = task(lambda _now: {ONE: BEFORE, FRONT: state(False)})
    run(reading)
    assert [(one["replica_fqdn"], one["state"]) for one in reading.result["replicas"]] == [
        (ONE, "up_to_date"),
        (FRONT, "lagging"),
    ]
    assert reading.result["lagging"] == [FRONT]
    assert reading.result["proven"] is False
    assert reading.result["changed"] is False
    assert "verdict" not in reading.result
    assert reading.clock == 0


def test_a_stale_true_is_not_believed() -> None:
    """UpToDate right after a change is still the old one; the package is built later."""

    def world(now: float) -> Replicas:
        if now < 30:
            return {ONE: BEFORE}
        return {ONE: state(False, 20, 0) if now < 60 else state(True, 20, 50)}

    waited = waiting(world)
    run(waited)
    assert waited.result["proven"] is True
    assert waited.result["waited"] == 60
    assert (waited.result["verdict"], waited.result["settled"]) == ("proven", True)
    assert waited.result["replicas"][0]["state"] == "replicated"


def test_timestamps_that_never_move_prove_nothing_and_are_no_failure() -> None:
    waited = waiting(one(BEFORE), stamp_timeout=40, timeout=300)
    run(waited)
    assert (waited.result["proven"], waited.result["waited"]) == (False, 40)
    assert any("the timestamps of 1 did not move within 40 s" in warning for warning in waited.warnings)


def test_a_run_that_changed_nothing_proves_nothing() -> None:
    waited = task(one(BEFORE), wait=True)
    run(waited)
    assert (waited.result["proven"], waited.clock) == (False, 0)


def test_a_laggard_at_the_end_of_the_time_is_a_failure_that_names_it_and_since_when() -> None:
    waited = waiting(lambda now: {ONE: state(False, 20, 0), TWO: state(True, 20, 30)}, timeout=60)
    with pytest.raises(Failure) as failure:
        run(waited)
    assert failure.value.message == (
        "Not replicated to 1 of 2 replicas in scope within 60 s: edge01.adatum.example (UpToDate False, last update created "
        "2026-01-02T03:00:20Z, last status report 2026-01-02T03:00:00Z)."
    )
    assert waited.clock == 60
    assert waited.result["lagging"] == [ONE]
    assert (waited.result["proven"], waited.result["verdict"]) == (False, "lagging")


def test_packages_that_keep_coming_are_a_failure_that_says_so() -> None:
    waited = waiting(lambda now: {ONE: state(True, 10 + now, 15 + now)}, settle=30, timeout=100)
    with pytest.raises(Failure, match="All 1 replicas in scope are up to date, but new packages kept coming"):
        run(waited)
    assert (waited.result["settled"], waited.result["proven"]) == (False, False)


def test_a_master_that_moved_voids_the_timestamps() -> None:
    waited = task(
        one(state(True, 20, 30)),
        central=lambda now: {**CENTRAL, "ActiveMasterFqdn": MASTER if now < 10 else "fe02.adatum.example"},
        wait=True,
        settle=30,
        newer_than=earlier(one(BEFORE)),
    )
    run(waited)
    assert waited.result["master_moved"] is True
    assert waited.result["proven"] is False
    assert waited.result["replicas"][0]["state"] == "up_to_date"
    assert any("moved from fe01.adatum.example to fe02.adatum.example" in warning for warning in waited.warnings)


def test_several_changes_are_judged_by_what_was_noted_before_the_first() -> None:
    """The first change makes all replicas lag, and after it the master may move: the second reading must not start anew."""
    moved = {"ActiveMasterFqdn": "fe02.adatum.example"}
    first = earlier(lambda _now: {ONE: BEFORE, TWO: state(False, 0, None)})
    between = task(
        lambda _now: {ONE: state(False, 5, 0), TWO: state(False, 5, None)},
        central=lambda _now: {**CENTRAL, **moved},
        newer_than=first,
    )
    run(between)
    assert [one["in_scope"] for one in between.result["replicas"]] == [True, False]
    assert between.result["master_moved"] is True
    assert "active master moved" in between.warnings[0]
    assert between.warnings[1].endswith(f"behind before the change already: {TWO} (has never reported).")
    waited = task(
        lambda now: {ONE: state(now > 20, 5, 0), TWO: state(False, 5, None)},
        central=lambda _now: {**CENTRAL, **moved},
        wait=True,
        newer_than=between.result,
    )
    run(waited)
    assert (waited.result["master_moved"], waited.result["proven"]) == (True, False)
    assert waited.result["waited"] > 20
    assert [(one["in_scope"], one["seconds"]) for one in waited.result["replicas"]] == [
        (True, waited.result["waited"]),
        (False, None),
    ]


def test_each_replica_has_its_own_seconds() -> None:
    waited = waiting(
        lambda now: {ONE: state(True, 5, 6), TWO: state(now > 30, 5, 6), FRONT: state(now < 15, 5, 6)}, timeout=60
    )
    with pytest.raises(Failure):
        run(waited)
    seconds = {one["replica_fqdn"]: one["seconds"] for one in waited.result["replicas"]}
    assert (seconds[ONE], seconds[FRONT]) == (0, None)
    assert 30 < seconds[TWO] < waited.result["waited"]


def test_one_that_was_behind_before_is_a_warning_and_not_waited_for() -> None:
    behind = state(False, 0, None)
    waited = task(
        lambda _now: {ONE: state(True, 20, 30), TWO: behind},
        wait=True,
        newer_than=earlier(lambda _now: {ONE: BEFORE, TWO: behind}),
    )
    run(waited)
    assert waited.result["proven"] is True
    assert waited.warnings == [
        "Not up to date and not waited for, behind before the change already: edge02.adatum.example (has never reported)."
    ]


@pytest.mark.parametrize(
    ("options", "central", "reason"),
    [
        ({"scope": "edges"}, {}, "outside the scope"),
        ({"scope": "listed", "replicas": [ONE]}, {}, "outside the scope"),
        ({"ignore_replicas": [{"replica": FRONT, "reason": "rebuilt today"}]}, {}, "ignored (rebuilt today)"),
        ({}, {"DeletedReplicas": [FRONT]}, "deleted from the topology"),
        ({}, {"DeletedReplicas": FRONT}, "deleted from the topology"),
    ],
)
def test_one_that_is_not_in_scope_is_listed_and_warned_of(
    options: dict[str, Any], central: memory.Object, reason: str
) -> None:
    waited = task(
        lambda _now: {ONE: state(True, 20, 30), FRONT: state(False)},
        central=lambda _now: {**CENTRAL, **central},
        wait=True,
        newer_than=earlier(lambda _now: {ONE: BEFORE, FRONT: BEFORE}),
        **options,
    )
    run(waited)
    assert waited.result["proven"] is True
    assert [(one["replica_fqdn"], one["in_scope"], one["reason"]) for one in waited.result["replicas"]] == [
        (ONE, True, None),
        (FRONT, False, reason),
    ]
    assert [reason in warning for warning in waited.warnings] == [True]


def test_progress_is_told_once_for_each_change_of_what_lags() -> None:
    def world(now: float) -> Replicas:
        return {
            ONE: BEFORE if now < 20 else state(now >= 50, 20, 0 if now < 50 else 50),
            TWO: state(now >= 80, 20, 0 if now < 80 else 80),
        }

    waited = waiting(world)
    run(waited)
    assert [re.sub(r"\(.*?\)", "()", line) for line in waited.told] == [
        f"replication: 0 of 2 replicas up to date after 0 s; waiting for {TWO} (), {ONE} ()",
        f"replication: 0 of 2 replicas up to date after 20 s; waiting for {ONE} (), {TWO} ()",
        f"replication: 1 of 2 replicas up to date after 50 s; waiting for {TWO} ()",
        "replication: 2 of 2 replicas up to date after 80 s",
    ]


def test_progress_names_a_few_and_counts_the_rest() -> None:
    waited = waiting(lambda now: {f"edge{number:02}.adatum.example": state(now > 0, 5, 5) for number in range(8)})
    run(waited)
    assert waited.told[0].count("adatum.example") == 6
    assert waited.told[0].endswith(" and 2 more")


def test_one_that_is_no_longer_listed_is_not_proven() -> None:
    waited = waiting(lambda now: {ONE: state(True, 20, 30)} if now else {ONE: BEFORE, TWO: BEFORE})
    run(waited)
    assert waited.result["proven"] is False
    assert any(TWO in warning for warning in waited.warnings)


def test_no_replica_in_scope_proves_nothing_and_says_so() -> None:
    waited = waiting(lambda _now: {FRONT: state(True, 20, 30)}, scope="edges", settle=60)
    run(waited)
    assert (waited.result["proven"], waited.result["verdict"], waited.clock) == (False, "nothing_in_scope", 0)
    assert waited.told == ["replication: no replica is in scope"]
    assert waited.warnings == ["No replica is in scope: the status proves nothing of the last change."]


def test_check_mode_reads_and_does_not_wait() -> None:
    waited = task(one(state(False)), check_mode=True, wait=True, newer_than=earlier(one(BEFORE)))
    run(waited)
    assert waited.clock == 0
    assert waited.written == []


def test_an_unhealthy_deployment_is_not_waited_for() -> None:
    waited = task(one(BEFORE), central=lambda _now: {**CENTRAL, "ActiveMasterFqdn": None}, wait=True)
    with pytest.raises(Failure, match="there is no active master replicator"):
        run(waited)
    assert waited.clock == 0
    assert waited.result["health"] is not None


def test_a_forced_push_goes_to_named_machines_and_is_waited_for() -> None:
    waited = task(
        lambda now: {ONE: state(now >= 20, 10, 20 if now >= 20 else 0), TWO: BEFORE},
        wait=True,
        trigger=True,
        scope="listed",
        replicas=[ONE],
    )
    run(waited)
    assert waited.deployment.triggered == [ONE]
    assert waited.result["changed"] is True
    assert waited.result["cmdlets"] == [f"Invoke-CsManagementStoreReplication -ReplicaFqdn {ONE}"]


def test_a_forced_push_only_shows_in_check_mode() -> None:
    waited = task(one(BEFORE), check_mode=True, trigger=True, replicas=[ONE])
    run(waited)
    assert waited.deployment.triggered == []
    assert waited.result["changed"] is True


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"scope": "listed"}, "scope: listed needs replicas"),
        ({"replicas": [ONE]}, "replicas is used with scope: listed or trigger: true only"),
        ({"trigger": True}, "done for named machines only"),
        ({"trigger": True, "replicas": ["edge09.adatum.example"]}, "There is no replica 'edge09.adatum.example'"),
        ({"scope": "listed", "replicas": ["edge09.adatum.example"]}, "There is no replica 'edge09.adatum.example'"),
        ({"timeout": 0}, "timeout must be from 1 to 86400 seconds"),
        ({"interval": 0}, "interval must be from 0.05 to 86400 seconds"),
        ({"interval": float("nan")}, "interval must be from"),
        ({"stamp_timeout": -1}, "stamp_timeout must be from 0"),
        ({"settle": -1}, "settle must be from 0"),
        ({"wait": True, "settle": 300}, "settle (300 s) must be shorter than timeout (300 s)"),
        ({"newer_than": {"changed": True}}, "newer_than must be the registered result"),
    ],
)
def test_refusals(options: dict[str, Any], sentence: str) -> None:
    refused = task(one(BEFORE), **options)
    with pytest.raises(Refused) as refusal:
        run(refused)
    assert sentence in refusal.value.message
    assert refused.written == []
