#!/usr/bin/python
# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation and declaration; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lync_edge_report
short_description: Show what a rollout proved on each Edge Server
version_added: 0.1.0
description:
  - Shows a table with a row for each Edge Server of the topology, and says what is proven and what is not. The role
    C(ucops.lync.hybrid) ends with it. It asks no server and never fails; RV(problems) says which hosts are to fail, and why.
options:
  inventory:
    description: RV(ucops.lync.lync_inventory_info#module:deployments).
    type: dict
    required: true
  deployments:
    description:
      - What the role noted of each deployment (C(name), C(edges), C(changed), C(cmdlets), C(replication), C(sip_domains),
        C(failure)).
      - C(edge_verification) and C(partial_verification) in it come before the options of these names.
    type: list
    elements: dict
    required: true
  contents:
    description: By inventory host, the result of its M(ucops.lync.lync_local_store_check).
    type: dict
    default: {}
  probes:
    description: RV(ucops.lync.lync_inventory_info#module:probes).
    type: dict
    default: {}
  logons:
    description: By host of O(probes), the result of its M(ucops.lync.lync_ping).
    type: dict
    default: {}
  edge_verification:
    description: V(required) makes each Edge Server that is not proven a problem, V(best_effort) and V(skip) name it only.
    type: str
    choices: [required, best_effort, skip]
    default: required
  partial_verification:
    description: Whether Edge Servers that C(--limit) leaves out are accepted.
    type: bool
    default: false
extends_documentation_fragment:
  - ucops.lync.lync
  - ucops.lync.lync.reads
author:
  - the ucops.lync authors (@ucops)
"""

EXAMPLES = r"""
- name: Show what was proven
  ucops.lync.lync_edge_report:
    inventory: "{{ sorted.deployments }}"
    deployments: "{{ noted }}"
    contents: "{{ dict(sorted.edges | zip(sorted.edges | map('extract', hostvars, 'content'))) }}"
  run_once: true
  register: report
"""

RETURN = r"""
rows:
  description:
    - The rows of the table, with C(status), C(content) and C(outcome) as values of enumerations (C(verified_not_reported) where the
      table says C(verified, status not reported)); C(fails) is true for an Edge Server that fails the run.
  returned: always
  type: list
  elements: dict
  sample:
    - deployment: adatum.example
      site: Lisbon
      edge: lyncedge01.adatum.example
      status: replicated
      content: matches
      outcome: verified
      verified: true
      fails: false
lines:
  description: The text that was shown.
  returned: always
  type: list
  elements: str
verified:
  description: How many Edge Servers of the topology have the desired state in their own store.
  returned: always
  type: int
total:
  description: How many Edge Servers the topology has; those of an inventory whose topology was not read do not count.
  returned: always
  type: int
problems:
  description: By host, the sentence with which it is to fail.
  returned: always
  type: dict
"""

from ansible_collections.ucops.lync.plugins.module_utils._core.module_file import decline
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_edge_report import MODULE


def main() -> None:
    decline(MODULE)


if __name__ == "__main__":
    main()
