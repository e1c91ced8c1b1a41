# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The status of the replicas read just before a write, in the pipeline that reads the object itself.

Only timestamps that moved past those read before the *last* change prove it, and reading them apart would cost a task of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._core.task import Records
from .._resource.converge import Beside
from .poll import poll_of
from .status import CENTRAL_STATUS, STATUS


def _note(result: dict[str, Any], found: Sequence[Records]) -> None:
    result["replication"] = poll_of(*found).plain


REPLICATION = Beside("rollout", (STATUS, CENTRAL_STATUS), _note)
"""Adds ``replication`` to the result of a configuring module, which lync_replication_status takes as ``newer_than``."""
