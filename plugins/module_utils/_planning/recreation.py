# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A recreation that was stopped between its two writes: the object is missing, and with it what the recreation was to keep."""

from __future__ import annotations

from collections.abc import Iterable

from .._resource.resource import Desired, desired
from .._rollout.plan import PlannedChange
from .._store.store import Store


def completed(wanted: Desired, store: Store, recreations: Iterable[PlannedChange]) -> Desired:
    """What is desired of an object, and where a recreation removed it, all that the recreation was to make of it.

    :param recreations: planned ones, of whatever objects.
    """
    resource = wanted.resource
    key = resource.key
    if key is None or not wanted.present or wanted.found_in(store[resource.read]) is not None:
        return wanted
    for change in recreations:
        if change.noun == resource.name and key.same(change.identity, wanted.identity):
            kept = {option: value for option, value in (change.after or {}).items() if value not in (None, "")}
            stated = {option: value for option, value in wanted.options.items() if value is not None}
            return desired(resource, {**wanted.options, **kept, **stated, key.option: change.identity})
    return wanted
