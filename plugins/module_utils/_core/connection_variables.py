# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of this collection that belong to the host that is talked to, whichever module does."""

from __future__ import annotations

CONNECTION = (
    "lync_answer_limit",
    "lync_command_timeout",
    "lync_progress",
    "lync_session_failure",
    "lync_session_idle",
    "lync_session_keep",
    "lync_session_openings",
    "lync_session_scope",
)
