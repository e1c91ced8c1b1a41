# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of polling that modules begin beside the tasks: a keeper knows them all, whichever task starts it."""

from __future__ import annotations

from ansible_collections.ucops.lync.plugins.module_utils._replication import content, waiting

POLLINGS = {waiting.KIND: waiting.POLLING, content.KIND: content.POLLING}
