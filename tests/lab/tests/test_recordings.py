# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab against a real PowerShell engine: each recorded command, sent by an unmodified pypsrp, message by message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from labtests.compare import Case, Tap, cases, differences, received
from labtests.recorded_engine import PASSWORD, recorded_machine
from labtests.site import Site
from labtests.stand_in import Endpoint, Machine, Runspace
from pypsrp.powershell import RunspacePool
from pypsrp.wsman import WSMan

from lynclab.contract.endpoint import Logon
from lynclab.powershell.binder import bind
from lynclab.powershell.syntax import SWITCH_TYPE, Parameter, Syntax
from lynclab.powershell.values import Command, Output
from lynclab.server import LabServer

# The engine's own Import-Module has parameters that no Lync administrator needs; its syntax text is not imitated.
OTHER_SYNTAX = frozenset({"module not installed"})
PLAIN = [case for group in ("output", "cmdlet error", "binding") for case in cases(group)]
CMDLET_ONLY = cases("cmdlet-only endpoint")
FUNCTIONS = [case for case in cases("switch") if "function" in case.name]


@contextmanager
def session(path: str, *, cmdlet_only: bool) -> Iterator[RunspacePool]:
    machine = recorded_machine(cmdlet_only=cmdlet_only)
    with LabServer([machine]) as server:
        wsman = WSMan(
            "127.0.0.1",
            port=server[machine.name].https_port,
            path=path,
            auth="basic" if not cmdlet_only else "ntlm",
            username="LYNCLAB\\admin",
            password=PASSWORD,
            cert_validation=str(server.ca_file),
        )
        with RunspacePool(wsman) as pool:
            yield pool


@pytest.fixture(scope="module")
def plain() -> Iterator[RunspacePool]:
    with session("wsman", cmdlet_only=False) as pool:
        yield pool


@pytest.fixture(scope="module")
def cmdlet_only() -> Iterator[RunspacePool]:
    with session("OcsPowershell", cmdlet_only=True) as pool:
        yield pool


@pytest.fixture
def tap(monkeypatch: pytest.MonkeyPatch) -> Tap:
    return Tap(monkeypatch)


def check(pool: RunspacePool, tap: Tap, case: Case) -> None:
    ours = received(pool, tap, case.commands)
    assert differences(ours, case.messages) == []
    if case.name not in OTHER_SYNTAX:
        assert [message.clixml for message in ours] == [message.clixml for message in case.messages]


# The cases of a group follow each other on one store, as they were recorded.


@pytest.mark.parametrize("case", PLAIN, ids=lambda case: case.name)
def test_a_command_gets_the_recorded_answer(plain: RunspacePool, tap: Tap, case: Case) -> None:
    check(plain, tap, case)


@pytest.mark.parametrize("case", CMDLET_ONLY, ids=lambda case: case.name)
def test_a_cmdlet_only_endpoint_gives_the_recorded_answer(cmdlet_only: RunspacePool, tap: Tap, case: Case) -> None:
    check(cmdlet_only, tap, case)


class Functions(Runspace):
    """The recorded functions, which tell what became of their switch."""

    def run(self, commands: Sequence[Command]) -> Iterator[Output]:
        for command in commands:
            syntax = Syntax(command.name, (Parameter("LocalStore", SWITCH_TYPE),), is_function=True)
            yield Output("local" if bind(syntax, command.arguments, "core").get("LocalStore") else "central")


@dataclass
class OfFunctions(Endpoint):
    """An endpoint that has them."""

    def open(self, logon: Logon) -> Functions:
        return Functions(logon, self.ran)


@pytest.mark.parametrize("case", FUNCTIONS, ids=lambda case: case.name)
def test_a_function_gives_the_recorded_answer(tap: Tap, case: Case) -> None:
    machine = Machine(endpoints={"/wsman": OfFunctions()})
    with LabServer([machine]) as lab, RunspacePool(Site(machine, lab).connect()) as pool:
        check(pool, tap, case)
