# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes an Ansible inventory of a running lab: the groups and variables that a user of the collection writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from lynclab.endpoints import OCS_POWERSHELL, WSMAN
from lynclab.lab import Lab
from lynclab.listener import LOOPBACK
from lynclab.machine import Kind, LabMachine

WINRM_TRANSPORTS = ("winrm-http", "winrm-https")
EDGE_TRANSPORTS = ("ntlm-http", "ntlm-https", "basic-https", *WINRM_TRANSPORTS)
FRONT_END_TRANSPORTS = ("negotiate-https", *WINRM_TRANSPORTS)
NAMINGS = ("fqdn", "short")
FRONT_END_PATHS = (OCS_POWERSHELL.removeprefix("/"), WSMAN.removeprefix("/"))


def inventory(
    lab: Lab,
    edge_transport: str = EDGE_TRANSPORTS[0],
    naming: str = NAMINGS[0],
    front_end_path: str = FRONT_END_PATHS[0],
    front_end_transport: str = FRONT_END_TRANSPORTS[0],
) -> dict[str, Any]:
    """The inventory of a running lab.

    Front Ends are reached through ``front_end_path`` (one of each deployment: any one answers for all), Edge Servers through
    /wsman by ``edge_transport``. A transport ``winrm-...`` is Ansible's connection winrm: commands go to /wsman as WinRS, on
    Front Ends too (``front_end_transport``), whose plain sessions reach the store only with delegation or where it is on the
    same machine. With ``naming`` short, inventory names are not FQDNs and ``lync_replica_fqdn`` says which machine is meant.
    ``lync_deployment`` is written where there are several deployments.
    """
    management = {}
    edges = {}
    for deployment in lab.deployments:
        front_end = lab.of_kind(Kind.FRONT_END, deployment)[0]
        management[_name(front_end, naming)] = _host(lab, front_end, naming) | (
            _winrm(lab, front_end, front_end_transport)
            if front_end_transport in WINRM_TRANSPORTS
            else _front_end(lab, front_end, front_end_path)
        )
        for edge in lab.of_kind(Kind.EDGE, deployment):
            edges[_name(edge, naming)] = _host(lab, edge, naming) | _edge(lab, edge, edge_transport)
    groups: dict[str, Any] = {"lync_management": {"hosts": management}, "lync_edge": {"hosts": edges}}
    others = {_name(m, naming): _host(lab, m, naming) | _edge(lab, m, edge_transport) for m in lab.of_kind(Kind.PLAIN)}
    if others:
        groups["other_servers"] = {"hosts": others}
    variables = {"ansible_connection": "psrp", "ansible_psrp_ca_cert": str(lab.ca_file)}
    return {"all": {"vars": variables, "children": groups}}


def write_inventory(
    lab: Lab,
    path: Path,
    edge_transport: str = EDGE_TRANSPORTS[0],
    naming: str = NAMINGS[0],
    front_end_path: str = FRONT_END_PATHS[0],
    front_end_transport: str = FRONT_END_TRANSPORTS[0],
) -> None:
    """Write the inventory where it appears whole or not at all, readable by its owner only: it holds the lab's password."""
    content = inventory(lab, edge_transport, naming, front_end_path, front_end_transport)
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
    draft = path.with_name(path.name + ".new")
    draft.touch(mode=0o600)
    draft.write_text(f"# Written by the lab; gone when it stops.\n{text}", encoding="utf-8")
    draft.replace(path)


def _name(machine: LabMachine, naming: str) -> str:
    if naming == "fqdn":
        return machine.name
    return f"{machine.deployment.name}-{machine.name.split('.')[0]}"


def _host(lab: Lab, machine: LabMachine, naming: str) -> dict[str, Any]:
    logon = lab.logon_of(machine)
    variables: dict[str, Any] = {
        "ansible_host": LOOPBACK,
        "ansible_user": logon["user"],
        "ansible_password": logon["password"],
    }
    if len(lab.deployments) > 1:
        variables["lync_deployment"] = machine.deployment.name
    if naming != "fqdn" and machine.kind is Kind.EDGE:
        variables["lync_replica_fqdn"] = machine.name
    return variables


def _front_end(lab: Lab, machine: LabMachine, path: str) -> dict[str, Any]:
    return {
        "ansible_port": lab.reach(machine.name).https_port,
        "ansible_psrp_protocol": "https",
        "ansible_psrp_auth": "negotiate",
        "ansible_psrp_path": path,
    }


def _edge(lab: Lab, machine: LabMachine, transport: str) -> dict[str, Any]:
    if transport in WINRM_TRANSPORTS:
        return _winrm(lab, machine, transport)
    authentication, _dash, protocol = transport.partition("-")
    reach = lab.reach(machine.name)
    variables: dict[str, Any] = {
        "ansible_port": reach.https_port if protocol == "https" else reach.http_port,
        "ansible_psrp_protocol": protocol,
        "ansible_psrp_auth": authentication,
    }
    if protocol == "http":
        variables["ansible_psrp_message_encryption"] = "always"
    return variables


def _winrm(lab: Lab, machine: LabMachine, transport: str) -> dict[str, Any]:
    scheme = transport.partition("-")[2]
    reach = lab.reach(machine.name)
    variables: dict[str, Any] = {
        "ansible_connection": "winrm",
        "ansible_port": reach.https_port if scheme == "https" else reach.http_port,
        "ansible_winrm_scheme": scheme,
        "ansible_winrm_transport": "ntlm",
    }
    if scheme == "http":
        return variables | {"ansible_winrm_message_encryption": "always"}
    return variables | {"ansible_winrm_ca_trust_path": str(lab.ca_file)}
