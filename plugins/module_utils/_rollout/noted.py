# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role noted of each deployment and Edge Server, as evidence for the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._replication.status import Status
from .._resource import compare
from .._resource.setting import FQDN
from .deployments import title
from .evidence import Deployment, EdgeServer, Stop
from .verdict import Content, Verification, Writes

Plain = Mapping[str, Any]

_READ = {
    compare.HOLDS: Content.MATCHES,
    compare.DIFFERS: Content.DIFFERS,
    compare.DRIFTED: Content.DRIFTED,
    compare.PENDING: Content.PENDING,
}
_BEFORE = Stop("", "its management host failed before, see above.")


@dataclass(frozen=True)
class Notes:
    """
    :ivar inventory: by name, the deployments of lync_inventory_info.
    :ivar states: by name, what the role noted of each deployment; those that it did not begin are missing.
    :ivar contents: by inventory host, the result of its lync_local_store_check; hosts that were not asked are missing.
    """

    inventory: Mapping[str, Plain]
    states: Mapping[str, Plain]
    contents: Mapping[str, Plain]
    verification: str
    partial: bool
    check_mode: bool


def deployments(notes: Notes) -> list[Deployment]:
    """Those of which any host is in the play."""
    return [
        _deployment(notes, sorted_hosts, notes.states.get(name) or {})
        for name, sorted_hosts in notes.inventory.items()
        if _hosts_in_play(sorted_hosts)
    ]


def _hosts_in_play(sorted_hosts: Plain) -> list[str]:
    leader = [sorted_hosts["leader"]] if sorted_hosts["leader_in_play"] else []
    return [*leader, *(edge["host"] for edge in sorted_hosts["edges"] if edge["in_play"])]


def _deployment(notes: Notes, sorted_hosts: Plain, state: Plain) -> Deployment:
    replication = state.get("replication") or {}
    failure = state.get("failure")
    verification = Verification(state.get("edge_verification") or notes.verification)
    partial = state.get("partial_verification")
    changed = bool(state.get("changed"))
    sip_domains = tuple(str(domain) for domain in state.get("sip_domains") or [] if domain)
    hosts = _hosts_in_play(sorted_hosts)
    stop = None if state or not sorted_hosts["leader_in_play"] else _BEFORE
    if failure:
        stop = Stop(str(failure.get("task")), str(failure.get("msg")), bool(failure.get("unreachable")))
    return Deployment(
        title=title(str(sorted_hosts["name"]), sip_domains, hosts),
        host=hosts[0],
        edges=_edges(notes, sorted_hosts["edges"], state.get("edges"), replication, verification),
        managed=bool(sorted_hosts["leader_in_play"]),
        topology_read=isinstance(state.get("edges"), list),
        compliant=not changed,
        stop=stop,
        cmdlets=tuple(state.get("cmdlets") or ()),
        sip_domains=sip_domains,
        verification=verification,
        partial=notes.partial if partial is None else bool(partial),
        check_mode=notes.check_mode,
        writes=Writes.RAN if changed and not notes.check_mode else Writes.NONE,
        settled=bool(replication.get("settled")),
        master_moved=bool(replication.get("master_moved")),
    )


def _edges(
    notes: Notes, hosts: Sequence[Plain], topology: Any, replication: Plain, verification: Verification
) -> tuple[EdgeServer, ...]:
    """The Edge Servers of the topology, else of the inventory, and those of the inventory that the topology does not know."""
    by_fqdn = {FQDN.comparable(host["fqdn"]): host for host in hosts}
    known = topology if isinstance(topology, list) else [{"fqdn": host["fqdn"]} for host in hosts]
    named = {FQDN.comparable(edge["fqdn"]) for edge in known}
    found = []
    for edge in known:
        host = by_fqdn.get(FQDN.comparable(edge["fqdn"]))
        content, reason = _content(host, notes.contents, verification)
        found.append(_edge(edge, host, content, reason, replication))
    unknown = [host for fqdn, host in by_fqdn.items() if fqdn not in named]
    return (*found, *(_edge(host, host, Content.NOT_IN_TOPOLOGY, "", {}) for host in unknown))


def _edge(edge: Plain, host: Plain | None, content: Content, reason: str, replication: Plain) -> EdgeServer:
    fqdn = str(edge["fqdn"])
    replicas = replication.get("replicas") or []
    replica: Plain = next(
        (one for one in replicas if FQDN.comparable(one["replica_fqdn"]) == FQDN.comparable(fqdn)), {}
    )
    waited_for = bool(replica.get("in_scope"))
    seconds = replica.get("seconds")
    return EdgeServer(
        fqdn=fqdn,
        content=content,
        site=str(edge.get("site") or ""),
        host=str(host["host"]) if host is not None and host["in_play"] else None,
        reason=reason,
        status=Status(replica.get("state", Status.UNKNOWN.value)),
        waited_for=waited_for,
        seconds=(replication.get("waited") if seconds is None else seconds) if waited_for else None,
        last_status_report=replica.get("last_status_report"),
    )


def _content(host: Plain | None, contents: Mapping[str, Plain], verification: Verification) -> tuple[Content, str]:
    """What is known of its content, and the sentence that came with it."""
    if host is None:
        return Content.NOT_IN_INVENTORY, ""
    if not host["in_play"]:
        return Content.LEFT_OUT, ""
    result = contents.get(host["host"])
    if not result or result.get("skipped"):
        return Content.SKIPPED if verification is Verification.SKIP else Content.NOT_READ, ""
    sentence = str(result.get("msg") or "").strip()
    if result.get("unreachable"):
        return Content.UNREACHABLE, f"unreachable: {sentence}"
    return _READ.get(str(result.get("outcome")), Content.NOT_READABLE), sentence
