#!/usr/bin/python
# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation and declaration; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lync_topology_info
short_description: Read the topology of a Lync deployment
version_added: 0.1.0
description:
  - Returns the sites, pools, computers, Edge services and SIP domains, which machines are Edge Servers, and the active master of
    the Central Management store.
  - Needs a machine that reaches the Central Management store; the topology cmdlets have no C(-LocalStore).
extends_documentation_fragment:
  - ucops.lync.lync
  - ucops.lync.lync.reads
author:
  - the ucops.lync authors (@ucops)
"""

EXAMPLES = r"""
- name: Which Edge Servers the deployment has
  ucops.lync.lync_topology_info:
  register: topology

- name: Show them
  ansible.builtin.debug:
    msg: "{{ topology.edges | map(attribute='fqdn') }}"
"""

RETURN = r"""
edges:
  description: The Edge Servers; C(fqdn) is the name of the machine and of its replica.
  returned: success
  type: list
  elements: dict
  sample:
    - fqdn: lyncedge01.adatum.example
      pool: lyncedge.adatum.example
      site: Lisbon
sites:
  description: The Lync sites as C(Get-CsSite) shows them, names in snake case.
  returned: success
  type: list
  elements: dict
pools:
  description: The pools as C(Get-CsPool) shows them.
  returned: success
  type: list
  elements: dict
computers:
  description: The computers as C(Get-CsComputer) shows them.
  returned: success
  type: list
  elements: dict
edge_services:
  description: The Edge services as C(Get-CsService -EdgeServer) shows them.
  returned: success
  type: list
  elements: dict
sip_domains:
  description: The SIP domains.
  returned: success
  type: list
  elements: str
central:
  description: State of the Central Management store, with the active master and file transfer agent.
  returned: success
  type: dict
"""

from ansible_collections.ucops.lync.plugins.module_utils._core.module_file import decline
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_topology_info import MODULE


def main() -> None:
    decline(MODULE)


if __name__ == "__main__":
    main()
