# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A few are named, the rest is counted."""

from __future__ import annotations

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.few import few


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, ""),
        (1, "a"),
        (6, "a, b, c, d, e, f"),
        (7, "a, b, c, d, e, f and 1 more"),
        (302, "a, b, c, d, e, f and 296 more"),
    ],
)
def test_a_few_are_named(count: int, said: str) -> None:
    names = "abcdefg" if count <= 7 else "abcdef" + "x" * (count - 6)
    assert few(names[:count]) == said
