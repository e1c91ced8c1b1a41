# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets the importer of Ansible Galaxy judge the built collection; its warnings count, too.

All that it does by default is on. What it can do beside is ``ansible-test sanity`` in a container: that runs as a check of
its own here, without one.
"""

from __future__ import annotations

import os
import subprocess
import sys

from checkout import CHECKOUT, built

FOLDER = CHECKOUT / ".build/importer"


def main() -> int:
    tarball = built(FOLDER)
    settings = {"CHECK_REQUIRED_TAGS": "true", "ANSIBLE_LOCAL_TMP": str(FOLDER / "tmp")}
    run = subprocess.run(
        [sys.executable, "-m", "galaxy_importer.main", tarball.name],
        cwd=FOLDER,  # where it leaves importer_result.json
        env={**os.environ, **{f"GALAXY_IMPORTER_{name}": value for name, value in settings.items()}},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    complaints = [line for line in run.stdout.splitlines() if line.startswith(("WARNING", "ERROR"))]
    if run.returncode:
        print(run.stdout)
    else:
        print(*complaints, sep="\n")
    return run.returncode or int(bool(complaints))


if __name__ == "__main__":
    sys.exit(main())
