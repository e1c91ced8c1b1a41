# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a rollout: the table, what is proven and what is not, and which hosts fail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .._core.visible import visible, visible_lines
from . import words
from .evidence import Deployment, EdgeServer
from .verdict import Content, Outcome, Verdict, Verification, verdict

NAMED_AT_MOST = 6
"""SIP domains that the closing lines name."""


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
        }

    @property
    def cells(self) -> tuple[str, ...]:
        found = (
            self.deployment.title,
            self.edge.site,
            self.edge.fqdn,
            words.central(self.deployment),
            words.status(self.edge),
            words.CONTENT[self.edge.content],
            words.OUTCOME[self.outcome],
        )
        return tuple(map(visible, found))


@dataclass(frozen=True)
class Report:
    """A rollout at its end."""

    deployments: tuple[Deployment, ...]
    rows: tuple[Row, ...]

    @property
    def check_mode(self) -> bool:
        return any(one.check_mode for one in self.deployments)

    @property
    def counted(self) -> list[Row]:
        return [row for row in self.rows if row.in_topology]

    @property
    def verified(self) -> int:
        return sum(row.verdict.verified for row in self.counted)

    @property
    def total(self) -> int:
        return len(self.counted)

    @property
    def lines(self) -> list[str]:
        """The text that ends the run."""
        return [*table(self.rows), "", *closing(self)]


def report(deployments: Iterable[Deployment]) -> Report:
    found = tuple(deployments)
    rows = (
        Row(one, edge, verdict(edge.content, edge.status, edge.waited_for, one.circumstances))
        for one in found
        for edge in one.edges
    )
    return Report(found, tuple(rows))


def table(rows: Iterable[Row]) -> list[str]:
    """The rows as aligned text; nothing when there are none."""
    heads = ("Deployment", "Site", "Edge Server", "Central store", "Status", "Edge content", "Outcome")
    lines = [heads, *(row.cells for row in rows)]
    if len(lines) == 1:
        return []
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return [text[0], "  ".join("-" * width for width in widths), *text[1:]]


def problems(found: Report) -> dict[str, str]:
    """By host of the play, the sentences with which it fails; the run fails when there are any."""
    by_host: dict[str, list[str]] = {}
    for one in found.deployments:
        by_host.setdefault(one.host, []).extend(_of_deployment(one))
    for row in found.rows:
        if row.verdict.fails:
            by_host.setdefault(row.edge.host or row.deployment.host, []).append(_of_edge(row))
    return {host: visible_lines(" ".join(sentences)) for host, sentences in by_host.items() if sentences}


def _of_deployment(one: Deployment) -> list[str]:
    if one.stop is not None:
        return [words.stopped(one, one.stop)]
    if not one.managed:
        accepted = one.partial or one.verification is not Verification.REQUIRED
        return [] if accepted else [f"{words.left_out(one)} hybrid_partial_verification: true accepts that."]
    return [] if one.edges else [words.no_edge_server(one)]


def _of_edge(row: Row) -> str:
    sentence = words.why(row.edge, row.outcome)
    return sentence if row.edge.fqdn in sentence else f"{row.edge.fqdn}: {sentence}"


def closing(found: Report) -> list[str]:
    """The sentences under the table."""
    stopped = [words.stopped(one, one.stop) for one in found.deployments if one.stop]
    lines = [words.written_before(one) for one in found.deployments if one.stop and one.cmdlets]
    lines += [words.master_moved(one) for one in found.deployments if one.master_moved]
    lines += _counts(found)
    lines += [words.left_out(one) for one in found.deployments if not one.managed]
    unverified = _unverified(found.rows)
    if unverified:
        named = ", ".join(f"{row.edge.fqdn} ({words.OUTCOME[row.outcome]})" for row in unverified)
        lines.append(f"Not verified: {named}.")
    silent = [row for row in found.rows if row.outcome is Outcome.VERIFIED_NOT_REPORTED]
    if silent:
        named = ", ".join(f"{row.edge.fqdn} ({words.reported(row.edge)})" for row in silent)
        lines.append(
            f"Verified by content, but the status does not come back: {named}. Check the connection back over port 4443."
        )
    if found.check_mode:
        lines.append("Whether the account may write, a dry run cannot know.")
    lines.append(_proof(found))
    return [*map(visible_lines, stopped), *map(visible, lines)]


def _unverified(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if not row.verdict.verified and row.outcome is not Outcome.WILL_BE_REPLICATED]


def _counts(found: Report) -> list[str]:
    """How many of the Edge Servers that the topology has; and of those of an inventory without one, which may not be all."""
    lines = []
    if not found.rows:
        lines.append("There is no Edge Server: nothing is verified.")
    elif found.total and found.check_mode:
        coming = sum(row.outcome is Outcome.WILL_BE_REPLICATED for row in found.counted)
        lines.append(
            f"Dry run, nothing was changed: {found.verified} of {found.total} Edge Servers in the topology match the desired "
            f"state already, {coming} will differ until replicated."
        )
    elif found.total:
        lines.append(f"{found.verified} of {found.total} Edge Servers in the topology verified.")
    others = [row for row in found.rows if not row.deployment.topology_read]
    if others:
        matching = sum(row.verdict.verified for row in others)
        lines.append(
            f"{matching} of {len(others)} Edge Servers in the inventory match the desired state; their topology was not read, "
            "so they may not be all."
        )
    return lines


def _proof(found: Report) -> str:
    """The last line: what is proven, what cannot be from here, and what is next."""
    proven = f"on {found.verified} of {found.total} Edge Servers" if found.total else "on no Edge Server"
    domains = sorted({domain for one in found.deployments for domain in one.sip_domains})
    untested = f"federation traffic, DNS records{_of(domains)}, certificates and the tenant's side not tested"
    run = "dry run" if found.check_mode else "run"
    if problems(found):
        return f"This {run} failed. Configuration proven {proven}; {untested}; next: correct what failed above, then run it again."
    if not all(one.managed for one in found.deployments):
        then = "run it with the management host of each deployment"
    elif found.check_mode:
        then = "run it without --check"
    elif found.verified < found.total or not found.total:
        then = "verify the Edge Servers that are not verified"
    else:
        then = "sign in to Outlook on the web as a test user"
    return f"Configuration proven {proven}; {untested}; next: {then}."


def _of(domains: Sequence[str]) -> str:
    """Whose DNS records: by name, where that is readable."""
    if len(domains) > NAMED_AT_MOST:
        return f" of {len(domains)} SIP domains"
    return f" of {', '.join(domains)}" if domains else ""
