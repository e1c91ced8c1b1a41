# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of the matrix: a fleet with a case in each deployment is worked on three times, with the faults, and twice without."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import wire
from faults import Surroundings
from fleet import Fleet, Held, Member, fleet
from matrix import Case
from modes import Mode
from playbook import Played, Player
from proxy import LOOPBACK, ProxyLoop, Seen, Trap
from reported import Reported, reported

from lynclab.journal import CmdletEntry

READING = ("Get-", "Import-Module")
LIMIT_MIB = 8
"""What one answer may hold, MiB: small, so that what is too large is quick to make."""
PATIENCE: Mapping[str, Any] = {
    "hybrid_replication_interval": 0.3,
    "hybrid_replication_timeout": 20,
    "hybrid_replication_stamp_timeout": 10,
    "hybrid_content_interval": 0.3,
    "hybrid_content_timeout": 10,
}


@dataclass(frozen=True)
class Settings:
    """How runs are made: the deadline of one command in seconds, at how many hosts Ansible works at a time, and how long a
    run may take.
    """

    seed: int = 0
    deadline: int = 6
    forks: int = 60
    run_seconds: float = 400.0

    @property
    def variables(self) -> dict[str, Any]:
        """Variables of all hosts."""
        return {"lync_command_timeout": self.deadline, "lync_progress": False, "lync_answer_limit": LIMIT_MIB}


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


@dataclass
class Evidence:
    """All that is known of one case. ``case`` is None for a deployment that nobody disturbed.

    ``struck`` is whether the fault's request ever came; ``strangers`` how many requests arrived where nobody may go.
    """

    member: Member
    case: Case | None
    settings: Settings
    stages: list[Stage] = field(default_factory=list)
    struck: bool = False
    strangers: int = 0

    @property
    def first(self) -> Stage:
        """The run with the fault."""
        return self.stages[0]

    @property
    def names(self) -> list[str]:
        """What its hosts are known by, in sentences."""
        proxies = self.member.proxies.values()
        return [self.member.name, *self.member.hosts().values(), *(f"{LOOPBACK}:{proxy.port}" for proxy in proxies)]


class Elsewhere:
    """A server to which nobody may go: it counts who comes, by path, and answers nothing of use."""

    def __init__(self) -> None:
        self.port = 0
        self.visits: dict[str, int] = {}

    async def listen(self) -> asyncio.Server:
        """Accept connections until the server that is returned is closed."""
        server = await asyncio.start_server(self._meet, LOOPBACK, 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    def url(self, name: str) -> str:
        """The address for one deployment's clients."""
        return f"http://{LOOPBACK}:{self.port}/{name}"

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await wire.read(reader)
            if request is not None:
                name = request.path.strip("/")
                self.visits[name] = self.visits.get(name, 0) + 1
                writer.write(wire.answer(404).encoded)
                await writer.drain()
        except (OSError, wire.NotHttp):
            pass
        finally:
            writer.close()


def witnesses() -> list[Mode]:
    """The modes of the deployments that nobody disturbs: one of each."""
    return list(Mode)


def run(cases: Sequence[Case], player: Player, loop: ProxyLoop, settings: Settings) -> list[Evidence]:
    """Run these cases together; what became of each, the undisturbed deployments last."""
    modes = [*(case.mode for case in cases), *witnesses()]
    with fleet(modes, loop) as found, _elsewhere(loop) as elsewhere:
        told: list[Case | None] = [*cases, *(None for _mode in witnesses())]
        evidence = [Evidence(member, case, settings) for member, case in zip(found.members, told, strict=True)]
        for one in evidence:
            _arm(one, elsewhere)
        for number in range(3):
            _play(found, evidence, player)
            if number == 0:
                for one in evidence:
                    one.struck = _struck(one)
                    one.strangers = elsewhere.visits.get(one.member.name, 0)
            found.calm()
        return evidence


def _arm(one: Evidence, elsewhere: Elsewhere) -> None:
    case = one.case
    if case is None:
        return
    chance = random.Random(f"{one.settings.seed}/{case.name}")
    known = Surroundings(
        one.settings.deadline, elsewhere.url(one.member.name), chance, one.member.deployment
    )
    proxy = one.member.proxies[case.request_class.role]
    proxy.trap = Trap(case.request_class, case.fault.make(known), case.nth)


def _struck(one: Evidence) -> bool:
    traps = [proxy.trap for proxy in one.member.proxies.values() if proxy.trap is not None]
    return any(trap.struck_at is not None for trap in traps)


def _play(found: Fleet, evidence: Sequence[Evidence], player: Player) -> None:
    """One playbook run over the fleet; adds a stage to each evidence."""
    settings = evidence[0].settings
    since = found.lab.journal.position()
    before = [one.member.central() for one in evidence]
    played = player.play(found.inventory(settings.variables), PATIENCE, settings.run_seconds)
    said = reported(played.run)
    arrived = found.lab.journal.cmdlets(since=since)
    shells = [entry.machine for entry in found.lab.journal.open_shells()]
    for one, held in zip(evidence, before, strict=True):
        machines = {name.lower() for name in one.member.hosts().values()}
        one.stages.append(
            Stage(
                played,
                said.get(one.member.name),
                {role: proxy.log for role, proxy in one.member.proxies.items()},
                [entry for entry in arrived if entry.machine.lower() in machines],
                held,
                one.member.central(),
                one.member.local(),
                sum(machine.lower() in machines for machine in shells),
            )
        )


@contextmanager
def _elsewhere(loop: ProxyLoop) -> Iterator[Elsewhere]:
    elsewhere = Elsewhere()
    server = loop.do(elsewhere.listen())
    try:
        yield elsewhere
    finally:
        loop.do(_closed(server))


async def _closed(server: asyncio.Server) -> None:
    server.close()
