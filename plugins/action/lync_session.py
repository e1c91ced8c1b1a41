# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_session import MODULE
from ansible_collections.ucops.lync.plugins.plugin_utils._action.action import LyncAction


class ActionModule(LyncAction):
    """Runs lync_session on the controller."""

    module = MODULE
