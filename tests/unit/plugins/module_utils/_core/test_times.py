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
        "9999-12-31",
    ],
)
def test_what_could_be_misread_is_refused(stated: str) -> None:
    with pytest.raises(Refused, match="valid_until must be a date"):
        times.end(stated, "valid_until")


def test_the_name_of_a_file() -> None:
    assert times.compact(times.beginning("2026-11-28T22:00:01Z", "it")) == "20261128T220001Z"
