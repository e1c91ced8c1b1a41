# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fingerprint of a plan: what an approval is given for; and the digest of its whole document.

It covers what is compared with the deployment before the first write, and what the one who approves decides by: who becomes
reachable, the consents, the way back. Not what may be otherwise on the day: master, replicas, account, endpoint, times. The digest
covers that, too: it shows that a document is still as it was written.
"""

from __future__ import annotations

from typing import Any

from .._core.document import to_plain
from .._rollout.canonical import digest
from .._rollout.plan import Plan

SCHEMA = 1
"""Of the terms; another one is another fingerprint."""


def terms(plan: Plan) -> dict[str, Any]:
    """What the fingerprint is over, as plain values."""
    return {
        "schema": SCHEMA,
        "identity": {
            "deployment": plan.title,
            "sip_domains": sorted(plan.sip_domains),
            "sites": sorted(plan.sites),
            "pools": sorted(plan.pools),
            "edges": sorted([edge.fqdn, edge.pool, edge.site] for edge in plan.in_topology),
        },
        "changes": [to_plain(change) for change in plan.changes],
        "documented_order": plan.documented_order,
        "undoes": plan.undoes,
        "stops": [[one.kind.value, one.name, one.sentence] for one in plan.stops],
        "consents": [[one.name, one.sentence, one.given] for one in plan.consents],
        "proof": {
            "verification": plan.verification.value,
            "partial": plan.partial,
            "scope": plan.scope,
            "ignored": sorted(plan.ignored),
            "excused": sorted([edge.fqdn, edge.excused_until, edge.reason] for edge in plan.excused),
            "on_failure": plan.on_failure,
        },
        "exposure": to_plain(plan.exposure),
        "reached": list(plan.reached),
    }


def fingerprint(plan: Plan) -> str:
    """64 hexadecimal digits."""
    return digest(terms(plan))


def whole(plan: Plan, made: str) -> str:
    """The digest of a document: 64 hexadecimal digits.

    :param made: when, as the document says it.
    """
    return digest({"made": made, "plan": to_plain(plan)})
