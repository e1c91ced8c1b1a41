# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether this server's own copy of the configuration holds what is desired: the only proof that a change arrived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from .._core.document import from_plain
from .._core.failures import Failure, Refused
from .._core.task import Module, Task
from .._nouns.table import NOUNS
from .._replication.content import Content, next_poll, reads
from .._replication.limits import CONTENT, out_of_limits
from .._resource.compare import Difference, Match, all_differences, compared
from .._resource.resource import Desired
from .._resource.settings import desired_of, store_of
from .._store.local import locally, read_local_store
from .._store.store import Store

ARGUMENT_SPEC: dict[str, Any] = {
    "settings": {"type": "dict", "required": True},
    "central": {"type": "dict"},
    "timeout": {"type": "float", "default": 60},
    "interval": {"type": "float", "default": 5},
    "begun": {"type": "dict"},
}


def run(task: Task) -> None:
    """
    :raises Failure: when the local store differs at the end of the time, or, in check mode, differs from the central one.
    """
    options = task.options
    several = _several(options)
    central = None if options["central"] is None else store_of(NOUNS, options["central"], "central")
    begun = ((options["begun"] or {}).get("polls") or {}).get(task.host)
    collected = locally(task, lambda: task.collect(begun)) if begun and not task.check_mode else None
    if collected is not None and collected.failure is not None:
        raise collected.failure
    found = _poll(task, several) if collected is None else from_plain(Content, collected.state)
    differing = all_differences(several, found.store)
    outcome = _outcome(several, differing, central if task.check_mode else None)
    task.result.update(
        changed=False,
        outcome=outcome.value,
        differences=[asdict(difference) for difference in differing],
        waited=round(found.waited, 1),
        diff=_diff(several, found.store),
    )
    task.note({"matches": outcome is Match.MATCHES})
    if outcome in (Match.DIFFERS, Match.DRIFTED):
        why = (
            "The Central Management store has it otherwise today, so this server lags behind"
            if outcome is Match.DRIFTED
            else "If the deployment is set as desired, this server has not received it"
        )
        raise Failure(
            f"The local store of {task.host} differs: {'; '.join(map(str, differing))}. {why}: check its replication (services "
            "REPLICA here, MASTER and FTA on the Central Management Server, port 4443)."
        )


def _poll(task: Task, several: Sequence[Desired]) -> Content:
    """Poll here until the store holds what is desired, or the time is over; a dry run does not wait."""
    timeout = 0.0 if task.check_mode else task.options["timeout"]
    one = Content(task.options["settings"], timeout, task.options["interval"])
    while True:
        one, _differing, pause = next_poll(one, several, read_local_store(task, reads(several)), task.now())
        if pause is None:
            return one
        task.wait(pause)


def _several(options: Mapping[str, Any]) -> list[Desired]:
    """
    :raises Refused: for a value that no server could hold, or where nothing is stated: nothing compared proves nothing.
    """
    several = desired_of(NOUNS, options["settings"], "settings")
    if not any(one.settings or one.resource.key for one in several):
        raise Refused("There is nothing to compare: state options of at least one object in settings.")
    problems = list(out_of_limits(options, CONTENT))
    if problems:
        raise Refused(" ".join(problems))
    return several


def _outcome(several: Sequence[Desired], differing: Sequence[Difference], central: Store | None) -> Match:
    """In a dry run a server that holds what the central store holds today is not behind, whatever is desired."""
    if not differing:
        return Match.MATCHES
    if central is None:
        return Match.DIFFERS
    there = {(one.noun, one.identity, one.option): one for one in all_differences(several, central)}
    same = [
        there.get((one.noun, one.identity, one.option)) is not None
        and NOUNS[one.noun].same(one.option, one.found, there[one.noun, one.identity, one.option].found)
        for one in differing
    ]
    return Match.PENDING if all(same) else Match.DRIFTED


def _diff(several: Sequence[Desired], store: Store) -> dict[str, Any]:
    found, asked = compared(several, store)
    return {"before": found, "after": asked, "before_header": "found in the local store", "after_header": "desired"}


MODULE = Module(ARGUMENT_SPEC, run)
