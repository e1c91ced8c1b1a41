# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark's labs: each has its share, none of its names is another's, and scripts of Ansible alone are answered."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from lab_process import built
from labs import deployments, edge_servers, shares
from script_answer import BOOTSTRAP, ScriptRunspace

from lynclab.contract.endpoint import Pause
from lynclab.machine import Kind
from lynclab.powershell.values import Command, Output, Record


@pytest.mark.parametrize(("total", "parts", "expected"), [(200, 2, [100, 100]), (5, 2, [3, 2]), (1, 4, [1])])
def test_everyone_has_a_share(total: int, parts: int, expected: list[int]) -> None:
    assert shares(total, parts) == expected


def test_labs_beside_each_other_have_no_name_in_common() -> None:
    for wishes in (edge_servers(5, 2), deployments(9, 2, {})):
        first, second = (set(built(json.loads(wish.line)).machines) for wish in wishes)
        assert first
        assert second
        assert not first & second


def test_hosts_are_as_many_as_wished_for() -> None:
    labs = [built(json.loads(wish.line)) for wish in edge_servers(5, 2)]
    assert sum(len(lab.of_kind(Kind.EDGE)) for lab in labs) == 5


def test_each_tenth_deployment_falls_silent() -> None:
    silent = [name for wish in deployments(30, 2, {}, silent_every=10) for name in wish.silent]
    assert silent == ["contoso", "deployment011", "deployment021"]
    lab = built(json.loads(deployments(2, 1, {}, silent_every=10)[0].line))
    reporting = {
        deployment.name: {deployment.replication.replicas[edge].reports for edge in deployment.topology.edges()}
        for deployment in lab.deployments
    }
    assert reporting == {"contoso": {False}, "fabrikam": {True}}


class Cmdlets:
    """Stands for the lab's own runspace."""

    version: Mapping[str, Any] = {}

    def run(self, commands: Sequence[Command]) -> Iterator[Record | Pause]:
        """Says that it was asked."""
        yield Output("the lab's own")

    def close(self) -> None:
        """Nothing is held."""


def test_ansibles_script_waits_for_the_module_once_and_is_answered() -> None:
    runspace = ScriptRunspace(Cmdlets(), 4.0)
    script = [Command(f"$code = 1\n{BOOTSTRAP}", is_script=True)]
    pause, output = runspace.run(script)
    assert pause == Pause(4.0)
    assert isinstance(output, Output)
    assert json.loads(output.value)["changed"] is False
    assert len(list(runspace.run(script))) == 1


@pytest.mark.parametrize("command", [Command("Get-Date", is_script=True), Command("Get-CsHostingProvider")])
def test_anything_else_is_left_to_the_lab(command: Command) -> None:
    assert list(ScriptRunspace(Cmdlets(), 4.0).run([command])) == [Output("the lab's own")]
