#!/usr/bin/python
# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation and declaration; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lync_rollout_verdict
short_description: Judge what a rollout proved on each Edge Server
version_added: 0.1.0
description:
  - Judges each Edge Server by what its own store held and what the status of its replica said. It asks no server and never fails;
    RV(problems) says which hosts are to fail, and why. Where none is, it shows the report.
options:
  deployments:
    description: RV(ucops.lync.lync_inventory_info#module:deployments).
    type: dict
    required: true
  plans:
    description: By management host, the result of M(ucops.lync.lync_rollout_plan), also a failed one.
    type: dict
    default: {}
  writes:
    description: By management host, the fact C(lync_writes), see O(ucops.lync.lync_access_edge#module:rollout).
    type: dict
    default: {}
  replications:
    description: By management host, the result of M(ucops.lync.lync_replication_status), where it was waited for.
    type: dict
    default: {}
  failures:
    description: >-
      By management host, where the work ended before its time (C(task), C(msg), C(unreachable), C(writes), C(withheld), C(known),
      C(changed_since)).
    type: dict
    default: {}
  took_back:
    description: By management host, RV(takes_back) of the first verdict, where the run took back what it wrote there.
    type: dict
    default: {}
  back_plans:
    description: Of that way back, by management host, the result of M(ucops.lync.lync_rollout_plan), also a failed one.
    type: dict
    default: {}
  back_writes:
    description: Of that way back, as O(writes).
    type: dict
    default: {}
  back_failures:
    description: Of that way back, as O(failures).
    type: dict
    default: {}
  back_contents:
    description: Of that way back, as O(contents).
    type: dict
    default: {}
  contents:
    description: By inventory host, the result of M(ucops.lync.lync_local_store_check), where the Edge Server was read again.
    type: dict
    default: {}
  readiness_asked:
    description: >-
      By inventory host of each Edge Server, whether it was to be checked (C(hybrid_check_readiness)). One that was, and has no
      result, is a row that says so.
    type: dict
    default: {}
  edge_readiness:
    description: By inventory host, the result of M(ucops.lync.lync_edge_readiness_info), where it was asked for.
    type: dict
    default: {}
  external_readiness:
    description: By management host, the result of M(ucops.lync.lync_external_readiness_info), where it was asked for.
    type: dict
    default: {}
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
extends_documentation_fragment:
  - ucops.lync.lync
  - ucops.lync.lync.reads
author:
  - the ucops.lync authors (@ucops)
"""

EXAMPLES = r"""
- name: Judge the rollout
  ucops.lync.lync_rollout_verdict:
    deployments: "{{ sorted.deployments }}"
    plans: "{{ plans }}"
  run_once: true
  register: verdict
"""

RETURN = r"""
rows:
  description:
    - A row for each Edge Server, with C(outcome), C(content), C(status), C(verified) and C(excused_until) (none where it is not
      excused).
  returned: always
  type: list
  elements: dict
lines:
  description: The text of the report.
  returned: always
  type: list
  elements: str
verified:
  description: How many Edge Servers of the topology hold the desired state in their own store.
  returned: always
  type: int
excused:
  description: How many Edge Servers of the topology are excused from the proof.
  returned: always
  type: int
total:
  description: How many Edge Servers the topology has.
  returned: always
  type: int
takes_back:
  description:
    - By management host, where the run is to take back by itself what it wrote there, the plan (C(plan)), the writes (C(writes))
      and the Edge Servers because of which (C(differing)).
  returned: always
  type: dict
problems:
  description: By host, the sentence with which it is to fail.
  returned: always
  type: dict
"""

from ansible_collections.ucops.lync.plugins.module_utils._core.module_file import decline
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_rollout_verdict import MODULE


def main() -> None:
    decline(MODULE)


if __name__ == "__main__":
    main()
