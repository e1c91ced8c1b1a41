# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as people state them: an offset, or a date in UTC."""

from __future__ import annotations

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core import times
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused


@pytest.mark.parametrize(
    ("stated", "begins", "ends"),
    [
        ("2026-11-28", "2026-11-28 00:00:00 UTC", "2026-11-29 00:00:00 UTC"),
        (" 2026-12-31 ", "2026-12-31 00:00:00 UTC", "2027-01-01 00:00:00 UTC"),
        ("2026-11-28T22:00:00+01:00", "2026-11-28 21:00:00 UTC", None),
        ("2026-11-28 22:00:00+01:00", "2026-11-28 21:00:00 UTC", None),  # as YAML's own time becomes text
        ("2026-11-28 22:00 -0530", "2026-11-29 03:30:00 UTC", None),
        ("2026-11-28T22:00:01Z", "2026-11-28 22:00:01 UTC", None),
        ("2026-11-28t22:00z", "2026-11-28 22:00:00 UTC", None),
        ("9999-12-31T23:59:59Z", "9999-12-31 23:59:59 UTC", None),
        ("0001-01-01", "0001-01-01 00:00:00 UTC", "0001-01-02 00:00:00 UTC"),
    ],
)
def test_a_time_or_a_day(stated: str, begins: str, ends: str | None) -> None:
    assert times.utc(times.beginning(stated, "it")) == begins
    assert times.utc(times.end(stated, "it")) == (ends or begins)


@pytest.mark.parametrize(
    "stated",
    [
        "",
        "tomorrow",
        "2026-11-28T22:00:00",
        "2026-11-28 22:00",
        "2026-02-30",
        "2026-11-28T25:00Z",
        "2026-11-28T22:00+99:00",
        "28.11.2026",
        "1764360000",
        "2026-11-28Z",
    ],
)
def test_what_could_be_misread_is_refused(stated: str) -> None:
    with pytest.raises(Refused, match="valid_until must be a date"):
        times.end(stated, "valid_until")


@pytest.mark.parametrize("stated", ["9999-12-31", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"])
def test_a_time_that_cannot_be_told_in_utc_is_refused_in_words(stated: str) -> None:
    with pytest.raises(Refused) as refusal:
        times.end(stated, "valid_until")
    assert refusal.value.message == (
        f"valid_until must be within the years 1 to 9999 in UTC, where a date ends at 24:00; '{stated}' is not."
    )


def test_the_last_day_may_begin_something() -> None:
    assert times.utc(times.beginning("9999-12-31", "it")) == "9999-12-31 00:00:00 UTC"


def test_the_name_of_a_file() -> None:
    assert times.compact(times.beginning("2026-11-28T22:00:01Z", "it")) == "20261128T220001Z"
