# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run says in the end that was interrupted: what it wrote, what became of each deployment, and what is next.

Read from the notes of its tasks. A run was interrupted where a task began and did not end. Where a rollout has written something
and its report did not come, it ended between two tasks.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from ansible import context

from ansible_collections.ucops.lync.plugins.module_utils._core.outcome import Outcome
from ansible_collections.ucops.lync.plugins.module_utils._core.visible import visible
from ansible_collections.ucops.lync.plugins.plugin_utils._action.write_notes import FOLDER, Write

Line = Mapping[str, Any]

BECAME = {
    Outcome.RAN: "written",
    Outcome.NOT_RUN: "not written",
    Outcome.UNKNOWN: "sent, and whether it ran is not known",
}
NEXT = "The next run reads what stands, does the rest and proves it"
ROLLBACK = "ucops.lync.rollback"

NOT_STARTED = "not started"


@dataclass(frozen=True)
class Planned:
    """What the last plan of a deployment said of it.

    :ivar cmdlets: how many it was to send.
    :ivar verify: the inventory hosts of the Edge Servers that were to be read after the change.
    :ivar edges: how many the topology has.
    :ivar stopped: whether nothing was to be written.
    :ivar compliant: whether it had everything already, as each Edge Server showed.
    :ivar journal: the path of its journal; empty where none is kept.
    :ivar undoes: whether it takes a run back.
    :ivar hosts: the inventory hosts of the deployment that the run had.
    """

    title: str
    cmdlets: int
    verify: Sequence[str]
    edges: int
    stopped: bool
    compliant: bool
    journal: str
    undoes: bool
    hosts: Sequence[str]


def interrupted(folder: Path = FOLDER, options: Mapping[str, Any] | None = None) -> str:
    """All of it; empty for a run that was not interrupted, and for one that has no notes.

    :param options: of the command line; by default those of this process.
    """
    notes = _read(folder)
    writes = {host: list(_writes(lines)) for host, lines in notes.items()}
    ended = _ended(notes, any(writes.values()))
    if not ended:
        return ""
    sent = [f"  {host}: {one['cmdlet']}: {BECAME[Outcome(one['outcome'])]}" for host in writes for one in writes[host]]
    lines = [
        f"The run {ended} {'after it had sent:' if sent else 'before it had sent anything.'}",
        *sent,
        *_deployments(notes),
        *_next(notes, context.CLIARGS if options is None else options),
    ]
    return "\n".join(map(visible, lines))


def _read(folder: Path) -> dict[str, list[Line]]:
    """The notes by host, as far as they can be read: a worker that is killed may leave half a line."""
    found: dict[str, list[Line]] = {}
    with contextlib.suppress(OSError):
        for file in sorted(folder.iterdir()):
            lines = found.setdefault(unquote(file.name), [])
            with contextlib.suppress(OSError, ValueError):
                lines.extend(map(json.loads, file.read_text(encoding="utf-8").splitlines()))
    return found


def _ended(notes: Mapping[str, Sequence[Line]], wrote: bool) -> str:
    """How, where that was before its time."""
    if any(not lines or "ended" not in lines[-1] for lines in notes.values()):
        return "was interrupted"
    known = [line["knows"] for lines in notes.values() for line in lines if "knows" in line]
    planned, reported = (any(name in one for one in known) for name in ("plan", "reported"))
    return "ended without its report," if wrote and planned and not reported else ""


def _writes(lines: Sequence[Line]) -> Iterator[Write]:
    """The writes of a host's tasks: of one that ended as its result has them, of the last as they were sent."""
    sent: list[Write] = []
    for line in lines:
        if "ended" in line:
            yield from line["ended"]
            sent = []
        elif "cmdlet" in line:
            sent.append({"cmdlet": line["cmdlet"], "outcome": line["outcome"]})
    yield from sent


