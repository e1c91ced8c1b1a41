# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of a case afterwards: what each playbook run did to its deployment, and said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fleet import Held, Member
from matrix import Case
from playbook import Played
from proxy import LOOPBACK, Seen
from reported import Reported

from lynclab.journal import CmdletEntry

READING = ("Get-", "Import-Module")
LIMIT_MIB = 8
"""What one answer may hold, MiB: small, so that what is too large is quickly made."""
REPLICATION_SECONDS = 4
"""What the role waits for replication, beside what its commands take: a lab's takes half a second."""


@dataclass(frozen=True)
class Settings:
    """How runs are made: the deadline of one command in seconds, and how long a run may take."""

    seed: int = 0
    deadline: int = 60
    run_seconds: float = 600.0

    @property
    def variables(self) -> dict[str, Any]:
        """Variables of all hosts."""
        return {"lync_command_timeout": self.deadline, "lync_progress": False, "lync_answer_limit": LIMIT_MIB}

    @property
    def patience(self) -> dict[str, Any]:
        """The role's variables."""
        return {
            "hybrid_replication_interval": 0.3,
            "hybrid_replication_timeout": 2 * (self.deadline + REPLICATION_SECONDS),
            "hybrid_replication_stamp_timeout": self.deadline + REPLICATION_SECONDS,
            "hybrid_content_interval": 0.3,
            "hybrid_content_timeout": self.deadline + REPLICATION_SECONDS,
        }


@dataclass(frozen=True)
class Stage:
    """What one playbook run did to one deployment: the requests by role, the cmdlets that arrived, the stores afterwards."""

    played: Played
    said: Reported | None
    log: Mapping[str, Sequence[Seen]]
    arrived: Sequence[CmdletEntry]
    before: Held
    central: Held
    local: Held
    open_shells: int

    @property
    def writes(self) -> list[str]:
        """The changing cmdlets that arrived, in order."""
        return [entry.name for entry in self.arrived if not entry.name.startswith(READING)]

    @property
    def struck(self) -> list[Seen]:
        """The requests to which the fault was done."""
        return [seen for log in self.log.values() for seen in log if seen.struck]

    def counts(self, hosts: Mapping[str, str]) -> list[Mapping[str, int]]:
        """The recap's counts of these hosts; a host that is missing in it has failed."""
        recap = self.played.run.recap
        return [recap.get(host, {"failed": 1}) for host in hosts.values()]


@dataclass
class Evidence:
    """``case`` is None for a deployment that nobody disturbed, or that of a ``kill``, with which an answer that has arrived may
    have gone. ``struck`` is whether the fault's request ever came;
    ``strangers`` how many requests arrived where nobody may go; ``slack`` by how many seconds the machine's load may have made
    a client late.

    The first stage is the run with the fault; a second and a third follow where its deployment was taken for them.
    """

    member: Member
    case: Case | None
    settings: Settings
    stages: list[Stage] = field(default_factory=list)
    struck: bool = False
    kill: bool = False
    strangers: int = 0
    slack: float = 0.0

    @property
    def first(self) -> Stage:
        """The run with the fault."""
        return self.stages[0]

    @property
    def by_others(self) -> bool:
        """Whether somebody else changed the deployment meanwhile."""
        return self.case is not None and self.case.fault.by_others

    @property
    def names(self) -> list[str]:
        """What its hosts are known by, in sentences."""
        proxies = self.member.proxies.values()
        return [self.member.name, *self.member.hosts().values(), *(f"{LOOPBACK}:{proxy.port}" for proxy in proxies)]
