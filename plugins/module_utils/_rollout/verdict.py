# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict on one Edge Server: a table, which the documentation has, too (docsite, replication, "Outcomes").

Only the content of an Edge Server's own store earns "verified"; the status of its replica alone earns less, and only in a run
that changed something. Nothing here is a word that a user sees.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .._replication.status import Status


class Content(enum.Enum):
    """What is known of the configuration in an Edge Server's own store."""

    MATCHES = "matches"
    """Read: the desired state."""
    DIFFERS = "differs"
    """Read: another state."""
    PENDING = "pending"
    """Read in a dry run: another state, which the central store has today, too, and will no longer have."""
    DRIFTED = "drifted"
    """Read in a dry run: neither the desired state nor that of the central store today."""
    NOT_READ = "not_read"
    SKIPPED = "skipped"
    """Not read, as asked for."""
    UNREACHABLE = "unreachable"
    NOT_READABLE = "not_readable"
    """The Edge Server answered, but its store could not be read."""
    NOT_IN_INVENTORY = "not_in_inventory"
    """The topology has the machine, the inventory has no host for it."""
    LEFT_OUT = "left_out"
    """Its inventory host is not in the play."""
    NOT_IN_TOPOLOGY = "not_in_topology"
    """The inventory has the host, the topology has no such Edge Server."""
    EXCUSED = "excused"
    """Not read: the user excused it from the proof."""


class Verification(enum.Enum):
    """What a run asks for as proof."""

    REQUIRED = "required"
    BEST_EFFORT = "best_effort"
    SKIP = "skip"


def verification_of(stated: str) -> Verification:
    """What a user stated; the strictest where it is none of them, which the plan refuses."""
    known = {one.value: one for one in Verification}
    return known.get(stated, Verification.REQUIRED)


class Writes(enum.Enum):
    """What became of the writes of a run to one deployment, all together."""

    NONE = "none"
    """None was needed, or each is known not to have run."""
    RAN = "ran"
    """At least one ran, and each that did is known."""
    UNKNOWN = "unknown"
    """At least one may or may not have run."""


class Outcome(enum.Enum):
    """What became of one Edge Server."""

    VERIFIED = "verified"
    VERIFIED_NOT_REPORTED = "verified_not_reported"
    WILL_BE_REPLICATED = "will_be_replicated"
    NOTHING_WRITTEN = "nothing_written"
    DRIFTED = "drifted"
    DIFFERS = "differs"
    DIFFERS_LAGGING = "differs_lagging"
    REPLICATED = "replicated"
    LAGGING = "lagging"
    NOT_PROVEN = "not_proven"
    UNREACHABLE = "unreachable"
    UNREACHABLE_LAGGING = "unreachable_lagging"
    NOT_READABLE = "not_readable"
    NOT_READABLE_LAGGING = "not_readable_lagging"
    NOT_IN_INVENTORY = "not_in_inventory"
    NOT_IN_INVENTORY_LAGGING = "not_in_inventory_lagging"
    LEFT_OUT = "left_out"
    LEFT_OUT_LAGGING = "left_out_lagging"
    NOT_IN_TOPOLOGY = "not_in_topology"
    EXCUSED = "excused"
    ROLLED_BACK = "rolled_back"


@dataclass(frozen=True)
class Circumstances:
    """What else a verdict depends on, alike for all Edge Servers of a deployment.

    :ivar partial: whether Edge Servers that ``--limit`` leaves out are accepted.
    :ivar failed: whether the deployment itself failed, which is told of its management host.
    :ivar settled: whether no new package came for as long as was asked for.
    :ivar master_moved: whether another machine became master during the change, so that the timestamps are void.
    :ivar is_back: whether the run took back what it wrote, so that the content was compared with what was before.
    """

    verification: Verification
    partial: bool
    check_mode: bool
    writes: Writes
    failed: bool
    settled: bool
    master_moved: bool
    is_back: bool = False


@dataclass(frozen=True)
class Verdict:
    """``verified``: the content was read and is right. ``fails``: this Edge Server is itself a reason for the run to fail."""

    outcome: Outcome
    verified: bool
    fails: bool


@dataclass(frozen=True)
class _Case:
    content: Content
    status: Status
    waited_for: bool
    given: Circumstances

    @property
    def lagging(self) -> bool:
        return self.status is Status.LAGGING

    @property
    def nothing_written(self) -> bool:
        return self.given.check_mode or self.given.writes is Writes.NONE

    @property
    def accepted(self) -> bool:
        """Whether a missing proof is accepted."""
        left_out = self.given.partial and self.content is Content.LEFT_OUT
        return self.given.verification is not Verification.REQUIRED or left_out

    @property
    def explained(self) -> bool:
        """Whether the deployment's own failure says why nothing is known of the content."""
        return self.given.failed and self.content not in (Content.UNREACHABLE, Content.NOT_READABLE)


# When a line of the table counts.


def _always(_case: _Case) -> bool:
    return True


