# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of a rollout at its end: each Edge Server with the verdict on it, and how many there are of which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .._rollout.evidence import Deployment, EdgeServer
from .._rollout.verdict import Content, Outcome, Verdict, verdict


@dataclass(frozen=True)
class Row:
    """One Edge Server and the verdict on it."""

    deployment: Deployment
    edge: EdgeServer
    verdict: Verdict

    @property
    def outcome(self) -> Outcome:
        return self.verdict.outcome

    @property
    def in_topology(self) -> bool:
        """Whether the topology has this Edge Server, so that it counts."""
        return self.deployment.topology_read and self.edge.content is not Content.NOT_IN_TOPOLOGY

    @property
    def excused(self) -> bool:
        """Whether no proof is asked of it."""
        return self.outcome is Outcome.EXCUSED

    @property
    def plain(self) -> dict[str, Any]:
        """For a result: plain types only."""
        return {
            "deployment": self.deployment.title,
            "site": self.edge.site,
            "edge": self.edge.fqdn,
            "status": self.edge.status.value,
            "content": self.edge.content.value,
            "outcome": self.outcome.value,
            "verified": self.verdict.verified,
            "fails": self.verdict.fails,
            "excused_until": self.edge.excused_until or None,
        }


@dataclass(frozen=True)
class Rollout:
    """A rollout at its end."""

    deployments: tuple[Deployment, ...]
    rows: tuple[Row, ...]

    @property
    def check_mode(self) -> bool:
        return any(one.check_mode for one in self.deployments)

    @property
    def counted(self) -> tuple[Row, ...]:
        """The Edge Servers that a topology has."""
        return tuple(row for row in self.rows if row.in_topology)

    @property
    def uncounted(self) -> tuple[Row, ...]:
        """Those of an inventory whose topology was not read, so that they may not be all."""
        return tuple(row for row in self.rows if not row.deployment.topology_read)

    @property
    def verified(self) -> int:
        return verified(self.counted)

    @property
    def excused(self) -> int:
        return excused(self.counted)

    @property
    def total(self) -> int:
        return len(self.counted)


def judge(deployments: Iterable[Deployment]) -> Rollout:
    """The verdict on each Edge Server."""
    found = tuple(deployments)
    rows = (
        Row(one, edge, verdict(edge.content, edge.status, edge.waited_for, one.circumstances))
        for one in found
        for edge in one.edges
    )
    return Rollout(found, tuple(rows))


def verified(rows: Iterable[Row]) -> int:
    return sum(row.verdict.verified for row in rows)


def excused(rows: Iterable[Row]) -> int:
    return sum(row.excused for row in rows)
