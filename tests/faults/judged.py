# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From evidence to results: a case, an undisturbed deployment, a whole run, a kill."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import invariants
from evidence import Evidence
from kills import Kill, Victim
from modes import Mode
from report import Result
from reported import failures


def cases(evidence: Sequence[Evidence]) -> Iterator[Result]:
    """A result for each deployment, and one for the runs that they shared."""
    for one in evidence:
        yield _deployment(one)
    stages = max((one.stages for one in evidence), key=len)
    broken = {
        f"{check}, run {number}": sentence
        for number, stage in enumerate(stages, 1)
        for check, sentence in invariants.broken_run(stage).items()
    }
    memory = max(stage.played.largest for stage in stages) >> 20
    yield Result(f"run with {_name(evidence[0])}", "run", "", struck=True, broken=broken, memory=memory)


def kill(what: Kill, evidence: Sequence[Evidence]) -> Iterator[Result]:
    """One result for a kill, with what did not hold of any deployment."""
    broken: dict[str, str] = {}
    for one in evidence:
        kept = one.member.mode is Mode.KEEPER
        stay = not kept or what.victim is not Victim.PLAYBOOK
        for check, sentence in invariants.broken_kill(one, shells_stay=stay).items():
            broken[f"{check} ({one.member.mode.value})"] = sentence
    first, *later = evidence[0].stages
    for number, stage in enumerate(later, 2):
        for check, sentence in invariants.broken_run(stage).items():
            broken[f"{check}, run {number}"] = sentence
    if first.played.processes:
        broken["nothing left"] = f"processes left: {', '.join(first.played.processes)}"
    yield Result(what.name, f"kill of {what.victim.value}", "", struck=what.struck, broken=broken)


def _deployment(one: Evidence) -> Result:
    waited = max((seen.seconds for seen in one.first.struck), default=0.0)
    hosts = set(one.member.hosts().values())
    failed = (result.message for result in failures(one.first.played.run.results) if result.host in hosts)
    return Result(
        _name(one),
        "undisturbed" if one.case is None else one.case.fault.kind,
        one.member.mode.value,
        struck=one.struck or one.case is None,
        broken=invariants.broken(one),
        waited=waited,
        past=max(0.0, waited - one.settings.deadline),
        report=one.first.said.text if one.first.said else "",
        failure=next(failed, ""),
    )


def _name(one: Evidence) -> str:
    return one.case.name if one.case is not None else f"undisturbed/{one.member.mode.value}"
