#!/usr/bin/python
# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation and declaration; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lync_allowed_domains
short_description: Manage the list of allowed domains of a Lync deployment
version_added: 0.1.0
description:
  - Does for several domains at once what M(ucops.lync.lync_allowed_domain) does for one, and with O(purge=true) removes the others.
  - New domains come first and removals last. A failure in the middle says what was written before it.
options:
  domains:
    description: The domains. One may be listed once.
    type: list
    elements: dict
    required: true
    suboptions:
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
      mark_for_monitoring:
        description: Whether a Monitoring Server watches the connections to the domain.
        type: bool
      proxy_fqdn:
        description: The partner's Access Edge service. Without one it is found by DNS. Empty text clears it.
        type: str
      verification_level:
        description: How its senders are verified. Skype for Business Server 2015 and later.
        type: str
        choices: [AlwaysVerifiable, AlwaysUnverifiable, UseSourceVerification]
  purge:
    description:
      - Whether domains that are not listed are removed. B(Partners whose domain is removed are cut off) where there is no partner
        discovery (O(ucops.lync.lync_access_edge#module:enable_partner_discovery)).
      - V(push.lync.com), which push notifications for mobile clients need, is never removed for not being listed. Where it stands
        on the list and not in O(domains) the task fails; listed with V(absent) it is removed.
    type: bool
    default: false
seealso:
  - module: ucops.lync.lync_allowed_domain
extends_documentation_fragment:
  - ucops.lync.lync
  - ucops.lync.lync.configures
author:
  - the ucops.lync authors (@ucops)
"""

EXAMPLES = r"""
- name: These partners and no others
  ucops.lync.lync_allowed_domains:
    domains:
      - identity: fabrikam.example
      - identity: adatum.example
        proxy_fqdn: sip.adatum.example
      - identity: push.lync.com
    purge: true
"""

RETURN = r"""
before:
  description: The whole list before the task.
  returned: when it could be read
  type: list
  elements: dict
after:
  description: The whole list as it was read after the last write; in check mode, as it would be.
  returned: when it is known
  type: list
  elements: dict
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
    - cmdlet: Remove-CsAllowedDomain -Identity adatum.example
      outcome: ran
inverse:
  description: The cmdlets that bring back what was there before, in order.
  returned: when something changes
  type: list
  elements: str
"""

from ansible_collections.ucops.lync.plugins.module_utils._core.module_file import decline
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_allowed_domains import MODULE


def main() -> None:
    decline(MODULE)


if __name__ == "__main__":
    main()
