# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines of a journal that a write leaves: one before it is sent, one for what became of it. JSON, a line each, in ASCII.

ASCII, so that nothing that a server or a user named acts on the terminal of who reads the file.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from .outcome import Outcome

JOURNAL = "lync_journal"
"""The fact with the path of the journal in which the writes of a rollout are noted; empty where none is kept."""

WRITE, OUTCOME = "write", "outcome"


def utc(seconds: float) -> str:
    """
    :param seconds: since 1970, of the controller's clock.
    """
    return dt.datetime.fromtimestamp(seconds, dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def line_of(event: str, at: float, values: Mapping[str, Any]) -> str:
    """A line without its end."""
    return json.dumps({"event": event, "at": utc(at), **values}, ensure_ascii=True)


def write_line(at: float, cmdlet: str) -> str:
    """That a changing cmdlet is about to be sent."""
    return line_of(WRITE, at, {"cmdlet": cmdlet})


def outcome_line(at: float, cmdlet: str, outcome: Outcome) -> str:
    """What became of the last one; a later line about the same one corrects it."""
    return line_of(OUTCOME, at, {"cmdlet": cmdlet, "outcome": outcome.value})
