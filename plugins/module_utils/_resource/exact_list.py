# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module that manages several objects of a noun at once, and removes those that are not listed, where it is told to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._core.failures import Refused
from .._core.task import Module, Task
from .._store.central import read_store
from .._store.store import Object, Store
from .converge import converge
from .plan import Change
from .planning import planned, removed
from .resource import Desired, Objects, Resource, all_reads, check_unique, desired


@dataclass(frozen=True)
class ExactList:
    """The declaration of such a module.

    :ivar option: the option that lists the objects; each has the options of the noun's own module.
    :ivar protected: identities that are never removed for not being listed, each with the reason, a
        sentence without its full stop.
    """

    resource: Resource
    option: str
    protected: Mapping[str, str] = field(default_factory=dict)

    @property
    def argument_spec(self) -> dict[str, Any]:
        return {
            self.option: {
                "type": "list",
                "elements": "dict",
                "required": True,
                "options": self.resource.argument_spec,
            },
            "purge": {"type": "bool", "default": False},
        }


def lists(exact: ExactList) -> Module:
    """The module of an exact list."""

    def plan(task: Task) -> tuple[Store, Sequence[Change]]:
        several = [desired(exact.resource, options) for options in task.options[exact.option]]
        check_unique(several)
        store = read_store(task, all_reads(several) or (exact.resource.read,))
        changes = [planned(one, store) for one in several]
        if task.options["purge"]:
            changes += [
                removed(exact.resource, found) for found in _unlisted(exact, several, store[exact.resource.read])
            ]
        return store, sorted(changes, key=_is_removal)

    return Module(exact.argument_spec, lambda task: converge(task, exact.resource, plan, several=True))


def _is_removal(change: Change) -> bool:
    """Removals come last: what takes the place of an object is there before it goes."""
    return change.after is None


def _unlisted(exact: ExactList, several: Sequence[Desired], objects: Objects) -> list[Object]:
    """
    :raises Refused: for a protected object, which is removed only by its name.
    """
    listed = [one.found_in(objects) for one in several]
    unlisted = [found for found in objects if not any(found is other for other in listed)]
    for found in unlisted:
        for identity, reason in exact.protected.items():
            if exact.resource.named([found], identity) is not None:
                raise Refused(
                    f"'{identity}' is not listed and would be removed: {reason}. List it, with state: absent if it is to go."
                )
    return unlisted
