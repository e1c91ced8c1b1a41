# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a pipeline wrote, as it came: its objects are read where they are needed.

Reading them is most of the work of a large answer. In the keeper it would keep the tasks of all other hosts waiting, because only
one thread of a process runs Python at a time; in the task that asked it does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import CmdletFailed
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.errors import lost
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.options import PsrpEndpoint
from ansible_collections.ucops.lync.plugins.plugin_utils._session import clixml
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import NOTHING, Answer, Record
from ansible_collections.ucops.lync.plugins.plugin_utils._session.guard import allowance
from ansible_collections.ucops.lync.plugins.plugin_utils._session.readable import Allowance, Unreadable


@dataclass(frozen=True)
class Output:
    """What one pipeline wrote.

    :param objects: the objects, in CLIXML.
    :param complete: whether all statements ran, those that failed included.
    """

    objects: Sequence[str] = ()
    errors: Sequence[CmdletFailed] = ()
    warnings: Sequence[str] = ()
    complete: bool = True


def answer_of(output: Output, endpoint: PsrpEndpoint, cmdlet: str) -> Answer:
    """The answer to a cmdlet.

    :raises SessionLost: when the server wrote what cannot be read, or more than an answer may hold; the cmdlet ran.
    """
    room = allowance(endpoint.answer_limit)
    try:
        records = tuple(record_of(text, room) for text in output.objects)
    except Unreadable as error:
        raise lost(error, endpoint, cmdlet, begun=True) from error
    return Answer(records, tuple(output.errors), tuple(output.warnings), output.complete)


def record_of(text: str, room: Allowance) -> Record:
    """An object as a record.

    :raises Unreadable: for what is no CLIXML, or takes more room than there is.
    """
    return clixml.record(clixml.read(text, room)) if text else NOTHING
