#!/usr/bin/python
# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation and declaration; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lync_edge_readiness_info
short_description: Check on an Edge Server what federation needs of DNS, certificate and build
version_added: 0.1.0
description:
  - Checks on the Edge Server itself, for each SIP domain, the SRV record C(_sipfederationtls._tcp) as the server resolves it. It
    must lead to port 5061 of a name in that domain, which is the Access Edge's external name or has its address.
  - Checks the certificate of the Access Edge, whether it ends soon and whether it has these names, and whether the build works
    with TLS 1.2 alone.
  - Each check is a row. What cannot be known is V(not checked) with the reason, such as a server without C(Resolve-DnsName), which
    came with Windows Server 2012. The task does not fail for a row that is V(bad).
  - It runs C(Resolve-DnsName) and C(Get-CsCertificate), and changes nothing.
options:
  reading:
    description:
      - RV(ucops.lync.lync_deployment_info#module:reading) of the deployment, read on its management host. It says which SIP domains
        and external names there are, and which build the server's replica reports.
    type: dict
    required: true
  edge:
    description: The server's name in the topology; by default the host variable C(lync_replica_fqdn), else the inventory name.
    type: str
  certificate_days:
    description: Days that the certificate must be good for.
    type: float
    default: 30
extends_documentation_fragment:
  - ucops.lync.lync
  - ucops.lync.lync.reads
seealso:
  - module: ucops.lync.lync_external_readiness_info
author:
  - the ucops.lync authors (@ucops)
"""

EXAMPLES = r"""
- name: Read the deployment
  ucops.lync.lync_deployment_info:
  delegate_to: lyncfe01.contoso.com
  run_once: true
  register: deployment

- name: Check this Edge Server
  ucops.lync.lync_edge_readiness_info:
    reading: "{{ deployment.reading }}"
"""

RETURN = r"""
rows:
  description: What was checked, a row each.
  returned: success
  type: list
  elements: dict
  contains:
    check:
      description: What is checked, such as C(federation record) or C(certificate expiry).
      type: str
    subject:
      description: The SIP domain, the name or the build that it is checked of.
      type: str
    outcome:
      description: V(good), V(bad) or V(not checked).
      type: str
    reason:
      description: Why, in words.
      type: str
  sample:
    - check: federation record
      subject: contoso.com
      outcome: good
      reason: leads to sip.contoso.com:5061, the Access Edge's external name
"""

from ansible_collections.ucops.lync.plugins.module_utils._core.module_file import decline
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_edge_readiness_info import MODULE


def main() -> None:
    decline(MODULE)


if __name__ == "__main__":
    main()
