# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes the code that decides, one operator at a time, and runs the tests that are to notice: README.md in this folder.

Works on a copy of the checkout, since cosmic-ray changes files in place. Ends with the numbers by file and with each mutant
that no test noticed; fails when one of these is not explained in ``explained.yml``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
WORK = CHECKOUT / ".build/mutation"
COPY = WORK / "checkout"
TOOLS = WORK / "venv/bin"
LOGIC = "plugins/module_utils"
TESTS = "tests/unit/plugins/module_utils"
SECONDS = 120
"""For the tests of one mutant: what waits for ever has noticed it, too."""


@dataclass(frozen=True)
class Group:
    """Files that are mutated (patterns below module_utils), and the tests that are to notice (below theirs): their own."""

    files: tuple[str, ...]
    tests: tuple[str, ...]


GROUPS = {
    "verdict": Group(("_rollout/verdict.py",), ("_rollout/test_verdict.py",)),
    "wait": Group(("_replication/wait.py",), ("_replication/test_wait.py",)),
    "status": Group(("_replication/status.py",), ("_replication/test_status.py",)),
    "plan": Group(("_resource/plan*.py",), ("_resource", "_nouns")),
    "compare": Group(("_resource/compare.py",), ("_resource", "_nouns", "_modules/test_lync_local_store_check.py")),
    "resource": Group(
        ("_resource/exact_list.py", "_resource/resource.py", "_resource/settings.py"),
        ("_resource", "_nouns", "_modules/test_lync_local_store_check.py"),
    ),
    "as_planned": Group(("_resource/as_planned.py",), ("_resource/test_as_planned.py",)),
    "fit": Group(("_approval/fit.py", "_approval/fingerprint.py"), ("_approval/test_fit.py",)),
    "approval": Group(
        (
            "_approval/approval.py",
            "_approval/approvals.py",
            "_approval/approving.py",
            "_approval/permission.py",
            "_approval/spent.py",
            "_approval/way_back.py",
        ),
        (
            "_approval/test_approval.py",
            "_approval/test_approved_way_back.py",
            "_approval/test_approving.py",
            "_approval/test_interrupted.py",
            "_approval/test_permission.py",
        ),
    ),
    "converge": Group(("_resource/converge.py", "_resource/stopped.py"), ("_resource", "_nouns")),
}
OF_ALL = "test_values.py"
"""Tests of what holds for every file."""

EXCLUDED = (
    "core/ReplaceBinaryOperator_BitOr_.*",  # annotations: str | None
    "core/ReplaceComparisonOperator_Is(Not)?_(?!Is)",  # an order of what has none raises; == is the same for enumerations
    "core/ReplaceComparisonOperator_(Eq|NotEq|Lt|LtE|Gt|GtE)_Is(Not)?$",  # whether equal texts and numbers are one object
    "core/RemoveDecorator",
    "core/Variable.*",
    "core/ExceptionReplacer",
)
"""Kinds of mutants that are not made: they cannot be noticed, or break at once."""


@dataclass(frozen=True)
class Mutant:
    """A mutant that no test noticed: a line, and what it became."""

    file: str
    line: str
    became: str

    def __str__(self) -> str:
        return f"{self.file}\n  - {self.line}\n  + {self.became}"


