# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the checks of this project, all or those named, and ends with the line 'N passed, N failed'.

Two run at a time, and each one's output is shown when it has ended. A check that fails does not keep the others from
running. Checks that write JUnit reports count as many tests as these hold; any other counts as one.

Where a few tests failed beside everything else, these run once more by themselves. One that passes then is unsteady: it is listed
with its first failure, because it shows a race in the product or a test that counts on an idle machine, and counts as passed.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path

from checkout import CHECKOUT, TOOLS

REPORTS = CHECKOUT / ".build/reports"
CORES = len(os.sched_getaffinity(0))
TESTS_FAILED, NOTHING_COLLECTED = 1, 5
"""pytest's exit codes where tests failed, and where its arguments leave none."""
BROKEN = "(the check itself)"
"""In the place of the name of a test."""
FEW = 5
"""Failed tests of one check that run again; more than these are broken, not unsteady."""
LONGEST_LINE = 500
"""Of why a test failed, in the summary: the whole of it is in the check's output."""


@dataclass(frozen=True)
class Check:
    """A command that succeeds or fails, and the JUnit reports that it writes (a file, or a folder of files).

    With the arguments ``again`` it runs only those tests that failed the last time, one at a time.
    """

    name: str
    group: str
    command: tuple[str, ...]
    reports: Path | None = None
    again: tuple[str, ...] = ()

    @property
    def is_pytest(self) -> bool:
        return self.command[0] == "pytest"


@dataclass(frozen=True)
class Outcome:
    """What became of a check: tests by result, wall and CPU seconds, what it said, and why each test failed or was unsteady."""

    passed: int
    failed: int
    skipped: int
    wall: float
    cpu: float
    output: str = ""
    failures: Mapping[str, str] = field(default_factory=dict)
    unsteady: Mapping[str, str] = field(default_factory=dict)


def pytest(name: str, folder: str) -> Check:
    """Tests in as many processes as there are cores. Those of one file share their labs and engine, so a file stays with
    one process.
    """
    report = REPORTS / f"{name}.xml"
    own_cache = ("--override-ini", f"cache_dir={CHECKOUT / '.build/pytest' / name}")  # it knows which tests failed
    options = (f"--junit-xml={report}", f"--numprocesses={CORES}", "--dist=loadfile")
    again = ("--last-failed", "--last-failed-no-failures=none", "--numprocesses=0")
    return Check(name, name, ("pytest", "--quiet", *own_cache, *options, folder), report, again)


SANITY_REPORTS = REPORTS / "sanity"
FAULTS_REPORT = REPORTS / "faults.xml"
CHECKS = (
    pytest("integration", "tests/integration"),
    Check(
        "faults",
        "faults",
        ("python", "tests/faults", "--sample", "--junit", str(FAULTS_REPORT)),
        FAULTS_REPORT,
        again=("--again",),
    ),
    Check("sanity", "sanity", ("python", "tests/checks/core_tests.py", "sanity", str(SANITY_REPORTS)), SANITY_REPORTS),
    pytest("unit", "tests/unit"),
    pytest("lab", "tests/lab/tests"),
    Check("types", "lint", ("mypy", "--no-error-summary")),
    Check("ansible-lint", "lint", ("ansible-lint", "--offline", "--profile", "production", "--strict", "-q")),
    Check("galaxy-importer", "lint", ("python", "tests/checks/importer.py")),
    Check("changelog", "lint", ("antsibull-changelog", "lint")),
    Check("yaml", "lint", ("yamllint", "--strict", ".")),
    Check("style", "lint", ("ruff", "check", "--quiet", "--output-format=concise", ".")),
    Check("format", "lint", ("ruff", "format", "--check", "--quiet", "--output-format=concise", ".")),
)
"""The longest first, so that two at a time end together."""


def suites(reports: Path) -> Iterator[ET.Element]:
    """The suites of JUnit reports."""
    for file in [reports] if reports.is_file() else reports.glob("*.xml"):
        yield from ET.parse(file).getroot().iter("testsuite")


def count_reports(reports: Path) -> tuple[int, int, int]:
    """Tests that passed, failed and were skipped according to JUnit reports."""
    tests = failed = skipped = 0
    for suite in suites(reports):
        tests += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    return tests - failed - skipped, failed, skipped


def failures(reports: Path) -> dict[str, str]:
    """For each test that failed according to JUnit reports, by its name, the first line of why."""
    found: dict[str, str] = {}
    for suite in suites(reports):
        for case in suite.iter("testcase"):
            for why in (*case.findall("failure"), *case.findall("error")):
                reason = (why.get("message") or why.text or "").strip().partition("\n")[0]
                found.setdefault(f"{case.get('classname', '')} {case.get('name', '')}", reason[:LONGEST_LINE])
    return found


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


