# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of one deployment: what would be written, why it may not be, what it means, and what proves it. A document."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._replication.status import Status
from .._resource.impact import Impact
from .verdict import Content, Verification

BEHIND = (Content.PENDING, Content.DRIFTED, Content.DIFFERS)
READ = (Content.MATCHES, Content.UNREACHABLE, Content.NOT_READABLE)

THIS_RUN = "this run"
"""What a plan undoes where the run takes itself back."""


class Kind(enum.Enum):
    """What a finding asks for."""

    BLOCKER = "blocker"
    """Nothing is written until it is gone."""
    CONSENT = "consent"
    """Nothing is written unless the user agrees, by name."""
    WARNING = "warning"
    UNCHECKED = "unchecked"
    """It could not be checked from here."""


@dataclass(frozen=True)
class Finding:
    """Something that the user must know before the first write.

    :ivar name: a word for it: of a consent, the one that gives it.
    :ivar given: of a consent, whether it was given.
    :ivar closing: a clause that the last line of the run repeats, without a full stop: what keeps the integration from serving
        anybody although the configuration is proven. Empty: nothing to repeat.
    """

    kind: Kind
    name: str
    sentence: str
    given: bool = False
    closing: str = ""

    @property
    def stops(self) -> bool:
        """Whether nothing is written because of it."""
        return self.kind is Kind.BLOCKER or (self.kind is Kind.CONSENT and not self.given)


@dataclass(frozen=True)
class PlannedChange:
    """One object that is to change. Cmdlets as a person would type them.

    :ivar noun: by its name in the table of nouns.
    :ivar options: of the noun's module, with which it makes the change.
    :ivar impact: empty where nobody notices.
    :ivar not_restored: options that the inverse cannot bring back.
    """

    noun: str
    identity: str
    options: Mapping[str, Any]
    cmdlets: tuple[str, ...]
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    companions: Mapping[str, Any] = field(default_factory=dict)
    impact: tuple[Impact, ...] = ()
    inverse: tuple[str, ...] = ()
    not_restored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def recreates(self) -> bool:
        """Whether an object is removed and created again."""
        return self.before is not None and self.after is not None and len(self.cmdlets) > 1


@dataclass(frozen=True)
class PlannedEdge:
    """An Edge Server of the topology or of the inventory, and what its own store holds before the first write.

    :ivar host: its inventory host, None where it has none.
    :ivar reason: why its content is not known, or why it is excused, else what differs.
    :ivar excused_until: where it is excused from the proof, the last day of that.
    :ivar status: of its replica, before any change.
    """

    fqdn: str
    site: str
    host: str | None
    content: Content
    reason: str = ""
    status: Status = Status.UNKNOWN
    last_status_report: str | None = None
    excused_until: str = ""
    pool: str = ""


@dataclass(frozen=True)
class Held:
    """A desired object that needs no change.

    :ivar identity: its name as the server spells it; ``wanted``: as it is desired, which may be another name.
    :ivar values: its settings as they were read, all that the server shows; None: there is no object, as desired.
    :ivar managed: the options among them that are desired.
    """

    noun: str
    identity: str
    values: Mapping[str, Any] | None = None
    managed: tuple[str, ...] = ()
    wanted: str = ""


@dataclass(frozen=True)
class Domains:
    """A list of domains: how many, and a digest of what stands in it. Not in full: some have thousands."""

    count: int
    digest: str


@dataclass(frozen=True)
class Exposure:
    """What decides, beside the changes themselves, who becomes reachable when one of them opens; as it is once all are made.

    A part is None where the server does not show it, or it could not be read. Providers and domains are those beside the desired
    ones; and of the desired ones, what nobody manages, where that counts.

    :ivar enabled_providers: hosting and public ones, each with what makes it trusted.
    """

    routing_method: str | None = None
    partner_discovery: bool | None = None
    discovered_partner_verification_level: str | None = None
    enabled_providers: tuple[str, ...] | None = None
    allowed_domains: Domains | None = None
    blocked_domains: Domains | None = None


