# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A parameter's value as pypsrp is to serialise it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import SWITCH, Secret

with contextlib.suppress(ImportError):  # the session says so when it is opened
    from pypsrp.serializer import TaggedValue


def sendable(value: Any) -> Any:
    """Numbers tagged with a type that holds them: pypsrp itself writes each whole number as Int32.

    A switch is true. Named without a value, which is null on the wire, it is on for a compiled cmdlet but off for a function (a
    role capability's proxy, implicit remoting), without an error. A Secret needs the session's key and is not handled here.
    """
    if value is SWITCH:
        return True
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        if -(2**31) <= value < 2**31:
            return TaggedValue("I32", value)
        return TaggedValue("I64", value) if value < 2**63 else TaggedValue("U64", value)
    if isinstance(value, float):
        return TaggedValue("Db", value)
    if isinstance(value, (list, tuple)):
        return [sendable(item) for item in value]
    if isinstance(value, Mapping):
        return {sendable(key): sendable(item) for key, item in value.items()}
    if isinstance(value, Secret):
        raise TypeError("a Secret is serialised by its session")
    return value
