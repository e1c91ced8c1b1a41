# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One Lync deployment: everything that its machines share."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from lynclab.deployment.clock import Clock
from lynclab.deployment.replication import Delays, Replication
from lynclab.deployment.store import StoreContent
from lynclab.deployment.topology import Topology
from lynclab.powershell.values import DateTime

# Product versions as Get-CsManagementStoreReplicationStatus shows them: 5.0 is Lync Server 2013, 7.0 Skype for Business
# Server 2019; the numbers of 2010 and 2015 are general knowledge.
PRODUCT_VERSIONS = {
    "lync2010": "4.0.7577.0",
    "lync2013": "5.0.8308.0",
    "sfb2015": "6.0.9319.0",
    "sfb2019": "7.0.2046.0",
}
PRODUCT_NAMES = {
    "lync2010": "Microsoft Lync Server 2010",
    "lync2013": "Microsoft Lync Server 2013",
    "sfb2015": "Skype for Business Server 2015",
    "sfb2019": "Skype for Business Server 2019",
}
MODULE_NAMES = {
    "lync2010": "Lync",
    "lync2013": "Lync",
    "sfb2015": "SkypeForBusiness",
    "sfb2019": "SkypeForBusiness",
}
SERVICE_VERSIONS = {"lync2010": 4, "lync2013": 5, "sfb2015": 7, "sfb2019": 8}

USERS = ("anna", "ben")

Hook = Callable[["Deployment"], None]


@dataclass
class Deployment:
    """The Central Management store, the topology and the replication of one Active Directory forest.

    ``stamp_kind`` is how the cmdlets write dates: ``utc``, ``local`` or ``unspecified``; ``utc_offset`` the servers' time
    zone in hours. ``warn_on_change`` makes each changing cmdlet write a warning. ``lock`` guards all of it.
    """

    name: str
    domain: str
    product: str
    clock: Clock
    topology: Topology
    delays: Delays = field(default_factory=Delays)
    stamp_kind: str = "utc"
    utc_offset: float = 1.0
    warn_on_change: bool = False
    product_version: str = ""
    module_name: str = ""

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        #: SIP addresses, and the external access policy that was granted to each: the name without its scope.
        self.users: dict[str, str | None] = {f"sip:{name}@{self.domain}": None for name in USERS}
        #: What no administrative role has, in lower case: a cmdlet-only endpoint does not offer it to anybody.
        self.without_role: set[str] = set()
        self._content = StoreContent()
        self._hooks: dict[str, list[Hook]] = {"write": [], "health": []}
        self.product_version = self.product_version or PRODUCT_VERSIONS[self.product]
        self.module_name = self.module_name or MODULE_NAMES[self.product]
        self.replication = Replication(self.clock, self.delays, lambda: self._content, self._first_master())
        for fqdn in self.topology.replicas():
            self.replication.add(fqdn, self.product_version)

    @property
    def content(self) -> StoreContent:
        """What the Central Management store holds now."""
        with self.lock:
            return self._content

    def write(self, change: Callable[[StoreContent], StoreContent]) -> None:
        """Change the store, as a cmdlet does: replication takes it from there."""
        with self.lock:
            self.replication.advance()
            self._content = change(self._content)
            self.replication.changed()
            self._call("write")

    def seed(self, change: Callable[[StoreContent], StoreContent]) -> None:
        """Change the store and every local store at once, as if it had been so for a long time."""
        with self.lock:
            self.replication.advance()
            waiting = self.replication.has_unsent_change
            self._content = change(self._content)
            for replica in self.replication.replicas.values():
                replica.content = change(replica.content)
            if not waiting:
                self.replication.forget_change()

    def local_store(self, fqdn: str) -> StoreContent:
        """What the local store of a machine holds now. Raises KeyError when it has none."""
        with self.lock:
            self.replication.advance()
            return self.replication.replicas[fqdn.lower()].content

    def user(self, name: str) -> str | None:
        """The SIP address of a user: by it, with or without its scheme, or by the account's name behind its domain."""
        wanted = name.lower().removeprefix("sip:").rpartition("\\")[2]
        addresses = {address.removeprefix("sip:").lower(): address for address in self.users}
        return addresses.get(wanted) or addresses.get(f"{wanted}@{self.domain.lower()}")

    def after_next(self, event: str, hook: Hook) -> None:
        """Call ``hook`` once, right after the next ``write``, or the next ``health`` read (-CentralManagementStoreStatus)."""
        self._hooks[event].append(hook)

    def health_was_read(self) -> None:
        """The status of the Central Management store was read just now."""
        self._call("health")

    def stamp(self, seconds: float | None) -> DateTime | None:
        """A moment as the cmdlets write it."""
        if seconds is None:
            return None
        if self.stamp_kind == "utc":
            return DateTime(dt.datetime.fromtimestamp(seconds, dt.timezone.utc), "utc")
        local = self.local_time(seconds)
        return local if self.stamp_kind == "local" else DateTime(local.value.replace(tzinfo=None), "unspecified")

    def local_time(self, seconds: float) -> DateTime:
        """A moment in the servers' time zone, as Get-Date writes it."""
        zone = dt.timezone(dt.timedelta(hours=self.utc_offset))
        return DateTime(dt.datetime.fromtimestamp(seconds, zone), "local")

    def _first_master(self) -> str:
        pool = next(pool for pool in self.topology.pools if "CentralManagement" in pool.roles)
        return pool.computers[0]

    def _call(self, event: str) -> None:
        hooks, self._hooks[event] = self._hooks[event], []
        for hook in hooks:
            hook(self)
