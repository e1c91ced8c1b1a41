# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fault matrix of playbooks/hybrid.yml: what nobody wants to happen, at every class of request, again and again.

Results are kept in a folder as they come; a run that was interrupted goes on where it stood.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import invariants
import learn
import matrix
import report
import trial
from matrix import Case
from playbook import Player
from processes import adopt_orphans
from proxy import ProxyLoop
from report import Result, Results
from trial import Evidence, Settings

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDER = CHECKOUT / ".build/faults"
AT_ONCE = 57
"""Cases in one run: with the undisturbed deployments 60."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the matrix or a part of it; 1 when something did not hold."""
    options = _parser().parse_args(arguments)
    settings = Settings(seed=options.seed, deadline=options.deadline, forks=options.forks)
    results_file = options.results or FOLDER / f"{'sample' if options.sample else 'matrix'}-{options.seed}.jsonl"
    results_file.parent.mkdir(parents=True, exist_ok=True)
    if options.fresh or options.sample:
        results_file.unlink(missing_ok=True)
    results = Results(results_file)
    adopt_orphans()
    began = time.monotonic()
    with _folder(options.keep) as folder, ProxyLoop() as loop:
        player = Player(folder, settings.forks)
        chosen = _chosen(options, learn.classes(player, loop, settings))
        if options.list:
            print("\n".join(case.name for case in chosen))
            return 0
        todo = [case for case in chosen if case.name not in results.done]
        print(f"{len(chosen)} cases, {len(chosen) - len(todo)} of them done before", flush=True)
        for cases in matrix.runs(todo, options.at_once):
            if options.minutes and time.monotonic() - began > options.minutes * 60:
                print(f"{options.minutes} minutes are over; the same command goes on from here.")
                break
            started = time.monotonic()
            results.add(_results(trial.run(cases, player, loop, settings)))
            print(f"{len(cases)} cases in {time.monotonic() - started:.0f} s", flush=True)
    return _told(results, settings, results_file)


def _chosen(options: argparse.Namespace, learned: Sequence[matrix.Learned]) -> list[Case]:
    everything = matrix.cases(learned, options.seed)
    if options.sample:
        return matrix.sample(everything)
    return matrix.matching(everything, options.cases)


def _results(evidence: Sequence[Evidence]) -> Iterator[Result]:
    """One for each case, and one for the runs that they shared."""
    stages = evidence[0].stages
    named = [one.case.name for one in evidence if one.case is not None]
    for one in evidence:
        yield _result(one)
    broken = {
        f"{check}, run {number}": sentence
        for number, stage in enumerate(stages, 1)
        for check, sentence in invariants.broken_run(stage).items()
    }
    memory = max(stage.played.largest for stage in stages) >> 20
    yield Result(f"run with {named[0]}", "run", "", struck=True, broken=broken, memory=memory)


def _result(one: Evidence) -> Result:
    struck = [seen.seconds for log in one.first.log.values() for seen in log if seen.struck]
    said = one.first.said.text if one.first.said else ""
    broken = invariants.broken(one)
    if one.case is None:
        name = f"undisturbed/{one.member.mode.value}"
        return Result(name, "undisturbed", one.member.mode.value, struck=True, broken=broken, report=said)
    return Result(
        one.case.name,
        one.case.fault.kind,
        one.case.mode.value,
        one.struck,
        broken,
        waited=max(struck, default=0.0),
        report=said,
    )


def _told(results: Results, settings: Settings, path: Path) -> int:
    print("\n".join(["", *report.broken_lines(results.all), ""]))
    print(report.table(results.all))
    print("\n".join(["", *report.figures(results.all, settings.deadline), f"Results: {path}"]))
    return int(any(not one.held for one in results.all))


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    """A folder with a short name, because paths of Unix sockets below it may have 107 characters."""
    if kept is not None:
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        yield Path(folder)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seed", type=int, default=0, help="decides the order of the cases and what is random in them")
    parser.add_argument("--cases", default="*", metavar="PATTERN[,PATTERN...]", help="only cases with such a name")
    parser.add_argument("--sample", action="store_true", help="some cases in which each fault and each class occurs")
    parser.add_argument("--list", action="store_true", help="only list the cases")
    parser.add_argument("--fresh", action="store_true", help="forget earlier results of this seed")
    parser.add_argument("--minutes", type=float, default=60, metavar="N", help="begin no run after so many (0: no end)")
    parser.add_argument("--at-once", type=int, default=AT_ONCE, metavar="N", help="cases that share a run")
    parser.add_argument("--forks", type=int, default=60, metavar="N", help="hosts that Ansible works on at a time")
    parser.add_argument("--deadline", type=int, default=6, metavar="S", help="of one command, in seconds")
    parser.add_argument("--results", type=Path, metavar="FILE", help="where results are kept")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep what the runs showed here")
    return parser


if __name__ == "__main__":
    sys.exit(main())
