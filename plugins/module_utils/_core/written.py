# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text as a user wrote it."""

from __future__ import annotations

import datetime as dt
from typing import Any


def written(value: Any) -> str | None:
    """The text, also where YAML takes it for a number or a date, such as the number of a ticket; None for what is no text."""
    plain = isinstance(value, (str, int, float, dt.date)) and not isinstance(value, bool)
    return str(value) if plain else None
