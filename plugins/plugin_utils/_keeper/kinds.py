# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of polling that a keeper knows, by name. They are registered before it is forked; it imports none itself."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.ucops.lync.plugins.module_utils._core.polling import Polling

KINDS: dict[str, Polling] = {}


def register(kinds: Mapping[str, Polling]) -> None:
    """Make kinds of polling known to keepers that are forked from now on."""
    KINDS.update(kinds)
