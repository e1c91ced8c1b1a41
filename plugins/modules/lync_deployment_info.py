#!/usr/bin/python
# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation and declaration; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lync_deployment_info
short_description: Read a whole Lync deployment, or what one server holds of it
version_added: 0.1.0
description:
  - Reads the topology, the objects of every noun that this collection manages, the status of the replicas and of the Central
    Management store, in as few pipelines as possible, and returns one document.
  - With O(local_store) it reads the objects from the server's own copy of the configuration, typically on an Edge Server.
  - A part that the account may not read is a gap with its reason, and a warning where a plan could need it. The task fails only
    when nothing can be read.
options:
  nouns:
    description: The nouns, by the names of their modules without the prefix; by default all.
    type: list
    elements: str
    choices: [access_edge, hosting_provider, external_access_policy, allowed_domain, blocked_domain]
  local_store:
    description: Read the server's own copy of the configuration instead of the Central Management store.
    type: bool
    default: false
extends_documentation_fragment:
  - ucops.lync.lync
  - ucops.lync.lync.reads
author:
  - the ucops.lync authors (@ucops)
"""

EXAMPLES = r"""
- name: Read the deployment
  ucops.lync.lync_deployment_info:
  register: deployment

- name: Read what an Edge Server holds
  ucops.lync.lync_deployment_info:
    local_store: true
    nouns: [access_edge, hosting_provider]
"""

RETURN = r"""
reading:
  description:
    - "The document: C(topology) (sites, Edge pools, Edge Servers, SIP domains, computers), C(objects) by the noun of their cmdlets,
      with the server's own property names, C(replicas), C(central), C(voicemail) (hosted voicemail policies), C(rights) (what the
      account may run, as far as the endpoint tells), C(gaps) (C(part), C(reason), C(error_id)). With O(local_store) only
      C(objects) and C(gaps)."
  returned: success
  type: dict
identity:
  description: A digest that only readings of one Central Management store have in common; none where not all of it is known.
  returned: success
  type: str
"""

from ansible_collections.ucops.lync.plugins.module_utils._core.module_file import decline
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_deployment_info import MODULE


def main() -> None:
    decline(MODULE)


if __name__ == "__main__":
    main()
