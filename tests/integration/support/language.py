# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller that speaks German: the system's libraries and Kerberos have messages in it, Ansible and Python have not.

The locale is made in a folder of the test's own, from the sources of Debian's ``locales``; the messages of Kerberos are those of
``krb5-locales``.
"""

from __future__ import annotations

import functools
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

NAME = "de_DE.UTF-8"
_SOURCE = Path("/usr/share/i18n/locales/de_DE")
_OF_KERBEROS = Path("/usr/share/locale/de/LC_MESSAGES/mit-krb5.mo")


def missing() -> str:
    """What this computer lacks for it; empty where it has everything."""
    if shutil.which("localedef") is None or not _SOURCE.exists():
        return f"there is no locale {NAME} and none can be made (Debian: locales)"
    return "" if _OF_KERBEROS.exists() else "Kerberos has no German messages (Debian: krb5-locales)"


@functools.cache
def german() -> Mapping[str, str]:
    """Environment variables for a process that is to speak German; none where that is not possible."""
    if missing():
        return {}
    folder = tempfile.TemporaryDirectory(prefix="locale-")
    _kept.append(folder)
    command = ["localedef", "-i", "de_DE", "-f", "UTF-8", f"{folder.name}/{NAME}"]
    subprocess.run(command, check=True, capture_output=True)
    return {"LOCPATH": folder.name, "LANG": NAME, "LC_ALL": NAME, "LANGUAGE": "de"}


_kept: list[tempfile.TemporaryDirectory[str]] = []
"""Folders that last as long as the tests."""
