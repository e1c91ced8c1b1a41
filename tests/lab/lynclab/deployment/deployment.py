# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One Lync deployment: everything that its machines share."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography import x509

from lynclab.deployment.clock import Clock
from lynclab.deployment.external_certificate import DAY, ExternalCertificate, PublicAuthority
from lynclab.deployment.replication import Delays, Replication
from lynclab.deployment.roles import Role, built_in_roles, members
from lynclab.deployment.store import StoreContent
from lynclab.deployment.topology import Topology
from lynclab.deployment.zone import Zone, zone_of
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
#: Of the Access Edges, in the order of their pools: addresses for documentation (RFC 5737).
EXTERNAL_ADDRESSES = tuple(f"192.0.2.{number}" for number in range(10, 250))
#: Half a day more, so that nobody counts them differently a moment later.
CERTIFICATE_DAYS = 200.5

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
        #: The administrative roles by lower-case identity, and which of them an account of the domain has, by its name.
        self.roles: dict[str, Role] = built_in_roles(self.topology.sites[0])
        self.members: dict[str, tuple[str, ...]] = members()
        #: Accounts whose roles Get-CsAdminRoleAssignment does not tell: they come from nested groups, for example.
        self.untold: set[str] = set()
        #: Properties that this deployment's servers do not show, in lower case.
        self.unshown: set[str] = set()
        #: What no administrative role has, in lower case: a cmdlet-only endpoint does not offer it to anybody. The page of
        #: Get-CsCertificate names none, and it reads the machine that it runs on.
        self.without_role: set[str] = {"get-cscertificate"}
        #: The zone as partners see it, and other ones that a machine sees in its place, by the machine's name in lower case.
        self.zone = zone_of(self.domain, self.topology, EXTERNAL_ADDRESSES)
        self.other_zones: dict[str, Zone] = {}
        self.public_authority = PublicAuthority(f"{self.name} public authority")
        self._external_certificates: dict[str, ExternalCertificate] = {}
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

    def zone_for(self, machine: str) -> Zone:
        """The zone as a machine sees it."""
        return self.other_zones.get(machine.lower(), self.zone)

    def external_certificate(self, machine: str) -> x509.Certificate | None:
        """The certificate that an Edge Server shows to the Internet; None for a machine that is none."""
        wanted = self.external_names(machine)
        return None if wanted is None else self.public_authority.issued(wanted)

    def external_names(self, machine: str) -> ExternalCertificate | None:
        """What that certificate says: by default the pool's external name and a name in each SIP domain, for some months."""
        pool = self.topology.pool_of(machine)
        if pool is None or not pool.is_edge:
            return None
        if machine.lower() not in self._external_certificates:
            own = pool.external_fqdn or f"sip.{self.domain}"
            names = dict.fromkeys((own, *(f"sip.{domain.name}" for domain in self.topology.sip_domains)))
            self._external_certificates[machine.lower()] = ExternalCertificate(
                tuple(names), self.clock.now() + CERTIFICATE_DAYS * DAY
            )
        return self._external_certificates[machine.lower()]

    def put_external_certificate(self, machine: str, wanted: ExternalCertificate) -> None:
        """Give an Edge Server another certificate."""
        self._external_certificates[machine.lower()] = wanted

    def roles_of(self, account: str) -> list[Role]:
        """The administrative roles of an account of the domain."""
        return [self.roles[name.lower()] for name in self.members.get(account.lower(), ())]

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
