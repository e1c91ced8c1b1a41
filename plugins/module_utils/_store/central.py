# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the Central Management store, and why a server cannot."""

from __future__ import annotations

from .._core.cmdlet import Cmdlet
from .._core.failures import CmdletFailed, Failure
from .._core.task import Records, Task
from .local import local_store_answers
from .store import Store


def read_store(task: Task, reads: tuple[Cmdlet, ...]) -> Store:
    """What the Central Management store holds, by the cmdlets given.

    :raises Failure: with what to do about it, where the server is not one that can read the store.
    """
    return Store({read.name: records for read, records in zip(reads, read_centrally(task, *reads), strict=True)})


def read_centrally(task: Task, *reads: Cmdlet) -> list[Records]:
    """The records of cmdlets that need the Central Management store.

    :raises Failure: with what to do about it, where the server is not one that can read the store.
    """
    try:
        return task.read(*reads)
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
