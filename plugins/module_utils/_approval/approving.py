# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which approval counts for a deployment, and the plan that it was given for. Reads files, writes none.

An approval that does not count is named with the reason, so that nobody has to guess on a Saturday.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .._core.failures import Failure, Refused
from .._core.files import FileFailed, Files
from .._core.times import utc
from .._rollout.plan import Plan
from .approval import ENDINGS, NAMESPACE, Approval, approval_of, is_plan
from .plan_file import SHORT, PlanFile, ending, from_json
from .spent import spent, spent_file

AGAIN = "Make a plan of today, and have it approved."
MISSING = "there is no approval for it in {folder}"


@dataclass(frozen=True)
class Where:
    """
    :ivar approvals: the folder of the approvals (``hybrid_approvals``).
    :ivar plans: the folder of the plans (``hybrid_plan_dir``); empty: they lie beside the approvals.
    :ivar signers: an allowed-signers file; empty: signatures are not asked for.
    """

    approvals: str
    plans: str = ""
    signers: str = ""


@dataclass(frozen=True)
class Approved:
    """
    :ivar file: of the approval, from the root on.
    :ivar document: of the plan that it was given for.
    """

    file: str
    approval: Approval
    document: PlanFile

    @property
    def plan(self) -> Plan:
        return self.document.plan

    @property
    def consents(self) -> tuple[str, ...]:
        """Those that stood in the plan, and were given."""
        return tuple(dict.fromkeys(one.name for one in self.plan.consents if one.given))


def approved(files: Files, where: Where, deployment: str, now: float, used_too: bool = False) -> Approved | str:
    """
    :param deployment: as plans and approvals call it.
    :param used_too: whether one counts that was carried out, as it does for the way back.
    :param now: the controller's time, in seconds since 1970.
    :return: the one approval that counts today, or why there is none, a clause.
    """
    if not where.approvals:
        return "hybrid_approvals names no folder with approvals"
    try:
        names = [name for name in files.names(where.approvals, "") if name.endswith(ENDINGS)]
    except FileFailed as failure:
        return f"its approval cannot be looked for: {failure.message.rstrip('.')}"
    counting, others = [], []
    for name in names:
        path = f"{where.approvals.rstrip('/')}/{name}"
        try:
            found = _of_deployment(files, where, path, deployment, now, used_too)
        except Failure as failure:
            others.append(f"{name}: {failure.message.rstrip('.')}")
        else:
            counting += [] if found is None else [(path, found)]
    if len(counting) > 1:
        return f"{', '.join(path.rpartition('/')[2] for path, _approval in counting)} are all valid for it; keep one"
    if not counting:
        return "; ".join(others) or MISSING.format(folder=files.whole(where.approvals))
    path, approval = counting[0]
    try:
        return Approved(files.whole(path), approval, _document(files, where, approval, used_too))
    except Failure as failure:
        return f"{path.rpartition('/')[2]}: {failure.message.rstrip('.')}"


def _of_deployment(
    files: Files, where: Where, path: str, deployment: str, now: float, used_too: bool
) -> Approval | None:
    """
    :return: None where it is for another deployment.
    :raises Failure: where it may be for this one and does not count.
    """
    text = files.read(path)
    if not _may_name(text, deployment) or is_plan(text):
        return None
    approval = approval_of(text)
    if approval.deployment != deployment:
        return None
    if now >= approval.ends:
        raise Refused(f"it expired at {utc(approval.ends)}, and it is {utc(now)} now.")
    if now < approval.begins:
        raise Refused(f"it is not valid before {utc(approval.begins)}, and it is {utc(now)} now.")
    if where.signers:
        problem = files.signature_problem(where.signers, approval.approved_by, NAMESPACE, f"{path}.sig", text)
        if problem:
            raise Refused(f"{problem}.")
    record = "" if used_too else spent(files, where.approvals, approval)
    if record:
        raise Refused(f"it is spent: {record}. {AGAIN}")
    return approval


def _may_name(text: str, deployment: str) -> bool:
    """Whether it can be for a deployment, before it is parsed: a folder may hold those of hundreds."""
    return "\\" in text or all(word in text for word in re.findall(r"\w+", deployment))


def _document(files: Files, where: Where, approval: Approval, used_too: bool) -> PlanFile:
    """
    :raises Failure: where there is no such plan, it was edited, or nobody should have approved it.
    """
    read = [_read(files, path) for path in _candidates(files, where, approval.fingerprint)]
    found = [one for one in read if isinstance(one, PlanFile) and one.fingerprint == approval.fingerprint]
    if not found:
        folders = " or ".join(files.whole(folder) for folder in _folders(where))
        raise Refused(
            " ".join(one for one in read if isinstance(one, str))
            or f"there is no plan *{ending(approval.fingerprint)} in {folders} with the fingerprint that it names."
        )
    newest = max(found, key=lambda file: file.made)
    _check(approval, newest)
    record = "" if used_too else spent_file(files, where.approvals, newest)
    if record:
        raise Refused(f"the plan {approval.fingerprint[:SHORT]} is spent: {record}. {AGAIN}")
    return newest


def _read(files: Files, path: str) -> PlanFile | str:
    """The plan of a file, or why it is none."""
    try:
        return from_json(files.read(path))
    except Failure as failure:
        return f"the plan {files.whole(path)} cannot be used: {failure.message}"


def _check(approval: Approval, file: PlanFile) -> None:
    """
    :raises Refused: for a plan that its approval cannot be for.
    """
    if file.plan.title != approval.deployment:
        raise Refused(f"the plan {approval.fingerprint[:SHORT]} is for deployment {file.plan.title}.")
    if file.plan.stops:
        named = ", ".join(dict.fromkeys(one.name for one in file.plan.stops))
        raise Refused(f"the plan {approval.fingerprint[:SHORT]} is not approvable ({named}).")


def _folders(where: Where) -> tuple[str, ...]:
    return tuple(dict.fromkeys(folder for folder in (where.plans, where.approvals) if folder))


def _candidates(files: Files, where: Where, fingerprint: str) -> Iterator[str]:
    for folder in _folders(where):
        try:
            names = files.names(folder, ending(fingerprint))
        except FileFailed as failure:
            if not failure.missing:
                raise
            continue
        yield from (f"{folder.rstrip('/')}/{name}" for name in names)
