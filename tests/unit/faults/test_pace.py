# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long commands took, read off what passed the proxies; and how late a loop was."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import pytest
from classes import EDGE, RequestClass
from lateness import STEP_SECONDS, Lateness
from pace import LEAST_DEADLINE, Pace, pace
from proxy import Seen


def log(*passed: tuple[str, float, float]) -> list[Seen]:
    """Requests by message, when each began and when it ended."""
    return [
        Seen(RequestClass(EDGE, "before", message, ()), began, 200, ended=ended) for message, began, ended in passed
    ]


PSRP = log(
    ("Create", 0, 1),
    ("Receive", 1.25, 2),
    ("Command", 10, 11),
    ("Receive", 11.5, 12),
    ("Command", 20, 20.1),
    ("Receive", 20.1, 20.2),
    ("Signal", 60, 61),
    ("Delete", 70, 71),
)
WINRS = log(
    ("Create", 0, 1),
    ("Command", 1, 2),
    ("Send", 2, 2.5),
    ("Receive", 2.5, 3),
    ("Command", 30, 31),
    ("Receive", 31, 32),
    ("Delete", 40, 41),
)


@pytest.mark.parametrize(("passed", "slowest", "pause"), [(PSRP, 2, 0.5), (WINRS, 3, 0)])
def test_a_command_lasts_from_its_first_request_to_its_last_answer(
    passed: list[Seen], slowest: float, pause: float
) -> None:
    assert pace([passed]) == Pace(slowest, pause)


def test_the_slowest_of_all_hosts_counts() -> None:
    assert pace([PSRP, WINRS]) == Pace(slowest=3, pause=0.5)
    assert pace([[], []]) == Pace()


def test_a_deadline_is_in_proportion() -> None:
    assert Pace(slowest=0.1).deadline == LEAST_DEADLINE
    assert Pace(slowest=9.9).deadline == 34


def test_a_loop_that_is_kept_from_its_work_is_late() -> None:
    async def blocked() -> float:
        lateness = Lateness()
        watching = asyncio.ensure_future(lateness.watch())
        await asyncio.sleep(STEP_SECONDS / 2)
        time.sleep(0.3)  # what is tried
        await asyncio.sleep(STEP_SECONDS / 2)
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        assert lateness.taken() > 0.2
        return lateness.taken()

    assert asyncio.run(blocked()) == 0
