#!/usr/bin/python
# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation and declaration; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lync_replication_status
short_description: Read, and wait for, the replication of the Central Management store
version_added: 0.1.0
description:
  - Lists all replicas with their status and, on request, waits until those in scope have the last change.
  - C(UpToDate) right after a change can still be the old one. So with O(newer_than) a replica counts only when it is up to date
    and both its timestamps have moved past the values that were read before the change. Timestamps are compared with their own
    earlier values, never with each other or with a clock of the controller.
  - The status of a replica is no proof of its content. M(ucops.lync.lync_local_store_check) reads the content.
options:
  wait:
    description: Whether to wait until all replicas in scope are up to date. Not done in check mode.
    type: bool
    default: false
  newer_than:
    description: The registered result of a task of this module that ran just before the last change.
    type: dict
  scope:
    description:
      - Which replicas are waited for. V(edges) are the Edge Servers of the topology, V(listed) those in O(replicas).
      - All are always returned. Those outside the scope, ignored, deleted from the topology, or behind before the change are
        not waited for; they are warnings when they are not up to date.
    type: str
    choices: [edges, listed, all]
    default: all
  replicas:
    description: Names of the machines for O(scope=listed), and for O(trigger).
    type: list
    elements: str
    default: []
  ignore_replicas:
    description: Replicas that are not waited for. Each must exist.
    type: list
    elements: dict
    default: []
    suboptions:
      replica:
        description: Name of the machine.
        type: str
        required: true
      reason:
        description: Why; it is shown.
        type: str
        required: true
  timeout:
    description: Seconds to wait at most. Then the task fails and names what lags, since when.
    type: float
    default: 300
  interval:
    description: Seconds between two polls.
    type: float
    default: 10
  stamp_timeout:
    description:
      - Seconds after which replicas that are up to date but whose timestamps have not moved are no longer waited for. That is no
        failure; RV(proven) is then false.
    type: float
    default: 120
  settle:
    description:
      - Seconds for which no new package may appear before the result counts, because one may be built between two changes.
        Use V(60) where the content will not be read.
    type: float
    default: 0
  trigger:
    description:
      - Whether to force a complete push to the machines in O(replicas) first, with C(Invoke-CsManagementStoreReplication).
        Always a change, and never needed in the normal case.
    type: bool
    default: false
  background:
    description:
      - Begins to wait in the background, in the process that keeps the sessions, and returns at once. A later task with the same
        options and O(begun) has the result. So the deployments of a play are waited for at the same time, whatever C(forks) is,
        and one line of progress tells of all of them.
      - Needs O(wait=true) or O(local_stores). Nothing is begun in check mode, or where each task opens a session of its own. The
        task that collects it then waits itself.
    type: bool
    default: false
  local_stores:
    description:
      - With O(background), Edge Servers whose own stores are polled for content as soon as this wait is over, or at once without
        O(wait). Where the wait ended in vain, each is read once. A M(ucops.lync.lync_local_store_check) task of each Edge Server
        collects what was found.
      - Their sessions are those that M(ucops.lync.lync_session) opened. Nothing is begun for a host without such a session.
    type: dict
    suboptions:
      hosts:
        description: Their hosts in the inventory.
        type: list
        elements: str
        required: true
      settings:
        description: What is desired, as in O(ucops.lync.lync_local_store_check#module:settings).
        type: dict
        required: true
      timeout:
        description: Seconds to poll each one at most.
        type: float
        default: 60
      interval:
        description: Seconds between two polls.
        type: float
        default: 5
  begun:
    description: The registered result of a task with O(background). Where it has begun nothing, or is lost, this task waits itself.
    type: dict
  read_new_master:
    description: When the active master moved, read the deployment once more, as M(ucops.lync.lync_deployment_info) does.
    type: bool
    default: false
extends_documentation_fragment:
  - ucops.lync.lync
attributes:
  check_mode:
    description: Reads, and does not wait.
    support: full
  diff_mode:
    description: There is nothing to compare.
    support: none
  idempotent:
    description: Changes nothing, unless O(trigger=true).
    support: partial
    details: A forced push is a change each time.
author:
  - the ucops.lync authors (@ucops)
"""

EXAMPLES = r"""
- name: Note the state before a change
  ucops.lync.lync_replication_status:
  register: before_change

- name: Change something
  ucops.lync.lync_access_edge:
    allow_federated_users: true
  register: change

- name: Wait until all Edge Servers have received it
  ucops.lync.lync_replication_status:
    wait: true
    scope: edges
    newer_than: "{{ before_change }}"
    settle: 60
  when: change is changed

- name: Begin to wait, for all deployments at the same time
  ucops.lync.lync_replication_status:
    wait: true
    newer_than: "{{ before_change }}"
    background: true
  register: begun

- name: Wait for the rest of it
  ucops.lync.lync_replication_status:
    wait: true
    newer_than: "{{ before_change }}"
    begun: "{{ begun }}"
"""

RETURN = r"""
replicas:
  description:
    - All replicas. C(state) is V(lagging), V(up_to_date) or V(replicated); the last one only against O(newer_than).
    - After waiting, C(seconds) says after how many seconds the status of one in scope was as it must be.
  returned: without O(background)
  type: list
  elements: dict
  sample:
    - replica_fqdn: lyncedge01.adatum.example
      up_to_date: true
      last_update_creation: '2026-01-02T03:04:05Z'
      last_status_report: '2026-01-02T03:04:35Z'
      product_version: 5.0.8308.0
      in_scope: true
      state: replicated
      reason: null
lagging:
  description: Replicas in scope that are not up to date.
  returned: without O(background)
  type: list
  elements: str
proven:
  description: Whether the status of all replicas in scope proves the last change.
  returned: without O(background)
  type: bool
verdict:
  description:
    - What the wait ended with. V(proven), V(up_to_date) (without O(newer_than)), V(up_to_date_without_movement) (see
      O(stamp_timeout)), V(master_moved), V(missing) (a replica in scope is no longer listed), V(nothing_in_scope).
    - Of a wait that failed, V(lagging) or V(unsettled) (see O(settle)).
  returned: when it waited
  type: str
settled:
  description: Whether no new package appeared for as long as O(settle) asks.
  returned: when it waited
  type: bool
master_moved:
  description: Whether the active master is another one than before the change, so that the timestamps prove nothing.
  returned: without O(background)
  type: bool
central:
  description: State of the Central Management store, with the active master and file transfer agent.
  returned: without O(background)
  type: dict
health:
  description: Why nothing can replicate now; none when it can.
  returned: without O(background)
  type: str
noted:
  description: Who was master, and which replicas were behind, before the first change; O(newer_than) carries it along.
  returned: without O(background)
  type: dict
waited:
  description: Seconds waited.
  returned: when it waited
  type: float
poll:
  description: The wait that was begun, for O(begun); none where nothing was.
  returned: with O(background)
  type: str
polls:
  description: By host of O(local_stores), what was begun there; none where nothing was.
  returned: with O(background)
  type: dict
new_master:
  description: C(reading) of the deployment; else C(msg), why it could not be read.
  returned: when O(read_new_master) and the active master moved
  type: dict
"""

from ansible_collections.ucops.lync.plugins.module_utils._core.module_file import decline
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_replication_status import MODULE


def main() -> None:
    decline(MODULE)


if __name__ == "__main__":
    main()
