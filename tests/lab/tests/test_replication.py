# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The replication clock: what the status says, and what an Edge holds, at each moment after a change."""

from __future__ import annotations

from typing import Any

import pytest
from labtests.engine import Engine

from lynclab.deployment.replication import Delays
from lynclab.spec import LabSpec

EDGE = "lyncedge01"


@pytest.fixture
def engine() -> Engine:
    return Engine(LabSpec(sites=1, delays=Delays(package=10, transfer=5, report=3, regular_report=1000)))


def federated(engine: Engine, edge: str = EDGE) -> bool:
    value: bool = engine.local(edge, "Get-CsAccessEdgeConfiguration")[0]["AllowFederatedUsers"]
    return value


def allow(engine: Engine) -> None:
    engine.run("Set-CsAccessEdgeConfiguration", AllowFederatedUsers=True)


@pytest.mark.parametrize(
    ("seconds", "up_to_date", "update_moved", "content", "report_moved"),
    [
        (0, True, False, False, False),
        (9, True, False, False, False),  # the stale window
        (10, False, True, False, False),
        (14, False, True, False, False),
        (15, False, True, True, False),
        (17, False, True, True, False),
        (18, True, True, True, True),
    ],
)
def test_a_change_reaches_an_edge_step_by_step(
    engine: Engine, seconds: float, up_to_date: bool, update_moved: bool, content: bool, report_moved: bool
) -> None:
    before = engine.status()[EDGE]
    allow(engine)
    engine.clock.advance(seconds)
    after = engine.status()[EDGE]
    assert after["UpToDate"] is up_to_date
    assert (after["LastUpdateCreation"] > before["LastUpdateCreation"]) is update_moved
    assert (after["LastStatusReport"] > before["LastStatusReport"]) is report_moved
    assert federated(engine) is content


def test_nothing_moves_without_a_change(engine: Engine) -> None:
    before = engine.status()
    engine.clock.advance(500)
    assert engine.status() == before


def test_replicas_report_regularly(engine: Engine) -> None:
    before = engine.status()[EDGE]
    engine.clock.advance(1000)
    after = engine.status()[EDGE]
    assert after["LastStatusReport"] > before["LastStatusReport"]
    assert after["LastUpdateCreation"] == before["LastUpdateCreation"]


def test_a_package_holds_what_the_store_held_when_it_was_built(engine: Engine) -> None:
    allow(engine)
    engine.clock.advance(11)
    engine.run("Set-CsAccessEdgeConfiguration", AllowFederatedUsers=False)
    engine.clock.advance(4)
    assert federated(engine) is True
    engine.clock.advance(11)
    assert federated(engine) is False


def test_two_writes_before_the_package_make_one(engine: Engine) -> None:
    allow(engine)
    engine.clock.advance(5)
    engine.run("Set-CsAccessEdgeConfiguration", AllowOutsideUsers=False)
    engine.clock.advance(13)
    first = engine.status()[EDGE]
    engine.clock.advance(100)
    assert first["UpToDate"] is True
    assert engine.status()[EDGE] == first


def test_a_forced_push_forgets_the_status_first(engine: Engine) -> None:
    engine.run("Invoke-CsManagementStoreReplication", ReplicaFqdn=f"{EDGE}.contoso.example")
    status = engine.status()
    assert (status[EDGE]["UpToDate"], status[EDGE]["LastStatusReport"]) == (False, None)
    assert status["lyncedge02"]["UpToDate"] is True
    engine.clock.advance(18)
    assert engine.status()[EDGE]["UpToDate"] is True


def test_a_forced_push_without_a_name_is_for_all(engine: Engine) -> None:
    engine.run("Invoke-CsManagementStoreReplication")
    assert not any(row["UpToDate"] for row in engine.status().values())


def test_a_stopped_master_works_off_what_waited(engine: Engine) -> None:
    engine.deployment.replication.stop()
    allow(engine)
    engine.clock.advance(1000)
    assert engine.status()[EDGE]["UpToDate"] is True
    assert federated(engine) is False
    engine.deployment.replication.start()
    engine.clock.advance(18)
    assert federated(engine) is True


@pytest.mark.parametrize("kind", ["utc", "local", "unspecified"])
def test_stamps_have_the_kind_that_was_chosen(kind: str) -> None:
    engine = Engine(LabSpec(sites=1, stamp_kind=kind))
    rows: list[Any] = engine.run("Get-CsManagementStoreReplicationStatus")
    offsets = {"utc": 0.0, "local": 3600.0, "unspecified": None}
    offset = rows[0]["LastStatusReport"].utcoffset()
    assert (offset.total_seconds() if offset is not None else None) == offsets[kind]


def test_front_ends_have_a_local_store_too(engine: Engine) -> None:
    allow(engine)
    assert engine.run("Get-CsAccessEdgeConfiguration", LocalStore=True)[0]["AllowFederatedUsers"] is False
    assert engine.run("Get-CsAccessEdgeConfiguration")[0]["AllowFederatedUsers"] is True


def test_what_is_seeded_does_not_swallow_a_change_under_way(engine: Engine) -> None:
    allow(engine)
    engine.deployment.seed(lambda content: content.with_access_edge(AllowOutsideUsers=False))
    engine.clock.advance(18)
    (held,) = engine.local(EDGE, "Get-CsAccessEdgeConfiguration")
    assert (held["AllowFederatedUsers"], held["AllowOutsideUsers"]) == (True, False)
