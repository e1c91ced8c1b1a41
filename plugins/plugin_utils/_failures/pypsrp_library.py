# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the controller has a pypsrp that fits: every session needs its serialiser, that over PSRP the rest of it as well."""

from __future__ import annotations

import traceback
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import SessionFailed
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.causes import Cause, Diagnosis
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.connection import Connection
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.sentences import sentence

OLDEST, TOO_NEW = (0, 9), (1, 0)
"""The releases of ``sentences.PYPSRP``."""

IMPORT_ERROR: str | None
VERSION: str | None
try:
    VERSION = version("pypsrp")
except PackageNotFoundError:  # missing, or a copy that no installer knows
    VERSION = None
try:
    import_module("pypsrp.wsman")
except ImportError:
    IMPORT_ERROR = traceback.format_exc()
else:
    IMPORT_ERROR = None


def require_pypsrp(at: Connection) -> None:
    """:raises SessionFailed: when it is missing, or of a release with another interface."""
    if VERSION is not None and not OLDEST <= _release(VERSION) < TOO_NEW:
        raise SessionFailed(sentence(Diagnosis(Cause.LIBRARY_VERSION, VERSION), at))
    if IMPORT_ERROR is not None:
        raise SessionFailed(sentence(Diagnosis(Cause.LIBRARY_MISSING), at), exception=IMPORT_ERROR)


def _release(of_version: str) -> tuple[int, int]:
    """The first two numbers: (1, 0) of 1.0.0b1."""
    major, minor = of_version.split(".")[:2]
    return int(major), int(minor)
