# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds deployments and machines from a specification."""

from __future__ import annotations

from lynclab.contract.accounts import AccountDatabase
from lynclab.contract.machine import Limits, Wire
from lynclab.deployment.clock import Clock
from lynclab.deployment.deployment import Deployment
from lynclab.deployment.topology import FRONT_END_ROLES, Pool, SipDomain, Topology
from lynclab.machine import Kind, LabMachine
from lynclab.people import domain_people, edge_people
from lynclab.powershell.edition import EDITIONS
from lynclab.spec import LabSpec, deployment_name, site_name


def build_deployment(spec: LabSpec, index: int, clock: Clock) -> Deployment:
    """The index-th deployment of a lab."""
    name = deployment_name(index)
    domain = f"{name}.example"
    return Deployment(
        name=name,
        domain=domain,
        product=spec.product,
        clock=clock,
        topology=build_topology(spec, domain),
        delays=spec.delays,
        stamp_kind=spec.stamp_kind,
    )


def build_topology(spec: LabSpec, domain: str) -> Topology:
    """Sites with an Edge pool each; the Front Ends and the store are in the first one, and so is the pool that federates."""
    sites = tuple(site_name(index) for index in range(spec.sites))
    store = f"lyncsql01.{domain}"
    pools = []
    roles = (*FRONT_END_ROLES, "CentralManagement")
    if spec.enterprise:
        front_ends = tuple(f"lyncfe{number:02}.{domain}" for number in range(1, spec.front_ends + 1))
        pools.append(Pool(f"lyncpool.{domain}", sites[0], front_ends, roles))
        pools.append(Pool(store, sites[0], (store,), ("UserDatabase", "CentralManagementDatabase")))
    else:
        store = f"lyncfe01.{domain}"
        pools.append(Pool(store, sites[0], (store,), roles))
    number = 0
    for index, site in enumerate(sites):
        edges = tuple(f"lyncedge{number + position:02}.{domain}" for position in range(1, spec.edges + 1))
        number += spec.edges
        if edges:
            external = f"sip{index + 1:02}.{domain}" if index else f"sip.{domain}"
            pools.append(Pool(f"lyncedgepool{index + 1:02}.{domain}", site, edges, ("EdgeServer",), external))
    sip_domains = (SipDomain(domain, is_default=True), SipDomain(f"sales.{domain}"))
    topology = Topology(sites, tuple(pools), sip_domains, store)
    federating = next((pool.fqdn for pool in pools if pool.is_edge), None)
    return topology if federating is None else topology.with_federation(dict.fromkeys(sites, federating))


def build_machines(spec: LabSpec, deployment: Deployment, password: str) -> list[LabMachine]:
    """The machines of a deployment that answer remote sessions, in the order of the topology; plain hosts last."""
    accounts = AccountDatabase(spec.lockout_threshold)
    machines = [
        build_machine(spec, deployment, computer, Kind.EDGE if pool.is_edge else Kind.FRONT_END, password, accounts)
        for computer, pool in deployment.topology.computers()
        if pool.is_edge or "Registrar" in pool.roles
    ]
    for number in range(1, spec.plain_hosts + 1):
        name = f"web{number:02}.{deployment.domain}"
        machines.append(build_machine(spec, deployment, name, Kind.PLAIN, password, accounts))
    return machines


def build_machine(
    spec: LabSpec,
    deployment: Deployment,
    name: str,
    kind: Kind,
    password: str,
    domain_accounts: AccountDatabase | None = None,
) -> LabMachine:
    """One machine as the specification wants it. Its deployment's domain keeps ``domain_accounts``, for all machines."""
    mappings = {}
    if kind is Kind.EDGE and not spec.edges_in_domain:
        own = AccountDatabase(spec.lockout_threshold)
        of_machine = f"{password}-{name.partition('.')[0]}" if spec.own_passwords else password
        people = edge_people(of_machine, own, filters_local=spec.filters_local_accounts)
        mappings = {f"{person.account.name.lower()}@localhost": person.account.name for person in people.people}
    else:
        people = domain_people(password, deployment.domain, domain_accounts)
    return LabMachine(
        name=name,
        kind=kind,
        deployment=deployment,
        people=people,
        powershell_version=spec.powershell_version,
        autoload=spec.autoload and spec.powershell_version != "2.0",
        offers_get_command=spec.offers_get_command,
        module_load=spec.module_load,
        delegation=spec.delegation,
        offered=frozenset(spec.offered),
        limits=Limits(shells_per_user=spec.shells_per_user),
        wire=Wire(
            round_trip=spec.round_trip,
            process_start=spec.process_start,
            keep_alive=spec.keep_alive,
            edition=EDITIONS[spec.edition],
            rich_types=spec.rich_types,
            allow_unencrypted=spec.allow_unencrypted,
            certificate_mappings=mappings if spec.certificates else {},
        ),
    )
