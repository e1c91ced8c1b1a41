# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Edge Servers that the user excuses from the proof, by name, reason and date; the change reaches them all the same.

One that is excused is never logged on to, not waited for and not needed in the inventory. It counts as not proven.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .._core.failures import Refused
from .._core.written import written
from .._resource.setting import FQDN

VARIABLE = "hybrid_edges_excused"
LONGEST = 90
"""Days from today."""

FIELDS = ("edge", "reason", "until")


@dataclass(frozen=True)
class Excuse:
    """
    :ivar edge: the machine's name, as the topology has it.
    :ivar until: the last day on which it counts, in UTC, as ``2026-12-31``.
    """

    edge: str
    reason: str
    until: str

    @property
    def key(self) -> Any:
        return FQDN.comparable(self.edge)


def excuses(entries: Any, today: dt.date) -> tuple[Excuse, ...]:
    """
    :param entries: as the user stated them.
    :param today: the date in UTC.
    :raises Refused: for what is no list of such entries, a date that is past or too far away, and a machine that is named twice.
    """
    if entries is None:
        return ()
    if not isinstance(entries, (list, tuple)):
        raise Refused(f"{VARIABLE} must be a list of {_fields()}, not {entries!r}.")
    found = tuple(_excuse(entry, today) for entry in entries)
    names = [excuse.key for excuse in found]
    twice = {excuse.edge for excuse in found if names.count(excuse.key) > 1}
    if twice:
        raise Refused(f"{VARIABLE} names {', '.join(sorted(twice))} twice.")
    return found


def of_machine(several: Iterable[Excuse], fqdn: str) -> Excuse | None:
    """The one that excuses a machine."""
    return next((excuse for excuse in several if excuse.key == FQDN.comparable(fqdn)), None)


def _excuse(entry: Any, today: dt.date) -> Excuse:
    if not isinstance(entry, Mapping) or set(entry) != set(FIELDS):
        raise Refused(f"{VARIABLE} must be a list of {_fields()}; {entry!r} is none.")
    edge, reason = ((written(entry[name]) or "").strip().rstrip(".") for name in ("edge", "reason"))
    if not edge or not reason:
        raise Refused(f"{VARIABLE}: {entry!r} lacks {'a reason' if edge else 'the name of an Edge Server'}.")
    until = _date(entry["until"])
    if until is None:
        raise Refused(
            f"{VARIABLE}: until of {edge} must be a date such as {today.isoformat()}, not {entry['until']!r}."
        )
    last = today + dt.timedelta(days=LONGEST)
    if until < today:
        raise Refused(f"{VARIABLE}: {edge} was excused until {until}, which is past (today is {today}, UTC).")
    if until > last:
        raise Refused(
            f"{VARIABLE}: {edge} cannot be excused until {until}: {LONGEST} days at most, which is {last} (UTC)."
        )
    return Excuse(edge, reason, until.isoformat())


def _date(stated: Any) -> dt.date | None:
    """A date as YAML reads it, or as text."""
    if isinstance(stated, dt.date) and not isinstance(stated, dt.datetime):
        return stated
    try:
        return dt.date.fromisoformat(stated) if isinstance(stated, str) else None
    except ValueError:
        return None


def _fields() -> str:
    return f"mappings with {', '.join(FIELDS[:-1])} and {FIELDS[-1]}"
