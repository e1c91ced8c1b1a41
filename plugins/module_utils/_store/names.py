# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server's property names and the option names of the modules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake_case(name: str) -> str:
    """``HostsOCSUsers`` as ``hosts_ocs_users``."""
    return _CAMEL.sub("_", name).lower()


def snake_cased(found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A whole object as it is returned to the user."""
    return None if found is None else {snake_case(name): value for name, value in found.items()}
