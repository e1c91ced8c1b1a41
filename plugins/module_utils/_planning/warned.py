# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user should know before the first write, without anything being wrong: warnings."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .._core.few import few
from .._replication.texts import last_report
from .._rollout.plan import Finding, Kind
from .case import Case
from .excuse_rules import excuse_of_another
from .federating import federation_path
from .outside import no_federation_access, nobody_outside
from .rights_told import roles_lack


def warned(case: Case) -> Iterator[Finding]:
    """All of them."""
    yield from nobody_outside(case)
    for rule in RULES:
        for sentence in rule(case):
            yield Finding(Kind.WARNING, rule.__name__, sentence)


def note(case: Case) -> Iterator[str]:
    """What the nouns' own rules have to say."""
    for change in case.changes:
        yield from change.notes


def behind(case: Case) -> Iterator[str]:
    """Replicas that were behind before any change."""
    late = case.reading.late
    if late:
        named = few(f"{one.fqdn} ({last_report(one.last_status_report)})" for one in late)
        yield f"Behind already, before any change: {named}."


RULES: tuple[Callable[[Case], Iterator[str]], ...] = (
    note,
    no_federation_access,
    federation_path,
    roles_lack,
    behind,
    excuse_of_another,
)
