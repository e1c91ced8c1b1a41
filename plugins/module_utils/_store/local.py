# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a machine's own copy of the configuration, which reaches it by replication."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from .._core.cmdlet import SWITCH, Cmdlet
from .._core.failures import CmdletFailed, Failure
from .._core.task import Task
from .store import Store

Found = TypeVar("Found")

PROBE = Cmdlet("Get-CsAccessEdgeConfiguration", {"LocalStore": SWITCH})
"""Reads one small object that every local store holds."""


def of_local_store(read: Cmdlet) -> Cmdlet:
    """The same read, of this machine's own copy of the configuration."""
    return Cmdlet(read.name, {**read.parameters, "LocalStore": SWITCH}, read.yields)


def read_local_store(task: Task, reads: tuple[Cmdlet, ...]) -> Store:
    """What this machine's own copy of the configuration holds.

    :raises Failure: where it cannot be read.
    """
    records = locally(task, lambda: task.read(*(of_local_store(read) for read in reads)))
    return Store({read.name: found for read, found in zip(reads, records, strict=True)})


def locally(task: Task, ask: Callable[[], Found]) -> Found:
    """What is asked of this machine's own copy of the configuration.

    :param ask: raises CmdletFailed where it cannot be read.
    :raises Failure: the same, with what to check.
    """
    try:
        return ask()
    except CmdletFailed as error:
        if error.not_recognised:
            raise
        raise Failure(
            f"The local store of {task.host} could not be read: {error.text} Check that the account is a local administrator "
            f"there or in its RTC local groups, and that the SQL instance RTCLOCAL runs. ({error.error_id})",
            **error.details,
        ) from error


def local_store_answers(task: Task) -> bool:
    """Whether this machine's own copy can be read; asked only to explain a failure."""
    if task.restricted:  # the endpoint reaches the central store by itself: what failed there is something else
        return False
    try:
        return bool(task.read(PROBE)[0])
    except Failure:
        return False
