# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manage the list of allowed domains."""

from __future__ import annotations

from .._nouns.allowed_domain import LIST
from .._resource.exact_list import lists

MODULE = lists(LIST)
