# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why nothing may be written to a deployment. Each is said before the first write, in a dry run with the same words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from .._core.few import few
from .._replication.poll import health_problem
from .._resource.setting import FQDN
from .._rollout import variables
from .._rollout.excuse import VARIABLE
from .._rollout.inventory import title
from .._rollout.parts import CENTRAL, DEPLOYMENT, MACHINES, REPLICAS
from .._rollout.plan import Finding, Kind
from .._rollout.verdict import Content, Verification
from . import accepted
from .case import Case
from .consents import NAMES
from .exchange import desired_exchange
from .excuse_rules import nothing_left_to_prove, unknown_excuse
from .in_step import out_of_step
from .rights_told import written

OTHERWISE = "hybrid_access_edge, hybrid_hosting_provider or hybrid_settings says otherwise."

EXCUSE = f"Name one that is dead, or not built yet, in {VARIABLE}."

UNREAD = (Content.UNREACHABLE, Content.NOT_READABLE, Content.NOT_READ)


def blockers(case: Case) -> Iterator[Finding]:
    """All of them, so that they can be mended together."""
    for rule in RULES:
        for sentence in rule(case):
            yield Finding(Kind.BLOCKER, rule.__name__, sentence)


def same_store(case: Case) -> Iterator[str]:
    if case.same_store:
        others = ", ".join(title(name) for name in case.same_store)
        yield (
            f"{case.title} and {others} have the same Central Management store (active master {case.reading.master}): they are one "
            "deployment, so give their hosts one lync_deployment."
        )


def unread(case: Case) -> Iterator[str]:
    """What every plan needs, and what is desired of."""
    needed = {"pools", "edge services", MACHINES, REPLICAS, CENTRAL}
    needed |= {read.name.partition("-")[2] for one in case.desired for read in one.reads}
    for gap in case.reading.gaps:
        if gap.part == DEPLOYMENT:
            yield gap.reason
        elif gap.part in needed:
            yield f"{case.reading.host} could not read {gap.part}: {gap.reason}"


def health(case: Case) -> Iterator[str]:
    problem = health_problem(case.reading.central or {})
    if problem:
        yield f"Nothing can replicate: {problem}."


def no_edge(case: Case) -> Iterator[str]:
    if case.reading.topology is not None and not case.reading.topology.edges:
        yield (
            f"The topology of {case.title} has no Edge Server. The integration with Exchange Online goes through one: federation "
            "needs an Edge pool (learn.microsoft.com, Configuring on-premises Lync Server 2013 integration with Exchange Online)."
        )


def unknown_edge(case: Case) -> Iterator[str]:
    topology = case.reading.topology
    unknown = [edge.fqdn for edge in case.edges if edge.content is Content.NOT_IN_TOPOLOGY]
    if topology is not None and unknown:
        yield (
            f"The topology has no Edge Server {_listed(unknown)}. It has "
            f"{_listed(edge.fqdn for edge in topology.edges) or 'none'}. Check the group "
            "lync_edge, lync_deployment, and lync_replica_fqdn where an inventory name is not the machine's."
        )


def missing_edge(case: Case) -> Iterator[str]:
    missing = [edge.fqdn for edge in case.edges if edge.content is Content.NOT_IN_INVENTORY]
    if _proof_is_needed(case) and missing:
        yield (
            f"{few(missing)} of the topology have no host in the group lync_edge, so they could not be verified. Add them "
            f"(lync_replica_fqdn ties a host to a machine). {EXCUSE}"
        )


def left_out(case: Case) -> Iterator[str]:
    hosts = [edge.host for edge in case.edges if edge.host is not None and edge.content is Content.LEFT_OUT]
    if hosts and case.terms.verification is not Verification.SKIP and not case.terms.partial:
        yield (
            f"--limit leaves out {_listed(hosts)}, which the change would reach all the same: it is global to the deployment. "
            "Include them, or set hybrid_partial_verification: true."
        )


def unreadable_edge(case: Case) -> Iterator[str]:
    """What could not be read before the change could not prove it afterwards."""
    reasons: dict[str, list[str]] = {}
    for edge in case.edges if _proof_is_needed(case) else ():
        if edge.content in UNREAD:
            reasons.setdefault(edge.reason or "see what failed above.", []).append(edge.fqdn)
    for reason, names in reasons.items():
        yield (
            f"The store of {few(names)} was not read, so that nothing would prove the change there. {EXCUSE} Why it was not read: "
            f"{reason}"
        )


