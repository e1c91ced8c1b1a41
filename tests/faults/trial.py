# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run of the matrix: a fleet with a case in each deployment is worked on with the faults, and then twice without.

What the first run leaves are stores and shells; that nothing else is left is checked. So the second and the third run take some
deployments for each state that was left, in each mode, unless every deployment is asked for.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from elsewhere import Elsewhere, elsewhere
from evidence import Evidence, Settings, Stage
from faults import Surroundings
from fleet import Fleet, fleet
from matrix import Case
from modes import Mode
from pace import Pace, pace
from playbook import Meanwhile, Player
from proxy import ProxyLoop, Trap
from reported import reported

WITNESSES = tuple(Mode)
"""The modes of the deployments that nobody disturbs, in each run."""


@dataclass(frozen=True)
class Trial:
    """What became of each case, the undisturbed deployments last; and the pace of those, and of the runs after the first."""

    evidence: list[Evidence]
    pace: Pace


ENOUGH = 3
"""How often a second and a third run are tried on each state that is left."""


class Left:
    """The states that runs have left behind, each with how often it was tried what later runs make of it."""

    def __init__(self) -> None:
        self._tried: Counter[object] = Counter()

    def to_try(self, evidence: Sequence[Evidence], seed: int) -> list[Evidence]:
        """Some that were left in a state that was not tried often enough, one of each state; which one, the seed decides."""
        shuffled = random.Random(seed).sample(evidence, len(evidence))
        chosen = {_left(one): one for one in shuffled if self._tried[_left(one)] < ENOUGH}
        self._tried.update(chosen.keys())
        return list(chosen.values())


def _left(one: Evidence) -> object:
    return one.member.mode, one.first.central, one.first.local, bool(one.first.open_shells)


def run(cases: Sequence[Case], player: Player, loop: ProxyLoop, settings: Settings, left: Left | None) -> Trial:
    """Run these cases together.

    :param left: what was left before; None: every deployment is worked on a second and a third time.
    """
    told: list[Case | None] = [*cases, *(None for _mode in WITNESSES)]
    with fleet([*(case.mode for case in cases), *WITNESSES], loop) as found, elsewhere(loop) as strange:
        evidence = [Evidence(member, case, settings) for member, case in zip(found.members, told, strict=True)]
        for one in evidence:
            _arm(one, strange)
        loop.lateness.taken()
        play(found, evidence, player)
        late = loop.lateness.taken()
        first = [one.first for one in evidence if one.case is None]
        for one in evidence:
            one.struck = _struck(one)
            one.strangers = strange.visits[one.member.name]
            one.slack = late + _pace(first).pause
        found.calm()
        again = evidence if left is None else left.to_try(evidence, settings.seed)
        for _number in range(2 if again else 0):
            play(found, again, player)
            found.calm()
        return Trial(evidence, _pace([*first, *(stage for one in again for stage in one.stages[1:])]))


def _pace(stages: Iterable[Stage]) -> Pace:
    """The pace of what nobody disturbed."""
    return pace(log for stage in stages for log in stage.log.values())


def _arm(one: Evidence, strange: Elsewhere) -> None:
    case = one.case
    if case is not None:
        chance = random.Random(f"{one.settings.seed}/{case.name}")
        known = Surroundings(one.settings.deadline, strange.url(one.member.name), chance, one.member.deployment)
        proxy = one.member.proxies[case.request_class.role]
        proxy.trap = Trap(case.request_class, case.fault.make(known), case.nth)


def _struck(one: Evidence) -> bool:
    traps = [proxy.trap for proxy in one.member.proxies.values() if proxy.trap is not None]
    return any(trap.struck_at is not None for trap in traps)


def play(found: Fleet, evidence: Sequence[Evidence], player: Player, meanwhile: Meanwhile | None = None) -> None:
    """One playbook run over these deployments; adds a stage to each evidence."""
    settings = evidence[0].settings
    since = found.lab.journal.position()
    before = [one.member.central() for one in evidence]
    inventory = found.inventory(settings.variables, [one.member for one in evidence])
    played = player.play(inventory, settings.patience, settings.run_seconds, meanwhile)
    said = reported(played.run)
    arrived = found.lab.journal.cmdlets(since=since)
    shells = [entry.machine.lower() for entry in found.lab.journal.open_shells()]
    for one, held in zip(evidence, before, strict=True):
        machines = {name.lower() for name in one.member.hosts().values()}
        stage = Stage(
            played=played,
            said=said.get(one.member.edge.name),
            log={role: proxy.log for role, proxy in one.member.proxies.items()},
            arrived=[entry for entry in arrived if entry.machine.lower() in machines],
            before=held,
            central=one.member.central(),
            local=one.member.local(),
            open_shells=sum(machine in machines for machine in shells),
        )
        one.stages.append(stage)
