# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring an object of the server to the wished state: read, plan, write, read back, compare.

What users trust (changed, diff, check mode, the cmdlets shown) is decided here, once for all configuring modules.
"""

from __future__ import annotations

from typing import Any

from .._core.cmdlet import Cmdlet
from .._core.failures import CmdletFailed, Failure, Refused, SessionFailed, SessionLost
from .._core.task import Module, Task
from .._store.central import read_store
from .._store.names import snake_case, snake_cased
from .._store.store import Object
from .resource import Plan, Resource
from .setting import Setting
from .values import exact, folded

UNCHANGED = "Nothing was changed."


def configures(resource: Resource) -> Module:
    """The module that manages a resource."""
    return Module(resource.argument_spec, lambda task: converge(task, resource))


def converge(task: Task, resource: Resource) -> None:
    """
    :raises Refused: before the first write, in check mode too.
    :raises Failure: when the server did not keep what was sent, or changed what was not asked for.
    """
    try:
        plan = resource.plan(resource, task.options, read_store(task, resource.reads(task.options)))
    except Refused as refusal:
        raise Refused(f"{refusal.message} {UNCHANGED}", **refusal.details) from refusal
    _announce(task, plan)
    if not plan.cmdlets:
        task.result["after"] = task.result["before"]
    elif task.check_mode:
        for cmdlet in plan.cmdlets:
            task.write(cmdlet)
        task.result["changed"] = True
        task.result["after"] = _predicted(resource, plan)
    else:
        _carry_out(task, resource, plan)


def _announce(task: Task, plan: Plan) -> None:
    before = dict(plan.before or {})
    after = dict(plan.after or {})
    lines = [*(f"# {note}" for note in plan.notes), *(str(cmdlet) for cmdlet in plan.cmdlets)]
    subject = plan.identity or "Global"
    task.result.update(
        changed=False,
        before=snake_cased(plan.found),
        diff={
            "before": before,
            "after": after,
            "before_header": subject,
            "after_header": subject,
            **({"prepared": "\n".join(lines) + "\n"} if lines else {}),
        },
    )
    if plan.identity is not None:
        task.result["identity"] = plan.identity
    for note in plan.notes:
        task.warn(note)


def _predicted(resource: Resource, plan: Plan) -> dict[str, Any] | None:
    if plan.after is None:
        return None
    key = {} if resource.key is None else {resource.key.option: plan.identity}
    kept = {name: value for name, value in (plan.found or {}).items() if name not in plan.loses}
    return {**(snake_cased(kept) or key), **plan.after}


def _carry_out(task: Task, resource: Resource, plan: Plan) -> None:
    for cmdlet in plan.cmdlets:
        begun = task.result["changed"]
        try:
            task.write(cmdlet)
        except SessionLost as lost:
            _recover(task, resource, plan, lost)
            return
        except (CmdletFailed, SessionFailed) as error:
            if begun and plan.undo is not None:
                _take_back(task, plan.undo, error)
            raise
        task.result["changed"] = True
    found = _read_back(task, resource, plan)
    problems = _problems(resource, plan, found)
    if problems:
        raise Failure("The server took the change but holds something else: " + "; ".join(problems) + ".")


def _recover(task: Task, resource: Resource, plan: Plan, lost: SessionLost) -> None:
    """After a write of which nobody knows whether it ran: read the state again and decide from it.

    :raises Failure: unless the change is there.
    """
    try:
        found = _read_back(task, resource, plan)
    except Failure as second:
        last_resort = f" If the object is gone, run this on the management host: {plan.undo}" if plan.undo else ""
        raise SessionLost(
            f"{lost.message} Reading the state again failed, too: {second.message}{last_resort}"
        ) from lost
    problems = _problems(resource, plan, found)
    if not problems:
        task.result["changed"] = True
        task.warn(f"{lost.message} Read again, the change is there.")
        return
    if plan.undo is not None and found is None:
        _take_back(task, plan.undo, lost)
    task.result["changed"] = found != plan.found
    raise SessionLost(
        f"{lost.message} Read again, the change is not there: {'; '.join(problems)}. It was not sent twice; "
        "run the play again."
    ) from lost


def _take_back(task: Task, undo: Cmdlet, error: Failure) -> None:
    """After a removal whose creation failed: restore the old object.

    :raises Failure: always; it says which of the two happened.
    """
    try:
        task.write(undo)
    except Failure as second:
        task.result["changed"] = True
        raise Failure(
            f"{error.message} The old object is gone and could not be restored ({second.message}). Run this on the management "
            f"host: {undo}",
            **error.details,
        ) from error
    task.result["changed"] = False
    task.result["after"] = task.result["before"]
    raise Failure(f"{error.message} The old object was restored: {undo}", **error.details) from error


def _read_back(task: Task, resource: Resource, plan: Plan) -> Object | None:
    reads = resource.reads({})
    store = read_store(task, reads[:1])
    objects = store[reads[0]]
    found: Object | None = None
    if resource.key is not None:
        found = resource.find(objects, plan.identity or "")
    elif len(objects) == 1:
        found = objects[0]
    task.result["after"] = snake_cased(found)
    return found


def _problems(resource: Resource, plan: Plan, found: Object | None) -> list[str]:
    return [*_not_kept(resource, plan, found), *_not_asked_for(plan, found)]


def _not_kept(resource: Resource, plan: Plan, found: Object | None) -> list[str]:
    name = plan.identity or resource.noun
    if plan.after is None:
        return [f"{name!r} is still there"] if found is not None else []
    if found is None:
        return [f"{name!r} is not there"]
    held = snake_cased(found) or {}
    settings = {setting.option: setting for setting in resource.settings}
    return [
        f"{option}: wanted {wanted!r}, found {held.get(option)!r}"
        for option, wanted in plan.after.items()
        if not _kept(settings.get(option), wanted, held.get(option))
    ]


def _kept(setting: Setting | None, wanted: Any, held: Any) -> bool:
    """Whether the server holds what was wanted; of what is no setting (the routing method) it may show nothing."""
    if setting is not None:
        return setting.same(wanted, held)
    return held is None or folded(wanted) == folded(held)


def _not_asked_for(plan: Plan, found: Object | None) -> list[str]:
    """What changed beside the managed settings; the companions of a routing method are among it."""
    if plan.found is None or found is None:
        return []
    managed = set(plan.after or ())
    return [
        f"{snake_case(name)} was not to change, but went from {value!r} to {found[name]!r}"
        for name, value in plan.found.items()
        if name in found and snake_case(name) not in managed and exact(found[name]) != exact(value)
    ]
