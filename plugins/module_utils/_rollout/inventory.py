# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts of an inventory by deployment, and what makes an inventory, or the play, useless for a rollout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .._core.failures import Refused
from .._core.task import Inventory
from .._resource.setting import FQDN
from .excuse import Excuse, of_machine
from .variables import misspelt

ADDRESS_VARIABLES = ("ansible_psrp_host", "ansible_winrm_host", "ansible_ssh_host", "ansible_host")
PORT_VARIABLES = ("ansible_psrp_port", "ansible_winrm_port", "ansible_ssh_port", "ansible_port")
"""Where an inventory says how a host is reached, as the connection plugins document it."""

LINEAR = "linear"
NOTHING_CHANGED = "Nothing was changed."


@dataclass(frozen=True)
class EdgeHost:
    """An inventory host that stands for an Edge Server: the machine of that name in the topology."""

    host: str
    fqdn: str
    in_play: bool


@dataclass(frozen=True)
class DeploymentHosts:
    """The hosts of one deployment.

    :ivar name: its ``lync_deployment``; empty where the inventory names none.
    :ivar management: its management hosts in the play, the first one first.
    :ivar left_out: its management hosts that are not in the play.
    :ivar excuses: the machines that are excused from the proof.
    """

    name: str
    management: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    edges: tuple[EdgeHost, ...] = ()
    excuses: tuple[Excuse, ...] = ()

    @property
    def title(self) -> str:
        """What it is called as long as nothing was read of it."""
        return title(self.name, (), (*self.management, *self.left_out, *(edge.host for edge in self.edges)))

    @property
    def edges_in_play(self) -> tuple[EdgeHost, ...]:
        return tuple(edge for edge in self.edges if edge.in_play)

    @property
    def edges_to_read(self) -> tuple[EdgeHost, ...]:
        """Those in the play that are not excused: no other one is logged on to."""
        return tuple(edge for edge in self.edges_in_play if self.excuse(edge.fqdn) is None)

    @property
    def in_play(self) -> bool:
        """Whether the play has any of its hosts."""
        return bool(self.management or self.edges_in_play)

    def excuse(self, fqdn: str) -> Excuse | None:
        """Why a machine is excused from the proof; None: it is not."""
        return of_machine(self.excuses, fqdn)


def title(name: str, sip_domains: Iterable[str] = (), hosts: Iterable[str] = ()) -> str:
    """What a deployment is called wherever a person reads it: its name, else its first SIP domain, else a host of it."""
    return next(filter(None, (name, *sip_domains, *hosts)), "")


def sort(inventory: Inventory, management_group: str, edge_group: str) -> dict[str, DeploymentHosts]:
    """Deployments by name, in the inventory's order."""
    in_play = frozenset(inventory.batch)
    found: dict[str, DeploymentHosts] = {}
    for host in inventory.group(management_group):
        one = _deployment(inventory, host, found)
        found[one.name] = (
            replace(one, management=(*one.management, host))
            if host in in_play
            else replace(one, left_out=(*one.left_out, host))
        )
    for host in inventory.group(edge_group):
        one = _deployment(inventory, host, found)
        fqdn = (_text(inventory, host, "lync_replica_fqdn") or host).rstrip(".")
        found[one.name] = replace(one, edges=(*one.edges, EdgeHost(host, fqdn, host in in_play)))
    return found


def _deployment(inventory: Inventory, host: str, found: Mapping[str, DeploymentHosts]) -> DeploymentHosts:
    name = _text(inventory, host, "lync_deployment")
    return found.get(name) or DeploymentHosts(name)


def _text(inventory: Inventory, host: str, name: str) -> str:
    """A variable of a host as text: a deployment may be called by a number. Empty where it has none.

    :raises Refused: for a list and the like, which are no name.
    """
    value = inventory.variable(host, name)
    if value is not None and not isinstance(value, (str, int, float)):
        raise Refused(f"{name} of {host} must be text, not {value!r}. {NOTHING_CHANGED}")
    return str(value or "")


