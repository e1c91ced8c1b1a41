# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the integration tests."""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.register_assert_rewrite("support")

from support.ansible import Ansible  # noqa: E402
from support.joint_run import TIMEOUT  # noqa: E402
from support.side_by_side import Outcomes, SharedAnsible, Together  # noqa: E402
from support.stage import Stage, Start, staged  # noqa: E402

__all__ = ["Start"]
OUTCOMES = pytest.StashKey[Outcomes]()
CUT = ("ignore:unclosed transport <:ResourceWarning", "ignore:unclosed <socket:ResourceWarning")
"""asyncio leaves a connection that is cut in its TLS handshake to the garbage collector. Here only the lab has sockets: Ansible
runs in processes of its own.
"""
ROW = re.compile(r"test_ways_matrix\.py::test_a_way_in\[(.+)\]$")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The table of the ways in: each proven row with the handshake that the lab saw, the others with why not."""
    lines = []
    for outcome in ("passed", "skipped", "failed", "error"):
        for report in terminalreporter.stats.get(outcome, ()):
            found = ROW.search(report.nodeid)
            if found is None:
                continue
            told = dict(report.user_properties).get("handshake", outcome)
            if outcome == "skipped" and isinstance(report.longrepr, tuple):
                told = report.longrepr[2].removeprefix("Skipped: ")
            lines.append((found[1], told))
    if lines:
        width = max(len(name) for name, told in lines)
        terminalreporter.section("ways in, and the handshake that the lab saw")
        for name, told in sorted(lines):
            terminalreporter.line(f"{name:{width}}  {told}")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "over_psrp_and_winrm: the test runs once over each connection")
    config.addinivalue_line("markers", "side_by_side: the tests of a file share their runs of ansible-playbook")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.definition.get_closest_marker("over_psrp_and_winrm") is not None:
        metafunc.parametrize("connection", ["psrp", "winrm"], indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            for ignored in CUT:
                item.add_marker(pytest.mark.filterwarnings(ignored))
        if item.get_closest_marker("side_by_side") is not None:
            item.add_marker(pytest.mark.timeout(TIMEOUT))


def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """The first test of a file that is called takes the others along."""
    if pyfuncitem.get_closest_marker("side_by_side") is None:
        return None
    outcomes = pyfuncitem.session.stash.setdefault(OUTCOMES, {})
    if pyfuncitem.nodeid not in outcomes:
        outcomes.update(_together(pyfuncitem))
    error = outcomes[pyfuncitem.nodeid]
    if error is not None:
        raise error
    return True


def _together(first: pytest.Function) -> Outcomes:
    """What each of the tests that were chosen in a file raised, by node id."""
    folder = Path(str(first.funcargs["tmp_path"])) / "together"
    together = Together(folder)
    tests: dict[str, tuple[str, Callable[[], None]]] = {}
    for item in first.session.items:
        if isinstance(item, pytest.Function) and item.path == first.path and item.get_closest_marker("side_by_side"):
            name = f"test{len(tests)}"
            ansible = SharedAnsible(folder / name, name, together)
            tests[item.nodeid] = (name, functools.partial(_call, item, folder / name, ansible))
    found = together.outcomes(dict(tests.values()))
    return {nodeid: found[name] for nodeid, (name, _test) in tests.items()}


def _call(test: pytest.Function, folder: Path, ansible: Ansible) -> None:
    """Call a test that has no other fixtures than those of here."""
    values: dict[str, Any] = dict(test.callspec.params) if hasattr(test, "callspec") else {}
    with contextlib.contextmanager(_starter)(folder, values.pop("connection", "psrp"), ansible) as start:
        values["start"] = start
        if "stage" in test.fixturenames:
            values["stage"] = start()
        test.obj(**{name: values[name] for name in test._fixtureinfo.argnames})


@pytest.fixture
def connection(request: pytest.FixtureRequest) -> str:
    """The connection plugin with which the labs of a test are reached."""
    return str(getattr(request, "param", "psrp"))


@pytest.fixture
def start(tmp_path: Path, connection: str) -> Iterator[Start]:
    """Starts labs for one test: ``start(sites=2, situations=("edge-silent",))``."""
    yield from _starter(tmp_path, connection)


@pytest.fixture
def stage(start: Start) -> Stage:
    """The usual lab: an Enterprise pool and one Edge Server, fresh for each test."""
    return start()


@pytest.fixture(scope="module")
def start_for_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts labs that the tests of one file share."""
    yield from _starter(tmp_path_factory.mktemp("module"))


def _starter(folder: Path, connection: str = "psrp", ansible: Ansible | None = None) -> Iterator[Start]:
    """Over winrm a Front End is reached at its plain endpoint, so that it needs the second hop."""
    usual = {"transport": "winrm-http", "delegation": True} if connection == "winrm" else {}
    with contextlib.ExitStack() as stack:
        count = 0
        stages: list[Stage] = []

        def start(**spec: Any) -> Stage:
            nonlocal count
            count += 1
            stage = stack.enter_context(staged(folder / f"lab{count}", ansible=ansible, **{**usual, **spec}))
            stages.append(stage)
            return stage

        yield start
        if connection == "winrm":
            transports = {entry.transport for stage in stages for entry in stage.lab.journal.cmdlets()}
            assert transports != {"psrp"}, "nothing arrived over winrm"
