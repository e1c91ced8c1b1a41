# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a plan may be carried out now: approval and time. What stops the plan itself is among its findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._core.document import to_plain
from .._core.files import Files
from .._core.times import end, utc
from .._core.visible import visible
from .._report.texts import NOTHING_CHANGED
from .._rollout.plan import Kind, Plan, PlannedChange
from . import spent
from .approvals import Approved, Where
from .approving import approved
from .fit import Fit, fit
from .plan_file import SHORT
from .way_back import beyond

NOT_APPROVED = "not approved"
WINDOW_CLOSED = "not started: window closed"
"""Outcomes of a deployment to which nothing was written, on purpose."""

NOT_ASKED_FOR = "hybrid_require_approval is off: no approval is asked for, and the consents of none count."
PROOF_ONLY = "Nothing to do: proof only. That needs no approval."


@dataclass(frozen=True)
class Asked:
    """What a run asks for before the first write.

    :ivar require: whether an approval is needed.
    :ivar until: after this time no deployment is begun, in seconds since 1970; None: at any time.
    """

    where: Where
    require: bool
    until: float | None = None

    @property
    def looks(self) -> bool:
        """Whether there are approvals to look at."""
        return self.require or bool(self.where.approvals)


@dataclass(frozen=True)
class Permission:
    """
    :ivar refusal: why nothing may be written; empty: it may.
    :ivar withheld: the outcome in a word, where there is a refusal.
    :ivar lines: what is shown below the plan.
    :ivar approval: what a result says of it.
    :ivar first: what the first write has to keep to, beside the plan; ``last``: what the last one leaves.
    :ivar marker: the path of a file that is made at once, because nothing is left to write and the approval is used up; empty:
        none. ``marked``: what it holds.
    """

    refusal: str = ""
    withheld: str = ""
    lines: tuple[str, ...] = ()
    approval: Mapping[str, Any] = field(default_factory=dict)
    first: Mapping[str, Any] = field(default_factory=dict)
    last: Mapping[str, Any] = field(default_factory=dict)
    marker: str = ""
    marked: str = ""


def until_of(stated: str) -> float | None:
    """
    :param stated: ``hybrid_write_until``.
    :raises Refused: for what is no time.
    """
    return end(stated, "hybrid_write_until") if stated.strip() else None


Again = Callable[[tuple[str, ...], tuple[PlannedChange, ...]], Plan]
"""Makes the plan with further entries of ``hybrid_accept``, and with what is left of recreations."""


def as_approved(
    plan: Plan, files: Files, asked: Asked, now: float, check_mode: bool, again: Again
) -> tuple[Plan, Approved | str]:
    """The plan, made again with the consents of the approved one and with what is left of its recreations, where it fits so; and
    that approval, or why there is none. An approval that nobody asks for gives no consent.
    """
    if not asked.looks or not (check_mode or asked.require):
        return plan, ""
    found = approved(files, asked.where, plan, now, early=check_mode)
    if isinstance(found, str) or not asked.require or _takes_back(found, plan):
        return plan, found
    recreations = tuple(change for change in found.plan.changes if change.recreates)
    made = again((), recreations) if recreations else plan
    missing = [one.name for one in made.consents if not one.given]
    more = tuple(dict.fromkeys(f"{plan.title}/{name}" for name in missing if name in found.consents))
    made = again(more, recreations) if more else made
    return (plan if fit(found.plan, made).differences else made), found


def permission(plan: Plan, found: Approved | str, asked: Asked, now: float, check_mode: bool) -> Permission:
    """
    :param found: of :func:`as_approved`.
    :param now: the controller's time, in seconds since 1970.
    """
    if check_mode:
        return Permission(lines=_preview(plan, found, asked, now), approval=_told(found, plan))
    if not plan.changes:
        return _proof_only(plan, found, asked, now)
    if any(one.kind is Kind.BLOCKER for one in plan.stops):
        return Permission()
    if asked.until is not None and now >= asked.until:
        return _closed(asked.until)
    if not asked.require:
        return Permission(first=_window(asked))
    if isinstance(found, str):
        return _not_approved(plan, found)
    fits = _fit(found, plan)
    if fits.differences:
        return _not_approved(plan, _misfit(found, plan, fits), found)
    if _takes_back(found, plan):
        return Permission(
            lines=(f"Approved as the way back of {_named(found)}.",),
            approval=_told(found, plan),
            first=_earlier(_window(asked), _expiry(plan, found)),
        )
    return Permission(
        lines=(f"Approved: {_named(found)}.", *_moved(fits)),
        approval=_told(found, plan),
        first=_earlier(_window(asked), _expiry(plan, found)),
        last={
            "spends": spent.marker(asked.where.approvals, found.approval),
            "spent": spent.text(found.approval, found.document, now),
        },
    )