@dataclass(frozen=True)
class Plan:
    """What is to be done with one deployment.

    :ivar desired: by noun and identity, the options of the objects.
    :ivar accept: what ``hybrid_accept`` has to be for the consents that are missing; empty where none is.
    :ivar reached: sentences on who is reachable once it is done.
    :ivar behind: the replicas that were not up to date before any change.
    :ivar wait_for: the Edge Servers that are out of step and to be waited for before this plan is made again.
    :ivar passed_over: management hosts before this one that could not be read, with the reason.
    :ivar held: the desired objects that need no change.
    :ivar providers_left: hosting and public providers that no change touches, each with its state.
    :ivar pools: of the topology, all of them.
    :ivar documented_order: whether federation is switched on first, as the documented page lists it.
    :ivar scope: which replicas are waited for; ``ignored``: those of them that are not.
    :ivar topology_read: whether ``edges`` are those of the topology, else they are those of the inventory.
    :ivar master: the active master of the Central Management store; empty where it has none or it is not known.
    :ivar on_failure: ``keep`` or ``rollback``.
    :ivar undoes: the record of the run that this plan takes back; empty where it takes none back.
    """

    deployment: str
    title: str
    management_host: str
    verification: Verification
    partial: bool
    desired: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    changes: tuple[PlannedChange, ...] = ()
    findings: tuple[Finding, ...] = ()
    accept: tuple[str, ...] = ()
    edges: tuple[PlannedEdge, ...] = ()
    sites: tuple[str, ...] = ()
    sip_domains: tuple[str, ...] = ()
    reached: tuple[str, ...] = ()
    master: str = ""
    behind: tuple[str, ...] = ()
    wait_for: tuple[str, ...] = ()
    passed_over: Mapping[str, str] = field(default_factory=dict)
    topology_read: bool = True
    undoes: str = ""
    held: tuple[Held, ...] = ()
    exposure: Exposure = Exposure()
    providers_left: tuple[str, ...] | None = None
    pools: tuple[str, ...] = ()
    documented_order: bool = False
    scope: str = "edges"
    ignored: tuple[str, ...] = ()
    on_failure: str = "keep"
    version: int = 1

    @property
    def stops(self) -> tuple[Finding, ...]:
        """Why nothing may be written."""
        return tuple(finding for finding in self.findings if finding.stops)

    @property
    def opens(self) -> bool:
        """Whether a change lets somebody in."""
        return any(Impact.OPENS in change.impact for change in self.changes)

    @property
    def consents(self) -> tuple[Finding, ...]:
        """Those that are needed, given or not."""
        return tuple(finding for finding in self.findings if finding.kind is Kind.CONSENT)

    @property
    def in_topology(self) -> tuple[PlannedEdge, ...]:
        """The Edge Servers that the topology has."""
        return tuple(edge for edge in self.edges if edge.content is not Content.NOT_IN_TOPOLOGY)

    @property
    def closing(self) -> tuple[str, ...]:
        """The clauses that the last line of the run repeats."""
        return tuple(dict.fromkeys(finding.closing for finding in self.findings if finding.closing))

    @property
    def replicas(self) -> tuple[str, ...]:
        """The Edge Servers that have a replica, to be waited for."""
        return tuple(
            edge.fqdn
            for edge in self.edges
            if edge.status is not Status.UNKNOWN and edge.content is not Content.EXCUSED
        )

    @property
    def excused(self) -> tuple[PlannedEdge, ...]:
        """The Edge Servers that are excused from the proof."""
        return tuple(edge for edge in self.edges if edge.content is Content.EXCUSED)

    @property
    def verify(self) -> tuple[str, ...]:
        """The inventory hosts of the Edge Servers that are to be read after the changes: the first reading is not their proof."""
        if self.stops or self.verification is Verification.SKIP:
            return ()
        unproven = BEHIND if not self.changes else (*BEHIND, *READ)
        return tuple(edge.host for edge in self.edges if edge.host is not None and edge.content in unproven)

    @property
    def cmdlets(self) -> tuple[str, ...]:
        """All that would be written, in order."""
        return tuple(cmdlet for change in self.changes for cmdlet in change.cmdlets)

    @property
    def way_back(self) -> tuple[str, ...]:
        """What takes all of it back, in order."""
        return tuple(cmdlet for change in reversed(self.changes) for cmdlet in change.inverse)
