# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal of one deployment: its plan, each write before it is sent, what became of it, and the end. JSON lines.

It is the Record as it grows on the disk. One without an end is that of a run that was stopped in the middle; a write without an
outcome in it may have run. Each line is a document of its own, whose annotations are its documented shape.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .._core.document import from_plain, to_plain
from .._core.failures import Refused
from .._core.journalled import OUTCOME, WRITE, utc
from .._core.outcome import Outcome
from .._report.rows import Rollout
from .._rollout.evidence import Deployment, Stop
from .._rollout.plan import Plan
from .._rollout.record import RecordedEdge, ReplicationRecord, Write

BEGIN, END = "begin", "end"
VERSION = 1

HEAD = '{"event": "'
"""How each line begins."""


@dataclass(frozen=True)
class Begin:
    """The first line.

    :ivar at: when, in UTC.
    :ivar enabled: the providers that were enabled before, hosting and public ones, by name; None: not read.
    :ivar allowed: the allowed domains before; None: not read.
    """

    event: str
    at: str
    plan: Plan
    enabled: tuple[str, ...] | None = None
    allowed: tuple[str, ...] | None = None
    version: int = VERSION


@dataclass(frozen=True)
class Sent:
    """A write that is about to be sent."""

    event: str
    at: str
    cmdlet: str


@dataclass(frozen=True)
class Became:
    """What became of the last write."""

    event: str
    at: str
    cmdlet: str
    outcome: Outcome


@dataclass(frozen=True)
class End:
    """The last line: how the run ended.

    :ivar rolled_back: what became of it where the run went back by itself.
    :ivar is_back: whether the central store has again what it had before the run.
    """

    event: str
    at: str
    stop: Stop | None = None
    replication: ReplicationRecord = field(default_factory=ReplicationRecord)
    edges: tuple[RecordedEdge, ...] = ()
    rolled_back: str = ""
    is_back: bool = False


@dataclass(frozen=True)
class Journal:
    """A journal as it was read."""

    begin: Begin
    writes: tuple[Write, ...] = ()
    end: End | None = None

    @property
    def plan(self) -> Plan:
        return self.begin.plan

    @property
    def wrote(self) -> bool:
        """Whether anything ran or may have run."""
        return any(write.outcome.may_have_run for write in self.writes)

    @property
    def completed(self) -> bool:
        """Whether the run came to its end; one that was killed, or failed, did not."""
        return self.end is not None and self.end.stop is None

    @property
    def is_back(self) -> bool:
        """Whether the run took back by itself all that it wrote."""
        return self.end is not None and self.end.is_back


def journal_of(text: str, where: str) -> Journal:
    """
    :param where: the file, for sentences.
    :raises Refused: for anything but a journal of this version. Half a line is passed over: at its end, as a killed run leaves it,
        and before that, where the next line that was written ended it (:func:`_broken_off`).
    """
    lines = text.split("\n")
    whole = [line for line in lines[:-1] if line]
    if not whole:
        raise Refused(f"{where} is no journal of a run: it has no line that was written to its end.")
    begin = _begin(_plain(whole[0], where, 1), where)
    journal = Journal(begin)
    for number, line in enumerate(whole[1:], 2):
        if _mapping(line) is not None or not _broken_off(line):
            journal = _with(journal, _plain(line, where, number), f"{where}, line {number}")
    return journal


def _broken_off(line: str) -> bool:
    """Whether what is no JSON is the first part of a line only, which a full disk or a killed worker leaves.

    Passing over it loses no write: a line is written and on the disk before its write is sent, so that nothing was sent for half a
    one. Of half an outcome the write stays one that may have run. A line that lacks something else than its end is none of ours:
    a write that was sent may have stood there.
    """
    return line.startswith(HEAD[: len(line)]) and not line.rstrip().endswith("}")


def _plain(line: str, where: str, number: int) -> Mapping[str, Any]:
    found = _mapping(line)
    if found is None:
        raise Refused(f"{where} is no journal of a run: line {number} is no JSON mapping.")
    return found


def _mapping(line: str) -> Mapping[str, Any] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _begin(found: Mapping[str, Any], where: str) -> Begin:
    if found.get("event") != BEGIN:
        raise Refused(f"{where} is no journal of a run: its first line is not its beginning.")
    if found.get("version") != VERSION:
        raise Refused(
            f"{where} is a journal of version {found.get('version')!r}; this collection reads version {VERSION}."
        )
    return from_plain(Begin, found, where)


def _with(journal: Journal, found: Mapping[str, Any], where: str) -> Journal:
    """The journal with one line more."""
    event = found.get("event")
    if journal.end is not None:
        raise Refused(f"{where} comes after the end of the journal.")
    if event == WRITE:
        sent = from_plain(Sent, found, where)
        return replace(journal, writes=(*journal.writes, Write(sent.cmdlet, Outcome.UNKNOWN)))
    if event == OUTCOME:
        return replace(journal, writes=_decided(journal.writes, from_plain(Became, found, where), where))
    if event == END:
        return replace(journal, end=from_plain(End, found, where))
    raise Refused(f"{where}: there is no event {event!r} in a journal.")


def _decided(writes: tuple[Write, ...], became: Became, where: str) -> tuple[Write, ...]:
    """The outcome counts for the last write of that cmdlet."""
    for position in reversed(range(len(writes))):
        if writes[position].cmdlet == became.cmdlet:
            return (*writes[:position], Write(became.cmdlet, became.outcome), *writes[position + 1 :])
    raise Refused(f"{where} tells what became of a cmdlet that was not sent: {became.cmdlet}")


def end_line(found: Rollout, one: Deployment, stop: Stop | None, replication: ReplicationRecord, now: float) -> str:
    """The last line of a deployment's journal.

    :param stop: where the work that the journal is of ended before its time.
    :param now: seconds since 1970.
    """
    edges = tuple(
        RecordedEdge(
            row.edge.fqdn,
            row.edge.content.value,
            row.edge.status.value,
            row.outcome.value,
            row.verdict.verified,
            row.edge.excused_until,
        )
        for row in found.rows
        if row.deployment is one
    )
    return line(End(END, utc(now), stop, replication, edges, one.rolled_back, one.is_back))


def line(document: Begin | End) -> str:
    """As a line without its end."""
    return json.dumps(to_plain(document), ensure_ascii=True)
