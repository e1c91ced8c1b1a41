# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many deployments in one lab, each behind proxies of its own: what one playbook run works on."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from classes import EDGE, FRONT_END, Observer, Progress
from modes import Mode
from proxy import LOOPBACK, Proxy, ProxyLoop

from lynclab.deployment.deployment import Deployment
from lynclab.deployment.replication import Delays
from lynclab.deployment.store import StoreContent
from lynclab.endpoints import CmdletOnlyEndpoint
from lynclab.lab import Lab
from lynclab.machine import Kind, LabMachine
from lynclab.people import People, generated_password
from lynclab.spec import LabSpec

QUICK = Delays(package=0.2, transfer=0.1, report=0.1)


class BasicCmdletOnlyEndpoint(CmdletOnlyEndpoint):
    """The cmdlet-only endpoint with Basic, which a real one does not offer: the proxy has to read what passes."""

    authentications = frozenset({"Basic"})


@dataclass(frozen=True)
class Held:
    """What a store holds: of the two settings that the rollout makes, and all the rest, which it must leave alone."""

    federation: bool
    provider: bool
    rest: str

    @property
    def new(self) -> bool:
        """Whether it is as the rollout leaves it."""
        return self.federation and self.provider

    @classmethod
    def of(cls, content: StoreContent) -> Held:
        """What that content is."""
        provider = content.find("hosting_providers", "Exchange Online") or {}
        kept = content.without_item("hosting_providers", "Exchange Online").with_access_edge(AllowFederatedUsers=None)
        return cls(
            federation=bool(content.access_edge["AllowFederatedUsers"]),
            provider=bool(provider.get("Enabled") and provider.get("EnabledSharedAddressSpace")),
            rest=str(kept),
        )


@dataclass
class Member:
    """One deployment of the fleet: a Front End Server and an Edge Server."""

    mode: Mode
    lab: Lab
    deployment: Deployment
    front_end: LabMachine
    edge: LabMachine
    progress: Progress
    proxies: Mapping[str, Proxy]

    @property
    def name(self) -> str:
        return self.deployment.name

    @property
    def machines(self) -> Mapping[str, LabMachine]:
        """By role."""
        return {FRONT_END: self.front_end, EDGE: self.edge}

    def hosts(self) -> dict[str, str]:
        """Inventory names by role."""
        return {role: machine.name for role, machine in self.machines.items()}

    def central(self) -> Held:
        """What the central store holds now."""
        return Held.of(self.deployment.content)

    def local(self) -> Held:
        """What the Edge Server's own store holds now."""
        return Held.of(self.deployment.local_store(self.edge.name))


class Fleet:
    """The deployments of one run. ``members`` in the order of the modes given."""

    def __init__(self, lab: Lab, loop: ProxyLoop, members: Sequence[Member]) -> None:
        self.lab = lab
        self.loop = loop
        self.members = members

    def inventory(self, variables: Mapping[str, Any], members: Iterable[Member] | None = None) -> dict[str, Any]:
        """The inventory of some of the deployments (default: all), with these variables for all hosts."""
        chosen = list(self.members if members is None else members)
        groups = {
            group: {"hosts": {member.machines[role].name: _host(member, role) for member in chosen}}
            for role, group in ((FRONT_END, "lync_management"), (EDGE, "lync_edge"))
        }
        return {"all": {"vars": dict(variables), "children": groups}}

    @property
    def arrived(self) -> int:
        """How many requests have reached a proxy since all were calmed."""
        return sum(len(proxy.log) for member in self.members for proxy in member.proxies.values())

    def calm(self) -> None:
        """Let all proxies pass everything on, with empty logs."""

        async def calm() -> None:
            for member in self.members:
                member.progress.writes.clear()
                for proxy in member.proxies.values():
                    await proxy.calm()

        self.loop.do(calm())


@contextmanager
def fleet(modes: Sequence[Mode], loop: ProxyLoop) -> Iterator[Fleet]:
    """A fleet with a deployment of each of these modes, until the block ends."""
    spec = LabSpec(deployments=len(modes), sites=1, edges=1, enterprise=False, delays=QUICK, allow_unencrypted=True)
    lab = Lab(spec)
    for machine in lab.machines.values():
        machine.wire.https = False
        _give_own_passwords(machine.people)
        if machine.kind is Kind.FRONT_END:
            machine.offer(BasicCmdletOnlyEndpoint(machine, machine.people))
    with lab, ExitStack() as stack:
        members = [_member(lab, deployment, mode) for deployment, mode in zip(lab.deployments, modes, strict=True)]
        found = Fleet(lab, loop, members)
        stack.callback(lambda: loop.do(_close(members)))
        found.calm()
        yield found


def _give_own_passwords(people: People) -> None:
    """Hosts with one account are tried one after the other, and one that is refused would be all of them."""
    password = generated_password()
    people.people = tuple(
        replace(person, account=replace(person.account, password=password)) for person in people.people
    )


def _member(lab: Lab, deployment: Deployment, mode: Mode) -> Member:
    progress = Progress()
    (front_end,), (edge,) = lab.of_kind(Kind.FRONT_END, deployment), lab.of_kind(Kind.EDGE, deployment)
    proxies = {
        role: Proxy(machine.name, lab.reach(machine.name).http_port, functools.partial(Observer, role, progress))
        for role, machine in ((FRONT_END, front_end), (EDGE, edge))
    }
    return Member(mode, lab, deployment, front_end, edge, progress, proxies)


def _host(member: Member, role: str) -> dict[str, Any]:
    account = member.machines[role].people.people[0].account
    return {
        "ansible_host": LOOPBACK,
        "ansible_port": member.proxies[role].port,
        "ansible_user": account.qualified,
        "ansible_password": account.password,
        "lync_deployment": member.name,
        **(member.mode.front_end_variables if role == FRONT_END else member.mode.variables),
    }


async def _close(members: Iterable[Member]) -> None:
    for member in members:
        for proxy in member.proxies.values():
            proxy.close()
