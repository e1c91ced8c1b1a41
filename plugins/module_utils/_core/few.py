# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Naming a few and counting the rest, so that a sentence stays one where a deployment has hundreds of machines."""

from __future__ import annotations

from collections.abc import Iterable

NAMED_AT_MOST = 6


def few(names: Iterable[str]) -> str:
    """The first names, and how many more there are."""
    found = list(names)
    more = len(found) - NAMED_AT_MOST
    named = ", ".join(found[:NAMED_AT_MOST])
    return f"{named} and {more} more" if more > 0 else named