def _takes_back(found: Approved, plan: Plan) -> bool:
    """Whether a plan takes back a run that was approved, and has no approval of its own."""
    return bool(plan.undoes) and not found.plan.undoes


def _fit(found: Approved, plan: Plan) -> Fit:
    """The way back that stood in the approved plan counts as approved, nothing else. Its own consents are asked for as ever."""
    if not _takes_back(found, plan):
        return fit(found.plan, plan)
    others = beyond(found.plan, plan)
    return Fit((f"the approved way back does not have {'; '.join(others)}",) if others else ())


def _proof_only(plan: Plan, found: Approved | str, asked: Asked, now: float) -> Permission:
    """Nothing is written; an approval that is carried out whole is used up, whoever wrote the last of it."""
    if plan.stops or not asked.require:
        return Permission()
    if not isinstance(found, Approved) or not found.plan.changes or fit(found.plan, plan).differences:
        return Permission(lines=(PROOF_ONLY,))
    return Permission(
        lines=(PROOF_ONLY,),
        approval=_told(found, plan),
        marker=spent.marker(asked.where.approvals, found.approval),
        marked=spent.text(found.approval, found.document, now),
    )


def _preview(plan: Plan, found: Approved | str, asked: Asked, now: float) -> tuple[str, ...]:
    """What a dry run says of what comes."""
    lines = []
    if asked.until is not None:
        closed = "is closed" if now >= asked.until else "closes"
        lines.append(f"The window for the first write {closed} at {utc(asked.until)} (hybrid_write_until).")
    if not asked.looks:
        return tuple(lines)
    if not plan.changes and not plan.stops:
        return (*lines, PROOF_ONLY)
    return (*lines, *_foreseen(plan, found, now), *([] if asked.require else [NOT_ASKED_FOR]))


def _foreseen(plan: Plan, found: Approved | str, now: float) -> tuple[str, ...]:
    """What a run would say of the approval."""
    if isinstance(found, str):
        return (f"Not approved: {found}.",)
    fits, takes_back = _fit(found, plan), _takes_back(found, plan)
    if fits.differences:
        return (f"Not approved: {_misfit(found, plan, fits)}.",)
    verdict = "Approved as the way back of" if takes_back else "The approval still fits:"
    begins = found.approval.begins
    early = [f"It is not valid before {utc(begins)}."] if now < begins else []
    return (f"{verdict} {_named(found)}.", *early, *_moved(fits))


def _moved(fits: Fit) -> tuple[str, ...]:
    """What is done already, and what moved since without mattering."""
    done = [f"Done already, as approved: {', '.join(fits.done)}."] if fits.done else []
    return (*done, *(f"Otherwise than when it was planned, and not part of the approval: {one}." for one in fits.drift))


def _misfit(found: Approved, plan: Plan, fits: Fit) -> str:
    """What differs, before what it differs from."""
    why = "" if _takes_back(found, plan) else "the approval does not fit any longer: "
    return f"{why}{'; '.join(fits.differences)}. Approved is {_named(found)}"


def _named(found: Approved) -> str:
    one = found.approval
    return (
        f"plan {one.fingerprint[:SHORT]}, change {one.change_number}, by {one.approved_by}, valid until {utc(one.ends)} "
        f"({found.file})"
    )


def _not_approved(plan: Plan, reason: str, found: Approved | str = "") -> Permission:
    return Permission(
        visible(f"Deployment {plan.title} is not approved: {reason}. {NOTHING_CHANGED}"),
        NOT_APPROVED,
        approval=_told(found or reason, plan),
    )


def _closed(until: float) -> Permission:
    return Permission(f"{_closed_at(until)} {NOTHING_CHANGED}", WINDOW_CLOSED)


def _closed_at(until: float) -> str:
    return f"The window closed at {utc(until)} (hybrid_write_until) before the first write."


def _window(asked: Asked) -> dict[str, Any]:
    if asked.until is None:
        return {}
    return {"until": asked.until, "closed": _closed_at(asked.until), "withheld": WINDOW_CLOSED}


def _expiry(plan: Plan, found: Approved) -> dict[str, Any]:
    ends = found.approval.ends
    closed = f"Deployment {plan.title} is not approved: its approval expired at {utc(ends)}, before the first write."
    return {"until": ends, "closed": closed, "withheld": NOT_APPROVED}


def _earlier(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Of two ends the one that comes first; an empty one never comes."""
    return min((end for end in (one, other) if end), key=lambda end: end["until"])


def _told(found: Approved | str, plan: Plan) -> dict[str, Any]:
    """For a result: plain types only."""
    if isinstance(found, str):
        return {"reason": found} if found else {}
    fits = _fit(found, plan)
    return {
        **to_plain(found.approval),
        "file": found.file,
        "differences": list(fits.differences),
        "done": list(fits.done),
        "drift": list(fits.drift),
    }
