# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentences under the table: what stands, what is proven, what is next."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._replication.status import Status
from ansible_collections.ucops.lync.plugins.module_utils._report.closing import closing
from ansible_collections.ucops.lync.plugins.module_utils._report.problems import problems
from ansible_collections.ucops.lync.plugins.module_utils._report.report import lines
from ansible_collections.ucops.lync.plugins.module_utils._report.rows import judge
from ansible_collections.ucops.lync.plugins.module_utils._rollout.evidence import (
    Deployment,
    LateReplica,
    Stop,
)
from ansible_collections.ucops.lync.plugins.module_utils._rollout.verdict import (
    Content,
    Outcome,
    Verification,
    Writes,
)
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout.ended import (
    DATE,
    DIFFERS,
    EXCUSED,
    ONE,
    SET,
    STOP,
    TWO,
    UNREACHABLE,
    deployment,
    last_line,
)


def test_everything_verified_ends_with_what_is_next() -> None:
    found = judge([deployment(ONE, TWO)])
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
    found = judge([deployment(ONE, pending, check_mode=True)])
    assert problems(found) == {}
    assert closing(found)[0] == (
        "Dry run, nothing was changed: 1 of 2 Edge Servers in the topology match the desired state already, 1 will differ "
        "until replicated."
    )
    assert len(closing(found)) == 2, "what the account may do is in the plan"
    assert closing(found)[-1].startswith("Configuration proven on 1 of 2 Edge Servers; ")
    assert closing(found)[-1].endswith("next: run it without --check.")


def test_a_dry_run_that_was_refused_says_what_matches_and_proves_nothing() -> None:
    differs = replace(DIFFERS, fqdn="edge02.adatum.example")
    found = judge([deployment(ONE, differs, stop=STOP, check_mode=True, writes=Writes.NONE)])
    assert {row.outcome for row in found.rows} == {Outcome.NOTHING_WRITTEN}
    assert closing(found)[1] == (
        "Dry run, nothing was changed: 1 of 2 Edge Servers in the topology match the desired state already."
    )
    assert "Configuration proven on 0 of 2 Edge Servers; " in closing(found)[-1]


def test_one_that_was_not_read_is_not_said_to_differ() -> None:
    dry = judge([deployment(ONE, replace(UNREACHABLE, fqdn="edge02"), EXCUSED, check_mode=True)])
    assert closing(dry)[0].endswith(
        "1 of 3 Edge Servers in the topology match the desired state already, 1 not read, 1 excused."
    )
    unread = deployment(replace(ONE, content=Content.NOT_READ), topology_read=False, stop=STOP, writes=Writes.NONE)
    assert (
        "0 of 1 Edge Servers in the inventory match the desired state, 1 not read; their topology"
        in closing(judge([unread]))[1]
    )


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
    assert problems(judge(failing))
    run = "dry run" if failing[0].check_mode else "run"
    assert last_line(*failing).startswith(f"This {run} failed. Configuration proven on ")
    assert last_line(*failing).endswith("next: correct what failed above, then run it again.")


def test_the_proof_counts_only_what_the_topology_has() -> None:
    unknown = replace(TWO, content=Content.NOT_IN_TOPOLOGY)
    unread = deployment(ONE, title="fabrikam", topology_read=False, stop=Stop("Read the topology", "refused", True))
    found = judge([deployment(ONE, unknown), unread])
    assert (found.verified, found.total) == (1, 1)
    assert (
        "1 of 1 Edge Servers in the inventory match the desired state; their topology was not read, so they may not be all."
        in closing(found)
    )
    assert "Configuration proven on 1 of 1 Edge Servers; " in closing(found)[-1]


def test_nothing_is_true_of_no_edge_server() -> None:
    none = judge([deployment()])
    assert problems(none) == {
        "fe01": "The topology of deployment adatum has no Edge Server: there is nothing that could be verified."
    }
    assert closing(none)[0] == "There is no Edge Server: nothing is verified."
    assert "Configuration proven on no Edge Server; " in last_line(deployment())
    assert lines(judge([]))[0] == "", "no table"
    assert "sign in" not in last_line()


def test_what_is_missing_but_accepted_is_named_and_next() -> None:
    found = judge(
        [deployment(ONE, replace(UNREACHABLE, fqdn="edge02.adatum.example"), verification=Verification.BEST_EFFORT)]
    )
    assert problems(found) == {}
    assert closing(found)[1] == "Not verified: edge02.adatum.example (unreachable)."
    assert closing(found)[-1].endswith("next: verify the Edge Servers that are not verified.")


def test_a_deployment_that_stopped_says_where_and_what_is_in_force() -> None:
    stopped = deployment(
        replace(ONE, content=Content.NOT_READ),
        stop=STOP,
        ran=("New-CsHostingProvider -Identity X",),
        missing=(SET,),
    )
    sentence = "deployment adatum failed at 'Add the hosting provider': Access is denied."
    found = judge([stopped])
    assert problems(found) == {"fe01": sentence}, "and the Edge Server is not to blame"
    assert closing(found)[:2] == [
        sentence,
        "deployment adatum: written before that, and in force: New-CsHostingProvider -Identity X",
    ]
    assert closing(found)[2] == (
        f"deployment adatum: not written: {SET}. Correct what failed, then run it again: it reads the state first, sends only what "
        "is missing and proves all of it."
    )


