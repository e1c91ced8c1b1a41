# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All nouns. What works for any of them (proof, reading, plan, report) takes them from here and names none."""

from __future__ import annotations

from . import access_edge, hosting_provider

NOUNS = {resource.name: resource for resource in (access_edge.RESOURCE, hosting_provider.RESOURCE)}
