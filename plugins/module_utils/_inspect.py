# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules that only read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ._cmdlet import SWITCH, Cmdlet
from ._converge import read_store
from ._outcome import CmdletFailed, Failure
from ._resource import Store
from ._task import Module, Task
from ._values import snake_cased

LOCAL_STORE_OPTION = {"local_store": {"type": "bool", "default": False}}


def of_local_store(read: Cmdlet) -> Cmdlet:
    """The same read, of this machine's own copy of the configuration."""
    return Cmdlet(read.name, {**read.parameters, "LocalStore": SWITCH}, read.yields)


def inspects(read: Cmdlet, result: Callable[[Store], dict[str, Any]]) -> Module:
    """The module that returns what one reading cmdlet writes, from the central or the local store."""

    def run(task: Task) -> None:
        store = read_local_store(task, (read,)) if task.options["local_store"] else read_store(task, (read,))
        task.result.update(changed=False, **result(store))

    return Module(LOCAL_STORE_OPTION, run)


def read_local_store(task: Task, reads: tuple[Cmdlet, ...]) -> Store:
    """What this machine's own copy of the configuration holds.

    :raises Failure: where it cannot be read.
    """
    try:
        records = task.read(*(of_local_store(read) for read in reads))
    except CmdletFailed as error:
        if error.not_recognised:
            raise
        raise Failure(
            f"The local store of {task.host} could not be read: {error.text} Check that the account is a local administrator "
            f"there or in its RTC local groups, and that the SQL instance RTCLOCAL runs. ({error.error_id})",
            **error.details,
        ) from error
    return Store({read.name: found for read, found in zip(reads, records, strict=True)})


def objects(store: Store, read: Cmdlet) -> list[dict[str, Any] | None]:
    """All objects of a read, as they are returned to the user."""
    return [snake_cased(found) for found in store[read]]
