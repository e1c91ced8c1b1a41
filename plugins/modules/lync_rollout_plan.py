#!/usr/bin/python
# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation and declaration; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lync_rollout_plan
short_description: Plan the changes of a deployment
version_added: 0.1.0
description:
  - Makes a plan of what was read of a deployment and what is desired, and shows it. It asks no server and changes nothing.
  - Fails, with the plan in its result, when there is a blocker. The role C(ucops.lync.hybrid) begins with it.
options:
  deployment:
    description: One of RV(ucops.lync.lync_inventory_info#module:deployments).
    type: dict
    required: true
  reading:
    description: The result of M(ucops.lync.lync_deployment_info), also a failed one.
    type: dict
    required: true
  edge_readings:
    description: By inventory host, the results of M(ucops.lync.lync_deployment_info), also failed ones.
    type: dict
    default: {}
  documented:
    description: By noun, the options of the objects that are desired unless O(variables) says otherwise.
    type: dict
    required: true
  variables:
    description:
      - The variables C(hybrid_access_edge) and C(hybrid_hosting_provider), merged into O(documented), and C(hybrid_settings), which
        has further objects, by noun and identity, as O(ucops.lync.lync_local_store_check#module:settings).
    type: dict
    default: {}
  same_store:
    description: The names of other deployments of the inventory with the same Central Management store.
    type: list
    elements: str
    default: []
  edge_verification:
    description:
      - V(required) fails for each Edge Server of the topology whose own store does not prove the change.
      - V(best_effort) names those that cannot be read, V(skip) reads none.
    type: str
    default: required
  partial_verification:
    description: Whether Edge Servers that C(--limit) leaves out are accepted.
    type: bool
    default: false
  replication_ignore:
    description: The replicas that are not waited for (C(replica)); each must exist.
    type: list
    elements: dict
    default: []
  documented_order:
    description: Whether federation is switched on before the hosting provider is added, as the documented page lists it.
    type: bool
    default: false
extends_documentation_fragment:
  - ucops.lync.lync
  - ucops.lync.lync.reads
author:
  - the ucops.lync authors (@ucops)
"""

EXAMPLES = r"""
- name: Plan the changes
  ucops.lync.lync_rollout_plan:
    deployment: "{{ sorted.deployments[''] }}"
    reading: "{{ reading }}"
    documented:
      access_edge:
        allow_federated_users: true
      hosting_provider:
        identity: Exchange Online
        proxy_fqdn: exap.um.outlook.com
"""

RETURN = r"""
plan:
  description:
    - "The document: C(changes) in order (C(noun), C(identity), C(options), C(cmdlets), C(before), C(after), C(companions),
      C(impact), C(inverse)), C(findings) (C(kind): blocker, consent, warning or unchecked), C(edges) and what each holds before
      the first write."
  returned: always
  type: dict
replicas:
  description: The Edge Servers whose replication is to be waited for.
  returned: always
  type: list
  elements: str
verify:
  description: The inventory hosts of the Edge Servers that are to be read again after the changes.
  returned: always
  type: list
  elements: str
fingerprint:
  description: SHA-256 over the plan's own content.
  returned: always
  type: str
"""

from ansible_collections.ucops.lync.plugins.module_utils._core.module_file import decline
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_rollout_plan import MODULE


def main() -> None:
    decline(MODULE)


if __name__ == "__main__":
    main()
