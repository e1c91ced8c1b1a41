# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The approvals of a deployment that are valid, each with the plan that it was given for. Reads files, writes none.

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
    :ivar spent: by which run it is used up, a clause; empty where it is not.
    """

    file: str
    approval: Approval
    document: PlanFile
    spent: str = ""

    @property
    def name(self) -> str:
        """Of the file, without its folder."""
        return self.file.rpartition("/")[2]

    @property
    def plan(self) -> Plan:
        return self.document.plan

    @property
    def consents(self) -> tuple[str, ...]:
        """Those that stood in the plan, and were given."""
        return tuple(dict.fromkeys(one.name for one in self.plan.consents if one.given))


def approvals(files: Files, where: Where, deployment: str, now: float, early: bool) -> tuple[list[Approved], list[str]]:
    """
    :param deployment: as plans and approvals call it.
    :param now: the controller's time, in seconds since 1970.
    :param early: whether those are among them that are not valid yet.
    :return: those that are valid, also where they are used up; and why others are not, each a clause.
    :raises FileFailed: where the folder cannot be read.
    """
    valid, others = [], []
    for name in files.names(where.approvals, ""):
        if not name.endswith(ENDINGS):
            continue
        try:
            found = _of_deployment(files, where, f"{where.approvals.rstrip('/')}/{name}", deployment, now, early)
        except Failure as failure:
            others.append(f"{name}: {failure.message.rstrip('.')}")
        else:
            valid += [] if found is None else [found]
    return valid, others


def _of_deployment(files: Files, where: Where, path: str, deployment: str, now: float, early: bool) -> Approved | None:
    """
    :return: None where it is for another deployment.
    :raises Failure: where it may be for this one and is not valid.
    """
    text = files.read(path)
    if not _may_name(text, deployment) or is_plan(text):
        return None
    approval = approval_of(text)
    if approval.deployment != deployment:
        return None
    if now >= approval.ends:
        raise Refused(f"it expired at {utc(approval.ends)}, and it is {utc(now)} now.")
    if now < approval.begins and not early:
        raise Refused(f"it is not valid before {utc(approval.begins)}, and it is {utc(now)} now.")
    if where.signers:
        problem = files.signature_problem(where.signers, approval.approved_by, NAMESPACE, f"{path}.sig", text)
        if problem:
            raise Refused(f"{problem}.")
    document = _document(files, where, approval)
    return Approved(files.whole(path), approval, document, _spent(files, where.approvals, approval, document))


def _may_name(text: str, deployment: str) -> bool:
    """Whether it can be for a deployment, before it is parsed: a folder may hold those of hundreds."""
    return "\\" in text or all(word in text for word in re.findall(r"\w+", deployment))


def _spent(files: Files, folder: str, approval: Approval, document: PlanFile) -> str:
    """By which run the approval, or its plan, is used up, a clause; empty where neither is."""
    record = spent(files, folder, approval)
    if record:
        return f"it is spent: {record}"
    record = spent_file(files, folder, document)
    return f"the plan {approval.fingerprint[:SHORT]} is spent: {record}" if record else ""


def _document(files: Files, where: Where, approval: Approval) -> PlanFile:
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
