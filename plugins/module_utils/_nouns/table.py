# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All nouns. What works for any of them (proof, reading, plan, report) takes them from here and names none."""

from __future__ import annotations

from . import access_edge, allowed_domain, blocked_domain, external_access_policy, hosting_provider

NOUNS = {
    noun.RESOURCE.name: noun.RESOURCE
    for noun in (access_edge, hosting_provider, external_access_policy, allowed_domain, blocked_domain)
}
