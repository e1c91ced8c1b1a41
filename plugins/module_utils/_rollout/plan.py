# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of one deployment: what would be written, why it may not be, what it means, and what proves it. A document."""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._core.document import to_plain
from .._replication.status import Status
from .verdict import Content, Verification

BEHIND = (Content.PENDING, Content.DRIFTED, Content.DIFFERS)
READ = (Content.MATCHES, Content.UNREACHABLE, Content.NOT_READABLE)


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
    """

    kind: Kind
    name: str
    sentence: str
    given: bool = False

    @property
    def stops(self) -> bool:
        """Whether nothing is written because of it."""
        return self.kind is Kind.BLOCKER or (self.kind is Kind.CONSENT and not self.given)


@dataclass(frozen=True)
class PlannedChange:
    """One object that is to change. Cmdlets as a person would type them.

    :ivar noun: by its name in the table of nouns.
    :ivar options: of the noun's module, with which it makes the change.
    :ivar impact: empty, or ``opens``, ``interrupts``.
    :ivar not_restored: options that the inverse cannot bring back.
    """

    noun: str
    identity: str
    options: Mapping[str, Any]
    cmdlets: tuple[str, ...]
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    companions: Mapping[str, Any] = field(default_factory=dict)
    impact: tuple[str, ...] = ()
    inverse: tuple[str, ...] = ()
    not_restored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlannedEdge:
    """An Edge Server of the topology or of the inventory, and what its own store holds before the first write.

    :ivar host: its inventory host, None where it has none.
    :ivar reason: why its content is not known, else what differs.
    :ivar status: of its replica, before any change.
    """

    fqdn: str
    site: str
    host: str | None
    content: Content
    reason: str = ""
    status: Status = Status.UNKNOWN
    last_status_report: str | None = None


@dataclass(frozen=True)
class Plan:
    """What is to be done with one deployment.

    :ivar desired: by noun and identity, the options of the objects.
    :ivar reached: sentences on who is reachable once it is done.
    :ivar behind: the replicas that were not up to date before any change.
    :ivar topology_read: whether ``edges`` are those of the topology, else they are those of the inventory.
    :ivar master: the active master of the Central Management store; empty where it has none or it is not known.
    """

    deployment: str
    title: str
    management_host: str
    verification: Verification
    partial: bool
    desired: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    changes: tuple[PlannedChange, ...] = ()
    findings: tuple[Finding, ...] = ()
    edges: tuple[PlannedEdge, ...] = ()
    sites: tuple[str, ...] = ()
    sip_domains: tuple[str, ...] = ()
    reached: tuple[str, ...] = ()
    master: str = ""
    behind: tuple[str, ...] = ()
    topology_read: bool = True
    version: int = 1

    @property
    def stops(self) -> tuple[Finding, ...]:
        """Why nothing may be written."""
        return tuple(finding for finding in self.findings if finding.stops)

    @property
    def replicas(self) -> tuple[str, ...]:
        """The Edge Servers that have a replica, to be waited for."""
        return tuple(edge.fqdn for edge in self.edges if edge.status is not Status.UNKNOWN)

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
    def fingerprint(self) -> str:
        """What identifies the plan's own content: SHA-256 over canonical JSON, in hexadecimal digits."""
        canonical = json.dumps(to_plain(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()
