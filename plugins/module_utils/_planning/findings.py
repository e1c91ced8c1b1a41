# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All findings of a plan, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Iterable

from .._rollout.plan import Finding, Kind
from .accepted import unneeded
from .blockers import blockers
from .case import Case
from .consents import consents, counting
from .unchecked import unchecked
from .warned import warned


def findings(case: Case, of_nouns: Iterable[Finding]) -> tuple[Finding, ...]:
    """
    :param of_nouns: what the nouns' own rules refuse, or what is here under another name.
    """
    stops = (*blockers(case), *of_nouns)
    needed = tuple(consents(case))
    blocked = any(finding.kind is Kind.BLOCKER for finding in stops)
    # What is not known to be needed may still be, as long as something is not known.
    left_over = () if blocked else unneeded(case, counting(one.name for one in needed))
    return (
        *stops,
        *needed,
        *warned(case),
        *(Finding(Kind.WARNING, "unneeded_consent", sentence) for sentence in left_over),
        *unchecked(case),
    )
