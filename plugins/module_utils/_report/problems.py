# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which hosts fail at the end of a rollout, and with which sentence."""

from __future__ import annotations

from .._core.visible import visible_lines
from .._rollout.evidence import Deployment
from .._rollout.verdict import Verification
from . import words
from .rows import Rollout, Row


def problems(found: Rollout) -> dict[str, str]:
    """By host of the play, the sentences with which it fails; the run fails when there are any."""
    by_host: dict[str, list[str]] = {}
    for one in found.deployments:
        by_host.setdefault(one.host, []).extend(_of_deployment(one))
    for row in found.rows:
        if row.verdict.fails:
            by_host.setdefault(row.edge.host or row.deployment.host, []).append(_of_edge(row))
    return {host: visible_lines(" ".join(sentences)) for host, sentences in by_host.items() if sentences}


def _of_deployment(one: Deployment) -> list[str]:
    back = [words.rolled_back(one)] if one.rolled_back else []
    if one.stop is not None:
        return [words.stopped(one, one.stop), *back]
    if one.is_back:
        return back
    if not one.managed:
        accepted = one.partial or one.verification is not Verification.REQUIRED
        return [] if accepted else [f"{words.left_out(one)} hybrid_partial_verification: true accepts that."]
    if not one.edges:
        return [words.no_edge_server(one)]
    return [words.late(one)] if one.late else []


def _of_edge(row: Row) -> str:
    """A reason that several have, and that was said of the deployment, is not said again for each of them."""
    stop, reason = row.deployment.stop, row.edge.reason
    several = sum(edge.reason == reason for edge in row.deployment.edges) > 1
    if stop is not None and reason and several and visible_lines(reason) in visible_lines(stop.message):
        return words.said_before(row.deployment, row.edge, row.outcome)
    sentence = words.why(row.edge, row.outcome, row.deployment.unfinished)
    return sentence if row.edge.fqdn in sentence else f"{row.edge.fqdn}: {sentence}"
