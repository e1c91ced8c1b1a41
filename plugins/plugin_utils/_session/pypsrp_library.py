# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the controller has pypsrp, whose serialiser every session needs."""

from __future__ import annotations

import traceback

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import SessionFailed

PYPSRP_IMPORT_ERROR: str | None
try:
    import pypsrp.wsman  # noqa: F401
except ImportError:
    PYPSRP_IMPORT_ERROR = traceback.format_exc()
else:
    PYPSRP_IMPORT_ERROR = None


def require_pypsrp() -> None:
    """:raises SessionFailed: when it has none."""
    if PYPSRP_IMPORT_ERROR is not None:
        from ansible.module_utils.basic import missing_required_lib

        raise SessionFailed(str(missing_required_lib("pypsrp")), exception=PYPSRP_IMPORT_ERROR)
