# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentences under the table: what stands, what is proven and what is not, and what is next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .._core.few import NAMED_AT_MOST, few
from .._core.visible import visible, visible_lines
from .._rollout.evidence import Deployment
from .._rollout.verdict import Content, Outcome
from . import words
from .problems import problems
from .rows import Rollout, Row, excused

READ = (Content.MATCHES, Content.DIFFERS, Content.PENDING, Content.DRIFTED)


def closing(found: Rollout, readiness_checked: bool = False) -> list[str]:
    """All of them; the last one stands for itself.

    :param readiness_checked: whether a table before them tells of DNS and certificates.
    """
    stopped = [words.stopped(one, one.stop) for one in found.deployments if one.stop]
    return [
        *map(visible_lines, stopped),
        *map(visible, (*_of_deployments(found), *_of_edges(found), _proof(found, readiness_checked))),
    ]


def _of_deployments(found: Rollout) -> Iterator[str]:
    """What was written, through which host, and who else is to receive it."""
    for one in found.deployments:
        if one.stop:
            yield from words.stands(one)
        if one.rolled_back:
            yield words.rolled_back(one)
    for one in found.deployments:
        if one.passed_over:
            yield words.passed_over(one)
    for one in found.deployments:
        if one.master_moved:
            yield words.master_moved(one)
    yield from _counts(found)
    for one in found.deployments:
        if not one.managed:
            yield words.left_out(one)
    for one in found.deployments:
        if one.late:
            yield words.late(one)
    for one in found.deployments:
        if one.behind:
            yield words.behind(one)


def _of_edges(found: Rollout) -> Iterator[str]:
    """Which Edge Servers are not verified, and which are so with a reserve."""
    excuses = [f"{row.edge.fqdn} ({words.excuse(row.edge)})" for row in found.rows if row.excused]
    if excuses:
        yield f"Excused from the proof: {few(excuses)}."
    unverified = [f"{row.edge.fqdn} ({words.OUTCOME[row.outcome]})" for row in found.rows if _lacks_proof(row)]
    if unverified:
        yield f"Not verified: {few(unverified)}."
    silent = [
        f"{row.edge.fqdn} ({words.reported(row.edge)})"
        for row in found.rows
        if row.outcome is Outcome.VERIFIED_NOT_REPORTED
    ]
    if silent:
        yield (
            f"Verified by content, but the status does not come back: {few(silent)}. Check the connection back over port 4443."
        )


def _lacks_proof(row: Row) -> bool:
    """Whether somebody has to do something about it."""
    return not (row.verdict.verified or row.excused or row.outcome is Outcome.WILL_BE_REPLICATED)


def _counts(found: Rollout) -> Iterator[str]:
    """How many of the Edge Servers that the topology has; and of those of an inventory without one, which may not be all."""
    if not found.rows:
        yield "There is no Edge Server: nothing is verified."
    elif found.total and found.check_mode:
        coming = sum(row.outcome is Outcome.WILL_BE_REPLICATED for row in found.counted)
        yield (
            f"Dry run, nothing was changed: {_matching(found.counted)} of {found.total} Edge Servers in the topology match the "
            f"desired state already{f', {coming} will differ until replicated' if coming else ''}{_and_unread(found.counted)}."
        )
    elif found.total:
        yield f"{found.verified} of {found.total} Edge Servers in the topology verified{_and_excused(found.counted)}."
    if found.uncounted:
        yield (
            f"{_matching(found.uncounted)} of {len(found.uncounted)} Edge Servers in the inventory match the desired state"
            f"{_and_unread(found.uncounted)}; their topology was not read, so they may not be all."
        )


def _matching(rows: Iterable[Row]) -> int:
    """By content: a run that was refused verifies nothing, and what matches matches all the same."""
    return sum(row.edge.content is Content.MATCHES for row in rows)


def _and_unread(rows: Sequence[Row]) -> str:
    """Those that may match or not."""
    unread = sum(not (row.edge.content in READ or row.excused) for row in rows)
    return f"{f', {unread} not read' if unread else ''}{_and_excused(rows)}"


def _and_excused(rows: Iterable[Row]) -> str:
    count = excused(rows)
    return f", {count} excused" if count else ""


def _proof(found: Rollout, readiness_checked: bool) -> str:
    """The last line: what is proven, what cannot be from here, and what is next."""
    clauses = _clauses(found.deployments)
    proven = f"on {found.verified} of {found.total} Edge Servers{_and_excused(found.counted)}"
    domains = sorted({domain for one in found.deployments for domain in one.sip_domains})
    failed = bool(problems(found))
    what = "Way back" if _goes_back(found) else "Configuration"
    said = [
        f"This {'dry run' if found.check_mode else 'run'} failed." if failed else "",
        f"{what} proven {proven if found.total else 'on no Edge Server'}{', but ' if clauses else ''}{'; '.join(clauses)};",
        f"{_TOLD if readiness_checked else _untested(domains)};",
        f"next: {'correct what failed above, then run it again' if failed else _next(found, clauses)}.",
    ]
    return " ".join(filter(None, said))


def _goes_back(found: Rollout) -> bool:
    """Whether the run was to take another one back."""
    return any(one.undoes for one in found.deployments)


def _next(found: Rollout, clauses: Sequence[str]) -> str:
    """What to do after a run that did not fail."""
    if not all(one.managed for one in found.deployments):
        return "run it with the management host of each deployment"
    if found.check_mode:
        return "run it without --check"
    if not found.verified or any(map(_lacks_proof, found.rows)):
        return "verify the Edge Servers that are not verified"
    if _goes_back(found):
        return "check as a test user that what worked before works again"
    return f"{'settle that, then ' if clauses else ''}sign in to Outlook on the web as a test user"


def _clauses(deployments: Sequence[Deployment]) -> list[str]:
    """What the findings of the plans want repeated; each once, with whose it is where there are several deployments."""
    whose: dict[str, list[str]] = {}
    for one in deployments:
        for clause in one.closing:
            whose.setdefault(clause, []).append(one.title)
    if len(deployments) == 1:
        return list(whose)
    return [f"{few(titles)}: {clause}" for clause, titles in whose.items()]


_TOLD = "federation traffic and the tenant's side not tested, DNS and certificates as the table says"


def _untested(domains: Sequence[str]) -> str:
    return f"federation traffic, DNS records{_of(domains)}, certificates and the tenant's side not tested"


def _of(domains: Sequence[str]) -> str:
    """Whose DNS records: by name, where that is readable."""
    if len(domains) > NAMED_AT_MOST:
        return f" of {len(domains)} SIP domains"
    return f" of {', '.join(domains)}" if domains else ""
