# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""After the active master moved: whether the Central Management store still holds what was written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.document import from_plain
from .._nouns.table import NOUNS
from .._resource.compare import all_differences
from .._resource.settings import desired_of
from .evidence import Stop
from .plan import Plan
from .reading import Reading, noun_of

TASK = "Read the central store of the new master"


def new_master(plan: Plan, result: Mapping[str, Any]) -> Stop | None:
    """
    :param result: ``new_master`` in the result of lync_replication_status; empty where the master did not move.
    """
    if not result:
        return None
    if "reading" not in result:
        return Stop(TASK, str(result.get("msg") or "it was not read"), bool(result.get("session_failed")))
    reading = from_plain(Reading, result["reading"])
    several = desired_of(NOUNS, plan.desired, "desired")
    unread = sorted({noun_of(one.resource.read) for one in several} - reading.objects.keys())
    if unread:
        return Stop(
            TASK, f"The active master moved to {reading.master}, and {', '.join(unread)} could not be read there."
        )
    lost = all_differences(several, reading.store)
    if not lost:
        return None
    return Stop(
        TASK,
        f"The active master moved to {reading.master}, and its Central Management store does not hold what was written: "
        f"{'; '.join(map(str, lost))}. Run the play again once the new master is settled.",
    )
