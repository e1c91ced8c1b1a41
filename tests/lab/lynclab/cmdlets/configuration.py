# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Export-CsConfiguration -AsBytes: the whole configuration as a ZIP file (learn.microsoft.com, the cmdlet's page).

What is in it is the lab's own: the page tells no names. A file on the server (-FileName) is not written.
"""

from __future__ import annotations

import io
import json
import zipfile

from lynclab.cmdlets.invocation import Invocation

DATE = (2026, 1, 1, 0, 0, 0)
"""Of the file in the archive, so that the same content is the same archive."""


def export(call: Invocation) -> None:
    """Write the archive as one array of bytes."""
    if not call.binding.get("AsBytes"):
        raise call.fail("LabFileNotWritten", "The lab writes no file on a server: state -AsBytes.")
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        access_edge = {name: str(value) for name, value in call.content().access_edge.items()}
        archive.writestr(zipfile.ZipInfo("DocItemSet.xml", DATE), json.dumps(access_edge))
    call.write(held.getvalue())
