# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain values as one text, and its digest: the same wherever it is made."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical(plain: Any) -> str:
    """JSON with sorted keys, no spaces and no character beyond ASCII."""
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def digest(plain: Any) -> str:
    """SHA-256 over it, in hexadecimal digits."""
    return hashlib.sha256(canonical(plain).encode()).hexdigest()
