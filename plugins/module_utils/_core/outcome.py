# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of a write: three outcomes, never two. Nobody on the way to the user turns an unknown one into "no"."""

from __future__ import annotations

import enum


class Outcome(enum.Enum):
    """The values are those of the result key ``writes``."""

    RAN = "ran"
    """The server acknowledged it."""
    NOT_RUN = "not_run"
    """It is known not to have run."""
    UNKNOWN = "unknown"
    """The answer was lost, or somebody else's write cannot be told from it."""

    @property
    def may_have_run(self) -> bool:
        return self is not Outcome.NOT_RUN
