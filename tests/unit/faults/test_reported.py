# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the end of a run says, read from the lines that its user sees."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from reported import EdgeSaid, Said, bad_sentence, reported

from support.run import Result, Run

HEADS = ("Deployment", "Site", "Edge Server", "Central store", "Status", "Edge content", "Outcome")


def run(*rows: Sequence[str]) -> Run:
    table = ["".join(cell.ljust(24) for cell in row).rstrip() for row in (HEADS, ["-" * 22] * len(HEADS), *rows)]
    shown = ["TASK [Report] ***", "", *table, "", "1 of 1 Edge Servers verified.", "ok: [fe]"]
    return Run(0, "\n".join(shown), "", [])


def row(central: str, content: str, outcome: str) -> tuple[str, ...]:
    return ("contoso", "Lisbon", "edge.example", central, "replicated (1 s)", content, outcome)


@pytest.mark.parametrize(
    ("cells", "central", "edge"),
    [
        (row("changed", "matches", "verified"), Said.WRITTEN, EdgeSaid.VERIFIED),
        (row("changed, then failed", "differs", "differs"), Said.PARTLY, EdgeSaid.DIFFERS),
        (row("possibly changed, then unreachable", "not read", "not proven"), Said.UNKNOWN, EdgeSaid.NOTHING),
        (row("possibly changed", "matches", "verified"), Said.PERHAPS, EdgeSaid.VERIFIED),
        (row("compliant", "matches", "verified, status not reported"), Said.NOT_NEEDED, EdgeSaid.VERIFIED),
        (row("unreachable", "differs", "nothing written"), Said.NOT_WRITTEN, EdgeSaid.DIFFERS),
    ],
)
def test_a_row_says_what_was_written_and_what_the_edge_server_holds(
    cells: Sequence[str], central: Said, edge: EdgeSaid
) -> None:
    (found,) = reported(run(cells)).values()
    assert (found.central, found.edge) == (central, edge)


def test_a_run_that_broke_has_no_report() -> None:
    assert reported(Run(250, "", "", [])) == {}


@pytest.mark.parametrize(
    "message",
    ["", "It failed.", "The command failed: no.", "fe: unforeseen (KeyError('x'))", "fe failed: 'NoneType' object"],
)
def test_a_sentence_names_the_host_and_says_no_library_s_words(message: str) -> None:
    assert bad_sentence(Result("failed", "fe", "Write", "x", {"msg": message}), ["fe"])


def test_a_good_sentence_is_good() -> None:
    result = Result("failed", "fe", "Write", "x", {"msg": "fe:5985/wsman refused the connection: check the port."})
    assert bad_sentence(result, ["fe"]) == ""
