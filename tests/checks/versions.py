# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tries the built collection with each release of ansible-core, each in a clean virtual environment.

What is tried is the demo's three runs, ``ansible-test sanity`` and ``ansible-test units``; what they say is in files beside
the environment. A release for which this machine has no interpreter is skipped. Arguments are releases: only these.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from checkout import CHECKOUT, built

FOLDER = CHECKOUT / ".build/versions"

PYTHONS = {
    "2.16": ("3.10", "3.11", "3.12"),
    "2.17": ("3.10", "3.11", "3.12"),
    "2.18": ("3.11", "3.12", "3.13"),
    "2.19": ("3.11", "3.12", "3.13"),
    "2.20": ("3.12", "3.13", "3.14"),
    "2.21": ("3.12", "3.13", "3.14"),
    "2.22": ("3.13", "3.14"),
    "devel": ("3.13", "3.14"),
}
"""The interpreters that a controller with each release may have; the oldest that is here is taken."""

PRE_RELEASE = "2.22"
DEVEL = "devel"
"""Fetched from its repository, and so tried only where it is named."""


def requirement(release: str) -> str:
    """What pip is to install."""
    if release == DEVEL:
        return "ansible-core @ https://github.com/ansible/ansible/archive/devel.tar.gz"
    return f"ansible-core~={release}.0{'b1' if release == PRE_RELEASE else ''}"


def interpreter(versions: Sequence[str]) -> str | None:
    """The first of these Pythons that runs here: on the PATH, or one of pyenv's."""
    for version in versions:
        name = f"python{version}"
        of_pyenv = Path("~/.pyenv/versions").expanduser().glob(f"{version}.*/bin/{name}")
        for found in filter(None, (shutil.which(name), *map(str, of_pyenv))):
            # A shim of pyenv is there, and fails, for versions that are not chosen.
            if (
                subprocess.run([found, "-c", ""], check=False, stdin=subprocess.DEVNULL, capture_output=True).returncode
                == 0
            ):
                return found
    return None


class Failed(Exception):
    """A step failed; the text names its log."""


@dataclass(frozen=True)
class Environment:
    """A virtual environment, in whose folder ``collections`` the collection is to be installed."""

    folder: Path

    def tool(self, name: str) -> str:
        return str(self.folder / "bin" / name)

    def step(self, name: str, *command: str) -> str:
        """Run a command with its output in a file, and return that.

        :raises Failed: when it fails.
        """
        log = self.folder.with_name(f"{self.folder.name}-{name}.log")
        with log.open("a", encoding="utf-8") as output:
            status = subprocess.run(
                command, cwd=CHECKOUT, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False
            ).returncode
        if status:
            raise Failed(f"{name} failed, see {log.relative_to(CHECKOUT)}")
        return log.read_text(encoding="utf-8")


def tried(release: str, python: str, tarball: Path) -> str:
    """Install everything and try it.

    :returns: what was installed.
    :raises Failed: when something fails.
    """
    environment = Environment(FOLDER / release)
    shutil.rmtree(environment.folder, ignore_errors=True)
    for log in FOLDER.glob(f"{release}-*.log"):
        log.unlink()
    environment.step("install", python, "-m", "venv", str(environment.folder))
    pip = (environment.tool("python"), "-m", "pip", "install", "--disable-pip-version-check", "--no-input")
    users = ("-r", str(CHECKOUT / "meta/ee-requirements.txt"))
    environment.step("install", *pip, requirement(release), *users)
    collections = str(environment.folder / "collections")
    environment.step(
        "install", environment.tool("ansible-galaxy"), "collection", "install", str(tarball), "-p", collections
    )
    environment.step("demo", sys.executable, str(CHECKOUT / "tests/demo/demo.py"), str(environment.folder))
    for name in ("sanity", "units"):
        test = (str(CHECKOUT / "tests/checks/core_tests.py"), name, str(FOLDER / f"{release}-{name}"))
        environment.step(name, environment.tool("python"), *test)
    return environment.step("version", environment.tool("ansible"), "--version").splitlines()[0]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("releases", nargs="*", metavar="RELEASE", help=f"of {', '.join(PYTHONS)}")
    releases = parser.parse_args().releases or [release for release in PYTHONS if release != DEVEL]
    FOLDER.mkdir(parents=True, exist_ok=True)
    tarball = built(FOLDER / "collection")
    results = dict.fromkeys(("passed", "failed", "skipped"), 0)
    for release in releases:
        python = interpreter(PYTHONS[release])
        try:
            if python is None:
                result, told = "skipped", f"there is no Python {', '.join(PYTHONS[release])}"
            else:
                result, told = "passed", tried(release, python, tarball)
        except Failed as failure:
            result, told = "failed", str(failure)
        results[result] += 1
        print(f"{release:6} {result:8} {told}" + (f" on {python}" if python else ""), flush=True)
    print("\n" + ", ".join(f"{count} {result}" for result, count in results.items()))
    return int(bool(results["failed"]))


if __name__ == "__main__":
    sys.exit(main())
