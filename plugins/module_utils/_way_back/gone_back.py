# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A deployment after its run took back what it wrote, or could not: what holds is what was read after that. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from .._core.outcome import Outcome
from .._replication.status import Status
from .._rollout.evidence import Deployment, EdgeServer, Stop
from .._rollout.judged import checked_content
from .._rollout.plan import Plan
from .._rollout.record import Write
from .._rollout.verdict import Content

NOT_READ = "its own store was not read after the way back"


@dataclass(frozen=True)
class GoneBack:
    """How the way back went.

    :ivar plan: None where none was made.
    """

    plan: Plan | None = None
    writes: tuple[Write, ...] = ()
    stop: Stop | None = None

    @property
    def began(self) -> bool:
        return any(write.outcome.may_have_run for write in self.writes)

    @property
    def complete(self) -> bool:
        """Whether everything was taken back centrally."""
        ran = Counter(write.cmdlet for write in self.writes if write.outcome is Outcome.RAN)
        return self.plan is not None and self.stop is None and bool(ran) and ran == Counter(self.plan.cmdlets)


def after(one: Deployment, back: GoneBack, contents: Mapping[str, Mapping[str, Any]]) -> Deployment:
    """
    :param contents: by inventory host, the result of lync_local_store_check after the way back.
    """
    if not back.began:
        return replace(one, rolled_back=f"not rolled back: {_reason(back)}")
    edges = tuple(_edge(edge, contents) for edge in one.edges)
    complete = back.complete
    text = _proven(edges) if complete else f"not rolled back: {_reason(back)}{_so_far(back)}"
    return replace(one, edges=edges, rolled_back=text, is_back=complete, behind=(), late=())


def _edge(edge: EdgeServer, contents: Mapping[str, Mapping[str, Any]]) -> EdgeServer:
    """As it was read last; its status was that of the way there."""
    if edge.content in (Content.EXCUSED, Content.NOT_IN_TOPOLOGY, Content.NOT_IN_INVENTORY, Content.LEFT_OUT):
        return replace(edge, status=Status.UNKNOWN, seconds=None, waited_for=False)
    content, reason = checked_content(contents.get(edge.host or "") or {}) or (Content.NOT_READ, NOT_READ)
    return replace(
        edge, content=content, reason=reason, differences=(), status=Status.UNKNOWN, seconds=None, waited_for=False
    )


def _proven(edges: tuple[EdgeServer, ...]) -> str:
    counted = [edge for edge in edges if edge.content is not Content.NOT_IN_TOPOLOGY]
    proven = sum(edge.content is Content.MATCHES for edge in counted)
    return f"rolled back, proven on {proven} of {len(counted)}" if proven else "rolled back centrally, not proven"


def _reason(back: GoneBack) -> str:
    if back.stop is not None:
        return back.stop.message.strip().rstrip(".")
    return "the way back did not come to its end" if back.plan else "no way back was planned"


def _so_far(back: GoneBack) -> str:
    """What was taken back, and what may have been."""
    ran = [write.cmdlet for write in back.writes if write.outcome is Outcome.RAN]
    unknown = [write.cmdlet for write in back.writes if write.outcome is Outcome.UNKNOWN]
    done = f"; taken back before that: {'; '.join(ran)}" if ran else ""
    return done + (f"; whether it ran is not known: {'; '.join(unknown)}" if unknown else "")
