#!/usr/bin/python
# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation and declaration; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lync_session
short_description: Open the session of the next tasks in the background
version_added: 0.1.0
description:
  - Begins to open the session that the tasks of this host share over C(ansible_connection=psrp), and to load the product's module
    in it, and returns at once. Opening one takes some servers many seconds, and would occupy one of Ansible's forks. So a play over
    many hosts begins with this module.
  - The next task of the host finds its session open, waits for the rest of it, or fails with what the opening failed with. Nobody
    logs on twice for it, and a server that is down is tried again for a moment in the background only.
  - Of the logons with the same account the first one goes ahead. When it is accepted, the others follow. When it is refused, they
    are not tried.
  - It does nothing where each task opens a session of its own. These are C(winrm), C(ssh), C(lync_session_keep=false), and a
    controller that is not Linux.
options:
  state:
    description: V(opened) opens the session unless it is open.
    type: str
    choices: [opened]
    default: opened
  read_ahead:
    description:
      - The options of a M(ucops.lync.lync_deployment_info) task that follows. What it reads is read as soon as the session is open,
        so that it occupies none of Ansible's forks either. That task has the answer when it is the next one of this host, within
        five minutes. Any other task discards it.
      - Without it one small object is read, so that the product's module is loaded.
    type: dict
    suboptions:
      local_store:
        description: As of that module.
        type: bool
        default: false
      nouns:
        description: As of that module.
        type: list
        elements: str
        choices: [access_edge, hosting_provider, external_access_policy, allowed_domain, blocked_domain]
extends_documentation_fragment:
  - ucops.lync.lync
  - ucops.lync.lync.reads
author:
  - the ucops.lync authors (@ucops)
"""

EXAMPLES = r"""
- name: Open all sessions side by side
  ucops.lync.lync_session:

- name: Read, with sessions that are open or about to be
  ucops.lync.lync_hosting_provider_info:

- name: Open all sessions, and have all deployments read
  ucops.lync.lync_session:
    read_ahead: {}

- name: Take what was read
  ucops.lync.lync_deployment_info:
"""

RETURN = r"""
begun:
  description: Whether the session is being opened, or was open.
  returned: success
  type: bool
msg:
  description: Why nothing was done.
  returned: when nothing was done
  type: str
"""

from ansible_collections.ucops.lync.plugins.module_utils._core.module_file import decline
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_session import MODULE


def main() -> None:
    decline(MODULE)


if __name__ == "__main__":
    main()
