# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of the report. Nothing decides by them."""

from __future__ import annotations

from .._replication.status import Status
from .._replication.texts import last_report
from .evidence import Deployment, EdgeServer, Stop
from .verdict import Content, Outcome, Writes

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


def reported(edge: EdgeServer) -> str:
    return last_report(edge.last_status_report)


def why(edge: EdgeServer, outcome: Outcome) -> str:
    """Why an Edge Server fails the run: a clause, or a sentence of the server's."""
    reason = edge.reason or _WHY.get(edge.content, "")
    if outcome is Outcome.DIFFERS and edge.status is not Status.UNKNOWN:
        return f"{reason} Its status says up to date all the same."
    if outcome is Outcome.DIFFERS_LAGGING:
        return f"{reason} Its replica lags, {reported(edge)}."
    if outcome in _UNREAD_AND_LAGGING:
        return f"{reason}; lagging, {reported(edge)}"
    return reason


def stopped(one: Deployment, stop: Stop) -> str:
    if not stop.task:
        return f"deployment {one.title} was not worked on: {stop.message}"
    return f"deployment {one.title} failed at '{stop.task}': {stop.message}"


def written_before(one: Deployment) -> str:
    return f"deployment {one.title}: written before that, and in force: {'; '.join(one.cmdlets)}"


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
