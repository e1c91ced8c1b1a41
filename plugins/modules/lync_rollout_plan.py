#!/usr/bin/python
# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation and declaration; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lync_rollout_plan
short_description: Plan the changes of a deployment
version_added: 0.1.0
description:
  - Makes a plan of what was read of a deployment and what is desired, and shows it. It asks no server and changes nothing.
  - It can keep on the controller what a way back needs (O(snapshot_dir), O(record_dir)), and plan that way back (O(record)).
  - The options of type C(raw) are the role's variables of the same names with C(hybrid_) before them. One that is misstated is a
    blocker.
  - It does not fail where there is a blocker, or a consent that was not given; RV(refusal) says so. The role C(ucops.lync.hybrid)
    begins with it.
options:
  deployment:
    description: One of RV(ucops.lync.lync_inventory_info#module:deployments).
    type: dict
    required: true
  reading:
    description: The result of M(ucops.lync.lync_deployment_info), also a failed one.
    type: dict
    required: true
  edge_readings:
    description: By inventory host, the results of M(ucops.lync.lync_deployment_info), also failed ones.
    type: dict
    default: {}
  documented:
    description: By noun, the options of the objects that are desired unless O(variables) says otherwise.
    type: dict
    required: true
  variables:
    description:
      - The variables C(hybrid_access_edge) and C(hybrid_hosting_provider), merged into O(documented), and C(hybrid_settings), which
        has further objects, by noun and identity, as O(ucops.lync.lync_local_store_check#module:settings).
    type: dict
    default: {}
  same_store:
    description: The names of other deployments of the inventory with the same Central Management store.
    type: list
    elements: str
    default: []
  edge_verification:
    description:
      - V(required) fails for each Edge Server of the topology whose own store does not prove the change.
      - V(best_effort) names those that cannot be read, V(skip) reads none.
    type: raw
    default: required
  partial_verification:
    description: Whether Edge Servers that C(--limit) leaves out are accepted.
    type: raw
    default: false
  replication_ignore:
    description: The replicas that are not waited for (C(replica)); each must exist.
    type: raw
    default: []
  replication_scope:
    description: Which replicas are waited for, C(edges) or C(all); a term of the proof, which the fingerprint covers.
    type: raw
    default: edges
  on_failure:
    description: Whether what was written is kept, V(keep), or rolled back, V(rollback); covered by the fingerprint, too.
    type: raw
    default: keep
  content_timeout:
    description: Seconds for which Edge Servers that are out of step are waited for, before the first write.
    type: raw
    default: 120
  waited:
    description:
      - Whether they were waited for. Where they were not, RV(out_of_step) says for what to wait; where they were, one that is
        still out of step is a blocker.
    type: bool
    default: false
  asked_edges:
    description:
      - By inventory name of the Edge Servers in the play, their C(hybrid_check_readiness), whether
        M(ucops.lync.lync_edge_readiness_info) asks them in this run what they resolve.
    type: dict
    default: {}
  check_sip_domains:
    description: The SIP domains whose federation records this run asks for (M(ucops.lync.lync_external_readiness_info)).
    type: raw
    default: []
  check_readiness:
    description: Judged only, as what is done with it comes before the plan or after the first write.
    type: raw
    default: false
  check_access_edges:
    description: Judged only, as O(check_readiness).
    type: raw
    default: []
  check_name_servers:
    description: Judged only, as O(check_readiness).
    type: raw
    default: []
  check_ca_file:
    description: Judged only, as O(check_readiness).
    type: raw
    default: ''
  check_certificate_days:
    description: Judged only, as O(check_readiness).
    type: raw
    default: 30
  replication_timeout:
    description: Judged only, as O(check_readiness).
    type: raw
    default: 300
  replication_interval:
    description: Judged only, as O(check_readiness).
    type: raw
    default: 10
  replication_stamp_timeout:
    description: Judged only, as O(check_readiness).
    type: raw
    default: 120
  replication_settle:
    description: Judged only, as O(check_readiness).
    type: raw
    default: 0
  content_interval:
    description: Judged only, as O(check_readiness).
    type: raw
    default: 5
  management_messages:
    description: By management host, why it could not be read. Those before this one are named in the plan and in the report.
    type: dict
    default: {}
  documented_order:
    description: Whether federation is switched on before the hosting provider is added, as the documented page lists it.
    type: raw
    default: false
  accept:
    description:
      - Consents, each as C(deployment/name); the plan says which it needs. A name alone counts with O(only_deployment).
    type: raw
    default: []
  only_deployment:
    description: Whether the run has no other deployment.
    type: bool
    default: true
  deployments:
    description: The names of all deployments of the inventory; a consent for another one is unknown. Not checked where it is empty.
    type: list
    elements: str
    default: []
  elsewhere:
    description:
      - For each management host of another deployment, that deployment and the C(edges) of its topology, null where it was not
        read.
      - To excuse one of these Edge Servers is no mistake.
    type: list
    elements: list
    default: []
  snapshot_dir:
    description:
      - A folder on the controller for a snapshot of O(reading), made where something is to be written. Where it cannot be saved,
        nothing is written. Empty for none.
    type: raw
    default: ''
  record_dir:
    description:
      - A folder on the controller for the journal of the run, begun where something is to be written. Modules that are given
        C(rollout) note each write in it before they send it. Empty for none.
    type: raw
    default: ''
  export_dir:
    description:
      - A folder on the controller for the product's own archive of the configuration (C(Export-CsConfiguration -AsBytes)), kept
        before the first write, a secret. Where it cannot be had, nothing is written. Empty for none.
    type: raw
    default: ''
  record:
    description:
      - The journal (C(*.jsonl)) of a run that is to be taken back, or a folder in which the newest one of the deployment is taken.
        What that run changed is desired as it was before, and nothing else.
    type: str
    default: ''
  takes_back:
    description:
      - RV(ucops.lync.lync_rollout_verdict#module:takes_back) of the management host, where the run itself is to take back what it
        has written.
    type: dict
    default: {}
  plan_dir:
    description: Folder on the controller in which a dry run writes the plan, as JSON, text and a page; empty, none is written.
    type: raw
    default: ''
  require_approval:
    description:
      - Whether nothing may be written without an approval from O(approvals) of a plan that still fits. Then the consents of that
        plan count, and no others.
    type: raw
    default: false
  approvals:
    description: Folder on the controller with the approvals. A dry run says whether the one for this deployment still fits.
    type: raw
    default: ''
  approval_signers:
    description: File with the allowed signers; an approval then counts only with the signature of who approved it.
    type: raw
    default: ''
  write_until:
    description: Time after which nothing may be written, with its offset from UTC. A date alone ends at 24:00 UTC.
    type: raw
    default: ''
extends_documentation_fragment:
  - ucops.lync.lync
  - ucops.lync.lync.reads
author:
  - the ucops.lync authors (@ucops)
"""

EXAMPLES = r"""
- name: Plan the changes
  ucops.lync.lync_rollout_plan:
    deployment: "{{ sorted.deployments[''] }}"
    reading: "{{ reading }}"
    documented:
      access_edge:
        allow_federated_users: true
      hosting_provider:
        identity: Exchange Online
        proxy_fqdn: exap.um.outlook.com
"""

RETURN = r"""
plan:
  description:
    - "The document: C(changes) in order (C(noun), C(identity), C(options), C(cmdlets), C(before), C(after), C(companions),
      C(impact), C(inverse)), C(findings) (C(kind): blocker, consent, warning or unchecked; C(given) of a consent), C(accept) (what
      C(hybrid_accept) has to be), C(edges) and what each holds before the first write."
  returned: always
  type: dict
planned:
  description:
    - For each of the plan's C(changes) what the task that makes it needs, for the option
      O(ucops.lync.lync_access_edge#module:planned) of the noun's module.
  returned: always
  type: list
  elements: dict
replicas:
  description: The Edge Servers whose replication is to be waited for.
  returned: always
  type: list
  elements: str
ignore_replicas:
  description: O(replication_ignore), and the replicas of Edge Servers that are excused from the proof.
  returned: always
  type: list
  elements: dict
out_of_step:
  description:
    - Empty, or what to wait for before the plan is made again. That is the inventory hosts (C(hosts)) of the Edge Servers whose own
      store is to become as C(settings), then their C(replicas), and until when (C(deadline), seconds since 1970).
  returned: always
  type: dict
verify:
  description: The inventory hosts of the Edge Servers that are to be read again after the changes.
  returned: always
  type: list
  elements: str
refusal:
  description: Why nothing may be written, in one text; empty where nothing stops the plan.
  returned: always
  type: str
withheld:
  description:
    - "The outcome where nothing may be written on purpose: C(not approved), or C(not started: window closed). Else empty."
  returned: always
  type: str
approval:
  description:
    - The approval that was found, with its C(file), why it does not fit (C(differences)), what is C(done) already and what moved
      without mattering (C(drift)); or the C(reason) why there is none. Empty where none was looked for.
  returned: always
  type: dict
plan_files:
  description: The whole paths of the plan's files.
  returned: with O(plan_dir), in check mode
  type: list
  elements: str
session_failed:
  description: Whether that is because no session with the management host opened.
  returned: always
  type: bool
way_back:
  description: The cmdlets that take the changes back, in order.
  returned: always
  type: list
  elements: str
snapshot:
  description: The whole path of the snapshot; empty where none was made.
  returned: always
  type: str
journal:
  description: The whole path of the journal; empty where none was begun.
  returned: always
  type: str
fingerprint:
  description:
    - SHA-256 over what an approval is given for, of the plan that a dry run writes. The consents of an approval that is there
      already are not given to that one.
  returned: always
  type: str
"""

from ansible_collections.ucops.lync.plugins.module_utils._core.module_file import decline
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_rollout_plan import MODULE


def main() -> None:
    decline(MODULE)


if __name__ == "__main__":
    main()
