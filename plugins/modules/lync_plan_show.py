#!/usr/bin/python
# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation and declaration; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lync_plan_show
short_description: Show the document of a plan again
version_added: 0.1.0
description:
  - Shows a plan that a dry run of the role C(ucops.lync.hybrid) wrote (C(hybrid_plan_dir)), and writes it as a page or as text. It
    needs no server and no inventory.
  - It fails for a document whose own content has another fingerprint than it says.
options:
  plan:
    description: The document, a JSON file on the controller.
    type: str
    required: true
  page:
    description: A new file on the controller for the page (HTML); empty, none is written. Also in check mode. Never overwritten.
    type: str
    default: ''
  text:
    description: The same for the text.
    type: str
    default: ''
extends_documentation_fragment:
  - ucops.lync.lync
  - ucops.lync.lync.reads
author:
  - the ucops.lync authors (@ucops)
"""

EXAMPLES = r"""
- name: Show the plan
  ucops.lync.lync_plan_show:
    plan: /srv/lync/plans/contoso-20261125T101500Z-c7740495e990.json
    page: /srv/lync/plans/contoso-again.html
"""

RETURN = r"""
fingerprint:
  description: What an approval is given for.
  returned: success
  type: str
deployment:
  description: The deployment, as approvals name it.
  returned: success
  type: str
approvable:
  description: Whether nothing stops the plan.
  returned: success
  type: bool
files:
  description: The whole paths of the files that were written.
  returned: success
  type: list
  elements: str
"""

from ansible_collections.ucops.lync.plugins.module_utils._core.module_file import decline
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_plan_show import MODULE


def main() -> None:
    decline(MODULE)


if __name__ == "__main__":
    main()
