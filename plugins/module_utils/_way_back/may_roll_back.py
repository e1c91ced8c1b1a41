# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a run takes back by itself what it wrote to one deployment (``hybrid_on_failure: rollback``). Pure.

Only on what is known: that a later write did not run, or that an Edge Server was read after the change, holds something else, and
its status, which moved since, says that it is up to date. Whatever may still come right by itself, or is somebody else's doing,
keeps it from that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .._core.few import few
from .._replication.status import Status
from .._rollout.evidence import Deployment, EdgeServer
from .._rollout.verdict import Content, Writes

KEEP, ROLLBACK = "keep", "rollback"
ON_FAILURE = (KEEP, ROLLBACK)

PROVEN = (Content.MATCHES, Content.EXCUSED, Content.NOT_IN_TOPOLOGY)


@dataclass(frozen=True)
class Decision:
    """
    :ivar yes: whether it does.
    :ivar reason: why it does not, a clause; empty where nobody needs to be told, as there is nothing to take back.
    """

    yes: bool
    reason: str = ""


def may_roll_back(one: Deployment) -> Decision:
    """As far as it is known before the deployment is read again."""
    if one.on_failure != ROLLBACK or one.check_mode or one.undoes or not (one.ran or one.unknown):
        return Decision(False)
    reason = next(_reasons(one), None)
    if reason is not None:
        return Decision(False, reason)
    if one.unfinished or any(map(shows_another_state, one.edges)):
        return Decision(True)
    unproven = [edge for edge in one.edges if edge.content not in PROVEN]
    if one.stop is None and not unproven:
        return Decision(False)
    return Decision(False, _nothing_certain(one, unproven))


def differing(one: Deployment) -> list[str]:
    """The Edge Servers because of which; none where it is because of a write."""
    return [] if one.unfinished else [edge.fqdn for edge in one.edges if shows_another_state(edge)]


def shows_another_state(edge: EdgeServer) -> bool:
    """Whether an Edge Server was read after the change, holds another state, and says that it has the change: a status that has not
    moved since may be that of before.
    """
    return edge.content is Content.DIFFERS and bool(edge.differences) and edge.status is Status.REPLICATED


def _reasons(one: Deployment) -> Iterator[str]:
    """Why it does not, whatever failed."""
    if one.writes is Writes.UNKNOWN or one.unknown:
        yield f"whether it ran is not known: {'; '.join(one.unknown)}"
    if one.stop is not None and not one.stop.writes_known:
        yield f"what '{one.stop.task}' had written when it failed is not known"
    if one.stop is not None and one.stop.changed_since:
        yield f"what '{one.stop.task}' found is not what the plan found, so somebody else is at work there"
    if one.master_moved:
        yield "the active master moved meanwhile"
    if one.stop is not None and one.stop.unreachable:
        yield "the management host cannot be reached"


def _nothing_certain(one: Deployment, unproven: list[EdgeServer]) -> str:
    """What failed is nothing that a way back is certain to mend."""
    if one.stop is not None:
        return f"it failed at '{one.stop.task}', after all was written"
    named = few(f"{edge.fqdn} ({_what(edge)})" for edge in unproven)
    return f"no Edge Server that says it has the change was read and holds something else: {named}"


def _what(edge: EdgeServer) -> str:
    if edge.content is Content.DIFFERS:
        return "lagging" if edge.status is Status.LAGGING else "its status may be that of before the change"
    return str(edge.content.value).replace("_", " ")
