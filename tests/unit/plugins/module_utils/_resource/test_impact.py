# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a change of a value means for those who communicate."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._resource import impact
from ansible_collections.ucops.lync.plugins.module_utils._resource.impact import INTERRUPTS, NOTHING, OPENS, Impacts


@pytest.mark.parametrize(
    ("function", "before", "after", "expected"),
    [
        (impact.none, False, True, NOTHING),
        (impact.access, False, True, OPENS),
        (impact.access, None, True, OPENS),
        (impact.access, True, False, INTERRUPTS),
        (impact.access, True, None, INTERRUPTS),
        (impact.access, None, False, NOTHING),
        (impact.barrier, False, True, INTERRUPTS),
        (impact.barrier, True, None, OPENS),
        (impact.barrier, True, True, NOTHING),
        (impact.trust, "UseSourceVerification", "AlwaysVerifiable", OPENS),
        (impact.trust, "alwaysverifiable", "UseSourceVerification", INTERRUPTS),
        (impact.trust, "UseSourceVerification", "AlwaysUnverifiable", INTERRUPTS),
        (impact.trust, None, "AlwaysVerifiable", OPENS),
        (impact.trust, None, "AlwaysUnverifiable", NOTHING),
        (impact.trust, "AlwaysVerifiable", "AlwaysVerifiable", NOTHING),
        (impact.routing, "a.example", "b.example", INTERRUPTS),
        (impact.routing, "a.example", "a.example", NOTHING),
    ],
)
def test_what_a_value_means(function: impact.ImpactOf, before: Any, after: Any, expected: Impacts) -> None:
    assert function(before, after) == expected
