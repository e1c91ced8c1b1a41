# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module file does when something runs it as a program."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

from .task import Module


def decline(module: Module) -> None:
    """Say what is wrong: the work is done on the controller, by the action plugin of the same name."""
    AnsibleModule(argument_spec=dict(module.argument_spec), supports_check_mode=True, **module.further).fail_json(
        msg="This module works through its action plugin on the controller and was run without it. Call it from a play as "
        "ucops.lync.<module>, with the collection installed where ansible-playbook runs."
    )
