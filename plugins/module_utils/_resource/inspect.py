# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module that reads the objects of a noun."""

from __future__ import annotations

from .._core.task import Module, Task
from .._store.central import read_store
from .._store.local import read_local_store
from .resource import Resource

ARGUMENT_SPEC = {"local_store": {"type": "bool", "default": False}}


def inspects(resource: Resource) -> Module:
    """Returns the object by the noun's name, or all objects by its plural; from the central or the local store."""

    def run(task: Task) -> None:
        read = read_local_store if task.options["local_store"] else read_store
        store = read(task, (resource.read,))
        if resource.key is None:
            task.result[resource.name] = resource.options_of(store.only(resource.read))
        else:
            task.result[resource.plural] = [resource.options_of(found) for found in store[resource.read]]

    return Module(ARGUMENT_SPEC, run)
