# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the build of an Edge Server tells of TLS."""

from __future__ import annotations

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._readiness.rows import Outcome
from ansible_collections.ucops.lync.plugins.module_utils._readiness.tls_version import tls_version


@pytest.mark.parametrize(
    ("build", "outcome"),
    [
        ("7.0.2046.0", Outcome.GOOD),
        ("8.0.1.0", Outcome.GOOD),
        ("6.0.9319.516", Outcome.GOOD),
        ("6.0.9319.1000", Outcome.GOOD),
        ("6.0.9319.515", Outcome.BAD),
        ("6.0.9319.0", Outcome.BAD),
        ("5.0.8308.1149", Outcome.NOT_CHECKED),
        ("4.0.7577.0", Outcome.BAD),
        ("", Outcome.NOT_CHECKED),
        (None, Outcome.NOT_CHECKED),
        ("new", Outcome.NOT_CHECKED),
    ],
)
def test_a_build(build: str | None, outcome: Outcome) -> None:
    assert tls_version(build).outcome is outcome


def test_a_good_build_says_what_is_not_known_all_the_same() -> None:
    assert "whether Windows has it switched on is not read" in tls_version("7.0.2046.0").reason
