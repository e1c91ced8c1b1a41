#!/usr/bin/python
# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation and declaration; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lync_cmdlet
short_description: Run any Lync cmdlet
version_added: 0.1.0
description:
  - The escape hatch for cmdlets that have no module here. Runs one cmdlet with typed parameters; values never become code.
  - C(Get-) cmdlets run in check mode, too, and report no change. All others report a change, C(Test-) cmdlets apart.
options:
  cmdlet:
    description: The cmdlet's name, of the form V(Verb-CsNoun).
    type: str
    required: true
  parameters:
    description: Its parameters; texts, numbers, Booleans, and lists or dictionaries of these.
    type: dict
    default: {}
  switches:
    description: Parameters that are named without a value.
    type: list
    elements: str
    default: []
  secure_parameters:
    description: Parameters that are sent as SecureString, and shown nowhere.
    type: dict
    default: {}
  run_in_check_mode:
    description: Whether a C(Test-) cmdlet runs in check mode. Some of them log users on.
    type: bool
    default: false
extends_documentation_fragment:
  - ucops.lync.lync
attributes:
  check_mode:
    description: Shows a changing cmdlet and does not run it.
    support: full
  diff_mode:
    description: Shows the cmdlet.
    support: partial
    details: What the cmdlet changes is not known.
  idempotent:
    description: It cannot tell whether a cmdlet has anything to change.
    support: none
author:
  - the ucops.lync authors (@ucops)
"""

EXAMPLES = r"""
- name: Read the external access policies
  ucops.lync.lync_cmdlet:
    cmdlet: Get-CsExternalAccessPolicy
  register: policies

- name: Let remote users in, which instant messaging in Outlook on the web needs
  ucops.lync.lync_cmdlet:
    cmdlet: Set-CsExternalAccessPolicy
    parameters:
      Identity: global
      EnableOutsideAccess: true
"""

RETURN = r"""
output:
  description:
    - What the cmdlet wrote, with the server's property names. A bare value is the property C(Value), where C($null) and empty text
      are null.
  returned: success
  type: list
  elements: dict
cmdlets:
  description: The cmdlet as a person would type it.
  returned: always
  type: list
  elements: str
writes:
  description:
    - What became of a changing cmdlet. C(outcome) is V(ran), which the server acknowledged, V(not_run), which is known, or
      V(unknown), where the answer was lost, or an error that may have come after a change.
    - C(changed) is true unless it is V(not_run).
  returned: when a changing cmdlet was sent
  type: list
  elements: dict
  sample:
    - cmdlet: Set-CsExternalAccessPolicy -Identity global -EnableOutsideAccess $true
      outcome: ran
"""

from ansible_collections.ucops.lync.plugins.module_utils._core.module_file import decline
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_cmdlet import MODULE


def main() -> None:
    decline(MODULE)


if __name__ == "__main__":
    main()
