# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One poll of a deployment's replication."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .._core.failures import Refused
from .._core.task import Records
from .._resource.setting import FQDN
from .._store.names import snake_cased
from .._store.shown import is_shown, text_or_nothing, texts
from .status import Replica, replica

MASTER = "active_master_fqdn"
TRANSFER = ("active_file_transfer_agent_fqdn", "active_file_transfer_agents")
"""What tells that changes can replicate; the second one by product."""


@dataclass(frozen=True)
class Poll:
    """The replicas of a deployment and the state of its Central Management store (keys in snake_case) at one time."""

    replicas: tuple[Replica, ...]
    central: Mapping[str, Any]

    @property
    def by_key(self) -> dict[str, Replica]:
        return {one.key: one for one in self.replicas}

    @property
    def plain(self) -> dict[str, Any]:
        """As a result of lync_replication_status, for a later one to compare with."""
        return {"replicas": [one.plain for one in self.replicas], "central": dict(self.central)}

    @property
    def master(self) -> str:
        return text_or_nothing(self.central.get("active_master_fqdn")) or ""

    @property
    def deleted(self) -> Sequence[str]:
        return list(texts(self.central.get("deleted_replicas")))

    @property
    def behind(self) -> list[str]:
        """The names of the replicas that are not up to date."""
        return [one.fqdn for one in self.replicas if not one.up_to_date]


def poll_of(replicas: Records, central: Records) -> Poll:
    """From what the two status cmdlets wrote."""
    return Poll(tuple(map(replica, replicas)), (snake_cased(central[0]) or {}) if central else {})


def earlier(result: Any) -> Poll | None:
    """The poll before the last change, from a result of lync_replication_status; None for None.

    Which replicas were behind and which machine was master is what was noted before the first change: the first change alone
    makes all replicas lag for a while, and the master may move after it.

    :raises Refused: for anything else.
    """
    if result is None:
        return None
    try:
        found = Poll(tuple(replica(one) for one in result["replicas"]), dict(result.get("central") or {}))
        noted = result.get("noted")
        if not noted:
            return found
        return Poll(
            tuple(replace(one, up_to_date=one.fqdn not in noted["behind"]) for one in found.replicas),
            {**found.central, "active_master_fqdn": noted["master"]},
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Refused("newer_than must be the registered result of an earlier lync_replication_status task.") from error


def master_moved(now: Poll, before: Poll | None) -> bool:
    """Whether another machine is master than before: it writes the timestamps, so that they cannot be compared any more."""
    if before is None or not before.master or not now.master:
        return False
    return bool(FQDN.comparable(before.master) != FQDN.comparable(now.master))


def health_problem(central: Mapping[str, Any]) -> str | None:
    """Why no change can replicate now, as far as the state of the Central Management store tells."""
    if MASTER in central and not is_shown(central[MASTER]):
        return "there is no active master replicator (service MASTER) on the Central Management Server"
    transfer = [central[name] for name in TRANSFER if name in central]
    if transfer and not any(map(is_shown, transfer)):
        return "there is no active file transfer agent (service FTA) on the Central Management Server"
    return None


def health_unknown(central: Mapping[str, Any]) -> bool:
    """Whether the state of the Central Management store does not tell that."""
    return MASTER not in central or not any(name in central for name in TRANSFER)
