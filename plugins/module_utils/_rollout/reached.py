# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is reachable once the changes of a deployment are made, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from .._resource.impact import Impact
from .case import Case


def reached(case: Case) -> Iterator[str]:
    """Nothing where no change opens anything."""
    if any(Impact.OPENS in change.impact for change in case.changes):
        domains = ", ".join(case.sip_domains) or "SIP domains that could not be read"
        yield f"Reachable afterwards: the users of {domains}, at all sites of {case.title}."
