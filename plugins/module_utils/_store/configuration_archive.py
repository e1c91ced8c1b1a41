# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The product's own archive of the whole configuration (learn.microsoft.com, Export-CsConfiguration).

Treated as a secret: it holds the topology and all settings, so it goes into a private file and nowhere else. Nothing here imports
one.
"""

from __future__ import annotations

from typing import Any

from .._core.cmdlet import SWITCH, Cmdlet
from .._core.failures import CmdletFailed, Failure, Refused
from .._core.task import Task
from .central import read_centrally

EXPORT = Cmdlet("Export-CsConfiguration", {"AsBytes": SWITCH})
ENDING = ".configuration.zip"
ZIP = b"PK"
"""How a ZIP file begins."""


def export(task: Task, path: str) -> None:
    """Keep the archive in a new file of the controller. The server is not changed.

    :raises Refused: where there is none, or it cannot be kept.
    """
    try:
        task.files.create_bytes(path, _archive(task))
    except (CmdletFailed, Refused) as failure:
        raise Refused(f"The configuration was not exported (hybrid_export_dir): {failure.message}") from failure
    except Failure as failure:
        failure.add(
            "That was before the export of the configuration (hybrid_export_dir), without which nothing is written."
        )
        raise


def _archive(task: Task) -> bytes:
    """What the server wrote: one array of bytes, or each byte as an object of its own.

    :raises Refused: for anything else. Its content is in no sentence.
    """
    values: list[Any] = [record.get("Value") for record in read_centrally(task, EXPORT)[0]]
    try:
        found = bytes.fromhex(values[0]) if len(values) == 1 and isinstance(values[0], str) else bytes(values)
    except (TypeError, ValueError):
        found = b""
    if not found.startswith(ZIP):
        raise Refused(f"{EXPORT} wrote no ZIP file.")
    return found