def check(inventory: Inventory, deployments: Iterable[DeploymentHosts]) -> None:
    """
    :raises Refused: for Edge Servers without a management host, and for two inventory hosts that are one machine or have one
        address: a store that is read twice would prove two Edge Servers.
    """
    several = list(deployments)
    for one in several:
        if one.edges_in_play and not (one.management or one.left_out):
            raise Refused(
                f"{_listed(edge.host for edge in one.edges_in_play)} belong to {one.title}, which has no host in the "
                f"group lync_management: add one, or check the host variable lync_deployment. {_misspelt(inventory, one)}"
                f"{NOTHING_CHANGED}"
            )
        _check_machines(one)
    _check_addresses(inventory, several)


def check_groups(inventory: Inventory, management_group: str, edge_group: str, needs_edges: bool) -> None:
    """
    :param needs_edges: whether Edge Servers are to be verified.
    :raises Refused: where a group that is needed has no host.
    """
    for group in (management_group, *([edge_group] if needs_edges else [])):
        if not inventory.group(group):
            raise Refused(
                f"The inventory has no host in the group {group}. Check the inventory that ansible-playbook was given (-i), and "
                f"the spelling of the group. {NOTHING_CHANGED}"
            )


def check_play(inventory: Inventory, deployments: Iterable[DeploymentHosts]) -> None:
    """
    :raises Refused: for a strategy in which hosts do not wait for each other, and for batches that split a deployment.
    """
    if inventory.strategy != LINEAR:
        raise Refused(
            f"The strategy {inventory.strategy} lets hosts run ahead of each other, so that an Edge Server would be judged before "
            f"its deployment has changed: use linear. {NOTHING_CHANGED}"
        )
    outside = frozenset(inventory.play_hosts) - frozenset(inventory.batch)
    for one in deployments:
        split = [host for host in (*one.left_out, *(edge.host for edge in one.edges)) if host in outside]
        if one.in_play and split:
            raise Refused(
                f"serial puts {_listed(split)} of {one.title} into another batch than its other hosts. Batches follow the "
                f"order of hosts, not deployments: leave serial out, or use --limit with whole deployments. {NOTHING_CHANGED}"
            )


def _misspelt(inventory: Inventory, one: DeploymentHosts) -> str:
    """Variables of its Edge Servers that are nearly named like a known one."""
    found = (near for edge in one.edges_in_play for near in misspelt(inventory.variable_names(edge.host)))
    return "".join(f"{name} is not known; {meant} was probably meant. " for name, meant in dict.fromkeys(found))


def _check_machines(one: DeploymentHosts) -> None:
    seen: dict[Any, str] = {}
    for edge in one.edges:
        other = seen.setdefault(FQDN.comparable(edge.fqdn), edge.host)
        if other != edge.host:
            raise Refused(
                f"{other} and {edge.host} of {one.title} are one machine, {edge.fqdn}: check lync_replica_fqdn. "
                f"{NOTHING_CHANGED}"
            )


def _check_addresses(inventory: Inventory, deployments: Iterable[DeploymentHosts]) -> None:
    seen: dict[tuple[str, str], str] = {}
    for host in _in_play(deployments):
        address = str(_first(inventory, host, ADDRESS_VARIABLES) or host).rstrip(".").casefold()
        port = str(_first(inventory, host, PORT_VARIABLES) or "")
        other = seen.setdefault((address, port), host)
        if other != host:
            raise Refused(
                f"{other} and {host} have one address, {address}{':' if port else ''}{port}: each host must be reached as itself, "
                f"else one would be read for the other. Check ansible_host and ansible_port. {NOTHING_CHANGED}"
            )


def _in_play(deployments: Iterable[DeploymentHosts]) -> Iterator[str]:
    for one in deployments:
        yield from one.management
        yield from (edge.host for edge in one.edges_to_read)


def _first(inventory: Inventory, host: str, names: Iterable[str]) -> Any:
    return next((value for value in (inventory.variable(host, name) for name in names) if value is not None), None)


def _listed(hosts: Iterable[str]) -> str:
    return ", ".join(hosts)
