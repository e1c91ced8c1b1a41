# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of each Edge Server: a row of the table, and whether it fails the run.

Only the content of an Edge Server's own store earns "verified"; the status of its replica alone earns less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._core.visible import visible
from .._replication.status import Status
from .._resource.compare import DIFFERS, DRIFTED, HOLDS, PENDING
from .._resource.setting import FQDN

REQUIRED, BEST_EFFORT, SKIP = "required", "best_effort", "skip"

NOT_REPORTED = "verified, status not reported"
WILL_BE_REPLICATED = "will be replicated"
REPLICATED = "replicated (status only)"


@dataclass(frozen=True)
class Row:
    """One Edge Server. ``verified``: its content was read and is right. ``problem``: why it fails the run, else empty."""

    deployment: str
    site: str
    edge: str
    central: str
    status: str
    content: str
    outcome: str
    verified: bool = False
    problem: str = ""
    raised_on: str = ""
    last_report: str = ""


@dataclass(frozen=True)
class Circumstances:
    """What the run was asked to be."""

    verification: str = REQUIRED
    partial: bool = False
    check_mode: bool = False


@dataclass(frozen=True)
class Deployment:
    """What is known of one deployment at the end: ``state`` as the role noted it, None when it was not begun."""

    name: str
    leader: str | None
    inventory_edges: Sequence[Mapping[str, Any]]
    state: Mapping[str, Any] | None
    leader_in_play: bool = True
    circumstances: Circumstances = Circumstances()

    @property
    def topology(self) -> Sequence[Mapping[str, Any]] | None:
        """The Edge Servers of the topology; None when it was not read."""
        found = (self.state or {}).get("edges")
        return found if isinstance(found, list) else None

    @property
    def failure(self) -> Mapping[str, Any] | None:
        return (self.state or {}).get("failure")

    @property
    def central(self) -> str:
        """The central store, in a word or two."""
        if self.state is None:
            return "failed" if self.leader_in_play else "left out"
        if self.failure:
            failed = "unreachable" if self.failure.get("unreachable") else "failed"
            return f"changed, then {failed}" if self.changed else failed
        return str(self.state.get("central", "not read"))

    @property
    def changed(self) -> bool:
        return bool((self.state or {}).get("changed"))

    def replica(self, fqdn: str) -> Mapping[str, Any] | None:
        replication = (self.state or {}).get("replication") or {}
        return next((one for one in replication.get("replicas") or [] if _same(one["replica_fqdn"], fqdn)), None)

    @property
    def written(self) -> Sequence[str]:
        """The changing cmdlets that ran, as a person would type them."""
        found = (self.state or {}).get("cmdlets")
        return found if isinstance(found, list) else []

    @property
    def master_moved(self) -> bool:
        """Whether another machine became master during the change, so that the stamps prove nothing."""
        return bool(((self.state or {}).get("replication") or {}).get("master_moved"))

    @property
    def settled(self) -> bool:
        """Whether the wait saw no new package for as long as it was to."""
        return bool(((self.state or {}).get("replication") or {}).get("settled"))

    @property
    def waited(self) -> Any:
        return ((self.state or {}).get("replication") or {}).get("waited")


def rows(deployment: Deployment, contents: Mapping[str, Any]) -> list[Row]:
    """The rows of a deployment: each Edge Server of its topology, else of the inventory.

    :param contents: by inventory host, the result of its lync_local_store_check; hosts that were not asked are missing.
    """
    known = deployment.topology
    by_fqdn = {FQDN.comparable(edge["fqdn"]): edge for edge in deployment.inventory_edges}
    if known is None:
        known = [{"fqdn": edge["fqdn"], "site": ""} for edge in deployment.inventory_edges]
    found = [_row(deployment, edge, by_fqdn.get(FQDN.comparable(edge["fqdn"])), contents) for edge in known]
    named = {FQDN.comparable(edge["fqdn"]) for edge in known}
    return found + [
        Row(
            deployment.name,
            "",
            edge["fqdn"],
            deployment.central,
            "-",
            "-",
            "not in the topology",
            problem="the topology has no such Edge Server",
            raised_on=edge["host"] if edge["in_play"] else "",
        )
        for key, edge in by_fqdn.items()
        if key not in named
    ]


