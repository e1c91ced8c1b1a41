# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run takes back by itself what it wrote only where all is known; each condition that must keep it from that."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._replication.status import Status
from ansible_collections.ucops.lync.plugins.module_utils._rollout.evidence import Deployment, EdgeServer, Stop
from ansible_collections.ucops.lync.plugins.module_utils._rollout.verdict import Content, Writes
from ansible_collections.ucops.lync.plugins.module_utils._way_back.may_roll_back import Decision, may_roll_back
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import ended

NEW = "New-CsHostingProvider -Identity x"
READ = "access edge 'global': allow_federated_users: desired True, found False"
WRONG = replace(ended.DIFFERS, differences=(READ,), status=Status.REPLICATED)
REFUSED = Stop("Set the Access Edge configuration", "Access is denied.")


def stopped(**known: Any) -> Deployment:
    """The second write is known not to have run."""
    return asked(WRONG, **{"stop": REFUSED, "ran": (NEW,), "missing": (ended.SET,), **known})


def asked(*edges: EdgeServer, **known: Any) -> Deployment:
    """One that was written, and is to be rolled back."""
    return ended.deployment(*edges, **{"on_failure": "rollback", "ran": (NEW, ended.SET), **known})


@pytest.mark.parametrize(
    "one",
    [
        stopped(),
        asked(WRONG),
        asked(ended.ONE, WRONG),
        asked(ended.EXCUSED, WRONG),
        asked(ended.UNREACHABLE, WRONG),
    ],
)
def test_where_all_is_known_it_goes_back(one: Deployment) -> None:
    assert may_roll_back(one) == Decision(yes=True)


@pytest.mark.parametrize("status", [Status.LAGGING, Status.UNKNOWN, Status.UP_TO_DATE])
def test_an_edge_server_that_may_still_get_it_is_no_reason(status: Status) -> None:
    decision = may_roll_back(asked(replace(WRONG, status=status)))
    assert (decision.yes, bool(decision.reason)) == (False, True)


@pytest.mark.parametrize(
    ("edge", "named"),
    [
        (replace(WRONG, status=Status.LAGGING), "edge01.adatum.example (lagging)"),
        (replace(WRONG, status=Status.UP_TO_DATE), "(its status may be that of before the change)"),
        (replace(WRONG, differences=()), "was read and holds something else"),  # not read after the change
        (ended.UNREACHABLE, "(unreachable)"),
        (replace(ended.ONE, content=Content.NOT_READABLE), "(not readable)"),
        (replace(ended.ONE, content=Content.NOT_READ), "(not read)"),
        (replace(ended.ONE, content=Content.SKIPPED), "(skipped)"),
        (replace(ended.ONE, content=Content.LEFT_OUT), "(left out)"),
        (replace(WRONG, content=Content.DRIFTED), "(drifted)"),
    ],
)
def test_what_was_not_read_and_found_otherwise_is_no_reason(edge: EdgeServer, named: str) -> None:
    decision = may_roll_back(asked(edge))
    assert not decision.yes
    assert named in decision.reason


@pytest.mark.parametrize(
    ("one", "named"),
    [
        (stopped(unknown=(ended.SET,), writes=Writes.UNKNOWN), f"whether it ran is not known: {ended.SET}"),
        (asked(WRONG, unknown=(ended.SET,)), "whether it ran is not known"),
        (stopped(stop=replace(REFUSED, writes_known=False)), "what 'Set the Access Edge configuration' had written"),
        (asked(WRONG, master_moved=True), "the active master moved meanwhile"),
        (stopped(master_moved=True), "the active master moved meanwhile"),
        (stopped(stop=replace(REFUSED, unreachable=True)), "the management host cannot be reached"),
        (
            stopped(stop=replace(REFUSED, changed_since=True)),
            "what 'Set the Access Edge configuration' found is not what the plan found",
        ),
        (asked(ended.ONE, stop=Stop("Read the central store of the new master", "No.")), "after all was written"),
    ],
)
def test_what_keeps_it_from_going_back_is_said(one: Deployment, named: str) -> None:
    decision = may_roll_back(one)
    assert not decision.yes
    assert named in decision.reason


@pytest.mark.parametrize(
    "one",
    [
        asked(ended.ONE),
        asked(ended.ONE, ended.EXCUSED),
        asked(WRONG, on_failure="keep"),
        stopped(on_failure="keep"),
        asked(WRONG, check_mode=True),
        asked(WRONG, undoes="/records/x.journal.jsonl"),
        asked(WRONG, ran=(), writes=Writes.NONE),
        stopped(ran=(), missing=(NEW, ended.SET), writes=Writes.NONE),
    ],
)
def test_where_there_is_nothing_to_take_back_nobody_is_told(one: Deployment) -> None:
    assert may_roll_back(one) == Decision(yes=False)
