# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table, the sentences under it, and which hosts fail, from what is known at the end of a run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._replication.status import Status
from ansible_collections.ucops.lync.plugins.module_utils._rollout.evidence import Deployment, EdgeServer, Stop
from ansible_collections.ucops.lync.plugins.module_utils._rollout.report import closing, problems, report
from ansible_collections.ucops.lync.plugins.module_utils._rollout.verdict import (
    Content,
    Outcome,
    Verification,
    Writes,
)

DATE = "2026-01-02T03:04:05Z"
ONE = EdgeServer(
    "edge01.adatum.example",
    Content.MATCHES,
    site="Lisbon",
    host="edge01",
    status=Status.REPLICATED,
    waited_for=True,
    seconds=12.0,
    last_status_report=DATE,
)
TWO = replace(ONE, fqdn="edge02.adatum.example", host="edge02")
DIFFERS = replace(ONE, content=Content.DIFFERS, reason="The local store of edge01 differs.")
UNREACHABLE = replace(
    ONE, content=Content.UNREACHABLE, reason="unreachable: no route to host", status=Status.UP_TO_DATE
)
STOP = Stop("Add the hosting provider", "Access is denied.")


def deployment(*edges: EdgeServer, **known: Any) -> Deployment:
    """One that was changed, and replicated."""
    return Deployment(
        **{
            "title": "adatum",
            "host": "fe01",
            "edges": edges,
            "writes": Writes.RAN,
            "settled": True,
            "sip_domains": ("adatum.example",),
            **known,
        }
    )


def last_line(*deployments: Deployment) -> str:
    return closing(report(deployments))[-1]


def test_the_table() -> None:
    found = report(
        [deployment(ONE, replace(DIFFERS, fqdn="edge02.adatum.example", status=Status.LAGGING, seconds=None))]
    )
    assert found.lines[:4] == [
        "Deployment  Site    Edge Server            Central store  Status             Edge content  Outcome",
        "----------  ------  ---------------------  -------------  -----------------  ------------  ----------------",
        "adatum      Lisbon  edge01.adatum.example  changed        replicated (12 s)  matches       verified",
        "adatum      Lisbon  edge02.adatum.example  changed        lagging            differs       differs, lagging",
    ]


def test_everything_verified_ends_with_what_is_next() -> None:
    found = report([deployment(ONE, TWO)])
    assert (found.verified, found.total, problems(found)) == (2, 2, {})
    assert closing(found) == [
        "2 of 2 Edge Servers in the topology verified.",
        (
            "Configuration proven on 2 of 2 Edge Servers; federation traffic, DNS records of adatum.example, certificates and the "
            "tenant's side not tested; next: sign in to Outlook on the web as a test user."
        ),
    ]


def test_a_dry_run_ends_with_the_real_one() -> None:
    pending = replace(ONE, content=Content.PENDING, status=Status.UP_TO_DATE, seconds=None)
    found = report([deployment(ONE, pending, check_mode=True)])
    assert problems(found) == {}
    assert closing(found)[:2] == [
        (
            "Dry run, nothing was changed: 1 of 2 Edge Servers in the topology match the desired state already, 1 will differ "
            "until replicated."
        ),
        "Whether the account may write, a dry run cannot know.",
    ]
    assert closing(found)[-1].startswith("Configuration proven on 1 of 2 Edge Servers; ")
    assert closing(found)[-1].endswith("next: run it without --check.")


@pytest.mark.parametrize(
    "failing",
    [
        pytest.param([deployment(ONE, replace(DIFFERS, fqdn="edge02.adatum.example"))], id="one differs"),
        pytest.param([deployment(ONE, stop=STOP)], id="the deployment stopped"),
        pytest.param(
            [deployment(ONE), deployment(title="fabrikam", host="fe02")], id="a deployment without Edge Servers"
        ),
        pytest.param([deployment(ONE, managed=False, topology_read=False)], id="without its management host"),
        pytest.param([deployment(ONE, replace(TWO, content=Content.NOT_IN_TOPOLOGY))], id="a machine that is none"),
        pytest.param([deployment(ONE, stop=STOP, check_mode=True)], id="a dry run"),
    ],
)
def test_a_run_that_failed_never_reads_as_a_success(failing: list[Deployment]) -> None:
    assert problems(report(failing))
    run = "dry run" if failing[0].check_mode else "run"
    assert last_line(*failing).startswith(f"This {run} failed. Configuration proven on ")
    assert last_line(*failing).endswith("next: correct what failed above, then run it again.")


def test_the_proof_counts_only_what_the_topology_has() -> None:
    unknown = replace(TWO, content=Content.NOT_IN_TOPOLOGY)
    unread = deployment(ONE, title="fabrikam", topology_read=False, stop=Stop("Read the topology", "refused", True))
    found = report([deployment(ONE, unknown), unread])
    assert (found.verified, found.total) == (1, 1)
    assert (
        "1 of 1 Edge Servers in the inventory match the desired state; their topology was not read, so they may not be all."
        in closing(found)
    )
    assert "Configuration proven on 1 of 1 Edge Servers; " in closing(found)[-1]


