#!/usr/bin/python
# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation and declaration; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lync_local_store_check
short_description: Check that a server's own copy of the configuration holds what was wanted
version_added: 0.1.0
description:
  - Compares the local store of the server, typically an Edge Server, setting by setting with what was wanted, and waits for it
    up to O(timeout). It changes nothing. The content of the local store is the only proof that a change arrived.
  - On a difference the task fails and shows it.
  - In check mode it does not wait. With O(central) it tells an Edge Server that V(drifted already), whose store differs from the
    central one today, which fails, from one that V(will differ until replicated), which does not.
options:
  access_edge:
    description: The wanted Access Edge settings.
    type: dict
    suboptions:
      allow_federated_users:
        description: As in M(ucops.lync.lync_access_edge).
        type: bool
      allow_anonymous_users:
        description: As in M(ucops.lync.lync_access_edge).
        type: bool
      allow_outside_users:
        description: As in M(ucops.lync.lync_access_edge).
        type: bool
      enable_archiving_disclaimer:
        description: As in M(ucops.lync.lync_access_edge).
        type: bool
      enable_user_replicator:
        description: As in M(ucops.lync.lync_access_edge).
        type: bool
      keep_crls_up_to_date_for_peers:
        description: As in M(ucops.lync.lync_access_edge).
        type: bool
      mark_source_verifiable_on_outgoing_messages:
        description: As in M(ucops.lync.lync_access_edge).
        type: bool
      outgoing_tls_count_for_federated_partners:
        description: As in M(ucops.lync.lync_access_edge).
        type: int
      dns_srv_cache_record_count:
        description: As in M(ucops.lync.lync_access_edge).
        type: int
      discovered_partner_standard_rate:
        description: As in M(ucops.lync.lync_access_edge).
        type: int
      enable_discovered_partner_contacts_limit:
        description: As in M(ucops.lync.lync_access_edge).
        type: bool
      max_contacts_per_discovered_partner:
        description: As in M(ucops.lync.lync_access_edge).
        type: int
      discovered_partner_report_period_minutes:
        description: As in M(ucops.lync.lync_access_edge).
        type: int
      max_accepted_certificates_stored:
        description: As in M(ucops.lync.lync_access_edge).
        type: int
      max_rejected_certificates_stored:
        description: As in M(ucops.lync.lync_access_edge).
        type: int
      certificates_deleted_percentage:
        description: As in M(ucops.lync.lync_access_edge).
        type: int
      skype_search_url:
        description: As in M(ucops.lync.lync_access_edge).
        type: str
      routing_method:
        description: As in M(ucops.lync.lync_access_edge).
        type: str
        choices: [UseDnsSrvRouting, UseDefaultRouting]
      enable_partner_discovery:
        description: As in M(ucops.lync.lync_access_edge).
        type: bool
      be_clearing_house:
        description: As in M(ucops.lync.lync_access_edge).
        type: bool
      discovered_partner_verification_level:
        description: As in M(ucops.lync.lync_access_edge).
        type: str
        choices: [AlwaysVerifiable, AlwaysUnverifiable, UseSourceVerification]
      default_route_fqdn:
        description: As in M(ucops.lync.lync_access_edge).
        type: str
      is_public_provider:
        description: As in M(ucops.lync.lync_access_edge).
        type: bool
      verification_level:
        description: As in M(ucops.lync.lync_access_edge).
        type: str
        choices: [AlwaysVerifiable, AlwaysUnverifiable, UseSourceVerification]
  hosting_providers:
    description: The wanted hosting providers. One with the wanted proxy FQDN under another name counts, as it does in the store.
    type: list
    elements: dict
    default: []
    suboptions:
      identity:
        description: As in M(ucops.lync.lync_hosting_provider).
        type: str
        required: true
      state:
        description: As in M(ucops.lync.lync_hosting_provider).
        type: str
        choices: [present, absent]
        default: present
      proxy_fqdn:
        description: As in M(ucops.lync.lync_hosting_provider).
        type: str
      enabled:
        description: As in M(ucops.lync.lync_hosting_provider).
        type: bool
      enabled_shared_address_space:
        description: As in M(ucops.lync.lync_hosting_provider).
        type: bool
      hosts_ocs_users:
        description: As in M(ucops.lync.lync_hosting_provider).
        type: bool
      is_local:
        description: As in M(ucops.lync.lync_hosting_provider).
        type: bool
      verification_level:
        description: As in M(ucops.lync.lync_hosting_provider).
        type: str
        choices: [AlwaysVerifiable, AlwaysUnverifiable, UseSourceVerification]
      autodiscover_url:
        description: As in M(ucops.lync.lync_hosting_provider).
        type: str
      sip_client_port:
        description: As in M(ucops.lync.lync_hosting_provider).
        type: int
  central:
    description:
      - The central store as it is today, with the keys C(access_edge) and C(hosting_providers) as the two info modules return
        them. Used in check mode.
    type: dict
  timeout:
    description: Seconds to wait at most.
    type: float
    default: 60
  interval:
    description: Seconds between two looks.
    type: float
    default: 5
extends_documentation_fragment:
  - ucops.lync.lync
attributes:
  check_mode:
    description: Reads once, and does not wait.
    support: full
  diff_mode:
    description: Shows what was found and what was wanted.
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
    access_edge:
      allow_federated_users: true
    hosting_providers:
      - identity: Exchange Online
        proxy_fqdn: exap.um.outlook.com
        enabled: true
    timeout: 300
"""

RETURN = r"""
outcome:
  description: V(holds), V(differs), or in check mode also V(drifted already) or V(will differ until replicated).
  returned: when the local store was read
  type: str
differences:
  description: Dotted names of what differs.
  returned: when the local store was read
  type: list
  elements: str
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
