# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each module that exists, with its example on a deployment that is configured already: in check mode and without, over
psrp and over winrm, and what it costs on the wire.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from lynclab.journal import RequestEntry
from support.ansible import play, task
from support.examples import EXAMPLES
from support.run import Result, Run
from support.stage import Stage, Start

HTTP_REQUESTS = 7
PIPELINES_OF_THEIR_OWN = {"lync_edge_readiness_info": 2}
"""What a module asks beyond its first pipeline: a name of DNS each, whose error record says that it does not exist."""

BYTES_UP = 29_000
"""Most take 15,000 to 20,000; lync_deployment_info sends seventeen cmdlets in its one pipeline."""
PLAYS = [
    play([task(name, example.options, vars=dict(example.variables))], example.hosts)
    for name, example in EXAMPLES.items()
]
"""A play each: Ansible ends kept sessions with the play, so each module opens one of its own."""


@pytest.fixture(scope="module")
def stage(start_for_module: Start) -> Stage:
    return start_for_module(delegation=True, situations=("provider-present",))


def by_module(run: Run) -> Mapping[str, Result]:
    found = {result.task: result for result in run.results}
    assert len(found) == len(run.results) == len(EXAMPLES)
    return found


@dataclass(frozen=True)
class Measured:
    """The results of all modules, and the requests of the sessions that they opened, in their order."""

    results: Mapping[str, Result]
    sessions: list[list[RequestEntry]]
    handshakes: list[list[RequestEntry]]


@pytest.fixture(scope="module")
def measured(stage: Stage) -> Measured:
    results = by_module(stage.play(PLAYS))
    stage.assert_only_read()
    entries = stage.lab.journal.requests(since=stage.since)
    shells = [shell.shell for shell in stage.lab.journal.shells(event="opened", since=stage.since)]
    sessions = [[entry for entry in entries if entry.shell == shell] for shell in shells]
    handshakes = [
        [entry for entry in entries if not entry.action and entry.connection in {one.connection for one in session}]
        for session in sessions
    ]
    return Measured(results, sessions, handshakes)


@pytest.fixture(scope="module")
def in_check_mode(stage: Stage) -> Mapping[str, Result]:
    results = by_module(stage.play(PLAYS, options=["--check", "--diff"]))
    stage.assert_only_read()
    return results


@pytest.fixture(scope="module", params=["winrm-http", "winrm-https"])
def over_winrm(stage: Stage, request: pytest.FixtureRequest) -> Iterator[Mapping[str, Result]]:
    stage.write_inventory(request.param, front_end_transport=request.param)
    results = by_module(stage.play(PLAYS))
    stage.assert_only_read()
    assert {entry.transport for entry in stage.arrived()} == {"winrs"}
    entries = [entry for entry in stage.lab.journal.requests(since=stage.since) if entry.action]
    assert {(entry.secure, entry.encrypted) for entry in entries} == {
        (request.param == "winrm-https", request.param == "winrm-http")
    }
    yield results
    stage.write_inventory()


def module_of(name: str) -> Any:
    """The module as its action plugin sees it."""
    return importlib.import_module(f"ansible_collections.ucops.lync.plugins.module_utils._modules.{name}").MODULE


def lasting(data: Any) -> Any:
    """A result without the times that go on between two runs, the diff, which is for ``--diff`` only, and what is the endpoint's:
    its name, the rights that it tells, what it does not offer.
    """
    passing = ("_heartbeat", "_status_report", "waited", "diff", "where", "rights", "gaps")
    if isinstance(data, Mapping):
        return {key: lasting(value) for key, value in data.items() if not key.endswith(passing)}
    return [lasting(item) for item in data] if isinstance(data, list) else data


@pytest.mark.parametrize("module", EXAMPLES)
def test_it_changes_nothing_that_is_configured_already(module: str, measured: Measured) -> None:
    assert measured.results[module].status == "ok"
    assert not measured.results[module].changed


@pytest.mark.parametrize("module", EXAMPLES)
def test_check_mode_gives_the_same(module: str, measured: Measured, in_check_mode: Mapping[str, Result]) -> None:
    assert lasting(in_check_mode[module].data) == lasting(measured.results[module].data)


@pytest.mark.parametrize("module", EXAMPLES)
def test_winrm_gives_the_same(module: str, measured: Measured, over_winrm: Mapping[str, Result]) -> None:
    assert lasting(over_winrm[module].data) == lasting(measured.results[module].data)


def test_what_each_costs(measured: Measured, record_property: Callable[[str, object], None]) -> None:
    modules = [name for name, example in EXAMPLES.items() if example.connects and module_of(name).needs_server]
    for module, session, handshake in zip(modules, measured.sessions, measured.handshakes, strict=True):
        up = sum(entry.bytes_in for entry in session)
        figures = (
            f"{len(session)} requests ({', '.join(entry.action for entry in session)}), {up} bytes up; "
            f"handshake: {len(handshake)} requests, {sum(entry.bytes_in for entry in handshake)} bytes up"
        )
        print(f"{module}: {figures}")
        record_property(module, figures)
        own = PIPELINES_OF_THEIR_OWN.get(module, 0)
        assert len(session) <= HTTP_REQUESTS + 2 * own, figures
        assert up <= BYTES_UP + 5_000 * own, figures