def run(check: Check, arguments: Sequence[str] = (), aloud: bool = False) -> Outcome:
    """Run one check.

    :param arguments: for pytest, beside its own.
    :param aloud: show its output as it comes, instead of keeping it.
    """
    if check.reports is not None:
        shutil.rmtree(check.reports, ignore_errors=True)
        check.reports.unlink(missing_ok=True)
    more = tuple(arguments) if check.is_pytest else ()
    command = (str(TOOLS / check.command[0]), *check.command[1:], *more)
    started = time.monotonic()
    with subprocess.Popen(
        command,
        cwd=CHECKOUT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=None if aloud else subprocess.PIPE,
        stderr=None if aloud else subprocess.STDOUT,
        text=True,
    ) as process:
        output = process.stdout.read() if process.stdout else ""
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    spent = (time.monotonic() - started, usage.ru_utime + usage.ru_stime, output)
    if check.reports is None:
        return Outcome(int(process.returncode == 0), int(process.returncode != 0), 0, *spent)
    passed, failed, skipped = count_reports(check.reports)
    if more and process.returncode == NOTHING_COLLECTED:
        return Outcome(0, 0, 0, *spent)
    by_name = failures(check.reports)
    if process.returncode not in (0, TESTS_FAILED) or (failed == 0 and (process.returncode != 0 or passed == 0)):
        failed += 1  # it broke before, between or after its tests, or had none
        by_name[BROKEN] = f"exit code {process.returncode}"
    return Outcome(passed, failed, skipped, *spent, by_name)


def run_all(checks: Sequence[Check], arguments: Sequence[str]) -> dict[str, Outcome]:
    """Run checks two at a time; what each said is shown in one piece. One alone is shown as it goes."""
    if len(checks) == 1:
        return {checks[0].name: run(checks[0], arguments, aloud=True)}
    outcomes = {}
    with ThreadPoolExecutor(max_workers=2) as pool:
        running = {pool.submit(run, check, arguments): check for check in checks}
        try:
            for future in as_completed(running):
                check, outcome = running[future], future.result()
                outcomes[check.name] = outcome
                print(f"\n=== {check.name}: {' '.join(check.command)}", outcome.output, sep="\n", end="", flush=True)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return outcomes


def try_again(check: Check, outcome: Outcome) -> Outcome:
    """Run by themselves those tests of a check that failed beside everything else, where they are few."""
    first = outcome.failures
    if not check.again or not 0 < len(first) <= FEW or BROKEN in first:
        return outcome
    print(f"\n=== {check.name}: the tests that failed, once more and alone", flush=True)
    alone = run(replace(check, command=(*check.command, *check.again)), aloud=True)
    if alone.passed + alone.failed != len(first) or not alone.failures.keys() <= first.keys():
        return outcome  # not the same tests
    return replace(
        outcome,
        passed=outcome.passed + alone.passed,
        failed=alone.failed,
        wall=outcome.wall + alone.wall,
        cpu=outcome.cpu + alone.cpu,
        failures=alone.failures,
        unsteady={name: why for name, why in first.items() if name not in alone.failures},
    )


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


def summary(outcomes: dict[str, Outcome], whole: bool) -> str:
    """A line for each check, what was real in them if they were whole, each test that failed, and the totals."""
    width = max(map(len, outcomes))
    lines = [
        f"{name:{width}}  {one.passed:5} passed {one.failed:5} failed {one.wall:7.1f} s {one.cpu:7.1f} s CPU"
        for name, one in outcomes.items()
    ]
    passed, failed, skipped = (
        sum(getattr(outcome, kind) for outcome in outcomes.values()) for kind in ("passed", "failed", "skipped")
    )
    total = f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")
    real = on_real_components() if whole and {"unit", "integration"} & set(outcomes) else []
    named = [
        f"{word} {check}: {test}: {why}"
        for check, one in outcomes.items()
        for word, tests in (("UNSTEADY", one.unsteady), ("FAILED", one.failures))
        for test, why in tests.items()
    ]
    return "\n".join(["", *lines, *real, "", *named, total])


def main() -> int:
    words, arguments = sys.argv[1:], []
    if "--" in words:
        words, arguments = words[: words.index("--")], words[words.index("--") + 1 :]
    names = sorted({word for check in CHECKS for word in (check.name, check.group)})
    parser = argparse.ArgumentParser(
        description="Run the checks of this project.", epilog="What follows -- is handed to pytest, such as -k NAME."
    )
    parser.add_argument("checks", nargs="*", metavar="CHECK", help=f"which (default: all): {', '.join(names)}")
    named = set(parser.parse_args(words).checks)
    if named - set(names):
        parser.error(f"no such check: {', '.join(sorted(named - set(names)))}")
    REPORTS.mkdir(parents=True, exist_ok=True)
    chosen = [check for check in CHECKS if not named or {check.name, check.group} & named]
    outcomes = run_all(chosen, arguments)
    if len(chosen) > 1:
        outcomes = {check.name: try_again(check, outcomes[check.name]) for check in chosen}
    print(summary(outcomes, whole=not arguments))
    tests = [outcomes[check.name] for check in chosen if check.is_pytest]
    if arguments and not any(outcome.passed + outcome.failed for outcome in tests):
        print(f"no test for {shlex.join(arguments)}", file=sys.stderr)
        return 1
    return int(any(outcome.failed for outcome in outcomes.values()))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
