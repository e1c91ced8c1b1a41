#!/usr/bin/python
# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation and declaration; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lync_external_readiness_info
short_description: Check federation records and Access Edges from the controller
version_added: 0.1.0
description:
  - Looks at a deployment as a partner does, from the controller. It asks DNS for the federation records of the SIP domains in
    O(sip_domains), and begins a TLS handshake with the Access Edges in O(access_edges). Nothing else is asked for or connected to,
    and nothing is sent.
  - Each check is a row. What cannot be known is V(not checked) with the reason. The task does not fail for a row that is V(bad).
options:
  sip_domains:
    description:
      - SIP domains whose SRV record C(_sipfederationtls._tcp) is looked up. With O(access_edges) given, it must lead to one of
        them.
    type: list
    elements: str
    default: []
  access_edges:
    description:
      - External names of Access Edges, with a port behind a colon where it is not 5061. Their certificate must be trusted and have
        the name, not as a wildcard, and they must speak TLS 1.2 or later.
      - With O(name_servers) given, only an address that these have for the name is connected to.
    type: list
    elements: str
    default: []
  name_servers:
    description: Addresses of DNS servers, with a port behind a colon where it is not 53; by default those of the controller.
    type: list
    elements: str
    default: []
  ca_file:
    description: File with the authorities to trust, as PEM; by default those of the controller.
    type: path
  certificate_days:
    description: Days that a certificate must be good for.
    type: float
    default: 30
  timeout:
    description: Seconds for one name, and for one connection.
    type: float
    default: 10
requirements:
  - dnspython >= 2.0 on the controller, for what is asked of DNS
extends_documentation_fragment:
  - ucops.lync.lync
  - ucops.lync.lync.reads
seealso:
  - module: ucops.lync.lync_edge_readiness_info
author:
  - the ucops.lync authors (@ucops)
"""

EXAMPLES = r"""
- name: As a partner sees it
  ucops.lync.lync_external_readiness_info:
    sip_domains: [contoso.com]
    access_edges: [sip.contoso.com]
  run_once: true
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
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_external_readiness_info import MODULE


def main() -> None:
    decline(MODULE)


if __name__ == "__main__":
    main()
