#!/usr/bin/python
# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation and declaration; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lync_blocked_domain
short_description: Manage a blocked domain of a Lync deployment
version_added: 0.1.0
description:
  - Puts a domain on the list of those with which nobody can communicate, whatever else would allow it, or takes it off.
  - A domain that is allowed is refused; one stands on one of the two lists at most.
options:
  identity:
    description: The domain, compared as DNS does.
    type: str
    required: true
  state:
    description: Whether the domain is to stand on the list.
    type: str
    choices: [present, absent]
    default: present
  comment:
    description: A text for administrators. Empty text clears it.
    type: str
seealso:
  - module: ucops.lync.lync_allowed_domain
extends_documentation_fragment:
  - ucops.lync.lync
  - ucops.lync.lync.configures
  - ucops.lync.lync.rollout
author:
  - the ucops.lync authors (@ucops)
"""

EXAMPLES = r"""
- name: Nobody talks with this domain
  ucops.lync.lync_blocked_domain:
    identity: spam.example
    comment: Sends advertisements
"""

RETURN = r"""
identity:
  description: The domain, as the server spells it where it stands on the list already.
  returned: success
  type: str
before:
  description: The whole object before the task; none when there was none.
  returned: when it could be read
  type: dict
after:
  description: The whole object as it was read after the last write; in check mode, as it would be.
  returned: when it is known
  type: dict
cmdlets:
  description: The changing cmdlets that ran or, in check mode, would run, as a person would type them.
  returned: when something changes
  type: list
  elements: str
writes:
  description:
    - What became of each changing cmdlet. C(outcome) is V(ran), which the server acknowledged, V(not_run), which is known, or
      V(unknown), where nobody can tell. C(changed) is true when one of them ran or may have run.
  returned: when something was to be written
  type: list
  elements: dict
  sample:
    - cmdlet: New-CsBlockedDomain -Identity spam.example
      outcome: ran
inverse:
  description: The cmdlets that bring back what was there before, in order.
  returned: when something changes
  type: list
  elements: str
"""

from ansible_collections.ucops.lync.plugins.module_utils._core.module_file import decline
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_blocked_domain import MODULE


def main() -> None:
    decline(MODULE)


if __name__ == "__main__":
    main()
