# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a deployment as lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from .._core.visible import visible, visible_lines
from .plan import Finding, Kind, Plan

NOTHING_CHANGED = "Nothing was changed."


def plan_lines(plan: Plan) -> list[str]:
    """What changes, for whom, and what there is to know before it; nothing of the server's acts on a terminal."""
    return [visible(line) for line in _lines(plan)]


def _lines(plan: Plan) -> Iterator[str]:
    domains = ", ".join(plan.sip_domains) or "SIP domains unknown"
    yield f"{plan.title}: {len(plan.edges)} Edge Servers, {domains}, all sites"
    yield from (f"  {cmdlet}" for cmdlet in plan.cmdlets or ("nothing to change",))
    yield from (f"  {sentence}" for sentence in plan.reached)
    for finding in plan.findings:
        if finding.kind is not Kind.UNCHECKED:
            yield f"  {_WORDS[finding.kind]}: {finding.sentence}"


_WORDS = {
    Kind.BLOCKER: "BLOCKED",
    Kind.CONSENT: "NEEDS CONSENT",
    Kind.WARNING: "Warning",
    Kind.UNCHECKED: "Not checked",
}


def refusal(plan: Plan) -> str:
    """Why nothing is written, in one text."""
    return visible_lines(" ".join([*(_ended(one) for one in plan.stops), NOTHING_CHANGED]))


def _ended(finding: Finding) -> str:
    return finding.sentence if finding.sentence.endswith((".", ")", "?")) else f"{finding.sentence}."
