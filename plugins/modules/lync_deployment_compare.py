#!/usr/bin/python
# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation and declaration; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lync_deployment_compare
short_description: Find deployments of an inventory that are one
version_added: 0.1.0
description:
  - Two deployments of an inventory with one Central Management store are one deployment, under two names. It asks no server.
options:
  identities:
    description: By management host, RV(ucops.lync.lync_deployment_info#module:identity).
    type: dict
    required: true
  deployments:
    description: By management host, the name of its deployment.
    type: dict
    required: true
extends_documentation_fragment:
  - ucops.lync.lync
  - ucops.lync.lync.reads
author:
  - the ucops.lync authors (@ucops)
"""

EXAMPLES = r"""
- name: Compare the deployments
  ucops.lync.lync_deployment_compare:
    identities: {fe01.adatum.example: 5f1c, fe01.contoso.example: 5f1c}
    deployments: {fe01.adatum.example: adatum, fe01.contoso.example: contoso}
"""

RETURN = r"""
same_store:
  description: By management host, the names of other deployments that have its store. Hosts without any are missing.
  returned: always
  type: dict
"""

from ansible_collections.ucops.lync.plugins.module_utils._core.module_file import decline
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_deployment_compare import MODULE


def main() -> None:
    decline(MODULE)


if __name__ == "__main__":
    main()
