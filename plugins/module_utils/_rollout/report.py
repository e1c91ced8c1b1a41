# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a rollout: the table, what is proven, what is not, and which hosts fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._core.visible import visible, visible_lines
from .deployments import ONLY
from .verdict import (
    NOT_REPORTED,
    REQUIRED,
    WILL_BE_REPLICATED,
    Deployment,
    Row,
)

NAMED_AT_MOST = 6
"""SIP domains that the closing lines name."""


def closing(found: Sequence[Row], deployments: Sequence[Deployment], check_mode: bool) -> list[str]:
    """The sentences under the table."""
    failed = [_failure_line(one) for one in deployments if one.failure]
    lines = [_begun_line(one) for one in deployments if one.failure and one.written]
    lines += [_moved_line(one) for one in deployments if one.master_moved]
    verified = sum(row.verified for row in found)
    known = all(one.topology is not None for one in deployments)
    total = f"{len(found)} Edge Servers in the {'topology' if known else 'inventory'}"
    if check_mode:
        waiting = sum(row.outcome == WILL_BE_REPLICATED for row in found)
        lines.append(
            f"Dry run, nothing was changed: {verified} of {total} hold the wanted configuration already, {waiting} will differ "
            "until replicated."
        )
    else:
        lines.append(f"{verified} of {total} verified.")
    lines += [_left_out_line(one) for one in deployments if not one.leader_in_play]
    unproven = [row for row in found if not row.verified and row.outcome != WILL_BE_REPLICATED]
    if unproven:
        lines.append("Not verified: " + ", ".join(f"{row.edge} ({row.outcome})" for row in unproven) + ".")
    silent = [row for row in found if row.outcome == NOT_REPORTED]
    if silent:
        lines.append(
            "Verified by content, but the status does not come back: "
            + ", ".join(f"{row.edge} ({row.last_report})" for row in silent)
            + ". Look at the way back over port 4443."
        )
    domains = sorted({domain for one in deployments for domain in (one.state or {}).get("sip_domains") or []})
    if check_mode:
        lines.append("Whether the account may write, a dry run cannot know.")
    good = not unproven and not any(one.failure for one in deployments)
    then = "run it without --check" if check_mode else "sign in to Outlook on the web as a test user"
    then = then if good else "see what failed above" if not check_mode else "see what speaks against it above"
    lines.append(
        f"Configuration proven on {verified} of {len(found)} Edge Servers; federation traffic, DNS records{_of(domains)}, "
        f"certificates and the tenant's side not tested; next: {then}."
    )
    return [*map(visible_lines, failed), *map(visible, lines)]


def _of(domains: Sequence[str]) -> str:
    """Whose DNS records: by name, where that is readable."""
    if len(domains) > NAMED_AT_MOST:
        return f" of {len(domains)} SIP domains"
    return f" of {', '.join(domains)}" if domains else ""


def problems(found: Sequence[Row], deployments: Sequence[Deployment]) -> dict[str, str]:
    """By host of the play, the sentence with which it fails."""
    by_host: dict[str, list[str]] = {}
    for one in deployments:
        if one.failure and one.leader:
            by_host.setdefault(one.leader, []).append(_failure_line(one))
        if one.state is None and one.leader_in_play and one.leader:
            by_host.setdefault(one.leader, []).append(
                f"{_called(one)} was not worked on: its host failed before, see above."
            )
        if (
            one.state is None
            and not one.leader_in_play
            and one.circumstances.verification == REQUIRED
            and not one.circumstances.partial
        ):
            host = next(edge["host"] for edge in one.inventory_edges if edge["in_play"])
            by_host.setdefault(host, []).append(
                f"{_left_out_line(one)} hybrid_partial_verification: true accepts that."
            )
    for row in found:
        if row.problem and row.raised_on and not _explained(row, deployments):
            sentence = row.problem if row.edge in row.problem else f"{row.edge}: {row.problem}"
            by_host.setdefault(row.raised_on, []).append(sentence)
    return {host: visible_lines(" ".join(sentences)) for host, sentences in by_host.items()}


def _explained(row: Row, deployments: Sequence[Deployment]) -> bool:
    """Whether the failure of the whole deployment says already why nothing is known of this Edge Server."""
    return row.content in ("not read", "skipped", "left out") and any(
        one.failure and one.name == row.deployment for one in deployments
    )


def _begun_line(one: Deployment) -> str:
    return f"{_called(one)}: written before that, and in force: {'; '.join(one.written)}"


def _left_out_line(one: Deployment) -> str:
    return (
        f"--limit leaves out the management host of {_called(one)}, so its topology was not read and nothing was written; its Edge "
        "Servers were compared with what their own variables say."
    )


def _failure_line(one: Deployment) -> str:
    failure: Mapping[str, Any] = one.failure or {}
    return f"{_called(one)} failed at '{failure.get('task')}': {failure.get('msg')}"


def _moved_line(one: Deployment) -> str:
    return (
        f"The active master of {_called(one)} moved during the change: the status of its replicas proves nothing, only what the "
        "Edge Servers hold does."
    )


def _called(one: Deployment) -> str:
    return one.name if one.name == ONLY else f"deployment {one.name}"
