# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fault matrix of playbooks/hybrid.yml: every fault, at every class of request, in every mode; then kills.

Results are kept in a file as they come; a matrix that was interrupted goes on where it stood.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import judged
import kills
import learn
import matrix
import pace
import report
import trial
from evidence import Settings
from matrix import Case
from modes import Mode
from playbook import Player
from processes import adopt_orphans
from proxy import ProxyLoop
from report import Results
from trial import Left, Trial

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDER = CHECKOUT / ".build/faults"
CORES = len(os.sched_getaffinity(0))
DEPLOYMENTS_PER_CORE = 30
"""In one run: enough that its start and its end cost little beside."""
HOSTS_PER_CORE = 10
"""That Ansible works on at a time. A command waits for the CPU of all others, so the slowest takes as long as this number is large;
one that a fault keeps waiting takes its place meanwhile, so it must not be small either.
"""
ATTEMPTS = 3
"""To find a deadline that fits a machine whose load changes."""


class Bench:
    """What the runs of one matrix share."""

    def __init__(self, player: Player, loop: ProxyLoop, settings: Settings, results: Results) -> None:
        self.player = player
        self.loop = loop
        self.settings = settings
        self.results = results
        self.left = Left()

    def try_cases(self, cases: Sequence[Case], *, thorough: bool) -> None:
        """Run these together. Where nothing was reported, one of them keeps it from all: look for it in each half."""
        evidence = self._tried(cases, thorough=thorough).evidence
        if len(cases) > 1 and all(one.first.said is None for one in evidence):
            middle = len(cases) // 2
            for half in (cases[:middle], cases[middle:]):
                self.try_cases(half, thorough=thorough)
        else:
            self.results.add(judged.cases(evidence))

    def _tried(self, cases: Sequence[Case], *, thorough: bool) -> Trial:
        """Run these, again with a longer deadline as long as even commands that nobody disturbs come near it."""
        for _number in range(ATTEMPTS):
            began = time.monotonic()
            tried = trial.run(cases, self.player, self.loop, self.settings, None if thorough else self.left)
            slowest, deadline = tried.pace.slowest, self.settings.deadline
            print(
                f"{len(cases)} cases in {time.monotonic() - began:.0f} s; undisturbed commands took {slowest:.1f} s at most, "
                f"of {deadline} s",
                flush=True,
            )
            if slowest * pace.LEAST_HEADROOM <= deadline:
                break
            self.settings = replace(self.settings, deadline=tried.pace.deadline)
        return tried

    def try_kill(self, kill: kills.Kill) -> None:
        """One kill."""
        began = time.monotonic()
        self.results.add(judged.kill(kill, kills.run(kill, self.player, self.loop, self.settings)))
        print(f"{kill.name} in {time.monotonic() - began:.0f} s", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the matrix or a part of it; 1 when something did not hold."""
    options = _parser().parse_args(arguments)
    settings = Settings(seed=options.seed)
    path: Path = options.results or FOLDER / f"{'sample' if options.sample else 'matrix'}-{options.seed}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    if (options.fresh or options.sample) and not options.again:
        path.unlink(missing_ok=True)
    results = Results(path)
    broken = results.forget_broken() if options.again else frozenset()
    adopt_orphans()
    with _folder(options.keep) as folder, ProxyLoop() as loop:
        player = Player(folder, options.forks)
        learned = learn.undisturbed(player, loop, settings, min(options.at_once, options.forks))
        deadline = options.deadline or learned.pace.deadline
        print(
            f"{options.at_once} deployments at once, {options.forks} hosts at a time: undisturbed a run takes "
            f"{learned.seconds:.0f} s and a command {learned.pace.slowest:.1f} s at most; deadline {deadline} s",
            flush=True,
        )
        bench = Bench(player, loop, replace(settings, deadline=deadline), results)
        everything = matrix.cases(learned.classes, options.seed)
        chosen = matrix.sample(everything) if options.sample else matrix.matching(everything, options.cases)
        if options.again:
            chosen = [case for case in chosen if case.name in broken]
        if options.list:
            print("\n".join(case.name for case in chosen))
            return 0
        fatal = []
        if options.kills:  # each in a narrow run
            narrow = learn.undisturbed(player, loop, settings, len(Mode))
            fatal = list(kills.kills(options.kills, options.seed, narrow.requests))
        _run(bench, options, chosen, fatal)
    if options.junit:
        report.write_junit([one for one in results.all if not options.again or one.case in broken], options.junit)
    print("\n".join(["", *report.broken_lines(results.all), "", report.table(results.all), ""]))
    print("\n".join([*report.figures(results.all), f"Results: {path}"]))
    return int(any(not one.held for one in results.all))


def _run(bench: Bench, options: argparse.Namespace, chosen: Sequence[Case], fatal: Sequence[kills.Kill]) -> None:
    """What has no result yet, until the time is over."""
    done = bench.results.done
    todo = [case for case in chosen if case.name not in done]
    print(f"{len(chosen)} cases, {len(chosen) - len(todo)} of them done before; {len(fatal)} kills", flush=True)
    end = time.monotonic() + options.minutes * 60
    for cases in matrix.runs(todo, max(1, options.at_once - len(trial.WITNESSES))):
        if time.monotonic() > end:
            print(f"{options.minutes:g} minutes are over; the same command goes on from here.")
            return
        bench.try_cases(cases, thorough=options.thorough)
    for kill in fatal:
        if kill.name not in done and time.monotonic() < end:
            bench.try_kill(kill)


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
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seed", type=int, default=0, help="decides the order of the cases and what is random in them")
    parser.add_argument("--cases", default="*", metavar="PATTERN[,PATTERN...]", help="only cases with such a name")
    parser.add_argument("--kills", type=int, default=0, metavar="N", help="so many kills at random moments, in the end")
    parser.add_argument("--sample", action="store_true", help="some cases in which each fault and each class occurs")
    parser.add_argument("--thorough", action="store_true", help="a second and a third run of every deployment")
    parser.add_argument("--list", action="store_true", help="only list the cases")
    parser.add_argument("--fresh", action="store_true", help="forget earlier results of this seed")
    parser.add_argument("--again", action="store_true", help="only those that did not hold the last time")
    parser.add_argument("--minutes", type=float, default=60, metavar="N", help="begin no run after so many")
    parser.add_argument(
        "--at-once", type=int, default=DEPLOYMENTS_PER_CORE * CORES, metavar="N", help="deployments that share a run"
    )
    parser.add_argument(
        "--forks", type=int, default=HOSTS_PER_CORE * CORES, metavar="N", help="hosts that Ansible works on at a time"
    )
    parser.add_argument("--deadline", type=int, metavar="S", help="of one command (default: it is measured)")
    parser.add_argument("--results", type=Path, metavar="FILE", help="where results are kept")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write a JUnit report, too")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep what the runs showed here")
    return parser