def _deployments(notes: Mapping[str, Sequence[Line]]) -> Iterator[str]:
    """What became of each that was planned: one line each, those that were not started together."""
    matched = {host: _matched(lines) for host, lines in notes.items()}
    states = {
        planned.title: _state(planned, since, matched)
        for lines in notes.values()
        for planned, since in [_planned(lines)]
        if planned is not None
    }
    yield from (f"  deployment {title}: {state}" for title, state in states.items() if state != NOT_STARTED)
    waiting = [title for title, state in states.items() if state == NOT_STARTED]
    if waiting:
        yield f"  {NOT_STARTED}: {', '.join(waiting)}"


def _planned(lines: Sequence[Line]) -> tuple[Planned | None, Sequence[Line]]:
    """The last plan, and what came after it."""
    plans = _plans(lines)
    return plans[-1] if plans else (None, ())


def _plans(lines: Sequence[Line]) -> list[tuple[Planned, Sequence[Line]]]:
    """Each plan, and what came after it until the next one."""
    found = [position for position, line in enumerate(lines) if "plan" in line.get("knows", {})]
    spans = itertools.pairwise([*found, len(lines)])
    return [(Planned(**lines[begin]["knows"]["plan"]), lines[begin:end]) for begin, end in spans]


def _state(planned: Planned, since: Sequence[Line], matched: Mapping[str, float]) -> str:
    writes = list(_writes(since))
    outcomes = [Outcome(one["outcome"]) for one in writes]
    ran = outcomes.count(Outcome.RAN)
    if Outcome.UNKNOWN in outcomes:
        unknown = "; ".join(one["cmdlet"] for one in writes if one["outcome"] == Outcome.UNKNOWN.value)
        return f"unknown, because of {unknown}"
    if not ran:
        if planned.stopped:
            return "nothing written, as its plan says"
        return NOT_STARTED if planned.cmdlets else "proven, nothing to change" if planned.compliant else "not proven"
    if ran < planned.cmdlets:
        return f"written, {ran} of {planned.cmdlets} cmdlets, not proven"
    last = max(line["at"] for line in since if "cmdlet" in line)
    proven = [host for host in planned.verify if matched.get(host, 0) > last]
    if planned.verify and len(proven) == len(planned.verify):
        return f"proven on {len(proven)} of {planned.edges} Edge Servers"
    return "written, not proven"


def _matched(lines: Sequence[Line]) -> float:
    """When an Edge Server last showed what is desired; 0: it did not, or shows something else by now."""
    found = [line for line in lines if "matches" in line.get("knows", {})]
    return float(found[-1]["at"]) if found and found[-1]["knows"]["matches"] else 0.0


def _next(notes: Mapping[str, Sequence[Line]], options: Mapping[str, Any]) -> Iterator[str]:
    """The commands. Without extra variables, which may be secrets."""
    playbooks = list(options.get("args") or ())
    where = [part for path in options.get("inventory") or () for part in ("-i", path)]
    limit = ["--limit", str(options["subset"])] if options.get("subset") else []
    planned = [one for one, _since in map(_planned, notes.values()) if one is not None]
    if not planned or not playbooks:
        yield f"{NEXT}."
        return
    yield f"{NEXT}: {shlex.join(['ansible-playbook', *playbooks, *where, *limit])}, with the same further options."
    for one in _to_take_back(notes):
        # Another deployment has no part in this journal, and would fail.
        own = ["--limit", ",".join(one.hosts)] if len(planned) > 1 else limit
        command = ["ansible-playbook", ROLLBACK, *where, *own, "-e", f"hybrid_record={one.journal}", "--check"]
        yield f"To take deployment {one.title} back instead, dry run first: {shlex.join(command)}"


def _to_take_back(notes: Mapping[str, Sequence[Line]]) -> Iterator[Planned]:
    """The plans of which something was or may have been written, and whose journals say so. A way back is not taken back."""
    for lines in notes.values():
        for planned, since in _plans(lines):
            wrote = any(Outcome(one["outcome"]).may_have_run for one in _writes(since))
            if wrote and planned.journal and not planned.undoes:
                yield planned
