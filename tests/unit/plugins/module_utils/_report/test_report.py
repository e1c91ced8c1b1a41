# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table, and the whole text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._replication.status import Status
from ansible_collections.ucops.lync.plugins.module_utils._report import words
from ansible_collections.ucops.lync.plugins.module_utils._report.problems import problems
from ansible_collections.ucops.lync.plugins.module_utils._report.report import lines
from ansible_collections.ucops.lync.plugins.module_utils._report.rows import judge
from ansible_collections.ucops.lync.plugins.module_utils._rollout.verdict import (
    Content,
    Outcome,
    Writes,
)
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout.ended import (
    DIFFERS,
    ONE,
    STOP,
    deployment,
)


def test_the_table() -> None:
    found = judge(
        [deployment(ONE, replace(DIFFERS, fqdn="edge02.adatum.example", status=Status.LAGGING, seconds=None))]
    )
    assert lines(found)[:4] == [
        "Deployment  Site    Edge Server            Central store  Status             Edge content  Outcome",
        "----------  ------  ---------------------  -------------  -----------------  ------------  ----------------",
        "adatum      Lisbon  edge01.adatum.example  changed        replicated (12 s)  matches       verified",
        "adatum      Lisbon  edge02.adatum.example  changed        lagging            differs       differs, lagging",
    ]


@pytest.mark.parametrize(
    ("known", "word"),
    [
        ({}, "changed"),
        ({"writes": Writes.NONE}, "compliant"),
        ({"writes": Writes.UNKNOWN}, "possibly changed"),
        ({"check_mode": True}, "would change"),
        ({"check_mode": True, "compliant": True}, "compliant"),
        ({"managed": False, "writes": Writes.NONE}, "left out"),
        ({"stop": STOP, "writes": Writes.NONE}, "failed"),
        ({"stop": STOP}, "changed, then failed"),
        ({"stop": STOP, "writes": Writes.UNKNOWN}, "possibly changed, then failed"),
        ({"stop": replace(STOP, unreachable=True)}, "changed, then unreachable"),
    ],
)
def test_the_word_for_the_central_store(known: dict[str, Any], word: str) -> None:
    assert words.central(deployment(ONE, **known)) == word
    assert f"  {word}  " in lines(judge([deployment(ONE, **known)]))[2]


@pytest.mark.parametrize(
    ("known", "outcome"),
    [
        ({}, Outcome.REPLICATED),
        ({"settled": False}, Outcome.NOT_PROVEN),
        ({"master_moved": True}, Outcome.NOT_PROVEN),
        ({"writes": Writes.NONE}, Outcome.NOT_PROVEN),
        ({"check_mode": True}, Outcome.NOT_PROVEN),
        ({"stop": STOP}, Outcome.NOT_PROVEN),
    ],
)
def test_what_is_known_of_the_deployment_reaches_the_verdict(known: dict[str, Any], outcome: Outcome) -> None:
    assert judge([deployment(replace(ONE, content=Content.NOT_READ), **known)]).rows[0].outcome is outcome


def test_what_a_server_wrote_forges_no_line() -> None:
    forged = replace(DIFFERS, site="Lisbon\x1b[2J\nPLAY RECAP", last_status_report="\r1", status=Status.LAGGING)
    found = judge(
        [deployment(forged, replace(forged, content=Content.MATCHES), stop=replace(STOP, message="\x1b[1m."))]
    )
    assert lines(found)[1].startswith("----------  -------------------------  ")
    assert lines(found)[2].startswith(r"adatum      Lisbon\x1b[2J\nPLAY RECAP  edge01.adatum.example  ")
    shown = "".join([*lines(found), *problems(found).values()])
    assert [character for character in shown if not character.isprintable()] == []
