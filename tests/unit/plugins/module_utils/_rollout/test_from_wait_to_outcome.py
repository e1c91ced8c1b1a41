# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the polls of a wait to the outcome of an Edge Server whose store is not read, on one clock that moves by waiting only."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Failure
from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_edge_report, lync_replication_status
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


def reported(replicated: dict[str, Any], verification: str, changed: bool) -> dict[str, Any]:
    noted = {"name": "adatum", "edges": [{"fqdn": ONE}], "changed": changed, "replication": replicated}
    host = {"host": "edge01", "fqdn": ONE, "in_play": True}
    sorted_hosts = {"name": "adatum", "leader": "fe01", "leader_in_play": True, "edges": [host]}
    options = memory.validated(
        lync_edge_report.ARGUMENT_SPEC,
        inventory={"adatum": sorted_hosts},
        deployments=[noted],
        edge_verification=verification,
    )
    reporting = memory.MemoryTask(None, options)
    lync_edge_report.run(reporting)
    return reporting.result


def late(now: float) -> dict[str, memory.Object]:
    """A package at 50 s, its report at 70 s."""
    return {ONE: BEFORE if now < 50 else state(now >= 70, 50, 0 if now < 70 else 70)}


NEVER = 1e9


@pytest.mark.parametrize(
    ("world", "elsewhere_after", "terms", "outcome", "fails_when_skipped"),
    [
        pytest.param(late, NEVER, {}, "not_proven", False, id="no movement in time"),
        pytest.param(late, NEVER, {"stamp_timeout": 60}, "replicated", False, id="replicated"),
        pytest.param(
            late,
            NEVER,
            {"stamp_timeout": 60, "settle": 60},
            "not_proven",
            False,
            id="replicated, but not settled in time",
        ),
        pytest.param(late, NEVER, {"stamp_timeout": 60, "timeout": 60}, "lagging", True, id="not in time"),
        pytest.param(
            late, 90, {"stamp_timeout": 60, "settle": 40}, "not_proven", False, id="the master moves after the report"
        ),
        pytest.param(late, 30, {"stamp_timeout": 60}, "not_proven", False, id="the master moves before the package"),
        pytest.param(one(state(False)), NEVER, {}, "lagging", True, id="never"),
        pytest.param(one(BEFORE), NEVER, {}, "not_proven", False, id="the old True for ever"),
        pytest.param(lambda _now: {}, NEVER, {}, "not_proven", False, id="no replica"),
    ],
)
@pytest.mark.parametrize("verification", ["required", "best_effort", "skip"])
def test_what_a_wait_proves_of_an_edge_server_that_is_not_read(
    world: World,
    elsewhere_after: float,
    terms: dict[str, Any],
    outcome: str,
    fails_when_skipped: bool,
    verification: str,
) -> None:
    result = reported(replication(world, elsewhere_after, **terms), verification, changed=True)
    assert (result["rows"][0]["outcome"], result["verified"]) == (outcome, 0)
    assert bool(result["problems"]) is (verification == "required" or fails_when_skipped)


@pytest.mark.parametrize("settle", [0, 20])
def test_a_run_that_changed_nothing_proves_nothing_by_status(settle: float) -> None:
    replicated = replication(late, NEVER, settle=settle, stamp_timeout=60)
    assert replicated["proven"]
    assert reported(replicated, "skip", changed=False)["rows"][0]["outcome"] == "not_proven"
