# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Edge Servers that are out of step before the first write: a change could not be told from what is missing there already.

They are waited for once; then they stop the plan. Where nothing is to be written they do not matter before it.
"""

from __future__ import annotations

from collections.abc import Iterator

from .._core.few import few
from .._replication.status import Status
from .._replication.texts import last_report
from .._resource.setting import FQDN
from .._rollout.plan import PlannedEdge
from .._rollout.verdict import Content, Verification
from .case import Case

READ = (Content.MATCHES, Content.PENDING, Content.DRIFTED)


def late(case: Case) -> Iterator[PlannedEdge]:
    """Those whose own store differs from the central one as it is today, or whose replica is behind."""
    if case.terms.verification is not Verification.REQUIRED or not case.changes:
        return
    for edge in case.edges:
        if edge.content in READ and (edge.content is Content.DRIFTED or _behind(case, edge)):
            yield edge


def out_of_step(case: Case) -> Iterator[str]:
    """Why nothing is written once they were waited for."""
    found = [] if case.terms.waited is None else list(late(case))
    if found:
        yield (
            f"Out of step before any change, after {case.terms.waited:g} s (hybrid_content_timeout): "
            f"{few(_how(edge) for edge in found)}. Check their replication: the services REPLICA there, MASTER and FTA on the "
            "Central Management Server, port 4443. Where the status reports alone are lost, name the replica in "
            "hybrid_replication_ignore; name a dead Edge Server in hybrid_edges_excused."
        )


def _behind(case: Case, edge: PlannedEdge) -> bool:
    ignored = {FQDN.comparable(name) for name in case.terms.ignored}
    return edge.status is Status.LAGGING and FQDN.comparable(edge.fqdn) not in ignored


def _how(edge: PlannedEdge) -> str:
    if edge.content is Content.DRIFTED:
        return f"{edge.fqdn} (its own store is not what the central store is today: {edge.reason})"
    return f"{edge.fqdn} (its replica is behind, {last_report(edge.last_status_report)})"
