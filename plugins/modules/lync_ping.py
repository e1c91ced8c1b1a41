#!/usr/bin/python
# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation and declaration; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lync_ping
short_description: Log on to a Lync server and run nothing
version_added: 0.1.0
description:
  - Opens a session with the host's account and closes it again. What is wrong on the way (name, port, certificate, account,
    rights) is said in one sentence, and RV(logon_refused) tells a refused account from everything else.
  - A refused logon is not tried again. Of several hosts with the same account one logs on first, so that a wrong password costs
    one failed logon and not one for each host.
extends_documentation_fragment:
  - ucops.lync.lync
  - ucops.lync.lync.reads
author:
  - the ucops.lync authors (@ucops)
"""

EXAMPLES = r"""
- name: The endpoint answers and takes the account
  ucops.lync.lync_ping:
"""

RETURN = r"""
where:
  description: Server, port and path.
  returned: success
  type: str
logon_refused:
  description: That the server refused the account.
  returned: when it did
  type: bool
"""

from ansible_collections.ucops.lync.plugins.module_utils._core.module_file import decline
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_ping import MODULE


def main() -> None:
    decline(MODULE)


if __name__ == "__main__":
    main()
