# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One poll, as plain types and back; who is master; what keeps a deployment from replicating."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.document import from_plain, to_plain
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused
from ansible_collections.ucops.lync.plugins.module_utils._replication.poll import (
    Poll,
    earlier,
    health_problem,
    master_moved,
)
from ansible_collections.ucops.lync.plugins.module_utils._replication.status import Replica

ONE = Replica("Edge01.adatum.example", True, "2026-01-02T03:04:05Z", "2026-01-02T03:04:35Z", "5.0.8308.0")
TWO = Replica("edge02.adatum.example", False, None, None, None)
POLL = Poll((ONE, TWO), {"active_master_fqdn": "fe01.adatum.example", "deleted_replicas": ["old.adatum.example"]})


def by(master: str | None) -> Poll:
    return Poll((ONE,), {"active_master_fqdn": master})


def test_a_poll_travels_as_plain_types() -> None:
    assert from_plain(Poll, json.loads(json.dumps(to_plain(POLL)))) == POLL


def test_what_a_poll_says() -> None:
    assert list(POLL.by_key) == ["edge01.adatum.example", "edge02.adatum.example"]
    assert POLL.master == "fe01.adatum.example"
    assert POLL.behind == ["edge02.adatum.example"]


@pytest.mark.parametrize(
    ("deleted", "names"), [(["a.b", "c.d"], ["a.b", "c.d"]), ("a.b", ["a.b"]), ([], []), (None, []), ("", [])]
)
def test_deleted_replicas_may_be_one_text(deleted: Any, names: list[str]) -> None:
    assert Poll((), {"deleted_replicas": deleted}).deleted == names


@pytest.mark.parametrize(
    ("before", "now", "moved"),
    [
        ("fe01.adatum.example", "fe02.adatum.example", True),
        ("fe01.adatum.example", "fe01.adatum.example", False),
        ("fe01.adatum.example", "FE01.Adatum.example.", False),
        (None, "fe02.adatum.example", False),
        ("fe01.adatum.example", None, False),
        (None, None, False),
    ],
)
def test_the_master_has_moved_where_both_are_known_and_differ(before: str | None, now: str | None, moved: bool) -> None:
    assert master_moved(by(now), by(before)) is moved


def test_without_an_earlier_poll_no_master_has_moved() -> None:
    assert master_moved(POLL, None) is False


def test_an_earlier_result_is_a_poll() -> None:
    result = {"replicas": [{"replica_fqdn": ONE.fqdn, "up_to_date": True}], "central": {"active_master_fqdn": "a.b"}}
    assert earlier(result) == Poll((Replica(ONE.fqdn, True, None, None, None),), {"active_master_fqdn": "a.b"})
    assert earlier(None) is None


def test_an_earlier_result_between_two_changes_carries_what_was_noted_before_the_first() -> None:
    result = {
        "replicas": [{"replica_fqdn": one.fqdn, "up_to_date": False} for one in (ONE, TWO)],
        "central": {"active_master_fqdn": "fe02.adatum.example"},
        "noted": {"master": "fe01.adatum.example", "behind": [TWO.fqdn]},
    }
    found = earlier(result)
    assert found is not None
    assert (found.master, found.behind) == ("fe01.adatum.example", [TWO.fqdn])


@pytest.mark.parametrize("result", [{"changed": True}, {"replicas": None}, {"replicas": [1]}, "replicas", 7])
def test_anything_else_is_refused(result: Any) -> None:
    with pytest.raises(Refused, match="newer_than must be the registered result"):
        earlier(result)


@pytest.mark.parametrize(
    ("central", "problem"),
    [
        ({"active_master_fqdn": "a", "active_file_transfer_agent_fqdn": "a"}, None),
        ({"active_master_fqdn": "a", "active_file_transfer_agents": ["a"]}, None),
        ({"active_master_fqdn": "", "active_file_transfer_agent_fqdn": "a"}, "master"),
        ({"active_master_fqdn": None}, "master"),
        ({"active_master_fqdn": "a", "active_file_transfer_agents": []}, "file transfer agent"),
        ({"active_master_fqdn": "a", "active_file_transfer_agent_fqdn": None}, "file transfer agent"),
        ({}, None),
    ],
)
def test_what_keeps_a_deployment_from_replicating(central: dict[str, Any], problem: str | None) -> None:
    found = health_problem(central)
    assert found is None if problem is None else problem in (found or "")
