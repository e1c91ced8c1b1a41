# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manage a blocked domain."""

from __future__ import annotations

from .._nouns.blocked_domain import RESOURCE
from .._replication.noted import REPLICATION
from .._resource.converge import configures

MODULE = configures(RESOURCE, REPLICATION)
