#!/usr/bin/python
# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation and declaration; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lync_rollout_report
short_description: Show the report of a rollout
version_added: 0.1.0
description:
  - Shows a table with a row for each Edge Server, and says what is proven, what is not, and what is next.
options:
  lines:
    description: RV(ucops.lync.lync_rollout_verdict#module:lines).
    type: list
    elements: str
    required: true
extends_documentation_fragment:
  - ucops.lync.lync
  - ucops.lync.lync.reads
author:
  - the ucops.lync authors (@ucops)
"""

EXAMPLES = r"""
- name: Show the report
  ucops.lync.lync_rollout_report:
    lines: "{{ verdict.lines }}"
  run_once: true
"""

RETURN = r"""
{}
"""

from ansible_collections.ucops.lync.plugins.module_utils._core.module_file import decline
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_rollout_report import MODULE


def main() -> None:
    decline(MODULE)


if __name__ == "__main__":
    main()
