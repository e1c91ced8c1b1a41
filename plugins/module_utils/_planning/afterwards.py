# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of a noun as they were read, and as they will be once all changes of a plan are made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._nouns.table import NOUNS
from .._resource.plan import Change
from .._resource.resource import Resource
from .._store.store import Object
from .case import Case

Options = Mapping[str, Any]
"""An object's values by option name. What the server does not show is missing."""


def objects_now(case: Case, noun: str) -> tuple[Options, ...] | None:
    """
    :param noun: by its name in the table of nouns.
    :return: None where they could not be read.
    """
    resource = NOUNS[noun]
    found = case.reading.objects.get(resource.noun)
    return None if found is None else tuple(_shown(resource, one) for one in found)


def objects_afterwards(case: Case, noun: str) -> tuple[Options, ...] | None:
    """The same as they will be."""
    resource = NOUNS[noun]
    found = case.reading.objects.get(resource.noun)
    if found is None:
        return None
    changes = [change for change in case.changes if change.noun == noun]
    kept = (_changed(resource, one, changes) for one in found)
    return (*(one for one in kept if one is not None), *_created(resource, changes))


def _changed(resource: Resource, found: Object, changes: list[Change]) -> Options | None:
    change = next((one for one in changes if one.found is found), None)
    if change is None:
        return _shown(resource, found)
    return None if change.after is None else {**_shown(resource, found), **change.after}


def _created(resource: Resource, changes: list[Change]) -> list[Options]:
    key = {} if resource.key is None else {resource.key.option: None}
    return [
        {**dict.fromkeys(key, change.identity), **change.after}
        for change in changes
        if change.found is None and change.after is not None
    ]


def _shown(resource: Resource, found: Object) -> Options:
    return {setting.option: found[setting.parameter] for setting in resource.all_settings if setting.parameter in found}
