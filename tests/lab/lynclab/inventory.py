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
from lynclab.machine import Kind, LabMachine
from lynclab.server import LOOPBACK
from lynclab.transports import EDGE_TRANSPORTS, FRONT_END_TRANSPORTS, Transport, variables

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

    Front Ends are reached through ``front_end_path`` (as many of each deployment as the specification says: any one
    answers for all), Edge Servers through /wsman by ``edge_transport``; ``transports`` has the names, and says with
    ``prepared`` what the lab must have for them. A transport ``winrm-...`` is Ansible's connection winrm: commands go
    to /wsman as WinRS, on Front Ends too, whose plain sessions reach the store only with delegation or where it is on
    the same machine. With ``naming`` short, inventory names are not FQDNs and ``lync_replica_fqdn`` says which machine
    is meant. ``lync_deployment`` is written where there are several deployments.
    """
    management = {}
    edges = {}
    for deployment in lab.deployments:
        path = (
            {} if Transport.named(front_end_transport).connection == "winrm" else {"ansible_psrp_path": front_end_path}
        )
        for front_end in lab.of_kind(Kind.FRONT_END, deployment)[: lab.spec.management_hosts]:
            management[_name(front_end, naming)] = _host(lab, front_end, naming, front_end_transport) | path
        for edge in lab.of_kind(Kind.EDGE, deployment):
            edges[_name(edge, naming)] = _host(lab, edge, naming, edge_transport)
    groups: dict[str, Any] = {"lync_management": {"hosts": management}, "lync_edge": {"hosts": edges}}
    # A plain host has domain accounts, to which no certificate is mapped.
    ordinary = "ntlm-http" if "certificate" in edge_transport else edge_transport
    others = {_name(m, naming): _host(lab, m, naming, ordinary) for m in lab.of_kind(Kind.PLAIN)}
    if others:
        groups["other_servers"] = {"hosts": others}
    common = {"ansible_connection": "psrp", "ansible_psrp_ca_cert": str(lab.ca_file)}
    return {"all": {"vars": common, "children": groups}}


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


def _host(lab: Lab, machine: LabMachine, naming: str, transport: str) -> dict[str, Any]:
    found: dict[str, Any] = {"ansible_host": LOOPBACK, **variables(transport, lab, machine)}
    if len(lab.deployments) > 1:
        found["lync_deployment"] = machine.deployment.name
    if naming != "fqdn" and machine.kind is Kind.EDGE:
        found["lync_replica_fqdn"] = machine.name
    return found
