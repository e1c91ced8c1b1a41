# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict on an Edge Server in every combination of what it depends on, against a specification of its own."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._replication.status import Status
from ansible_collections.ucops.lync.plugins.module_utils._report import words
from ansible_collections.ucops.lync.plugins.module_utils._rollout.verdict import (
    Circumstances,
    Content,
    Outcome,
    Verdict,
    Verification,
    Writes,
    verdict,
)

SPECIFICATION = """
content         | status                        | run             | deployment | timestamps | outcome               | fails
matches         | *                             | dry idle        | failed     | *          | nothing_written       | never
matches         | unknown up_to_date replicated | dry idle        | good       | *          | verified              | never
matches         | unknown up_to_date replicated | wrote unsure    | *          | *          | verified              | never
matches         | lagging                       | dry idle        | good       | *          | verified_not_reported | never
matches         | lagging                       | wrote unsure    | *          | *          | verified_not_reported | never
differs         | *                             | dry idle        | failed     | *          | nothing_written       | never
differs         | unknown up_to_date replicated | dry idle        | good       | *          | differs               | always
differs         | unknown up_to_date replicated | wrote unsure    | *          | *          | differs               | always
differs         | lagging                       | dry idle        | good       | *          | differs_lagging       | always
differs         | lagging                       | wrote unsure    | *          | *          | differs_lagging       | always
pending         | *                             | dry idle        | failed     | *          | nothing_written       | never
pending         | *                             | dry             | good       | *          | will_be_replicated    | never
pending         | unknown up_to_date replicated | idle            | good       | *          | differs               | always
pending         | unknown up_to_date replicated | wrote unsure    | *          | *          | differs               | always
pending         | lagging                       | idle            | good       | *          | differs_lagging       | always
pending         | lagging                       | wrote unsure    | *          | *          | differs_lagging       | always
drifted         | *                             | *               | *          | *          | drifted               | always
not_in_topology | *                             | *               | *          | *          | not_in_topology       | always
excused         | *                             | *               | *          | *          | excused               | never
UNREAD          | unknown up_to_date            | *               | *          | *          | UNREAD                | demanded
UNREAD          | lagging                       | dry idle        | *          | *          | UNREAD                | demanded
UNREAD          | lagging                       | wrote unsure    | *          | *          | UNREAD_LAGGING        | or_waited_for
UNREAD          | replicated                    | dry idle unsure | *          | *          | UNREAD                | demanded
UNREAD          | replicated                    | wrote           | failed     | *          | UNREAD                | demanded
UNREAD          | replicated                    | wrote           | good       | void       | UNREAD                | demanded
UNREAD          | replicated                    | wrote           | good       | good       | replicated            | demanded
"""
"""Every case is described by exactly one line.

run is dry in a dry run, idle when nothing was written, unsure when a write may or may not have run. timestamps are good when no
new package came for as long as was asked for, and the master is the one of before. A run
that was refused verifies nothing. A proof is demanded under ``required``, except
of an Edge Server that --limit leaves out where partial verification was asked for; of one that was not asked nothing is demanded
where its deployment failed.
"""
UNREAD = {
    "not_read": ("not_proven", "lagging"),
    "skipped": ("not_proven", "lagging"),
    "unreachable": ("unreachable", "unreachable_lagging"),
    "not_readable": ("not_readable", "not_readable_lagging"),
    "not_in_inventory": ("not_in_inventory", "not_in_inventory_lagging"),
    "left_out": ("left_out", "left_out_lagging"),
}
"""The outcomes UNREAD and UNREAD_LAGGING by content."""
ASKED = {"unreachable", "not_readable"}

BOTH = (False, True)
OUTCOMES_PAGE = Path(__file__).resolve().parents[5] / "docs/docsite/rst/replication.rst"


@dataclass(frozen=True)
class Rule:
    conditions: tuple[frozenset[str] | None, ...]
    outcome: str
    fails: str

    def describes(self, facts: tuple[str, ...]) -> bool:
        return all(words is None or fact in words for words, fact in zip(self.conditions, facts, strict=True))


def rules() -> Iterator[Rule]:
    for line in SPECIFICATION.strip().splitlines()[1:]:
        *conditions, outcome, fails = (cell.strip() for cell in line.split("|"))
        allowed = (None if words == "*" else frozenset(words.split()) for words in conditions)
        yield Rule(tuple(allowed), outcome, fails)


RULES = list(rules())


@functools.cache
def rule_for(facts: tuple[str, ...]) -> Rule:
    (rule,) = [rule for rule in RULES if rule.describes(facts)]
    return rule


def specified(content: Content, status: Status, waited_for: bool, given: Circumstances) -> Verdict:
    name = content.value
    if given.is_back and name == "matches":  # what was before
        return Verdict(Outcome.ROLLED_BACK, verified=False, fails=False)
    run = "dry" if given.check_mode else {"none": "idle", "ran": "wrote", "unknown": "unsure"}[given.writes.value]
    facts = (
        "UNREAD" if name in UNREAD else name,
        status.value,
        run,
        "failed" if given.failed else "good",
        "good" if (given.settled, given.master_moved) == (True, False) else "void",
    )
    rule = rule_for(facts)
    outcome = rule.outcome
    if outcome in ("UNREAD", "UNREAD_LAGGING"):
        outcome = UNREAD[name][outcome == "UNREAD_LAGGING"]
    demanded = given.verification.value == "required" and (name, given.partial) != ("left_out", True)
    fails = {
        "never": False,
        "always": True,
        "demanded": demanded,
        "or_waited_for": demanded or waited_for,
    }[rule.fails]
    if name in UNREAD and name not in ASKED and given.failed:
        fails = False
    return Verdict(Outcome(outcome), outcome.startswith("verified"), fails)


def circumstances() -> Iterator[Circumstances]:
    for values in itertools.product(Verification, BOTH, BOTH, Writes, BOTH, BOTH, BOTH, BOTH):
        yield Circumstances(*values)


@pytest.mark.parametrize("content", Content, ids=lambda content: content.value)
def test_the_verdict_is_the_specified_one(content: Content) -> None:
    for status, waited_for, given in itertools.product(Status, BOTH, circumstances()):
        expected = specified(content, status, waited_for, given)
        assert verdict(content, status, waited_for, given) == expected, (status, waited_for, given)


def test_every_outcome_is_specified() -> None:
    named = (
        {"rolled_back"}
        | {rule.outcome for rule in RULES}
        | {outcome for outcomes in UNREAD.values() for outcome in outcomes}
    )
    assert {one.value for one in Outcome} == named - {"UNREAD", "UNREAD_LAGGING"}


@pytest.mark.parametrize(
    ("enumeration", "texts"),
    [(Content, words.CONTENT), (Outcome, words.OUTCOME), (Status, words.STATUS)],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_each_has_a_word(enumeration: type[Content], texts: dict[Content, str]) -> None:
    assert set(texts) == set(enumeration)
    assert all(texts.values())


@pytest.mark.parametrize("outcome", Outcome, ids=lambda outcome: outcome.value)
def test_the_documentation_explains_the_outcome(outcome: Outcome) -> None:
    assert f"``{words.OUTCOME[outcome]}``" in OUTCOMES_PAGE.read_text(encoding="utf-8")
