# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the status of a replica proves."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._replication.status import (
    Replica,
    Status,
    moved,
    replica,
    status,
)

EARLIER, LATER = "2026-01-02T03:04:05Z", "2026-01-02T03:05:05Z"


def edge(
    fqdn: str = "edge01.adatum.example",
    up_to_date: bool = True,
    created: str | None = EARLIER,
    reported: str | None = EARLIER,
) -> Replica:
    return Replica(fqdn, up_to_date, created, reported, "5.0.8308.0")


@pytest.mark.parametrize(
    ("before", "now", "past"),
    [
        (EARLIER, LATER, True),
        (EARLIER, EARLIER, False),
        (LATER, EARLIER, False),
        (None, EARLIER, True),
        (EARLIER, None, False),
        (None, None, False),
        ("2026-01-02T03:04:05", "2026-01-02T03:04:06", True),
        ("2026-01-02T03:04:05", "2026-01-02T03:04:04", False),
        ("2026-01-02T03:04:05.678+01:00", "2026-01-02T03:04:05.679+01:00", True),
        ("2026-10-25T02:59:59+02:00", "2026-10-25T02:00:00+01:00", True),
        ("2026-10-25T02:00:00+01:00", "2026-10-25T02:59:59+02:00", False),
        ("2026-01-02T03:04:05+01:00", "2026-01-02T02:04:05Z", False),
        ("2026-01-02T03:04:05.1234567Z", "2026-01-02T03:04:05.1234568Z", True),
        ("2026-01-02T03:04:05.1234567Z", "2026-01-02T03:04:05.1234567Z", False),
        ("2026-01-02T03:04:05.9Z", "2026-01-02T03:04:05.95Z", True),
        ("2026-01-02T03:04:05.95Z", "2026-01-02T03:04:05.9Z", False),
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.0000000Z", False),
        ("0001-01-01T00:00:00", EARLIER, True),
        ("0001-01-01T00:00:00+01:00", EARLIER, True),
        (EARLIER, "2026-01-02T03:04:06", True),
        ("2026-99-99T03:04:05Z", EARLIER, True),
        ("1/2/2026 3:04:05 AM", "1/2/2026 3:04:06 AM", True),
        ("1/2/2026 3:04:05 AM", "1/2/2026 3:04:05 AM", False),
    ],
)
def test_a_timestamp_moves_past_its_own_earlier_value(before: str | None, now: str | None, past: bool) -> None:
    assert moved(before, now) is past


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        pytest.param(edge(), edge(created=LATER, reported=LATER), Status.REPLICATED, id="both timestamps moved"),
        pytest.param(edge(), edge(), Status.UP_TO_DATE, id="the old True"),
        pytest.param(edge(), edge(created=LATER), Status.UP_TO_DATE, id="a package, no report"),
        pytest.param(edge(), edge(reported=LATER), Status.UP_TO_DATE, id="a report, no package"),
        pytest.param(edge(), edge(up_to_date=False, created=LATER, reported=LATER), Status.LAGGING, id="False"),
        pytest.param(None, edge(), Status.UP_TO_DATE, id="nothing to compare with"),
        pytest.param(edge(created=None, reported=None), edge(), Status.REPLICATED, id="its first report"),
        pytest.param(edge(), edge(created=None, reported=None), Status.UP_TO_DATE, id="timestamps gone"),
        pytest.param(
            edge(reported="2026-01-02T03:14:05Z"),
            edge(created=LATER, reported="2026-01-02T03:14:35Z"),
            Status.REPLICATED,
            id="the Edge's clock is ten minutes ahead",
        ),
        pytest.param(
            edge(reported="2026-01-02T02:54:05Z"),
            edge(created=LATER, reported="2026-01-02T02:54:35Z"),
            Status.REPLICATED,
            id="the Edge's clock is ten minutes behind",
        ),
    ],
)
def test_the_status_of_one_replica(before: Replica | None, now: Replica, said: Status) -> None:
    assert status(now, before) is said


def test_a_replica_is_read_from_the_cmdlet_and_from_an_earlier_result_alike() -> None:
    shown = {
        "ReplicaFqdn": "Edge01.adatum.example",
        "UpToDate": True,
        "LastStatusReport": LATER,
        "LastUpdateCreation": EARLIER,
        "ProductVersion": None,
    }
    returned = {
        "replica_fqdn": "Edge01.adatum.example",
        "up_to_date": True,
        "last_status_report": LATER,
        "last_update_creation": EARLIER,
        "product_version": None,
        "in_scope": True,
    }
    assert replica(shown) == replica(returned) == Replica("Edge01.adatum.example", True, EARLIER, LATER, None)
    assert replica(shown).key == "edge01.adatum.example"


@pytest.mark.parametrize("shown", [{}, {"ReplicaFqdn": None}, {"ReplicaFqdn": "a.b", "UpToDate": "True"}])
def test_what_is_missing_never_counts_as_up_to_date(shown: dict[str, Any]) -> None:
    assert replica(shown).up_to_date is False
