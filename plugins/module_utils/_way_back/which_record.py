# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The record of the run that is to be taken back: a file, or the newest one of a deployment in a folder."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from .._core.document import from_plain
from .._core.failures import Failure, Refused
from .._core.files import Files
from .._core.outcome import Outcome
from .._rollout.plan import THIS_RUN, Plan
from .._rollout.record import Write
from .._rollout.verdict import Verification
from .journal import BEGIN, Begin, Journal, journal_of
from .kept import JOURNAL, file_name
from .way_back import Back

FILE = ".jsonl"
"""How a path ends that names a file; any other is a folder."""


def recorded_in(files: Files, path: str, deployment: str, title: str) -> Back:
    """The run that is taken back; where it is not known, why. Never raises.

    :param deployment: its name; empty where the inventory names none.
    :param title: what it is called, with which the names of its files begin.
    """
    try:
        if path.endswith(FILE):
            return Back(files.whole(path), journal_of(files.read(path), path))
        return _newest(files, path, deployment, title)
    except Failure as failure:
        return Back(path, Journal(Begin(BEGIN, "", _no_plan(deployment))), problem=failure.message)


def _newest(files: Files, folder: str, deployment: str, title: str) -> Back:
    """Of the runs that wrote something and took nothing back themselves.

    :raises Failure: where there is none, and for one that cannot be read: an older one would be another run.
    """
    passed_over: list[str] = []
    found = _runs(files, folder, deployment, title)
    for one, _taken_back in found:
        if one.journal.wrote:
            return replace(one, passed_over=tuple(passed_over), unfinished=tuple(_unfinished(found)))
        passed_over.append(one.where)
    raise Refused(f"{files.whole(folder)} has no record of a run that wrote anything to {title}.")


def _unfinished(before: Iterable[tuple[Back, bool]]) -> Iterator[str]:
    """The runs that the newest one completed: those since the last one that came to its end. What wrote nothing, or was taken
    back, by itself or since, left nothing to complete.
    """
    left = (one for one, taken_back in before if one.journal.wrote and not (one.journal.is_back or taken_back))
    return (one.where for one in itertools.takewhile(lambda one: not one.journal.completed, left))


def _runs(files: Files, folder: str, deployment: str, title: str) -> Iterator[tuple[Back, bool]]:
    """Without those that took a run back, the newest first; and whether a later one, which came to its end, took it back."""
    taken_back: set[str] = set()
    for name in _of_deployment(files.names(folder, JOURNAL), title):
        path = files.whole(f"{folder.rstrip('/')}/{name}")
        journal = journal_of(files.read(path), path)
        if journal.plan.deployment != deployment:
            continue
        if not journal.plan.undoes:
            yield Back(path, journal), name in taken_back
        elif journal.completed:
            taken_back.add(journal.plan.undoes.rpartition("/")[2])  # the folder may have been moved


def _of_deployment(names: tuple[str, ...], title: str) -> Iterator[str]:
    """Those whose names say so, the newest first."""
    start = f"{file_name(title)}."
    times = {name: name.removeprefix(start).removesuffix(JOURNAL) for name in names if name.startswith(start)}
    mine = [name for name, time in times.items() if "." not in time]
    return iter(sorted(mine, key=lambda name: times[name], reverse=True))


def of_this_run(plan: Mapping[str, Any], writes: Iterable[Mapping[str, Any]], differing: Iterable[str] = ()) -> Back:
    """The run itself, which takes back what it has written.

    :param plan: the plan in plain types.
    :param writes: each with ``cmdlet`` and ``outcome``.
    :param differing: the Edge Servers because of which.
    """
    found = tuple(Write(str(one["cmdlet"]), Outcome(one["outcome"])) for one in writes)
    return Back(
        THIS_RUN, Journal(Begin(BEGIN, "", from_plain(Plan, plan)), found), by_itself=True, differing=tuple(differing)
    )


def _no_plan(deployment: str) -> Plan:
    return Plan(deployment, deployment, "", Verification.REQUIRED, partial=False)