def no_replica(case: Case) -> Iterator[str]:
    if case.reading.replicas is None or not _proof_is_needed(case):
        return
    listed = {replica.key for replica in case.reading.replicas}
    missing = [
        edge.fqdn
        for edge in (case.reading.topology.edges if case.reading.topology else ())
        if FQDN.comparable(edge.fqdn) not in listed and case.hosts.excuse(edge.fqdn) is None
    ]
    if missing:
        yield (
            f"{few(missing)} have no row among the replicas (Get-CsManagementStoreReplicationStatus), so that no change "
            f"reaches them: is the Edge Server installed, and was the topology published? {EXCUSE}"
        )


def exchange_demands(case: Case) -> Iterator[str]:
    """Values with which Exchange Online cannot work (learn.microsoft.com, the page of the integration). What was before a run need
    not be the integration.
    """
    providers = [] if case.back else list(desired_exchange(case))
    for one in providers:
        demands = {"state": "present", "enabled": True, "hosts_ocs_users": False, "is_local": False}
        wrong = [option for option, value in demands.items() if one.options.get(option) != value]
        if wrong:
            values = ", ".join(f"{option}: {str(demands[option]).lower()}" for option in wrong)
            yield f"Exchange Online ({one.options['proxy_fqdn']}) works only with {values}; {OTHERWISE}"
    for edge in case.desired_of("access_edge") if providers else ():
        if edge.options.get("allow_federated_users") is not True:
            yield f"Exchange Online works only with allow_federated_users: true; {OTHERWISE}"
        if edge.options.get("routing_method") not in (None, "UseDnsSrvRouting"):
            yield f"Exchange Online works only with DNS SRV routing; {OTHERWISE}"


def unknown_replica(case: Case) -> Iterator[str]:
    """One that is to be ignored and does not exist is misspelt."""
    if case.reading.replicas is None:
        return
    listed = {replica.key for replica in case.reading.replicas}
    unknown = [name for name in case.terms.ignored if FQDN.comparable(name) not in listed]
    if unknown:
        names = _listed(replica.fqdn for replica in case.reading.replicas) or "none"
        yield f"There is no replica {_listed(unknown)} in this deployment, as hybrid_replication_ignore says; it has {names}."


def hybrid_accept(case: Case) -> Iterator[str]:
    yield from accepted.unknown(case, NAMES)


def misspelt(case: Case) -> Iterator[str]:
    for name, meant in variables.misspelt(case.terms.variable_names):
        yield f"There is a variable {name}, which this role does not know; {meant} was probably meant. Rename it."


def not_a_way_back(case: Case) -> Iterator[str]:
    """A record that the role was not told to go back from: what is meant would be done the wrong way round."""
    if case.back is None and variables.PLAYBOOKS[0] in case.terms.variable_names:
        yield (
            f"{variables.PLAYBOOKS[0]} is set, which only the playbook rollback.yml goes back from: run that one, or take the "
            "variable out."
        )


def no_right(case: Case) -> Iterator[str]:
    offered = case.reading.rights.offered
    if offered is None:
        return
    known = {name.casefold() for name in offered}
    missing = [name for name in written(case) if name.casefold() not in known]
    if missing:
        yield (
            f"{case.reading.where} does not offer {_listed(missing)} to this account: the cmdlet is outside its administrator "
            "roles. Get-CsAdminRole shows each role's cmdlets."
        )


def _proof_is_needed(case: Case) -> bool:
    """Where nothing is to be written, the verdict on each Edge Server says the same without a stop."""
    return case.terms.verification is Verification.REQUIRED and bool(case.changes)


RULES: tuple[Callable[[Case], Iterator[str]], ...] = (
    same_store,
    unread,
    no_edge,
    unknown_edge,
    missing_edge,
    left_out,
    health,
    no_replica,
    unreadable_edge,
    out_of_step,
    exchange_demands,
    unknown_replica,
    hybrid_accept,
    misspelt,
    not_a_way_back,
    no_right,
    unknown_excuse,
    nothing_left_to_prove,
)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
