# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the polls of a wait to the outcome of an Edge Server whose store is not read, on one clock that moves by waiting only."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Failure
from ansible_collections.ucops.lync.plugins.module_utils._core.outcome import Outcome as WriteOutcome
from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_replication_status
from ansible_collections.ucops.lync.plugins.module_utils._report.problems import problems
from ansible_collections.ucops.lync.plugins.module_utils._report.rows import Rollout, judge
from ansible_collections.ucops.lync.plugins.module_utils._rollout.inventory import DeploymentHosts, EdgeHost
from ansible_collections.ucops.lync.plugins.module_utils._rollout.judged import recorded
from ansible_collections.ucops.lync.plugins.module_utils._rollout.plan import Plan, PlannedEdge
from ansible_collections.ucops.lync.plugins.module_utils._rollout.record import Record, Write, replication_of
from ansible_collections.ucops.lync.plugins.module_utils._rollout.verdict import Content, Outcome, Verification
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils.replicas import (
    BEFORE,
    CENTRAL,
    ONE,
    World,
    earlier,
    one,
    state,
    task,
)

CHANGE = Write("Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true", WriteOutcome.RAN)
TERMS = {"timeout": 100, "interval": 10, "stamp_timeout": 40, "settle": 20}


def replication(world: World, elsewhere_after: float, **terms: Any) -> dict[str, Any]:
    """The result of waiting for a change, kept also when the wait fails, as the role keeps it."""
    waiting = task(
        world,
        central=lambda now: (
            {**CENTRAL, "ActiveMasterFqdn": "fe02.adatum.example"} if now >= elsewhere_after else CENTRAL
        ),
        wait=True,
        scope="edges",
        newer_than=earlier(one(BEFORE)),
        **{**TERMS, **terms},
    )
    try:
        lync_replication_status.run(waiting)
    except Failure as failure:
        waiting.result.update(failed=True, msg=failure.message)
    return waiting.result


def reported(replicated: dict[str, Any], verification: Verification, *writes: Write) -> Rollout:
    """The report of a rollout whose only Edge Server is not read."""
    edge = PlannedEdge(ONE, "Lisbon", "edge01", Content.NOT_READ)
    plan = Plan("adatum", "adatum", "fe01", verification, partial=False, edges=(edge,))
    record = Record(plan, check_mode=False, writes=writes, replication=replication_of(replicated))
    hosts = DeploymentHosts("adatum", management=("fe01",), edges=(EdgeHost("edge01", ONE, in_play=True),))
    return judge([recorded(record, hosts, {})])


def late(now: float) -> dict[str, memory.Object]:
    """A package at 50 s, its report at 70 s."""
    return {ONE: BEFORE if now < 50 else state(now >= 70, 50, 0 if now < 70 else 70)}


NEVER = 1e9


@pytest.mark.parametrize(
    ("world", "elsewhere_after", "terms", "outcome", "fails_when_skipped"),
    [
        pytest.param(late, NEVER, {}, Outcome.NOT_PROVEN, False, id="no movement in time"),
        pytest.param(late, NEVER, {"stamp_timeout": 60}, Outcome.REPLICATED, False, id="replicated"),
        pytest.param(
            late,
            NEVER,
            {"stamp_timeout": 60, "settle": 60},
            Outcome.NOT_PROVEN,
            False,
            id="replicated, but not settled in time",
        ),
        pytest.param(late, NEVER, {"stamp_timeout": 60, "timeout": 60}, Outcome.LAGGING, True, id="not in time"),
        pytest.param(
            late,
            90,
            {"stamp_timeout": 60, "settle": 40},
            Outcome.NOT_PROVEN,
            False,
            id="the master moves after the report",
        ),
        pytest.param(
            late, 30, {"stamp_timeout": 60}, Outcome.NOT_PROVEN, False, id="the master moves before the package"
        ),
        pytest.param(one(state(False)), NEVER, {}, Outcome.LAGGING, True, id="never"),
        pytest.param(one(BEFORE), NEVER, {}, Outcome.NOT_PROVEN, False, id="the old True for ever"),
        pytest.param(lambda _now: {}, NEVER, {}, Outcome.NOT_PROVEN, False, id="no replica"),
    ],
)
@pytest.mark.parametrize("verification", Verification)
def test_what_a_wait_proves_of_an_edge_server_that_is_not_read(
    world: World,
    elsewhere_after: float,
    terms: dict[str, Any],
    outcome: Outcome,
    fails_when_skipped: bool,
    verification: Verification,
) -> None:
    found = reported(replication(world, elsewhere_after, **terms), verification, CHANGE)
    assert ([row.outcome for row in found.rows], found.verified) == ([outcome], 0)
    assert bool(problems(found)) is (verification is Verification.REQUIRED or fails_when_skipped)


@pytest.mark.parametrize(
    "writes", [(), (Write(CHANGE.cmdlet, WriteOutcome.NOT_RUN),), (Write(CHANGE.cmdlet, WriteOutcome.UNKNOWN),)]
)
def test_without_a_change_that_is_known_to_have_run_the_status_proves_nothing(writes: tuple[Write, ...]) -> None:
    replicated = replication(late, NEVER, stamp_timeout=60)
    assert replicated["proven"]
    found = reported(replicated, Verification.SKIP, *writes)
    assert [row.outcome for row in found.rows] == [Outcome.NOT_PROVEN]
