#!/usr/bin/python
# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation and declaration; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lync_access_edge
short_description: Manage the Access Edge configuration of a Lync deployment
version_added: 0.1.0
description:
  - Sets what C(Set-CsAccessEdgeConfiguration) sets. The object is global, one for each deployment.
  - Settings of DNS SRV routing are sent with C(-UseDnsSrvRouting), and then C(-EnablePartnerDiscovery) goes with them, with
    the desired value or the one just read, because leaving it out may close federation. Likewise C(-DefaultRouteFqdn) goes
    with C(-UseDefaultRouting).
  - After a write the whole object is read again. A value that the server did not keep, or a property that changed without
    having been asked for, is a failure that names it.
options:
  allow_federated_users:
    description: Whether users may communicate with federated domains. Also the switch for a shared SIP address space.
    type: bool
  allow_anonymous_users:
    description: Whether anonymous users may join meetings.
    type: bool
  allow_outside_users:
    description: Whether users of the deployment may connect over the Internet.
    type: bool
  enable_archiving_disclaimer:
    description: Whether federated partners are told that messages are archived.
    type: bool
  enable_user_replicator:
    description: Lync Server 2013 and later.
    type: bool
  keep_crls_up_to_date_for_peers:
    description: Whether the revocation lists of partners are checked regularly.
    type: bool
  mark_source_verifiable_on_outgoing_messages:
    description: Whether outgoing messages are marked as coming from a verified source.
    type: bool
  outgoing_tls_count_for_federated_partners:
    description: Outgoing TLS connections for each partner, 1 to 4.
    type: int
  dns_srv_cache_record_count:
    description: Skype for Business Server 2015 and later.
    type: int
  discovered_partner_standard_rate:
    description: Messages a second from a discovered partner. Lync Server 2013 and later.
    type: int
  enable_discovered_partner_contacts_limit:
    description: Whether O(max_contacts_per_discovered_partner) applies. Lync Server 2013 and later.
    type: bool
  max_contacts_per_discovered_partner:
    description: Contacts that a discovered partner may have. Lync Server 2013 and later.
    type: int
  discovered_partner_report_period_minutes:
    description: Minutes between reports on discovered partners. Lync Server 2013 and later.
    type: int
  max_accepted_certificates_stored:
    description: Lync Server 2013 and later.
    type: int
  max_rejected_certificates_stored:
    description: Lync Server 2013 and later.
    type: int
  certificates_deleted_percentage:
    description: Per cent of the stored certificates deleted at a time, 0 to 100. Lync Server 2013 and later.
    type: int
  skype_search_url:
    description: Skype for Business Server 2015 and later. Empty text clears it.
    type: str
  routing_method:
    description:
      - How partners are found. Changed only when this option is stated.
      - V(UseDefaultRouting) is refused while any hosting or public provider exists. It needs O(default_route_fqdn).
      - Going back to V(UseDnsSrvRouting) needs O(enable_partner_discovery), which the server does not show until then.
    type: str
    choices: [UseDnsSrvRouting, UseDefaultRouting]
  enable_partner_discovery:
    description: Whether partners that are not on the allowed list are found by DNS. DNS SRV routing only.
    type: bool
  be_clearing_house:
    description: DNS SRV routing only. Microsoft asks to change it with its support only.
    type: bool
  discovered_partner_verification_level:
    description: How senders at discovered partners are verified. DNS SRV routing, Lync Server 2013 and later.
    type: str
    choices: [AlwaysVerifiable, AlwaysUnverifiable, UseSourceVerification]
  default_route_fqdn:
    description: The server that all federation goes through. Default routing only.
    type: str
  is_public_provider:
    description: Whether the default route is a public provider. Default routing only.
    type: bool
  verification_level:
    description: How senders behind the default route are verified. Default routing only.
    type: str
    choices: [AlwaysVerifiable, AlwaysUnverifiable, UseSourceVerification]
extends_documentation_fragment:
  - ucops.lync.lync
  - ucops.lync.lync.configures
  - ucops.lync.lync.rollout
author:
  - the ucops.lync authors (@ucops)
"""

EXAMPLES = r"""
- name: Allow federated users, the first step of the integration with Exchange Online
  ucops.lync.lync_access_edge:
    allow_federated_users: true

- name: Federate with anybody who publishes the DNS records
  ucops.lync.lync_access_edge:
    allow_federated_users: true
    enable_partner_discovery: true
"""

RETURN = r"""
before:
  description: The whole object before the task.
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
  sample: ['Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true']
writes:
  description:
    - What became of each changing cmdlet. C(outcome) is V(ran), which the server acknowledged, V(not_run), which is known, or
      V(unknown), where nobody can tell. C(changed) is true when one of them ran or may have run.
  returned: when something was to be written
  type: list
  elements: dict
  sample:
    - cmdlet: Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true
      outcome: ran
inverse:
  description: The cmdlets that bring back what was there before, in order.
  returned: when something changes
  type: list
  elements: str
"""

from ansible_collections.ucops.lync.plugins.module_utils._core.module_file import decline
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_access_edge import MODULE


def main() -> None:
    decline(MODULE)


if __name__ == "__main__":
    main()
