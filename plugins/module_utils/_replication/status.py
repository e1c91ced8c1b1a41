# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the status of one replica proves.

Status counts only when both timestamps of a replica moved past their own values read before the last change and UpToDate is
True: right after a change UpToDate can still be the old True, and the two timestamps may come from two clocks, so they are
never compared with each other or with the controller's clock.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .._core.cmdlet import SWITCH, Cmdlet
from .._core.failures import Failure
from .._resource.setting import FQDN
from .._store.shown import single, text, text_or_nothing

STATUS = Cmdlet("Get-CsManagementStoreReplicationStatus", yields="ReplicaState")
CENTRAL_STATUS = Cmdlet(
    STATUS.name, {"CentralManagementStoreStatus": SWITCH}, yields="CentralManagementStoreStatusResult"
)

_TIMESTAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?")


@dataclass(frozen=True)
class Replica:
    """A replica as the status cmdlet shows it; timestamps are the server's text, None when it has never reported."""

    fqdn: str
    up_to_date: bool
    last_update_creation: str | None
    last_status_report: str | None
    product_version: str | None

    @property
    def plain(self) -> dict[str, Any]:
        """As results show it."""
        return {
            "replica_fqdn": self.fqdn,
            "up_to_date": self.up_to_date,
            "last_update_creation": self.last_update_creation,
            "last_status_report": self.last_status_report,
            "product_version": self.product_version,
        }

    @property
    def key(self) -> str:
        return str(FQDN.comparable(self.fqdn))


def replica(shown: Mapping[str, Any]) -> Replica:
    """From the cmdlet's properties, or from an earlier result of the module.

    :raises Failure: for a property that decides and is not understood.
    """

    def value(understood: Callable[[Any], Any], property_name: str, option: str) -> Any:
        try:
            return understood(shown.get(property_name, shown.get(option)))
        except ValueError as problem:
            raise Failure(f"{STATUS.name} wrote {property_name} as {problem}, which is not understood.") from None

    return Replica(
        fqdn=value(text, "ReplicaFqdn", "replica_fqdn") or "",
        up_to_date=value(single, "UpToDate", "up_to_date") is True,
        last_update_creation=value(text, "LastUpdateCreation", "last_update_creation"),
        last_status_report=value(text, "LastStatusReport", "last_status_report"),
        product_version=value(text_or_nothing, "ProductVersion", "product_version"),
    )


def moved(before: str | None, now: str | None) -> bool:
    """Whether a timestamp is past its own earlier value."""
    if now is None:
        return False
    if before is None:
        return True
    one, other = _instant(before), _instant(now)
    if one is None or other is None or (one[0].tzinfo is None) != (other[0].tzinfo is None):
        return before != now
    return other > one


def _instant(timestamp: str) -> tuple[dt.datetime, str] | None:
    """A date of any of the three kinds to the second, and its decimals, of which .NET writes up to seven."""
    found = _TIMESTAMP.fullmatch(timestamp)
    if found is None:
        return None
    seconds, decimals, zone = found.groups()
    offset = "+00:00" if zone == "Z" else zone or ""
    try:
        return dt.datetime.fromisoformat(seconds + offset), f"{decimals or '':0<9}"
    except ValueError:
        return None


class Status(enum.Enum):
    """What the status of one replica says of the last change."""

    UNKNOWN = "unknown"
    """The machine has no row among the replicas, or none were read."""
    LAGGING = "lagging"
    """UpToDate is False."""
    UP_TO_DATE = "up_to_date"
    """UpToDate is True, and may be the old True."""
    REPLICATED = "replicated"
    """UpToDate is True, and both timestamps moved past their values before the last change."""


def status(now: Replica, before: Replica | None) -> Status:
    """
    :param before: the same replica, read before the last change; None when there is nothing to compare with.
    """
    if not now.up_to_date:
        return Status.LAGGING
    if before is None:
        return Status.UP_TO_DATE
    both = moved(before.last_update_creation, now.last_update_creation) and moved(
        before.last_status_report, now.last_status_report
    )
    return Status.REPLICATED if both else Status.UP_TO_DATE
