# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the result of a configuring module says of its objects: before, after, diff, the way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._core.task import Task
from .._store.store import Object
from .plan import Change
from .resource import Objects, Resource


@dataclass(frozen=True)
class Shown:
    """Changes of one noun and the result that tells of them.

    :ivar held: all objects of the noun, as they were read before the first write.
    :ivar several: whether the result shows the objects as a list, or the one object.
    """

    task: Task
    resource: Resource
    changes: Sequence[Change]
    held: Objects
    several: bool

    def announce(self) -> None:
        """What was found, and what is to be seen before anything is written."""
        result = self.task.result
        result["changed"] = False
        result["before"] = self._objects(self.held, lambda change: change.found)
        if self.resource.key is not None and not self.several:
            result["identity"] = self.changes[0].identity
        inverse = [str(cmdlet) for change in reversed(self.changes) for cmdlet in change.inverse]
        if inverse:
            result["inverse"] = inverse
        for note in self._notes:
            self.task.warn(note)

    def predict(self) -> None:
        """What would be, in check mode."""
        self.task.result["after"] = self._predicted()
        self._diff(lambda change: change.after)

    def after(self, objects: Objects) -> None:
        """What was read after the last write."""
        self.task.result["after"] = self._objects(objects, lambda change: self.found(change, objects))
        self._diff(lambda change: self._managed(change, self.found(change, objects)))

    def unknown(self) -> None:
        """What is now could not be read: nothing that was read before it may stand for it."""
        for name in ("after", "diff"):
            self.task.result.pop(name, None)

    def found(self, change: Change, objects: Objects) -> Object | None:
        """The object of a change among those that were read."""
        return self.resource.named(objects, change.identity)

    @property
    def _notes(self) -> list[str]:
        return [note for change in self.changes for note in change.notes]

    def _managed(self, change: Change, found: Object | None) -> Mapping[str, Any] | None:
        """The managed settings of an object as it was read; one that means what was to be is spelled so."""
        if found is None:
            return None
        planned = change.after if change.after is not None else change.before or {}
        return {
            setting.option: value if setting.same(value, setting.of(found)) else setting.of(found)
            for setting, value in self.resource.settings_of(planned).items()
        }

    def _diff(self, after: Callable[[Change], Mapping[str, Any] | None]) -> None:
        header = self.resource.title if self.several else self.changes[0].identity
        lines = [
            *(f"# {note}" for note in self._notes),
            *(str(cmdlet) for change in self.changes for cmdlet in change.cmdlets),
        ]
        self.task.result["diff"] = {
            "before": self._values(lambda change: change.before),
            "after": self._values(after),
            "before_header": header,
            "after_header": header,
            **({"prepared": "\n".join(lines) + "\n"} if lines else {}),
        }

    def _values(self, of: Callable[[Change], Mapping[str, Any] | None]) -> dict[str, Any]:
        """The managed settings, of several objects by identity; nothing where there is no object."""
        if self.several:
            found = {change.identity: of(change) for change in self.changes}
            return {identity: dict(values) for identity, values in found.items() if values is not None}
        return dict(of(self.changes[0]) or {})

    def _objects(self, objects: Objects, one: Callable[[Change], Object | None]) -> Any:
        if self.several:
            return [self.resource.options_of(found) for found in objects]
        found = one(self.changes[0])
        return None if found is None else self.resource.options_of(found)

    def _predicted(self) -> Any:
        if not self.several:
            return self._object(self.changes[0])
        named = {id(self.found(change, self.held)) for change in self.changes}
        kept = [self.resource.options_of(found) for found in self.held if id(found) not in named]
        return [*kept, *(found for found in map(self._object, self.changes) if found is not None)]

    def _object(self, change: Change) -> dict[str, Any] | None:
        """The whole object as it would be."""
        if change.after is None:
            return None
        key = {} if self.resource.key is None else {self.resource.key.option: change.identity}
        held = self.resource.options_of(change.found or {})
        return {**key, **{name: value for name, value in held.items() if name not in change.loses}, **change.after}
