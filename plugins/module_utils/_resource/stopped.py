# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A write failed, or its answer was lost: what became of it, as far as the server tells, and what the user is to know.

After a lost answer the state is read again in a new session. As it was before: the write did not run, unless its time was up, so
that it may still run. As desired: this write or somebody else's, which nobody can tell, so its outcome stays unknown. A write is
never sent again.
"""

from __future__ import annotations

from .._core.cmdlet import Cmdlet
from .._core.failures import Failure, NotAnswered, SessionLost
from .._core.outcome import Outcome
from .._core.writes import decide, may_have_written, ran
from .._store.central import read_store
from .._store.store import Object
from .compare import not_asked_for, not_kept
from .plan import Change
from .resource import Objects
from .shown import Shown

NOTHING_WRITTEN = "Nothing was written."
NEXT_RUN = "The next run reads the state first and sends only what is missing."


def read_back(shown: Shown) -> Objects:
    """All objects of the noun as they are now; the result shows them.

    :raises Failure: when they cannot be read.
    """
    objects = read_store(shown.task, (shown.resource.read,))[shown.resource.read]
    shown.after(objects)
    return objects


def problems_of(shown: Shown, change: Change, objects: Objects) -> list[str]:
    """What is otherwise than the change was to make it."""
    found = shown.found(change, objects)
    kept = not_kept(shown.resource, change, found)
    named = str if shown.several else lambda difference: difference.value
    return [*map(named, kept), *not_asked_for(shown.resource, change, found)]


def unread(shown: Shown, failure: Failure) -> None:
    """After the last write the state could not be read: say what is known, and how to learn the rest."""
    shown.unknown()
    failure.add(
        f"That was after the change: {'; '.join(ran(shown.task.result))} ran, but what the server holds now is not known.",
        _tells(shown),
    )


def stopped(shown: Shown, change: Change, position: int, failure: Failure) -> None:
    """Decide what became of a write that ended with a failure. Returns where the object is as desired after all.

    :raises Failure: the same, with what is known now.
    """
    result = shown.task.result
    if not may_have_written(result):
        failure.add(NOTHING_WRITTEN)
        raise failure
    try:
        objects = read_back(shown)
    except Failure as second:
        _not_known(shown, change, position, failure, second)
        raise failure from second
    found = shown.found(change, objects)
    problems = problems_of(shown, change, objects)
    undecided = failure.outcome is Outcome.UNKNOWN and not isinstance(failure, NotAnswered)
    if undecided and problems and _as_before(change, position, found):
        decide(result, Outcome.NOT_RUN)
    if isinstance(failure, SessionLost) and not problems:
        shown.task.warn(
            f"{failure.message} Read again, the change is there; whether by this run or by somebody else's is not known."
        )
        return
    _tell(shown, change, position, failure, problems)
    if change.restores is not None and found is None:
        _restore(shown, change, change.restores, failure)
        # The server answers: whatever broke before, it is not unreachable.
        raise Failure(failure.message, **failure.details) from failure
    raise failure


def _as_before(change: Change, position: int, found: Object | None) -> bool:
    """Whether the object is what it was before the write: of a recreation's second one, not there."""
    return found == (change.found if position == 0 else None)


def _not_known(shown: Shown, change: Change, position: int, failure: Failure, second: Failure) -> None:
    """Neither the answer nor the state afterwards came."""
    shown.unknown()
    cmdlet = change.steps[position].cmdlet
    known = f"{cmdlet} did not run;" if failure.outcome is Outcome.NOT_RUN else f"Whether {cmdlet} ran is not known:"
    failure.add(f"{known} reading the state again failed, too: {second.message}", *_written(shown), _tells(shown))
    if change.restores is not None and (position or failure.outcome.may_have_run):
        failure.add(f"If the object is gone, run this on the management host: {change.restores}")


def _tell(shown: Shown, change: Change, position: int, failure: Failure, problems: list[str]) -> None:
    """What was read after a failure."""
    cmdlet = change.steps[position].cmdlet
    outcome = Outcome(shown.task.result["writes"][-1]["outcome"])
    now = f"differs: {'; '.join(problems)}" if problems else "is as desired"
    failure.add(*_written(shown))
    if outcome is Outcome.UNKNOWN:
        failure.add(f"Whether {cmdlet} took effect is not known: read again, the object {now}.", NEXT_RUN)
    elif isinstance(failure, SessionLost):
        failure.add(
            f"Read again, the change is not there: {'; '.join(problems)}. It was not sent twice; run the play again."
        )
    else:
        failure.add(
            *([] if may_have_written(shown.task.result) else [NOTHING_WRITTEN]), f"Read again, the object {now}."
        )


def _written(shown: Shown) -> list[str]:
    before = ran(shown.task.result)
    return [f"Written before that: {'; '.join(before)}."] if before else []


def _tells(shown: Shown) -> str:
    return f"{shown.resource.read} on the management host tells. {NEXT_RUN}"


def _restore(shown: Shown, change: Change, restores: Cmdlet, failure: Failure) -> None:
    """After a removal without a creation: bring the old object back, and say whether it is there."""
    lost: Failure | None = None
    try:
        shown.task.write(restores)
    except Failure as second:
        lost = second
    try:
        found = shown.found(change, read_back(shown))
    except Failure as second:
        shown.unknown()
        failure.add(
            f"Whether the old object was restored is not known ({second.message}). If it is gone, run this on the management host: "
            f"{restores}"
        )
        return
    if found == change.found:
        failure.add(f"The old object was restored: {restores}")
        return
    if lost is not None and lost.outcome is Outcome.UNKNOWN and found is None:
        decide(shown.task.result, Outcome.NOT_RUN)
    why = lost.message if lost is not None else "the server holds something else"
    failure.add(
        f"The old object is gone and could not be restored ({why}). Run this on the management host: {restores}"
        if found is None
        else f"The old object was not restored as it was ({why}): compare it with {restores}"
    )
