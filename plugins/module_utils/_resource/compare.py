# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is desired of any noun against what a store holds: one comparison for preview, read-back and the proof on an Edge."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .._store.store import Object, Store
from .plan import Change
from .resource import Desired, Objects, Resource
from .values import exact, said


class Match(enum.Enum):
    """A store beside what is desired; the values are those of the result of lync_local_store_check."""

    MATCHES = "matches"
    DIFFERS = "differs"
    PENDING = "pending"
    """In a dry run: it differs, and so does the central store, which is to change."""
    DRIFTED = "drifted"
    """In a dry run: it differs from what is desired and from the central store."""


@dataclass(frozen=True)
class Difference:
    """One option of one object. ``found`` is None also where the store does not show it. Of an object that is missing, or there
    though it is to be absent, the option is ``state``.
    """

    noun: str
    identity: str
    option: str
    desired: Any
    found: Any

    @property
    def value(self) -> str:
        """The option and its two values, where the object needs no naming."""
        return f"{self.option}: desired {said(self.desired)}, found {said(self.found)}"

    def __str__(self) -> str:
        return f"{self.noun.replace('_', ' ')} '{self.identity}': {self.value}"


def differences(desired: Desired, objects: Objects) -> list[Difference]:
    """
    :param objects: all objects of the noun that the store holds.
    """
    found = desired.found_in(objects)
    if desired.is_reset and desired.resource.reset is not None:
        return _of_values(
            desired.resource, desired.identity, desired.resource.reset.values, found or {}, shown_only=True
        )
    if desired.present is (found is None) and desired.resource.key is not None:
        return [_of_state(desired.resource, desired.identity, desired.present)]
    if not desired.present:
        return []
    values = {setting.option: value for setting, value in desired.settings.items()}
    return _of_values(desired.resource, desired.identity, values, found or {})


def all_differences(several: Iterable[Desired], store: Store) -> list[Difference]:
    """Of several objects, also of several nouns."""
    return [difference for desired in several for difference in differences(desired, store[desired.resource.read])]


Nested = dict[str, dict[str, dict[str, Any]]]
"""Values by noun, identity and option."""


def compared(several: Iterable[Desired], store: Store) -> tuple[Nested, Nested]:
    """What a store holds of the desired objects, and what is desired, side by side."""
    found: Nested = {}
    asked: Nested = {}
    for desired in several:
        there = desired.found_in(store[desired.resource.read])
        states = {} if desired.resource.key is None else {"state": "absent" if there is None else "present"}
        settings = desired.settings if desired.present else {}
        shown = {} if there is None else {setting.option: setting.of(there) for setting in settings}
        found.setdefault(desired.resource.name, {})[desired.identity] = {**states, **shown}
        states = states and {"state": "present" if desired.present else "absent"}
        values = {setting.option: value for setting, value in settings.items()}
        asked.setdefault(desired.resource.name, {})[desired.identity] = {**states, **values}
    return found, asked


def apart(several: Iterable[Desired], store: Store, central: Store) -> list[str]:
    """Where a server's own store and the central one differ in what is desired, whatever is desired of it."""
    found = []
    for desired in several:
        name, identity = desired.resource.name, desired.identity
        here, there = (compared([desired], one)[0][name][identity] for one in (store, central))
        states = [shown.get("state") for shown in (here, there)]
        options = ["state"] if states[0] != states[1] else {**here, **there}
        found += [
            f"{name.replace('_', ' ')} '{identity}': {option}: {said(here.get(option))} here, {said(there.get(option))} in the "
            "central store"
            for option in options
            if not desired.resource.same(option, here.get(option), there.get(option))
        ]
    return found


def not_kept(resource: Resource, change: Change, found: Object | None) -> list[Difference]:
    """What an object is otherwise than a change made it, read after its last write."""
    if (change.after is None) is not (found is None):
        return [_of_state(resource, change.identity, change.after is not None)]
    return [] if change.after is None else _of_values(resource, change.identity, change.after, found or {})


def not_asked_for(resource: Resource, change: Change, found: Object | None) -> list[str]:
    """What changed on an object beside the managed settings; the companions of a change are among it."""
    if change.found is None or found is None or change.resets:
        return []
    before, now = resource.options_of(change.found), resource.options_of(found)
    return [
        f"{option} was not to change, but went from {said(value)} to {said(now[option])}"
        for option, value in before.items()
        if option in now and option not in (change.after or {}) and exact(now[option]) != exact(value)
    ]


def _of_values(
    resource: Resource, identity: str, values: Mapping[str, Any], found: Object, shown_only: bool = False
) -> list[Difference]:
    return [
        Difference(resource.name, identity, setting.option, value, setting.of(found))
        for setting, value in resource.settings_of(values).items()
        if not setting.same(value, setting.of(found)) and (setting.shown_by(found) or not shown_only)
    ]


def _of_state(resource: Resource, identity: str, present: bool) -> Difference:
    states = ("present", "absent") if present else ("absent", "present")
    return Difference(resource.name, identity, "state", *states)