def _in_a_dry_run(case: _Case) -> bool:
    return case.given.check_mode


def _failed_before_the_first_write(case: _Case) -> bool:
    return case.given.failed and case.nothing_written


def _is_back(case: _Case) -> bool:
    return case.given.is_back


def _lagging(case: _Case) -> bool:
    return case.lagging


def _lagging_after_a_change(case: _Case) -> bool:
    return case.lagging and not case.nothing_written


def _replicated(case: _Case) -> bool:
    """The status proves the change: of a run that wrote all it had to, whose timestamps are settled and not void."""
    given = case.given
    done = given.writes is Writes.RAN and not given.check_mode and not given.failed
    return case.status is Status.REPLICATED and done and given.settled and not given.master_moved


# Whether the Edge Server fails the run.


def _never(_case: _Case) -> bool:
    return False


def _unless_accepted(case: _Case) -> bool:
    return not (case.accepted or case.explained)


def _when_waited_for(case: _Case) -> bool:
    """One that was waited for fails in any case, another one as without a status."""
    return not case.explained and (case.waited_for or not case.accepted)


@dataclass(frozen=True)
class _Line:
    content: frozenset[Content]
    when: Callable[[_Case], bool]
    outcome: Outcome
    verified: bool
    fails: Callable[[_Case], bool]


_OTHERWISE = (Content.DIFFERS, Content.PENDING)
_NOT_ASKED = (Content.NOT_READ, Content.SKIPPED)
_UNREAD = (*_NOT_ASKED, Content.UNREACHABLE, Content.NOT_READABLE, Content.NOT_IN_INVENTORY, Content.LEFT_OUT)


def _line(
    content: Content | Iterable[Content],
    when: Callable[[_Case], bool],
    outcome: Outcome,
    fails: Callable[[_Case], bool],
    verified: bool = False,
) -> _Line:
    contents = [content] if isinstance(content, Content) else content
    return _Line(frozenset(contents), when, outcome, verified, fails)


_TABLE = (
    # content, when, outcome, whether it fails the run
    _line(Content.MATCHES, _is_back, Outcome.ROLLED_BACK, _never),
    _line(Content.MATCHES, _failed_before_the_first_write, Outcome.NOTHING_WRITTEN, _never),
    _line(Content.MATCHES, _lagging, Outcome.VERIFIED_NOT_REPORTED, _never, verified=True),
    _line(Content.MATCHES, _always, Outcome.VERIFIED, _never, verified=True),
    _line(Content.DRIFTED, _always, Outcome.DRIFTED, _always),
    _line(_OTHERWISE, _failed_before_the_first_write, Outcome.NOTHING_WRITTEN, _never),
    _line(Content.PENDING, _in_a_dry_run, Outcome.WILL_BE_REPLICATED, _never),
    _line(_OTHERWISE, _lagging, Outcome.DIFFERS_LAGGING, _always),
    _line(_OTHERWISE, _always, Outcome.DIFFERS, _always),
    _line(_UNREAD, _replicated, Outcome.REPLICATED, _unless_accepted),
    _line(_NOT_ASKED, _lagging_after_a_change, Outcome.LAGGING, _when_waited_for),
    _line(_NOT_ASKED, _always, Outcome.NOT_PROVEN, _unless_accepted),
    _line(Content.UNREACHABLE, _lagging_after_a_change, Outcome.UNREACHABLE_LAGGING, _when_waited_for),
    _line(Content.UNREACHABLE, _always, Outcome.UNREACHABLE, _unless_accepted),
    _line(Content.NOT_READABLE, _lagging_after_a_change, Outcome.NOT_READABLE_LAGGING, _when_waited_for),
    _line(Content.NOT_READABLE, _always, Outcome.NOT_READABLE, _unless_accepted),
    _line(Content.NOT_IN_INVENTORY, _lagging_after_a_change, Outcome.NOT_IN_INVENTORY_LAGGING, _when_waited_for),
    _line(Content.NOT_IN_INVENTORY, _always, Outcome.NOT_IN_INVENTORY, _unless_accepted),
    _line(Content.LEFT_OUT, _lagging_after_a_change, Outcome.LEFT_OUT_LAGGING, _when_waited_for),
    _line(Content.LEFT_OUT, _always, Outcome.LEFT_OUT, _unless_accepted),
    _line(Content.NOT_IN_TOPOLOGY, _always, Outcome.NOT_IN_TOPOLOGY, _always),
    _line(Content.EXCUSED, _always, Outcome.EXCUSED, _never),
)
"""The first line that fits counts."""


def verdict(content: Content, status: Status, waited_for: bool, given: Circumstances) -> Verdict:
    """
    :param status: of the Edge Server's replica, against its timestamps before the last change.
    :param waited_for: whether the run waited for that replica.
    """
    case = _Case(content, status, waited_for, given)
    line = next(line for line in _TABLE if content in line.content and line.when(case))
    return Verdict(line.outcome, line.verified, line.fails(case))