def copy_checkout() -> None:
    """What git tracks, or would track, and the link through which the copy is the collection."""
    shutil.rmtree(COPY, ignore_errors=True)
    listing = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    names = subprocess.run(listing, cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout.split("\0")
    for name in filter(None, names):
        if (CHECKOUT / name).is_file():
            (COPY / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / name, COPY / name)
    tree = COPY / ".build/dev/ansible_collections/ucops"
    tree.mkdir(parents=True)
    (tree / "lync").symlink_to(Path("../../../.."))


def files_of(group: Group) -> list[str]:
    found = [file for pattern in group.files for file in sorted((COPY / LOGIC).glob(pattern))]
    return [str(file.relative_to(COPY)) for file in found]


def config(group: Group) -> str:
    """cosmic-ray's configuration; JSON lists and texts are TOML, too."""
    tests = " ".join(f"{TESTS}/{name}" for name in (*group.tests, OF_ALL))
    return f"""
[cosmic-ray]
module-path = {json.dumps(files_of(group))}
timeout = {SECONDS}.0
excluded-modules = []
test-command = {json.dumps(f"{sys.executable} -B -m pytest --quiet --exitfirst {tests}")}

[cosmic-ray.distributor]
name = "local"

[cosmic-ray.filters.operators-filter]
exclude-operators = {json.dumps(list(EXCLUDED))}
"""


def cosmic_ray(program: str, *arguments: Path | str, capture: bool = False) -> str:
    environment = {**os.environ, "PATH": f"{TOOLS}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    output = subprocess.PIPE if capture else subprocess.DEVNULL
    command = [str(TOOLS / program), *map(str, arguments)]
    done = subprocess.run(
        command, cwd=COPY, env=environment, check=True, stdout=output, stderr=subprocess.DEVNULL, text=True
    )
    return done.stdout or ""


def results(session: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The file and the result of each mutant that was made."""
    for line in cosmic_ray("cosmic-ray", "dump", session, capture=True).splitlines():
        item, result = json.loads(line)
        if result is not None and result["worker_outcome"] != "skipped":
            yield item["mutations"][0]["module_path"].removeprefix(f"{LOGIC}/"), result


def survivor(file: str, result: Mapping[str, Any]) -> Mutant:
    changed = [line for line in result["diff"].splitlines() if line[:1] in "-+" and line[:3] not in ("---", "+++")]
    lines = ["; ".join(line[1:].strip() for line in changed if line[0] == sign) for sign in "-+"]
    return Mutant(file, *lines)


def run(name: str, resume: bool) -> tuple[Counter[str], Counter[str], list[Mutant]]:
    """Mutants made and noticed by file, and those that were not noticed."""
    settings, session, unready = (WORK / f"{name}{end}" for end in (".toml", ".sqlite", ".unready"))
    if not (resume and session.exists()):
        settings.write_text(config(GROUPS[name]), encoding="utf-8")
        cosmic_ray("cosmic-ray", "baseline", settings)
        unready.unlink(missing_ok=True)
        cosmic_ray("cosmic-ray", "init", settings, unready)
        cosmic_ray("cr-filter-operators", unready, settings)
        unready.replace(session)
    cosmic_ray("cosmic-ray", "exec", settings, session)
    made: Counter[str] = Counter()
    noticed: Counter[str] = Counter()
    missed = []
    for file, result in results(session):
        made[file] += 1
        if result["test_outcome"] == "survived":
            missed.append(survivor(file, result))
        else:
            noticed[file] += 1
    return made, noticed, missed


def explained() -> dict[Mutant, str]:
    data = yaml.safe_load((HERE / "explained.yml").read_text(encoding="utf-8")) or []
    return {Mutant(one["file"], one["line"], one["became"]): one["why"] for one in data}


def main() -> int:
    parser = argparse.ArgumentParser(description="Mutate the code that decides, and see which tests notice.")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"which (default: all): {', '.join(GROUPS)}")
    parser.add_argument(
        "--resume", action="store_true", help="go on where a run was ended; nothing may have changed since"
    )
    arguments = parser.parse_args()
    chosen = arguments.groups or list(GROUPS)
    if set(chosen) - set(GROUPS):
        parser.error(f"no such group: {', '.join(sorted(set(chosen) - set(GROUPS)))}")
    copy_checkout()
    reasons = explained()
    unexplained = 0
    for name in chosen:
        made, noticed, missed = run(name, arguments.resume)
        for file in sorted(made):
            print(
                f"{file}: {made[file]} made, {noticed[file]} killed, {made[file] - noticed[file]} survived", flush=True
            )
        for mutant in missed:
            print(f"\n{mutant}\n  {reasons.get(mutant, 'NOT EXPLAINED')}", flush=True)
        unexplained += sum(mutant not in reasons for mutant in missed)
    return int(unexplained > 0)


if __name__ == "__main__":
    sys.exit(main())
