# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which approval counts for a plan of today.

One of each kind counts: a run needs one for its own plan, and a rollback one for its own. Where a rollback has none, the way back
that stood in an approved plan counts for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from .._core.files import FileFailed, Files
from .._rollout.plan import Plan
from .approvals import Approved, Where, approvals
from .way_back import beyond

AGAIN = "Make a plan of today, and have it approved"
MISSING = "there is no approval for it in {folder}"


def approved(files: Files, where: Where, plan: Plan, now: float, early: bool = False) -> Approved | str:
    """
    :param plan: that is to be carried out.
    :param now: the controller's time, in seconds since 1970.
    :param early: whether one counts that is not valid yet, as it does for a dry run.
    :return: the one approval that counts today, or why there is none, a clause.
    """
    if not where.approvals:
        return "hybrid_approvals names no folder with approvals"
    try:
        found, others = approvals(files, where, plan.title, now, early)
    except FileFailed as failure:
        return f"its approval cannot be looked for: {failure.message.rstrip('.')}"
    own = _one([one for one in found if not _unfit(one, plan)], now)
    way_back = _way_back(found, plan, now)
    if isinstance(own, Approved) or way_back is None:
        why_not = "; ".join([*others, *_why_not(found, plan)])
        return own or why_not or MISSING.format(folder=files.whole(where.approvals))
    return own if own and beyond(way_back.plan, plan) else way_back


def _one(counting: Sequence[Approved], now: float) -> Approved | str:
    """The only one; of those that are not valid yet, the only one of the next window. Else that there are several; empty: none."""
    moment = max(now, min((one.approval.begins for one in counting), default=now))
    valid = [one for one in counting if one.approval.begins <= moment < one.approval.ends]
    if len(valid) > 1:
        return f"{', '.join(one.name for one in valid)} are all valid for it; keep one"
    return valid[0] if valid else ""


def _way_back(found: Sequence[Approved], plan: Plan, now: float) -> Approved | None:
    """The approval of a run, also of one that was carried out, whose way back a plan is; else another approval of a run. Of several
    one that is valid already, and the newest.
    """

    def rank(one: Approved) -> tuple[bool, bool, str]:
        return (not beyond(one.plan, plan), one.approval.begins <= now, one.document.made)

    return max((one for one in found if plan.undoes and not one.plan.undoes), key=rank, default=None)


def _unfit(one: Approved, plan: Plan) -> str:
    """Why an approval that is valid is none of a plan, a clause; empty where it may be."""
    if one.plan.undoes != plan.undoes:
        return f"its plan takes back {one.plan.undoes or 'nothing'}, which this one does not"
    return f"{one.spent}. {AGAIN}" if one.spent else ""


def _why_not(found: Sequence[Approved], plan: Plan) -> list[str]:
    return [f"{one.name}: {_unfit(one, plan)}" for one in found if _unfit(one, plan)]