def test_what_may_have_been_written_is_not_said_to_be_in_force() -> None:
    unsure = deployment(ONE, stop=STOP, writes=Writes.UNKNOWN, unknown=(SET,))
    assert closing(judge([unsure]))[1] == f"deployment adatum: whether it was written is not known: {SET}"
    assert "in force" not in "".join(closing(judge([unsure])))


def test_a_run_that_wrote_nothing_does_not_say_what_completes_it() -> None:
    refused = deployment(ONE, stop=STOP, writes=Writes.NONE, missing=(SET,))
    assert "not written" not in "".join(closing(judge([refused])))


def test_a_run_that_was_refused_verifies_nothing() -> None:
    found = judge([deployment(ONE, stop=STOP, writes=Writes.NONE)])
    assert (found.rows[0].outcome, found.verified) == (Outcome.NOTHING_WRITTEN, 0)
    assert lines(found)[2].endswith("  matches       nothing written")
    assert last_line(*found.deployments).startswith("This run failed. Configuration proven on 0 of 1 Edge Servers; ")


def test_an_excused_edge_server_is_shown_as_such_and_never_counted_as_proven() -> None:
    found = judge([deployment(ONE, TWO, EXCUSED)])
    assert (found.verified, found.excused, found.total, problems(found)) == (2, 1, 3, {})
    assert lines(found)[4].endswith("  lagging            excused       excused until 2026-12-31 (power supply)")
    assert closing(found) == [
        "2 of 3 Edge Servers in the topology verified, 1 excused.",
        "Excused from the proof: edge03.adatum.example (until 2026-12-31: power supply).",
        (
            "Configuration proven on 2 of 3 Edge Servers, 1 excused; federation traffic, DNS records of adatum.example, "
            "certificates and the tenant's side not tested; next: sign in to Outlook on the web as a test user."
        ),
    ]
    assert found.rows[2].plain["excused_until"] == "2026-12-31"
    assert found.rows[0].plain["excused_until"] is None


def test_an_excused_edge_server_in_a_dry_run_and_without_a_topology() -> None:
    pending = replace(ONE, content=Content.PENDING)
    assert (
        "1 will differ until replicated, 1 excused."
        in closing(judge([deployment(pending, EXCUSED, check_mode=True)]))[0]
    )
    unread = deployment(ONE, EXCUSED, topology_read=False, stop=STOP, writes=Writes.NONE)
    assert (
        "1 of 2 Edge Servers in the inventory match the desired state, 1 excused; their topology was not read"
        in "".join(closing(judge([unread])))
    )


def test_excused_alone_proves_nothing() -> None:
    assert last_line(deployment(EXCUSED)).endswith("next: verify the Edge Servers that are not verified.")


def test_the_management_host_that_was_used_and_why_not_the_first() -> None:
    found = closing(
        judge([deployment(ONE, host="fe02", passed_over={"fe01": "fe01 refused.\nAdd", "fe00": "It was left."})])
    )
    assert found[0] == (
        "deployment adatum: fe02 was used, because no management host before it could be read. fe01 refused.; fe00: It was left."
    )


def test_replicas_that_nobody_waited_for_are_named_and_counted() -> None:
    late = tuple(LateReplica(f"fe{number:02}", DATE if number else None) for number in range(302))
    found = closing(judge([deployment(ONE, behind=late)]))
    assert found[1].startswith(
        "deployment adatum: not waited for, and behind when the run ended: fe00 (has never reported), fe01 (last status report "
    )
    assert found[1].endswith(
        " and 296 more. hybrid_replication_scope: all waits for every replica that hybrid_replication_ignore does not name."
    )


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
    found = judge([deployment(ONE, managed=False, topology_read=False, host="edge01", writes=Writes.NONE, **known)])
    sentence = "--limit leaves out the management host of deployment adatum, so its topology was not read"
    assert any(line.startswith(sentence) for line in closing(found))
    assert [text.startswith(sentence) for text in problems(found).values()] == ([] if accepted else [True])
    if accepted:
        assert "Configuration proven on no Edge Server; " in closing(found)[-1]
        assert closing(found)[-1].endswith("next: run it with the management host of each deployment.")


def test_a_master_that_moved_is_told() -> None:
    assert closing(judge([deployment(ONE, master_moved=True)]))[0].startswith(
        "The active master of deployment adatum moved during the change: the status of its replicas proves nothing"
    )


def test_a_status_that_does_not_come_back_is_told() -> None:
    silent = replace(ONE, status=Status.LAGGING)
    found = judge([deployment(silent, TWO)])
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


NOBODY = "no global or site policy allows outside access; user policies were not read"


def test_the_last_line_repeats_what_keeps_it_from_serving_anybody() -> None:
    assert last_line(deployment(ONE, closing=(NOBODY,))) == (
        f"Configuration proven on 1 of 1 Edge Servers, but {NOBODY}; federation traffic, DNS records of adatum.example, "
        "certificates and the tenant's side not tested; next: settle that, then sign in to Outlook on the web as a test user."
    )
    failed = last_line(deployment(ONE, stop=STOP, closing=(NOBODY,)))
    assert f", but {NOBODY}; federation traffic" in failed


def test_it_is_said_once_with_whose_it_is() -> None:
    others = [deployment(ONE, title=f"south{number}", closing=(NOBODY,)) for number in range(7)]
    several = last_line(deployment(ONE), *others)
    assert several.count(NOBODY) == 1
    assert f"but south0, south1, south2, south3, south4, south5 and 1 more: {NOBODY};" in several
