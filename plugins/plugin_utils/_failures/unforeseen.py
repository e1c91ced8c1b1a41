# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said where the collection itself stumbles: it must not cost what is known of the writes."""

from __future__ import annotations

import traceback
from pathlib import Path

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Failure


def unforeseen(error: Exception, module: str, host: str) -> Failure:
    """A failure for an exception that nobody foresaw. Its own text stays out: it may hold anything, a secret too."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return Failure(
        f"{module} failed on {host} in an unforeseen way ({type(error).__name__}{place}), perhaps because the server answered with "
        "what is not documented. That is a defect of this collection: please report it; -vvv shows more."
    )
