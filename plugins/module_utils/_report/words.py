# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of the report. Nothing decides by them."""

from __future__ import annotations

from .._core.few import few
from .._replication.status import Status
from .._replication.texts import last_report
from .._rollout.evidence import Deployment, EdgeServer, Stop
from .._rollout.verdict import Content, Outcome, Writes
from . import texts

CONTENT = {
    Content.MATCHES: "matches",
    Content.DIFFERS: "differs",
    Content.PENDING: "will differ until replicated",
    Content.DRIFTED: "drifted already",
    Content.NOT_READ: "not read",
    Content.SKIPPED: "skipped",
    Content.UNREACHABLE: "unreachable",
    Content.NOT_READABLE: "not readable",
    Content.NOT_IN_INVENTORY: "not in inventory",
    Content.LEFT_OUT: "left out",
    Content.NOT_IN_TOPOLOGY: "-",
    Content.EXCUSED: "excused",
}
OUTCOME = {
    Outcome.VERIFIED: "verified",
    Outcome.VERIFIED_NOT_REPORTED: "verified, status not reported",
    Outcome.WILL_BE_REPLICATED: "will be replicated",
    Outcome.NOTHING_WRITTEN: "nothing written",
    Outcome.DRIFTED: "drifted already",
    Outcome.DIFFERS: "differs",
    Outcome.DIFFERS_LAGGING: "differs, lagging",
    Outcome.REPLICATED: "replicated (status only)",
    Outcome.LAGGING: "lagging",
    Outcome.NOT_PROVEN: "not proven in this run",
    Outcome.UNREACHABLE: "unreachable",
    Outcome.UNREACHABLE_LAGGING: "unreachable, lagging",
    Outcome.NOT_READABLE: "not readable",
    Outcome.NOT_READABLE_LAGGING: "not readable, lagging",
    Outcome.NOT_IN_INVENTORY: "not in inventory",
    Outcome.NOT_IN_INVENTORY_LAGGING: "not in inventory, lagging",
    Outcome.LEFT_OUT: "left out",
    Outcome.LEFT_OUT_LAGGING: "left out, lagging",
    Outcome.NOT_IN_TOPOLOGY: "not in the topology",
    Outcome.EXCUSED: "excused",
    Outcome.ROLLED_BACK: "rolled back",
}
STATUS = {
    Status.UNKNOWN: "-",
    Status.LAGGING: "lagging",
    Status.UP_TO_DATE: "up to date",
    Status.REPLICATED: "replicated",
}
_WHY = {
    Content.NOT_READ: "its own store was not read",
    Content.SKIPPED: "its own store was not read",
    Content.NOT_IN_INVENTORY: "it has no host in the group lync_edge",
    Content.LEFT_OUT: "--limit leaves it out",
    Content.NOT_IN_TOPOLOGY: "the topology has no such Edge Server",
}
"""Why an Edge Server is not verified, where its content alone says it."""

_WRITTEN = {Writes.NONE: "", Writes.RAN: "changed, then ", Writes.UNKNOWN: "possibly changed, then "}
_CHANGED = {Writes.NONE: "compliant", Writes.RAN: "changed", Writes.UNKNOWN: "possibly changed"}


_UNREAD_AND_LAGGING = frozenset(
    {
        Outcome.LAGGING,
        Outcome.UNREACHABLE_LAGGING,
        Outcome.NOT_READABLE_LAGGING,
        Outcome.NOT_IN_INVENTORY_LAGGING,
        Outcome.LEFT_OUT_LAGGING,
    }
)


def central(one: Deployment) -> str:
    """What became of the Central Management store."""
    if one.stop is not None and one.stop.withheld:
        return one.stop.withheld
    if one.is_back:
        return "rolled back"
    if one.stop is not None:
        return _WRITTEN[one.writes] + ("unreachable" if one.stop.unreachable else "failed")
    if not one.managed:
        return "left out"
    if one.check_mode:
        return "compliant" if one.compliant else "would change"
    return _CHANGED[one.writes]


def status(edge: EdgeServer) -> str:
    """The status of its replica, and after how many seconds."""
    return STATUS[edge.status] + ("" if edge.seconds is None else f" ({edge.seconds:g} s)")


