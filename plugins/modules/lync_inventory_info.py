#!/usr/bin/python
# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation and declaration; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lync_inventory_info
short_description: Sort the hosts of the inventory by Lync deployment
version_added: 0.1.0
description:
  - Tells which management hosts and which Edge Servers belong to which deployment, by the host variable C(lync_deployment), and
    which of them are in the play. Run it once for a play; it asks no server.
  - Fails for an Edge Server of the play whose deployment has no management host, and for two hosts that are one machine or have
    one address.
options:
  management_group:
    description: The group of the management hosts. Of several of one deployment the first that answers is used.
    type: str
    default: lync_management
  edge_group:
    description: The group of the Edge Servers. C(lync_replica_fqdn) names the machine where the inventory name does not.
    type: str
    default: lync_edge
  rollout:
    description:
      - Whether to fail where a rollout could not rely on the play, too. That is where a group is empty, where C(serial) splits a
        deployment, and for every strategy but C(linear).
    type: bool
    default: false
  needs_edges:
    description: Whether O(edge_group) must have hosts for that.
    type: bool
    default: true
  edges_excused:
    description:
      - The variable C(hybrid_edges_excused) as the task's host has it. It counts for all deployments where the inventory states
        something else, else what the inventory states counts for each deployment.
      - With O(rollout) the play is refused for an entry that is malformed, in the past, or more than 90 days ahead.
    type: raw
    default: []
extends_documentation_fragment:
  - ucops.lync.lync
  - ucops.lync.lync.reads
author:
  - the ucops.lync authors (@ucops)
"""

EXAMPLES = r"""
- name: Sort the hosts by deployment
  ucops.lync.lync_inventory_info:
  run_once: true
  register: sorted
"""

RETURN = r"""
deployments:
  description:
    - By name (empty without C(lync_deployment)), each with its C(management) hosts in the play, those C(left_out), and its C(edges)
      (C(host), C(fqdn), C(in_play)) and C(excuses) (C(edge), C(reason), C(until)).
  returned: always
  type: dict
management:
  description: The management hosts that are in the play, each with the name of its deployment.
  returned: always
  type: dict
edges:
  description: The Edge Servers that are in the play and not excused, each with the name of its deployment.
  returned: always
  type: dict
"""

from ansible_collections.ucops.lync.plugins.module_utils._core.module_file import decline
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_inventory_info import MODULE


def main() -> None:
    decline(MODULE)


if __name__ == "__main__":
    main()
