# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a deployment as lines of text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from .._core.few import few
from .._core.visible import visible, visible_lines
from .._replication.status import Status
from .._rollout.plan import THIS_RUN, Finding, Kind, Plan, PlannedEdge
from .._rollout.verdict import Content

NOTHING_CHANGED = "Nothing was changed."


def plan_lines(plan: Plan) -> list[str]:
    """What changes, for whom, and what there is to know before it; nothing of the server's acts on a terminal."""
    return [visible(line) for line in _lines(plan)]


def _lines(plan: Plan) -> Iterator[str]:
    if plan.passed_over:
        yield passed_over(plan.title, plan.management_host, plan.passed_over)
    domains = ", ".join(plan.sip_domains) or "SIP domains unknown"
    yield f"{plan.title}: {_edges(plan)}, {domains}, all sites"
    if plan.undoes:
        yield f"  Going back to what was before {'' if plan.undoes == THIS_RUN else 'the run of '}{plan.undoes}"
    yield from (f"  {cmdlet}" for cmdlet in plan.cmdlets or ("nothing to change",))
    if plan.way_back and not plan.undoes:
        yield f"  Way back: {'; '.join(plan.way_back)}"
    yield from (f"  {sentence}" for sentence in plan.reached)
    yield from (f"  {excused(edge)}" for edge in plan.excused)
    for finding in plan.findings:
        yield f"  {word(finding)}: {finding.sentence}"
    if plan.accept:
        yield f"  To consent, add: {accept_line(plan)}"


def _edges(plan: Plan) -> str:
    """How many the topology has; what only the inventory has may not be all, or none."""
    if not plan.topology_read:
        return "Edge Servers unknown"
    count = sum(edge.content is not Content.NOT_IN_TOPOLOGY for edge in plan.edges)
    return f"{count} Edge Server{'' if count == 1 else 's'}"


def passed_over(title: str, used: str, others: Mapping[str, str]) -> str:
    """Which management host was used, and why not one before it."""
    said = {host: reason.partition("\n")[0] for host, reason in others.items()}
    reasons = "; ".join(reason if host in reason else f"{host}: {reason}" for host, reason in said.items())
    return f"deployment {title}: {used} was used, because no management host before it could be read. {reasons}"


def waiting(plan: Plan, seconds: float) -> str:
    """That the plan is made again after a wait."""
    return (
        f"Out of step before any change: {few(plan.wait_for)}. Nothing is written before that is over; waiting for at most "
        f"{seconds:g} s (hybrid_content_timeout)."
    )


def ignored(plan: Plan) -> list[dict[str, str]]:
    """The replicas of excused Edge Servers, as lync_replication_status takes those that are not waited for."""
    return [
        {"replica": edge.fqdn, "reason": f"excused until {edge.excused_until}: {edge.reason}"}
        for edge in plan.excused
        if edge.status is not Status.UNKNOWN
    ]


def excused(edge: PlannedEdge) -> str:
    """That an Edge Server is not asked for proof."""
    return (
        f"Excused from the proof until {edge.excused_until}, not from the change: {edge.fqdn} ({edge.reason}). Nobody logs on to "
        "it or waits for it."
    )


_WORDS = {
    Kind.BLOCKER: "BLOCKED",
    Kind.WARNING: "Warning",
    Kind.UNCHECKED: "Not checked from here",
}


def word(finding: Finding) -> str:
    if finding.kind is Kind.CONSENT:
        return f"Accepted ({finding.name})" if finding.given else f"NEEDS CONSENT ({finding.name})"
    return _WORDS[finding.kind]


def refusal(plan: Plan) -> str:
    """Why nothing is written, in one text."""
    accept = [f"To consent, add: {accept_line(plan)}"] if plan.accept else []
    return visible_lines(" ".join([*(_ended(one) for one in plan.stops), NOTHING_CHANGED, *accept]))


def _ended(finding: Finding) -> str:
    sentence = finding.sentence if finding.sentence.endswith((".", ")", "?")) else f"{finding.sentence}."
    return sentence if finding.kind is Kind.BLOCKER else f"{word(finding)}: {sentence}"


def accept_line(plan: Plan) -> str:
    """The line as it stands in an inventory."""
    return f"hybrid_accept: {json.dumps(plan.accept, ensure_ascii=False)}"
