# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which hosts fail at the end of a run, and with which sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._replication.status import Status
from ansible_collections.ucops.lync.plugins.module_utils._report.closing import closing
from ansible_collections.ucops.lync.plugins.module_utils._report.problems import problems
from ansible_collections.ucops.lync.plugins.module_utils._report.rows import judge
from ansible_collections.ucops.lync.plugins.module_utils._rollout.evidence import (
    EdgeServer,
    LateReplica,
    Stop,
)
from ansible_collections.ucops.lync.plugins.module_utils._rollout.verdict import (
    Content,
    Verification,
    Writes,
)
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout.ended import (
    DATE,
    DIFFERS,
    ONE,
    SET,
    STOP,
    TWO,
    UNREACHABLE,
    deployment,
)


@pytest.mark.parametrize(
    ("edge", "known", "sentence"),
    [
        (
            DIFFERS,
            {},
            "edge01.adatum.example: The local store of edge01 differs. Its status says up to date all the same.",
        ),
        (replace(DIFFERS, status=Status.UNKNOWN), {}, "edge01.adatum.example: The local store of edge01 differs."),
        (
            replace(DIFFERS, reason="The local store of edge01.adatum.example differs.", status=Status.LAGGING),
            {},
            f"The local store of edge01.adatum.example differs. Its replica lags, last status report {DATE}.",
        ),
        (UNREACHABLE, {}, "edge01.adatum.example: unreachable: no route to host"),
        (
            replace(UNREACHABLE, status=Status.LAGGING, last_status_report=None),
            {},
            "edge01.adatum.example: unreachable: no route to host; lagging, has never reported",
        ),
        (replace(ONE, content=Content.NOT_READ), {}, "edge01.adatum.example: its own store was not read"),
        (
            replace(ONE, content=Content.SKIPPED, status=Status.LAGGING),
            {"verification": Verification.SKIP},
            f"edge01.adatum.example: its own store was not read; lagging, last status report {DATE}",
        ),
        (
            replace(ONE, content=Content.NOT_IN_TOPOLOGY),
            {},
            "edge01.adatum.example: the topology has no such Edge Server",
        ),
    ],
)
def test_the_sentence_with_which_an_edge_server_fails(edge: EdgeServer, known: dict[str, Any], sentence: str) -> None:
    assert problems(judge([deployment(edge, **known)])) == {"edge01": sentence}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (Content.NOT_IN_INVENTORY, "edge01.adatum.example: it has no host in the group lync_edge"),
        (Content.LEFT_OUT, "edge01.adatum.example: --limit leaves it out"),
    ],
)
def test_an_edge_server_that_is_not_in_the_play_fails_the_management_host(content: Content, sentence: str) -> None:
    absent = replace(ONE, content=content, host=None, status=Status.UP_TO_DATE)
    assert problems(judge([deployment(absent, replace(absent, fqdn="edge02.adatum.example"))])) == {
        "fe01": f"{sentence} {sentence.replace('edge01', 'edge02')}"
    }


def test_replication_is_not_blamed_for_what_was_not_written() -> None:
    stopped = deployment(
        replace(DIFFERS, differences=("access edge 'global': allow_federated_users: desired True, found False",)),
        stop=STOP,
        missing=(SET,),
    )
    assert problems(judge([stopped]))["edge01"] == (
        "edge01.adatum.example: its own store differs, as the run ended before all was written: access edge 'global': "
        "allow_federated_users: desired True, found False"
    )
    written = replace(stopped, missing=())
    assert problems(judge([written]))["edge01"].endswith("Its status says up to date all the same.")


def test_a_replica_that_was_asked_for_and_is_late_fails_the_run() -> None:
    found = judge([deployment(ONE, late=(LateReplica("fe02", DATE),))])
    sentence = f"deployment adatum: waited for, and still behind when the run ended: fe02 (last status report {DATE})."
    assert problems(found)["fe01"].startswith(sentence)
    assert any(line.startswith(sentence) for line in closing(found))
    assert closing(found)[-1].startswith("This run failed. Configuration proven on 1 of 1 Edge Servers; ")


def test_a_reason_is_said_once_and_not_for_each_edge_server() -> None:
    reason = "'vault_edge_password' is undefined\nAdd it."
    unread = replace(ONE, content=Content.NOT_READABLE, reason=reason)
    stop = Stop("Plan the changes", f"The store of 2 Edge Servers was not read: {reason}")
    alone = replace(ONE, host="edge03", content=Content.NOT_READABLE, reason="2 Edge Servers")
    others = [replace(TWO, content=Content.NOT_READABLE, reason="something else"), alone]
    found = problems(
        judge([deployment(unread, replace(unread, host="edge04"), *others, stop=stop, writes=Writes.NONE)])
    )
    assert found["edge01"] == "edge01.adatum.example: not readable; the reason is in the sentence on deployment adatum."
    assert found["edge02"] == "edge02.adatum.example: something else"
    assert found["edge03"] == "edge01.adatum.example: 2 Edge Servers", "only one has it"


def test_a_deployment_that_was_not_begun_says_so() -> None:
    found = judge([deployment(ONE, stop=Stop("", "its management host failed before, see above."), writes=Writes.NONE)])
    assert problems(found) == {
        "fe01": "deployment adatum was not worked on: its management host failed before, see above."
    }
