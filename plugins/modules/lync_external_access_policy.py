#!/usr/bin/python
# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation and declaration; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lync_external_access_policy
short_description: Manage external access policies of a Lync deployment
version_added: 0.1.0
description:
  - Sets the global external access policy, and creates, sets and removes those of sites and those that are granted to users.
  - A policy of a site acts at once on all users of the site. One for users acts on a user to whom it is granted, which
    C(Grant-CsExternalAccessPolicy) does and this module does not.
options:
  identity:
    description:
      - V(global), V(site:) and the name of a site, or the name of a policy for users, with V(tag:) before it or without.
      - Compared without regard to case.
    type: str
    required: true
  state:
    description:
      - Whether the policy is to exist.
      - The global one always does. V(absent) gives it back its defaults, with which nobody has access.
    type: str
    choices: [present, absent]
    default: present
  description:
    description: A text for administrators. Empty text clears it.
    type: str
  enable_federation_access:
    description: Whether users may communicate with users of federated domains and hosting providers.
    type: bool
  enable_outside_access:
    description:
      - Whether users may sign in from outside, without a VPN. Users of instant messaging in Outlook on the web need it.
    type: bool
  enable_public_cloud_access:
    description:
      - Whether users may communicate with users of public providers. Refused where the server's policies have no such property;
        the reference of Skype for Business Server 2019 documents none.
    type: bool
  enable_public_cloud_audio_video_access:
    description: Whether they may do so with audio and video.
    type: bool
  enable_xmpp_access:
    description: Whether users may communicate with users of XMPP partners. Lync Server 2013 and later.
    type: bool
extends_documentation_fragment:
  - ucops.lync.lync
  - ucops.lync.lync.configures
  - ucops.lync.lync.rollout
author:
  - the ucops.lync authors (@ucops)
"""

EXAMPLES = r"""
- name: Users may use instant messaging in Outlook on the web
  ucops.lync.lync_external_access_policy:
    identity: global
    enable_outside_access: true

- name: Users of one site may federate
  ucops.lync.lync_external_access_policy:
    identity: site:Lisbon
    enable_federation_access: true
    enable_outside_access: true

- name: Back to the defaults
  ucops.lync.lync_external_access_policy:
    identity: global
    state: absent
"""

RETURN = r"""
identity:
  description: The policy, as the server spells it where it is there already.
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
    - cmdlet: Set-CsExternalAccessPolicy -Identity Global -EnableOutsideAccess $true
      outcome: ran
inverse:
  description: The cmdlets that bring back what was there before, in order.
  returned: when something changes
  type: list
  elements: str
"""

from ansible_collections.ucops.lync.plugins.module_utils._core.module_file import decline
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_external_access_policy import MODULE


def main() -> None:
    decline(MODULE)


if __name__ == "__main__":
    main()
