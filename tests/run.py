# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the checks of this project, all or those named, and ends with the line 'N passed, N failed'.

A check that fails does not keep the others from running. Checks that write JUnit reports count as many tests as these
hold; any other counts as one.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
TOOLS = Path(sys.executable).parent
REPORTS = CHECKOUT / ".build/reports"


@dataclass(frozen=True)
class Check:
    """A command that succeeds or fails, and the JUnit reports that it writes (a file, or a folder of files)."""

    name: str
    group: str
    command: tuple[str, ...]
    reports: Path | None = None


@dataclass(frozen=True)
class Outcome:
    passed: int
    failed: int
    skipped: int
    seconds: float


def pytest(name: str, group: str, folder: str, *options: str) -> Check:
    report = REPORTS / f"{name}.xml"
    return Check(name, group, ("pytest", "--quiet", f"--junit-xml={report}", *options, folder), report)


SANITY_REPORTS = REPORTS / "sanity"
CHECKS = (
    Check("format", "lint", ("ruff", "format", "--check", "--quiet", "--output-format=concise", ".")),
    Check("style", "lint", ("ruff", "check", "--quiet", "--output-format=concise", ".")),
    Check("types", "lint", ("mypy", "--no-error-summary")),
    Check("yaml", "lint", ("yamllint", "--strict", ".")),
    Check("ansible-lint", "lint", ("ansible-lint", "--offline", "--profile", "production", "--strict", "-q")),
    Check("changelog", "lint", ("antsibull-changelog", "lint")),
    pytest("unit", "unit", "tests/unit"),
    pytest("lab", "lab", "tests/lab/tests"),
    # The tests of one file share their lab, so a file stays with one process.
    pytest("integration", "integration", "tests/integration", "--numprocesses=2", "--dist=loadfile"),
    Check("sanity", "sanity", ("python", "tests/run_sanity.py", str(SANITY_REPORTS)), SANITY_REPORTS),
)


def count_reports(reports: Path) -> tuple[int, int, int]:
    """Tests that passed, failed and were skipped according to JUnit reports."""
    tests = failed = skipped = 0
    for file in [reports] if reports.is_file() else reports.glob("*.xml"):
        for suite in ET.parse(file).getroot().iter("testsuite"):
            tests += int(suite.get("tests", 0))
            failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            skipped += int(suite.get("skipped", 0))
    return tests - failed - skipped, failed, skipped


def environment() -> dict[str, str]:
    """The tools of the virtual environment, this checkout as the collection, and no settings of the user's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "PYTEST_"))}
    kept.pop("PYTHONPATH", None)
    plain = {} if sys.stdout.isatty() else {"NO_COLOR": "1"}
    return (
        kept
        | plain
        | {
            "PATH": f"{TOOLS}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "ANSIBLE_COLLECTIONS_PATH": str(CHECKOUT / ".build/dev"),
            "PYTHONUNBUFFERED": "1",
        }
    )


def run(check: Check) -> Outcome:
    """Run one check with its output on the screen."""
    if check.reports is not None:
        shutil.rmtree(check.reports, ignore_errors=True)
        check.reports.unlink(missing_ok=True)
    print(f"\n=== {check.name}: {' '.join(check.command)}", flush=True)
    started = time.monotonic()
    command = (str(TOOLS / check.command[0]), *check.command[1:])
    status = subprocess.run(command, cwd=CHECKOUT, env=environment(), stdin=subprocess.DEVNULL, check=False).returncode
    seconds = time.monotonic() - started
    if check.reports is None:
        return Outcome(int(status == 0), int(status != 0), 0, seconds)
    passed, failed, skipped = count_reports(check.reports)
    if failed == 0 and (status != 0 or passed == 0):
        failed = 1  # it broke before, between or after its tests, or had none
    return Outcome(passed, failed, skipped, seconds)


def on_real_components() -> list[str]:
    """A line for each real component that tests use where it is installed."""
    path = os.pathsep.join([environment()["PATH"], "/usr/sbin", "/sbin"])
    return [
        f"{name}: {'used' if shutil.which(program, path=path) else f'not proven here, there is no {program} on the PATH'}"
        for name, program in (
            ("real PowerShell engine", "pwsh"),
            ("real OpenSSH server", "sshd"),
            ("real Kerberos domain controller", "krb5kdc"),
        )
    ]


def summary(outcomes: dict[str, Outcome]) -> str:
    """A line for each check, what was real in them, and the line of totals."""
    width = max(map(len, outcomes))
    lines = [
        f"{name:{width}}  {outcome.passed:5} passed {outcome.failed:5} failed {outcome.seconds:7.1f} s"
        for name, outcome in outcomes.items()
    ]
    passed, failed, skipped = (
        sum(getattr(outcome, kind) for outcome in outcomes.values()) for kind in ("passed", "failed", "skipped")
    )
    total = f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")
    real = on_real_components() if {"unit", "integration"} & set(outcomes) else []
    return "\n".join(["", *lines, *real, "", total])


def main() -> int:
    names = sorted({word for check in CHECKS for word in (check.name, check.group)})
    parser = argparse.ArgumentParser(description="Run the checks of this project.")
    parser.add_argument("checks", nargs="*", metavar="CHECK", help=f"which (default: all): {', '.join(names)}")
    chosen = parser.parse_args().checks
    unknown = set(chosen) - set(names)
    if unknown:
        parser.error(f"no such check: {', '.join(sorted(unknown))}")
    REPORTS.mkdir(parents=True, exist_ok=True)
    wanted = [check for check in CHECKS if not chosen or {check.name, check.group} & set(chosen)]
    outcomes = {check.name: run(check) for check in wanted}
    print(summary(outcomes))
    return int(any(outcome.failed for outcome in outcomes.values()))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