def test_nothing_is_true_of_no_edge_server() -> None:
    none = report([deployment()])
    assert problems(none) == {
        "fe01": "The topology of deployment adatum has no Edge Server: there is nothing that could be verified."
    }
    assert closing(none)[0] == "There is no Edge Server: nothing is verified."
    assert "Configuration proven on no Edge Server; " in last_line(deployment())
    assert report([]).lines[0] == "", "no table"
    assert "sign in" not in last_line()


def test_what_is_missing_but_accepted_is_named_and_next() -> None:
    found = report(
        [deployment(ONE, replace(UNREACHABLE, fqdn="edge02.adatum.example"), verification=Verification.BEST_EFFORT)]
    )
    assert problems(found) == {}
    assert closing(found)[1] == "Not verified: edge02.adatum.example (unreachable)."
    assert closing(found)[-1].endswith("next: verify the Edge Servers that are not verified.")


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
    assert problems(report([deployment(edge, **known)])) == {"edge01": sentence}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (Content.NOT_IN_INVENTORY, "edge01.adatum.example: it has no host in the group lync_edge"),
        (Content.LEFT_OUT, "edge01.adatum.example: --limit leaves it out"),
    ],
)
def test_an_edge_server_that_is_not_in_the_play_fails_the_management_host(content: Content, sentence: str) -> None:
    absent = replace(ONE, content=content, host=None, status=Status.UP_TO_DATE)
    assert problems(report([deployment(absent, replace(absent, fqdn="edge02.adatum.example"))])) == {
        "fe01": f"{sentence} {sentence.replace('edge01', 'edge02')}"
    }


def test_a_deployment_that_stopped_says_where_and_what_is_in_force() -> None:
    stopped = deployment(
        replace(ONE, content=Content.NOT_READ),
        stop=STOP,
        cmdlets=("Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true",),
    )
    sentence = "deployment adatum failed at 'Add the hosting provider': Access is denied."
    found = report([stopped])
    assert problems(found) == {"fe01": sentence}, "and the Edge Server is not to blame"
    assert closing(found)[:2] == [
        sentence,
        "deployment adatum: written before that, and in force: Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true",
    ]


def test_a_deployment_that_was_not_begun_says_so() -> None:
    found = report(
        [deployment(ONE, stop=Stop("", "its management host failed before, see above."), writes=Writes.NONE)]
    )
    assert problems(found) == {
        "fe01": "deployment adatum was not worked on: its management host failed before, see above."
    }


@pytest.mark.parametrize(
    ("known", "accepted"),
    [
        ({}, False),
        ({"partial": True}, True),
        ({"verification": Verification.BEST_EFFORT}, True),
        ({"verification": Verification.SKIP}, True),
    ],
)
def test_a_management_host_that_limit_leaves_out(known: dict[str, Any], accepted: bool) -> None:
    found = report([deployment(ONE, managed=False, topology_read=False, host="edge01", writes=Writes.NONE, **known)])
    sentence = "--limit leaves out the management host of deployment adatum, so its topology was not read"
    assert any(line.startswith(sentence) for line in closing(found))
    assert [text.startswith(sentence) for text in problems(found).values()] == ([] if accepted else [True])
    if accepted:
        assert "Configuration proven on no Edge Server; " in closing(found)[-1]
        assert closing(found)[-1].endswith("next: run it with the management host of each deployment.")


def test_a_master_that_moved_is_told() -> None:
    assert closing(report([deployment(ONE, master_moved=True)]))[0].startswith(
        "The active master of deployment adatum moved during the change: the status of its replicas proves nothing"
    )


def test_a_status_that_does_not_come_back_is_told() -> None:
    silent = replace(ONE, status=Status.LAGGING)
    found = report([deployment(silent, TWO)])
    assert problems(found) == {}
    assert closing(found)[1] == (
        "Verified by content, but the status does not come back: edge01.adatum.example (last status report "
        f"{DATE}). Check the connection back over port 4443."
    )


@pytest.mark.parametrize(
    ("domains", "shown"),
    [
        ((), "DNS records, certificates"),
        (("b.example", "a.example"), "DNS records of a.example, b.example, certificates"),
        (
            tuple(f"{letter}.example" for letter in "abcdef"),
            "a.example, b.example, c.example, d.example, e.example, f.example,",
        ),
        (tuple(f"{letter}.example" for letter in "abcdefg"), "DNS records of 7 SIP domains, certificates"),
    ],
)
def test_a_few_domains_are_named_and_many_counted(domains: tuple[str, ...], shown: str) -> None:
    assert shown in last_line(deployment(ONE, sip_domains=domains))


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
    assert report([deployment(ONE, **known)]).rows[0].cells[3] == word


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
    assert report([deployment(replace(ONE, content=Content.NOT_READ), **known)]).rows[0].outcome is outcome


def test_what_a_server_wrote_forges_no_line() -> None:
    forged = replace(DIFFERS, site="Lisbon\x1b[2J\nPLAY RECAP", last_status_report="\r1", status=Status.LAGGING)
    found = report(
        [deployment(forged, replace(forged, content=Content.MATCHES), stop=replace(STOP, message="\x1b[1m."))]
    )
    assert found.lines[1].startswith("----------  -------------------------  ")
    assert found.lines[2].startswith(r"adatum      Lisbon\x1b[2J\nPLAY RECAP  edge01.adatum.example  ")
    shown = "".join([*found.lines, *problems(found).values()])
    assert [character for character in shown if not character.isprintable()] == []
