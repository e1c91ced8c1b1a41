# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts of an inventory, sorted by deployment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._core.failures import Refused
from .._core.task import Inventory
from .._resource.setting import FQDN

UNNAMED = ""
"""The name of a deployment whose hosts have none: the only one of an inventory, as a rule."""

USER_VARIABLES = ("ansible_psrp_user", "ansible_winrm_user", "ansible_ssh_user", "ansible_user")
ADDRESS_VARIABLES = ("ansible_psrp_host", "ansible_winrm_host", "ansible_ssh_host", "ansible_host")
PORT_VARIABLES = ("ansible_psrp_port", "ansible_winrm_port", "ansible_ssh_port", "ansible_port")
PASSWORD_VARIABLES = (
    "ansible_psrp_password",
    "ansible_winrm_password",
    "ansible_winrm_pass",
    "ansible_ssh_password",
    "ansible_ssh_pass",
    "ansible_password",
)
"""Where an inventory names an account, as the connection plugins document it."""


def title(name: str, sip_domains: Iterable[str] = (), hosts: Iterable[str] = ()) -> str:
    """What a deployment is called wherever a person reads it: its name, else its first SIP domain, else a host of it."""
    return next(filter(None, (name, *sip_domains, *hosts)), "")


def sort(inventory: Inventory, management_group: str, edge_group: str) -> dict[str, dict[str, Any]]:
    """Deployments by name, each with its leader (the management host that is used) and its Edge Servers.

    A host of a deployment that has several management hosts leads when it is the first of them in the play.
    """
    in_play = frozenset(inventory.play_hosts)
    found: dict[str, dict[str, Any]] = {}
    for host in inventory.group(management_group):
        name = _deployment(inventory, host)
        one = found.setdefault(name, {"name": name, "leader": None, "leader_in_play": False, "edges": []})
        if one["leader"] is None or (one["leader"] not in in_play and host in in_play):
            one.update(leader=host, leader_in_play=host in in_play)
    for host in inventory.group(edge_group):
        name = _deployment(inventory, host)
        one = found.setdefault(name, {"name": name, "leader": None, "leader_in_play": False, "edges": []})
        fqdn = str(inventory.variable(host, "lync_replica_fqdn") or host).rstrip(".")
        one["edges"].append({"host": host, "fqdn": fqdn, "in_play": host in in_play})
    return found


def probes(inventory: Inventory, hosts: Iterable[str]) -> dict[str, str]:
    """For each host whose account others use too, the first of them: a logon that fails there is not repeated elsewhere.

    Accounts lock after a few refused logons. One account is one name with one password; hosts whose variables name none use the
    one that was given on the command line.
    """
    by_account: dict[Any, list[str]] = {}
    for host in hosts:
        user, password = _first(inventory, host, USER_VARIABLES), _first(inventory, host, PASSWORD_VARIABLES)
        by_account.setdefault((str(user or "").casefold(), password), []).append(host)
    return {host: sharing[0] for sharing in by_account.values() if len(sharing) > 1 for host in sharing}


def _first(inventory: Inventory, host: str, names: Iterable[str]) -> Any:
    return next((value for value in (inventory.variable(host, name) for name in names) if value is not None), None)


def same_store(active_masters: Mapping[str, Any]) -> dict[str, list[str]]:
    """Deployments that have the active master of another one, hence its store, with the names of the others."""
    by_master: dict[Any, list[str]] = {}
    for name, master in active_masters.items():
        if master:
            by_master.setdefault(FQDN.comparable(str(master)), []).append(name)
    return {
        name: [other for other in names if other != name]
        for names in by_master.values()
        if len(names) > 1
        for name in names
    }


def _deployment(inventory: Inventory, host: str) -> str:
    return str(inventory.variable(host, "lync_deployment") or UNNAMED)


def check_managed(deployments: Mapping[str, Mapping[str, Any]]) -> None:
    """
    :raises Refused: for Edge Servers of the play without a management host, and for two hosts that are one machine.
    """
    for name, one in deployments.items():
        orphans = [edge["host"] for edge in one["edges"] if edge["in_play"]]
        if one["leader"] is None and orphans:
            raise Refused(
                f"There is no host in the group lync_management for {', '.join(orphans)}{_of(name)}: add one, or check the host "
                "variable lync_deployment. Nothing was changed."
            )
        _check_unique(name, one["edges"])


def _check_unique(name: str, edges: Iterable[Mapping[str, Any]]) -> None:
    seen: dict[Any, str] = {}
    for edge in edges:
        other = seen.setdefault(FQDN.comparable(edge["fqdn"]), edge["host"])
        if other != edge["host"]:
            raise Refused(
                f"{other} and {edge['host']}{_of(name)} are one machine, {edge['fqdn']}: check lync_replica_fqdn. Nothing was "
                "changed."
            )


def _of(name: str) -> str:
    return f" of deployment {name}" if name else ""


def check_addresses(inventory: Inventory, hosts: Iterable[str]) -> None:
    """A store that is read twice would prove two Edge Servers.

    :raises Refused: for two hosts at one address and port.
    """
    seen: dict[tuple[str, str], str] = {}
    for host in hosts:
        address = str(_first(inventory, host, ADDRESS_VARIABLES) or host).rstrip(".").casefold()
        port = str(_first(inventory, host, PORT_VARIABLES) or "")
        other = seen.setdefault((address, port), host)
        if other != host:
            raise Refused(
                f"{other} and {host} have one address, {address}{':' if port else ''}{port}: each host must be reached as itself, "
                "else one would be read for the other. Check ansible_host and ansible_port. Nothing was changed."
            )