def _row(
    deployment: Deployment,
    edge: Mapping[str, Any],
    inventory_edge: Mapping[str, Any] | None,
    contents: Mapping[str, Any],
) -> Row:
    replica = deployment.replica(edge["fqdn"])
    content = _content(inventory_edge, contents, deployment.circumstances.verification)
    verdict = _judge(deployment, content, replica)
    in_play = inventory_edge is not None and inventory_edge["in_play"]
    return Row(
        deployment.name,
        str(edge.get("site") or ""),
        str(edge["fqdn"]),
        deployment.central,
        _status(replica, deployment.waited),
        content.word,
        verdict.outcome,
        verdict.verified,
        verdict.problem,
        raised_on=str(inventory_edge["host"]) if in_play and inventory_edge else str(deployment.leader or ""),
        last_report="" if replica is None else _last_report(replica),
    )


@dataclass(frozen=True)
class Content:
    """What is known of an Edge Server's own store: ``right`` only when it was read and is as wanted."""

    word: str
    right: bool = False
    reason: str = ""


def _content(edge: Mapping[str, Any] | None, contents: Mapping[str, Any], verification: str) -> Content:
    if edge is None:
        return Content("not in inventory", reason="it has no host in the group lync_edge")
    if not edge["in_play"]:
        return Content("left out", reason="--limit leaves it out")
    result = contents.get(edge["host"])
    if not isinstance(result, Mapping) or result.get("skipped"):
        word = "skipped" if verification == SKIP else "not read"
        return Content(word, reason="its own store was not read")
    if result.get("unreachable"):
        return Content("unreachable", reason=f"unreachable: {_message(result)}")
    outcome = result.get("outcome")
    if outcome is None:
        return Content("not readable", reason=_message(result))
    return Content(str(outcome), outcome in (HOLDS, PENDING), _message(result))


@dataclass(frozen=True)
class Verdict:
    """The outcome in a word or two, whether the content earned "verified", and why it fails the run, else empty."""

    outcome: str
    verified: bool = False
    problem: str = ""


def _judge(deployment: Deployment, content: Content, replica: Mapping[str, Any] | None) -> Verdict:
    if content.word == PENDING:
        return Verdict("nothing written" if deployment.failure else WILL_BE_REPLICATED)
    if content.right:
        return Verdict("verified" if replica is None or replica["up_to_date"] else NOT_REPORTED, verified=True)
    if content.word == DRIFTED:
        return Verdict(DRIFTED, problem=content.reason)
    if content.word != DIFFERS:
        return _unread(deployment, content, replica)
    if deployment.failure and not deployment.changed:  # that it differs is no wonder, and its own failure says why
        return Verdict("nothing written")
    if replica is None:
        return Verdict("differs", problem=content.reason)
    if replica["up_to_date"]:
        return Verdict("differs", problem=f"{content.reason} Its status says up to date all the same.")
    return Verdict("differs, lagging", problem=f"{content.reason} Its replica lags, {_last_report(replica)}.")


def _unread(deployment: Deployment, content: Content, replica: Mapping[str, Any] | None) -> Verdict:
    """The verdict on an Edge Server whose content is not known: that of its status, where this run changed anything."""
    asked = deployment.circumstances
    explained = content.word in ("unreachable", "not readable", "not in inventory", "left out")
    outcome = content.word if explained else "not proven in this run"
    if replica is not None and deployment.changed and not asked.check_mode:
        if not replica["up_to_date"]:
            outcome = f"{content.word}, lagging" if explained else "lagging"
            if replica.get("in_scope"):
                return Verdict(outcome, problem=f"lagging, {_last_report(replica)}")
        elif replica["state"] == Status.REPLICATED.value and deployment.settled and not deployment.master_moved:
            outcome = REPLICATED
    accepted = asked.verification != REQUIRED or (asked.partial and content.word == "left out")
    return Verdict(outcome, problem="" if accepted else content.reason)


def _status(replica: Mapping[str, Any] | None, waited: Any) -> str:
    if replica is None:
        return "-"
    text = str(replica["state"]).replace("_", " ")
    if waited is not None and replica.get("in_scope"):
        seconds = replica.get("seconds")
        text += f" ({waited if seconds is None else seconds:g} s)"
    return text


def _last_report(replica: Mapping[str, Any]) -> str:
    last = replica.get("last_status_report")
    return f"last status report {last}" if last else "has never reported"


def _message(result: Mapping[str, Any]) -> str:
    return str(result.get("msg") or "").strip()


def _same(one: str, other: str) -> bool:
    return bool(FQDN.comparable(one) == FQDN.comparable(other))


def table(found: Iterable[Row]) -> list[str]:
    """The rows as aligned text."""
    heads = ("Deployment", "Site", "Edge Server", "Central store", "Status", "Edge content", "Outcome")
    rows_of = ((r.deployment, r.site, r.edge, r.central, r.status, r.content, r.outcome) for r in found)
    lines = [heads, *(tuple(map(visible, cells)) for cells in rows_of)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return [text[0], "  ".join("-" * width for width in widths), *text[1:]]
