#!/usr/bin/python
# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation and declaration; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lync_local_store_check
short_description: Check that a server's own copy of the configuration holds what is desired
version_added: 0.1.0
description:
  - Compares the local store of the server, typically an Edge Server, setting by setting with what is desired, and waits for it
    up to O(timeout). It changes nothing. The content of the local store is the only proof that a change arrived.
  - On a difference the task fails and shows it.
  - In check mode it does not wait. With O(central) it tells an Edge Server that has V(drifted), whose store differs from the
    central one today, which fails, from one whose change is V(pending), which does not.
options:
  settings:
    description:
      - What is desired, by noun and identity. A noun is called as its module is, C(hosting_provider) for
        M(ucops.lync.lync_hosting_provider). An identity has the options of that module; of C(access_edge), which is one object, it
        is V(global).
      - A hosting provider with the desired proxy FQDN under another name counts, as it does for its module.
    type: dict
    required: true
  central:
    description:
      - The central store as it is today, by noun as in O(settings), an object or a list of objects as the info modules return them.
        Used in check mode.
    type: dict
  timeout:
    description: Seconds to wait at most.
    type: float
    default: 60
  interval:
    description: Seconds between two reads.
    type: float
    default: 5
  begun:
    description:
      - The registered result of a task that has begun to poll this host in the background, as
        O(ucops.lync.lync_replication_status#module:local_stores) does. Its O(settings), O(timeout) and O(interval) count.
      - Where it has begun nothing, or is lost, this task polls itself.
    type: dict
extends_documentation_fragment:
  - ucops.lync.lync
attributes:
  check_mode:
    description: Reads once, and does not wait.
    support: full
  diff_mode:
    description: Shows what was found and what is desired.
    support: full
  idempotent:
    description: Changes nothing.
    support: full
author:
  - the ucops.lync authors (@ucops)
"""

EXAMPLES = r"""
- name: This Edge Server has Exchange Online in its own store
  ucops.lync.lync_local_store_check:
    settings:
      access_edge:
        global:
          allow_federated_users: true
      hosting_provider:
        Exchange Online:
          proxy_fqdn: exap.um.outlook.com
          enabled: true
        Old Provider:
          state: absent
    timeout: 300
"""

RETURN = r"""
outcome:
  description: V(matches), V(differs), or in check mode also V(drifted) or V(pending).
  returned: when the local store was read
  type: str
differences:
  description:
    - Each option that differs, with the values that are desired and found. Of an object that is missing, or there although it is to
      be absent, the option is C(state).
  returned: when the local store was read
  type: list
  elements: dict
  sample:
    - noun: hosting_provider
      identity: Exchange Online
      option: enabled
      desired: true
      found: false
waited:
  description: Seconds waited.
  returned: when the local store was read
  type: float
"""

from ansible_collections.ucops.lync.plugins.module_utils._core.module_file import decline
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_local_store_check import MODULE


def main() -> None:
    decline(MODULE)


if __name__ == "__main__":
    main()
