# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways of reading eight times from each host that are compared: their tasks, and what must arrive of each."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

TASKS = 8

Task = Mapping[str, Mapping[str, Any]]

DEBUG: Task = {"ansible.builtin.debug": {"msg": "nothing"}}
READ_BY_SCRIPT: Sequence[Task] = (
    {"ansible.windows.win_powershell": {"script": "Get-CsAccessEdgeConfiguration -LocalStore"}},
    {"ansible.windows.win_powershell": {"script": "Get-CsHostingProvider -LocalStore"}},
)
READ: Sequence[Task] = (
    {"ucops.lync.lync_access_edge_info": {"local_store": True}},
    {"ucops.lync.lync_hosting_provider_info": {"local_store": True}},
)


@dataclass(frozen=True)
class Way:
    """A way. ``first`` come first and count like the others; ``tasks`` are repeated in turn; ``variables`` are set for all hosts;
    ``arrives`` is the count of ``lab_process.counts`` that grows by one for each task, if any (by none or one for the first).
    """

    name: str
    meaning: str
    tasks: Sequence[Task]
    variables: Mapping[str, Any] = field(default_factory=dict)
    arrives: str = ""
    first: Sequence[Task] = ()

    def playbook(self) -> list[dict[str, Any]]:
        """One play over the Edge Servers."""
        tasks = list(itertools.islice(itertools.chain(self.first, itertools.cycle(self.tasks)), TASKS))
        return play([{"name": f"Task {number}", **task} for number, task in enumerate(tasks, 1)])


def play(tasks: Sequence[Mapping[str, Any]], hosts: str = "lync_edge") -> list[dict[str, Any]]:
    """A playbook of these tasks."""
    return [
        {"name": "Measure", "hosts": hosts, "gather_facts": False, "become": False, "tasks": [dict(t) for t in tasks]}
    ]


FLOOR = Way("floor", "debug, Ansible's own floor", [DEBUG])
SCRIPT = Way("win_powershell", "ansible.windows.win_powershell over psrp", READ_BY_SCRIPT, arrives="scripts")
OPEN: Task = {"ucops.lync.lync_session": {}}
"""Counts as one of the eight."""

KEPT = Way("kept", "ucops.lync, one session per host, opened by a first task", READ, arrives="cmdlets", first=[OPEN])
ALONE = Way("alone", "ucops.lync, a session per task", READ, {"lync_session_keep": False}, arrives="cmdlets")
WAYS = {way.name: way for way in (FLOOR, SCRIPT, KEPT, ALONE)}
