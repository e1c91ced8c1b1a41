# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the Central Management store, and why a server cannot."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from .._core.cmdlet import Cmdlet
from .._core.failures import CmdletFailed, Failure
from .._core.task import Records, Task
from .local import local_store_answers
from .store import Store

Found = TypeVar("Found")


def read_store(task: Task, reads: tuple[Cmdlet, ...], where_offered: tuple[Cmdlet, ...] = ()) -> Store:
    """What the Central Management store holds, by the cmdlets given.

    :param where_offered: cmdlets that are read with them, and are missing in the store where they fail.
    :raises Failure: with what to do about it, where the server is not one that can read the store.
    """
    if not where_offered:
        return Store({read.name: records for read, records in zip(reads, read_centrally(task, *reads), strict=True)})
    together = (*reads, *where_offered)
    answers = task.attempt(*together)
    if any(isinstance(answer, Failure) for answer in answers[: len(reads)]):
        return read_store(task, reads)  # says what to do about it
    found = zip(together, answers, strict=True)
    return Store({read.name: answer for read, answer in found if not isinstance(answer, Failure)})


def read_centrally(task: Task, *reads: Cmdlet) -> list[Records]:
    """The records of cmdlets that need the Central Management store.

    :raises Failure: with what to do about it, where the server is not one that can read the store.
    """
    return centrally(task, lambda: task.read(*reads))


def centrally(task: Task, ask: Callable[[], Found]) -> Found:
    """What is asked of the Central Management store.

    :param ask: raises CmdletFailed where it cannot be read.
    :raises Failure: with what to do about it, where the server is not one that can read the store.
    """
    try:
        return ask()
    except CmdletFailed as error:
        if error.not_recognised:
            raise
        if task.on_edge:
            raise Failure(
                f"{task.host} is an Edge Server: run this on the management host; the Edge receives it by replication. "
                f"({error.message})",
                **error.details,
            ) from error
        if local_store_answers(task):
            raise Failure(
                f"{task.host} reads its own copy of the configuration but not the Central Management store. If it is an Edge "
                "Server, run this on the management host; the Edge receives it by replication. If it is a Front End, the store "
                "is on another machine and this session may not pass your credentials on (the double hop). In this order: use the "
                "endpoint OcsPowershell (ansible_psrp_path: OcsPowershell, ansible_port: 443); or CredSSP (ansible_psrp_auth: "
                "credssp); or Kerberos with delegation (ansible_psrp_auth: kerberos, ansible_psrp_negotiate_delegate: true). "
                f"({error.message})",
                **error.details,
            ) from error
        raise
