#!/usr/bin/python
# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation and declaration; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lync_hosting_provider
short_description: Manage hosting providers of a Lync deployment
version_added: 0.1.0
description:
  - Creates, sets and removes hosting providers, such as Exchange Online. They are global, one list for each deployment.
  - Names and proxy FQDNs are unique over hosting and public providers together. A hosting provider that has the desired
    proxy FQDN under another name meets the desired state when its values are the desired ones; it is managed under its own name.
    When they differ it is a conflict, unless O(adopt_existing=true). A conflict with a public provider is always one.
  - No provider can be used under default routing, so it is refused there.
options:
  identity:
    description: The provider's name, compared without regard to case.
    type: str
    required: true
  state:
    description:
      - Whether the provider is to exist. One is removed only under its own name.
      - Voicemail may use the provider of Exchange Online, too; removing it interrupts that (see C(Get-CsHostedVoicemailPolicy)).
    type: str
    choices: [present, absent]
    default: present
  proxy_fqdn:
    description:
      - The provider's proxy server. Needed to create.
      - The server cannot change it; see O(allow_recreate).
    type: str
  enabled:
    description:
      - Whether the provider is in use. Needed to create.
      - Voicemail may use the provider of Exchange Online, too; disabling it interrupts that.
    type: bool
  enabled_shared_address_space:
    description: Whether it shares the SIP address space of the deployment. Needed to create.
    type: bool
  hosts_ocs_users:
    description: Whether it hosts users of Lync or Skype for Business. False for Exchange Online. Needed to create.
    type: bool
  is_local:
    description: Whether its proxy server is inside the deployment. Created as V(false) when omitted.
    type: bool
  verification_level:
    description:
      - How its senders are verified. Needed to create, because the server's own default trusts everything.
    type: str
    choices: [AlwaysVerifiable, AlwaysUnverifiable, UseSourceVerification]
  autodiscover_url:
    description: Where its users' home server is found. Empty text clears it. Lync Server 2013 and later.
    type: str
  sip_client_port:
    description: Port for SIP clients, 1 to 65535. Lync Server 2013 and later.
    type: int
  adopt_existing:
    description: Whether a hosting provider with the desired O(proxy_fqdn) but another name and other values may be set.
    type: bool
    default: false
  allow_recreate:
    description:
      - Whether the provider may be removed and recreated to change its O(proxy_fqdn). B(This interrupts its service,) and voicemail
        where that uses the provider, too.
      - All its other properties are kept. When the creation fails the old provider is restored, or the failure shows the
        cmdlet that restores it.
    type: bool
    default: false
extends_documentation_fragment:
  - ucops.lync.lync
  - ucops.lync.lync.configures
  - ucops.lync.lync.rollout
author:
  - the ucops.lync authors (@ucops)
"""

EXAMPLES = r"""
- name: Exchange Online as a hosting provider in the shared SIP address space
  ucops.lync.lync_hosting_provider:
    identity: Exchange Online
    proxy_fqdn: exap.um.outlook.com
    enabled: true
    enabled_shared_address_space: true
    hosts_ocs_users: false
    is_local: false
    verification_level: UseSourceVerification

- name: No longer in use, but kept
  ucops.lync.lync_hosting_provider:
    identity: LyncOnline
    enabled: false
"""

RETURN = r"""
identity:
  description: The name under which the provider exists, which may be another than the one asked for.
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
    - cmdlet: Set-CsHostingProvider -Identity LyncOnline -Enabled $false
      outcome: ran
inverse:
  description: The cmdlets that bring back what was there before, in order.
  returned: when something changes
  type: list
  elements: str
"""

from ansible_collections.ucops.lync.plugins.module_utils._core.module_file import decline
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_hosting_provider import MODULE


def main() -> None:
    decline(MODULE)


if __name__ == "__main__":
    main()
