# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ``ansible-test sanity`` or ``ansible-test units`` on a copy of the checkout.

ansible-test wants a folder that is really called ansible_collections/ucops/lync, and downloads pip's bootstrap script
unless its cache has one. The arguments are the command and the folder for its JUnit reports.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

from checkout import CHECKOUT, TOOLS, copy_checkout

FOLDER = CHECKOUT / ".build/ansible-test" / version("ansible-core")
COPY = FOLDER / "ansible_collections/ucops/lync"
LOG = FOLDER / "ansible-test.log"
PYTHON_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
PIP_CHATTER = re.compile(
    r"\s*(Looking in |Collecting |Downloading |Processing |Installing |Using cached |Attempting uninstall|"
    r"Found existing |Uninstalling |Successfully |Preparing |Getting requirements |WARNING: Location |━|$)"
)

BOOTSTRAP = '''\
"""Stands in for get-pip.py: installs the packages named as arguments with the pip that Python brings along."""

import subprocess
import sys

packages = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
# In a process of its own: it hides pip's configuration from the process that runs it.
subprocess.run([sys.executable, "-m", "ensurepip"], check=True)
subprocess.run([sys.executable, "-m", "pip", "install", *packages], check=True)
'''


def seed_bootstrap() -> None:
    """Put a bootstrap script into ansible-test's cache, where none is."""
    # The version is known to ansible-test only.
    from ansible_test._internal.python_requirements import get_venv_packages

    pip = get_venv_packages(SimpleNamespace(version=PYTHON_VERSION))["pip"]
    script = Path("~/.ansible/test/cache").expanduser() / f"get_pip_{pip.replace('.', '_')}.py"
    if not script.exists():
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(BOOTSTRAP, encoding="utf-8")


def left_out() -> list[str]:
    """Options that leave out pslint where an engine lacks its analyser, which ansible-test does not foresee.

    Where there is no engine at all it leaves the test out by itself.
    """
    pwsh = shutil.which("pwsh")
    if pwsh is None:
        return []
    question = "if (-not (Get-Module -ListAvailable PSScriptAnalyzer)) { exit 1 }"
    answer = subprocess.run([pwsh, "-NoProfile", "-Command", question], stdin=subprocess.DEVNULL, check=False)
    return ["--skip-test", "pslint"] if answer.returncode else []


def run_ansible_test(name: str) -> int:
    """Show what the tests say; what pip says goes into the log."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    environment["PATH"] = f"{TOOLS}{os.pathsep}{environment['PATH']}"
    # One version of Python, the one that runs this: which others a machine has is chance.
    command = [str(TOOLS / "ansible-test"), name, "--venv", "--python", PYTHON_VERSION, "--color", "no"]
    if name == "sanity":
        command += ["--junit", *left_out()]
    with (
        LOG.open("w", encoding="utf-8") as log,
        subprocess.Popen(
            command, cwd=COPY, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            log.write(line)
            if not PIP_CHATTER.match(line):
                print(line, end="", flush=True)
    return process.returncode


def main(name: str, reports: Path) -> int:
    seed_bootstrap()
    copy_checkout(COPY)
    subprocess.run(["git", "init", "--quiet"], cwd=COPY, check=True)
    status = run_ansible_test(name)
    shutil.copytree(COPY / "tests/output/junit", reports, dirs_exist_ok=True)
    if status:
        print(f"All of ansible-test's output: {LOG.relative_to(CHECKOUT)}")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
