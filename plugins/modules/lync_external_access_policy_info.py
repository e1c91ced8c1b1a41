#!/usr/bin/python
# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation and declaration; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lync_external_access_policy_info
short_description: Read the external access policies of a Lync deployment
version_added: 0.1.0
description:
  - Returns what C(Get-CsExternalAccessPolicy) shows.
options:
  local_store:
    description: Whether to read this machine's own copy instead of the Central Management store, the only way on an Edge Server.
    type: bool
    default: false
extends_documentation_fragment:
  - ucops.lync.lync
  - ucops.lync.lync.reads
author:
  - the ucops.lync authors (@ucops)
"""

EXAMPLES = r"""
- name: What an Edge Server has received
  ucops.lync.lync_external_access_policy_info:
    local_store: true
  register: received
"""

RETURN = r"""
external_access_policies:
  description: The external access policies, their property names in snake case.
  returned: success
  type: list
  elements: dict
  sample:
    - identity: Global
      enable_federation_access: true
      enable_outside_access: true
"""

from ansible_collections.ucops.lync.plugins.module_utils._core.module_file import decline
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_external_access_policy_info import MODULE


def main() -> None:
    decline(MODULE)


if __name__ == "__main__":
    main()
