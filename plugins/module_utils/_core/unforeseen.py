# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of an exception that nobody foresaw. Its own text stays out: it may hold anything, a secret too."""

from __future__ import annotations

import traceback
from pathlib import PurePath

from .failures import Failure


def named(error: BaseException) -> str:
    """Its class, and the place in the code that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


def unforeseen(error: BaseException, what: str, host: str) -> Failure:
    """
    :param what: failed.
    """
    return Failure(
        f"{what} failed on {host} in an unforeseen way ({named(error)}), perhaps because the server answered with what is not "
        "documented. That is a defect of this collection: please report it."
    )
