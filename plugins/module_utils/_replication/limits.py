# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be asked of a wait: the limits that the modules and the role's variables have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .._core.written import written

MAXIMUM = 24 * 3600
"""The longest wait, in seconds."""

REPLICATION = {"timeout": 1, "interval": 0.05, "stamp_timeout": 0, "settle": 0}
CONTENT = {"timeout": 0, "interval": 0.05}
"""The options of either wait, each with its least value in seconds."""


def out_of_limits(options: Mapping[str, Any], least: Mapping[str, float], prefix: str = "") -> Iterator[str]:
    """
    :param options: numbers of seconds; one that is missing is not judged.
    :param least: ``REPLICATION`` or ``CONTENT``.
    :param prefix: what the user calls them with, before the option's name.
    """
    for name, lowest in least.items():
        if name in options and not lowest <= options[name] <= MAXIMUM:
            yield f"{prefix}{name} must be from {lowest} to {MAXIMUM} seconds, not {options[name]:g}."


def never_settled(options: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Where the time would be over before the status could count."""
    settle, timeout = options.get("settle"), options.get("timeout")
    if settle is not None and timeout is not None and settle >= timeout >= REPLICATION["timeout"]:
        yield f"{prefix}settle ({settle:g} s) must be shorter than {prefix}timeout ({timeout:g} s)."


def not_ignored(entries: Iterable[Any], name: str) -> Iterator[str]:
    """
    :param entries: the replicas that are not waited for.
    :param name: what the user calls them.
    """
    for entry in entries:
        if not (isinstance(entry, Mapping) and set(entry) == {"replica", "reason"} and all(map(_said, entry.values()))):
            yield f"{name} must be a list of mappings with replica and reason; {entry!r} is none."


def _said(value: Any) -> bool:
    return bool((written(value) or "").strip())
