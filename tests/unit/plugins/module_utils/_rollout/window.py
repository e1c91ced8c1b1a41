# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rollout whose writes are journalled, and the plan of its way back, against a deployment of the lab's model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.ucops.lync.plugins.module_utils._core import journalled
from ansible_collections.ucops.lync.plugins.module_utils._core.document import from_plain
from ansible_collections.ucops.lync.plugins.module_utils._core.outcome import Outcome
from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_rollout_plan
from ansible_collections.ucops.lync.plugins.module_utils._nouns.table import NOUNS
from ansible_collections.ucops.lync.plugins.module_utils._resource.converge import configures
from ansible_collections.ucops.lync.plugins.module_utils._rollout.plan import Plan
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils.memory_files import MemoryFiles

RECORDS = "/records"
OFF = ["federation_off"]


class Window:
    """A deployment and the controller's files.

    :ivar path: the journal of the newest run.
    """

    def __init__(self, model: memory.Deployment, **options: Any) -> None:
        self.model = model
        self.files = MemoryFiles()
        self.options = {"record_dir": RECORDS, **options}
        self.path = ""
        self.seconds = 0.0

    def plan(self, **options: Any) -> dict[str, Any]:
        """The result of planning, at a time of its own."""
        task = scene.plan_task(self.model, **{**self.options, **options})
        task.files = self.files
        self.seconds += 1
        task.clock = self.seconds
        lync_rollout_plan.run(task)
        found: dict[str, Any] = json.loads(json.dumps(task.result))
        self.path = found["journal"] or self.path
        return found

    def back(self, **options: Any) -> dict[str, Any]:
        """The plan of the way back from what is recorded; with consent to switch federation off."""
        self.model.replicate()
        return self.plan(**{"record": RECORDS, "accept": OFF, "variables": {}, **options})

    def run(self, stop_after: int | None = None, **options: Any) -> Plan:
        """Plan, and write so many of the changes; the journal ends there."""
        result = self.plan(**options)
        plan = from_plain(Plan, result["plan"])
        assert not plan.stops, result["refusal"]
        for change in plan.changes[:stop_after]:
            self.carry_out(change.noun, change.options)
        return plan

    def carry_out(self, noun: str, options: Mapping[str, Any]) -> None:
        """One change, as its task makes it and notes it."""
        module = configures(NOUNS[noun])
        task = memory.task_of(module, self.model, **options)
        module.run(task)
        for write in task.result["writes"]:
            self.note(journalled.write_line(0, write["cmdlet"]))
            self.note(journalled.outcome_line(0, write["cmdlet"], Outcome(write["outcome"])))

    def note(self, line: str) -> None:
        if self.path:
            self.files.append(self.path, line)

    @property
    def text(self) -> str:
        return self.files.content[self.path]


def cmdlets(result: Mapping[str, Any]) -> list[str]:
    return [cmdlet for change in result["plan"]["changes"] for cmdlet in change["cmdlets"]]


def write_back(window: Window, result: Mapping[str, Any]) -> None:
    """Carry out a way back."""
    assert not result["refusal"], result["refusal"]
    for change in result["plan"]["changes"]:
        window.carry_out(change["noun"], change["options"])
