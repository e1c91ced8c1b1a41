# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules that only read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._core.cmdlet import Cmdlet
from .._core.task import Module, Task
from .._store.central import read_store
from .._store.local import read_local_store
from .._store.store import Store

LOCAL_STORE_OPTION = {"local_store": {"type": "bool", "default": False}}


def inspects(read: Cmdlet, result: Callable[[Store], dict[str, Any]]) -> Module:
    """The module that returns what one reading cmdlet writes, from the central or the local store."""

    def run(task: Task) -> None:
        store = read_local_store(task, (read,)) if task.options["local_store"] else read_store(task, (read,))
        task.result.update(changed=False, **result(store))

    return Module(LOCAL_STORE_OPTION, run)
