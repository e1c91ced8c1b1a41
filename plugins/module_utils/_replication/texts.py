# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentences of polling and waiting; nothing is decided here, and nothing decides by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .._core.few import few
from .._core.polling import Late, waiting_for
from .poll import Poll
from .status import Replica
from .wait import State, Terms, Verdict


def last_report(timestamp: str | None) -> str:
    """
    :param timestamp: LastStatusReport, the server's text.
    """
    return f"last status report {timestamp}" if timestamp else "has never reported"


def progress(poll: Poll, state: State, terms: Terms) -> str:
    """The line that is shown when the set of late replicas has changed."""
    if not terms.scope:
        return "replication: no replica is in scope"
    total = len(terms.scope) - len(state.missing)
    replicas = poll.by_key
    waiting = [f"{replicas[key].fqdn} ({last_report(replicas[key].last_status_report)})" for key in state.lagging]
    waiting += [f"{replicas[key].fqdn} (no new package yet)" for key in state.unmoved]
    line = f"replication: {total - len(waiting)} of {total} replicas up to date after {state.elapsed:.0f} s"
    if not waiting:
        return line
    return f"{line}; waiting for {few(waiting)}"


def late(poll: Poll, state: State) -> str:
    """The first of those that are waited for."""
    replicas = poll.by_key
    if state.lagging:
        one = replicas[state.lagging[0]]
        return f"{one.fqdn} ({last_report(one.last_status_report)})"
    return f"{replicas[state.unmoved[0]].fqdn} (no new package yet)" if state.unmoved else "no further package"


def rollout_progress(ready: int, total: int, late: Sequence[Late]) -> str:
    """One line for all deployments that are waited for at the same time."""
    return f"replication: {ready} of {total} deployments up to date{waiting_for(late)}"


def overdue(verdict: Verdict, poll: Poll, state: State, terms: Terms) -> str:
    """Why a wait failed."""
    total = len(terms.scope) - len(state.missing)
    within = f"within {terms.timeout:g} s"
    if verdict is Verdict.UNSETTLED:
        return (
            f"All {total} replicas in scope are up to date, but new packages kept coming: no {terms.settle:g} s (settle) "
            f"without one {within} (timeout)."
        )
    late = [_late(poll.by_key[key]) for key in state.late]
    return f"Not replicated to {len(late)} of {total} replicas in scope {within}: {'; '.join(late)}."


def _late(one: Replica) -> str:
    state = "UpToDate False" if not one.up_to_date else "no new package"
    return f"{one.fqdn} ({state}, last update created {one.last_update_creation or 'never'}, {last_report(one.last_status_report)})"


def ended(state: State, terms: Terms) -> list[str]:
    """Warnings at the end of a wait that did not fail."""
    found = []
    if not terms.scope:
        found.append("No replica is in scope: the status proves nothing of the last change.")
    if state.missing:
        found.append(f"No longer listed, so that nothing is known of them: {', '.join(state.missing)}.")
    if state.unmoved:
        total = len(terms.scope) - len(state.missing)
        found.append(
            f"All {total} replicas in scope are up to date, but the timestamps of {len(state.unmoved)} did not move within "
            f"{terms.stamp_timeout:g} s: the status proves nothing of the last change."
        )
    return found


def moved(now: Poll, before: Poll) -> str:
    return (
        f"The active master moved from {before.master} to {now.master} during the change: the timestamps of the replicas prove "
        "nothing, and the central store is to be read again."
    )


def not_waited_for(poll: Poll, reasons: Mapping[str, str], before: Poll | None) -> list[str]:
    """Warnings of those that lag and are not waited for, one for each reason.

    :param before: right after a change all lag for a while, so those that did not before it are not warned of; None: all.
    """
    earlier = {} if before is None else before.by_key
    late: dict[str, list[str]] = {}
    for one in poll.replicas:
        reason = reasons.get(one.key)
        if reason is None or one.up_to_date or (one.key in earlier and earlier[one.key].up_to_date):
            continue
        late.setdefault(reason, []).append(f"{one.fqdn} ({last_report(one.last_status_report)})")
    return [f"Not up to date and not waited for, {reason}: {few(named)}." for reason, named in late.items()]