def outcome(edge: EdgeServer, found: Outcome) -> str:
    """The outcome in the table; of one that is excused until when, and why."""
    return f"{OUTCOME[found]} until {edge.excused_until} ({edge.reason})" if edge.excused_until else OUTCOME[found]


def excuse(edge: EdgeServer) -> str:
    return f"until {edge.excused_until}: {edge.reason}"


def reported(edge: EdgeServer) -> str:
    return last_report(edge.last_status_report)


def why(edge: EdgeServer, outcome: Outcome, unfinished: bool) -> str:
    """Why an Edge Server fails the run: a clause, or a sentence of the server's.

    :param unfinished: whether the run ended before all was written, so that its replication is not to blame.
    """
    if unfinished and outcome in (Outcome.DIFFERS, Outcome.DIFFERS_LAGGING):
        differing = "; ".join(edge.differences) or edge.reason
        return f"its own store differs, as the run ended before all was written: {differing}"
    reason = edge.reason or _WHY.get(edge.content, "")
    if outcome is Outcome.DIFFERS and edge.status is not Status.UNKNOWN:
        return f"{reason} Its status says up to date all the same."
    if outcome is Outcome.DIFFERS_LAGGING:
        return f"{reason} Its replica lags, {reported(edge)}."
    if outcome in _UNREAD_AND_LAGGING:
        return f"{reason}; lagging, {reported(edge)}"
    return reason


def said_before(one: Deployment, edge: EdgeServer, found: Outcome) -> str:
    return f"{edge.fqdn}: {OUTCOME[found]}; the reason is in the sentence on deployment {one.title}."


def stopped(one: Deployment, stop: Stop) -> str:
    if stop.withheld:
        return f"deployment {one.title}: {stop.withheld}. {stop.message}"
    if not stop.task:
        return f"deployment {one.title} was not worked on: {stop.message}"
    return f"deployment {one.title} failed at '{stop.task}': {stop.message}"


def stands(one: Deployment) -> list[str]:
    """After a stop: what is in force, what may be, and what completes it. Nothing where nothing can have been written."""
    if one.is_back or (not one.ran and not one.unknown):
        return []
    found = []
    if one.ran:
        found.append(f"written before that, and in force: {'; '.join(one.ran)}")
    if one.unknown:
        found.append(f"whether it was written is not known: {'; '.join(one.unknown)}")
    if one.missing:
        found.append(
            f"not written: {'; '.join(one.missing)}. Correct what failed, then run it again: it reads the state first, sends "
            "only what is missing and proves all of it."
        )
    return [f"deployment {one.title}: {said}" for said in found]


def rolled_back(one: Deployment) -> str:
    """What became of what the run had written."""
    return f"deployment {one.title}: {one.rolled_back}."


def passed_over(one: Deployment) -> str:
    return texts.passed_over(one.title, one.host, one.passed_over)


def late(one: Deployment) -> str:
    """Replicas that the user asked to wait for."""
    named = few(f"{replica.fqdn} ({last_report(replica.last_status_report)})" for replica in one.late)
    return (
        f"deployment {one.title}: waited for, and still behind when the run ended: {named}. hybrid_replication_scope: all asks for "
        "every replica; check their replication, or name them in hybrid_replication_ignore."
    )


def behind(one: Deployment) -> str:
    """Replicas that the proof says nothing of."""
    named = few(f"{replica.fqdn} ({last_report(replica.last_status_report)})" for replica in one.behind)
    return (
        f"deployment {one.title}: not waited for, and behind when the run ended: {named}. hybrid_replication_scope: all waits "
        "for every replica that hybrid_replication_ignore does not name."
    )


def master_moved(one: Deployment) -> str:
    return (
        f"The active master of deployment {one.title} moved during the change: the status of its replicas proves nothing, only "
        "the content of the Edge Servers does."
    )


def left_out(one: Deployment) -> str:
    return (
        f"--limit leaves out the management host of deployment {one.title}, so its topology was not read and nothing was "
        "written; its Edge Servers were compared with what their own variables say."
    )


def no_edge_server(one: Deployment) -> str:
    return f"The topology of deployment {one.title} has no Edge Server: there is nothing that could be verified."
