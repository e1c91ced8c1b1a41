# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""This checkout, a copy of what belongs to it, and the file that a release is."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
TOOLS = Path(sys.executable).parent


def copy_checkout(destination: Path) -> None:
    """Copy what git tracks, or would track; what was at the destination is gone."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout.split("\0")
    shutil.rmtree(destination, ignore_errors=True)
    for name in filter(None, names):
        source, copy = CHECKOUT / name, destination / name
        if source.exists():  # a deleted file stays listed until that is committed
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy, follow_symlinks=False)


def built(folder: Path) -> Path:
    """Build the collection as a file in a folder that is emptied first."""
    shutil.rmtree(folder, ignore_errors=True)
    copy_checkout(folder / "checkout")
    command = [str(TOOLS / "ansible-galaxy"), "collection", "build", "--output-path", str(folder)]
    subprocess.run([*command, str(folder / "checkout")], check=True, stdout=subprocess.DEVNULL)
    (tarball,) = folder.glob("*.tar.gz")
    return tarball
