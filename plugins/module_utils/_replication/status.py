# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the status of the replicas proves.

Status counts only when both stamps of a replica moved past their own values read before the last change and UpToDate is
True: right after a change UpToDate can still be the old True, and the two stamps may come from two clocks, so they are never
compared with each other or with the controller's clock.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._core.cmdlet import SWITCH, Cmdlet
from .._core.failures import Refused
from .._resource.setting import FQDN

STATUS = Cmdlet("Get-CsManagementStoreReplicationStatus", yields="ReplicaState")
CENTRAL_STATUS = Cmdlet(
    STATUS.name, {"CentralManagementStoreStatus": SWITCH}, yields="CentralManagementStoreStatusResult"
)

_STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?")


@dataclass(frozen=True)
class Replica:
    """A replica as the status cmdlet shows it; stamps are the server's text, None when it has never reported."""

    fqdn: str
    up_to_date: bool
    last_update_creation: str | None
    last_status_report: str | None
    product_version: str | None

    @property
    def key(self) -> str:
        return str(FQDN.comparable(self.fqdn))

    @property
    def last_report(self) -> str:
        """The last report, for a sentence."""
        return f"last status report {self.last_status_report}" if self.last_status_report else "has never reported"


def replica(shown: Mapping[str, Any]) -> Replica:
    """From the cmdlet's properties, or from an earlier result of the module."""

    def value(property_name: str, option: str) -> Any:
        return shown.get(property_name, shown.get(option)) or None

    return Replica(
        fqdn=str(value("ReplicaFqdn", "replica_fqdn") or ""),
        up_to_date=value("UpToDate", "up_to_date") is True,
        last_update_creation=value("LastUpdateCreation", "last_update_creation"),
        last_status_report=value("LastStatusReport", "last_status_report"),
        product_version=value("ProductVersion", "product_version"),
    )


def moved(before: str | None, now: str | None) -> bool:
    """Whether a stamp is past its own earlier value."""
    if now is None:
        return False
    if before is None:
        return True
    one, other = _instant(before), _instant(now)
    if one is None or other is None or (one[0].tzinfo is None) != (other[0].tzinfo is None):
        return before != now
    return other > one


def _instant(stamp: str) -> tuple[dt.datetime, str] | None:
    """A date of any of the three kinds to the second, and its decimals, of which .NET writes up to seven."""
    found = _STAMP.fullmatch(stamp)
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

    LAGGING = "lagging"
    UP_TO_DATE = "up to date"
    REPLICATED = "replicated (status only)"


def status(now: Replica, before: Replica | None) -> Status:
    """
    :param before: the same replica, read before the last change; None when there is no earlier reading to compare with.
    """
    if not now.up_to_date:
        return Status.LAGGING
    if before is None:
        return Status.UP_TO_DATE
    both = moved(before.last_update_creation, now.last_update_creation) and moved(
        before.last_status_report, now.last_status_report
    )
    return Status.REPLICATED if both else Status.UP_TO_DATE


@dataclass(frozen=True)
class Scope:
    """Which replicas are waited for, and why each other one is not."""

    waited_for: frozenset[str]
    reasons: Mapping[str, str]


def scope(
    found: Sequence[Replica],
    wanted: Sequence[str] | None,
    ignored: Sequence[Mapping[str, str]],
    deleted: Sequence[str],
    before: Mapping[str, Replica],
) -> Scope:
    """
    :param wanted: machines in scope; None: all that are listed.
    :raises Refused: when a wanted or ignored replica does not exist.
    """
    listed = {one.key: one for one in found}
    check_known(found, [*(wanted or ()), *(item["replica"] for item in ignored)])
    keys = None if wanted is None else {FQDN.comparable(name) for name in wanted}
    gone = {FQDN.comparable(name) for name in deleted}
    reasons: dict[str, str] = {}
    for key in listed:
        reason = next((item["reason"] for item in ignored if FQDN.comparable(item["replica"]) == key), None)
        if reason is not None:
            reasons[key] = f"ignored ({reason})"
        elif key in gone:
            reasons[key] = "deleted from the topology"
        elif keys is not None and key not in keys:
            reasons[key] = "outside the scope"
        elif key in before and not before[key].up_to_date:
            reasons[key] = f"behind before the change already ({before[key].last_report})"
    return Scope(frozenset(listed) - frozenset(reasons), reasons)


def check_known(found: Sequence[Replica], names: Sequence[str]) -> None:
    """
    :raises Refused: when the deployment has no replica of one of these names.
    """
    listed = {one.key for one in found}
    for name in names:
        if FQDN.comparable(name) not in listed:
            known = ", ".join(one.fqdn for one in found)
            raise Refused(f"There is no replica {name!r} in this deployment; it has {known or 'none'}.")
