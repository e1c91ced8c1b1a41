# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change window in memory: plans that a dry run wrote, approvals of them, and a task that plans on the day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.ucops.lync.plugins.module_utils._approval.approval import NAMESPACE
from ansible_collections.ucops.lync.plugins.module_utils._core.times import beginning
from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_rollout_plan
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils.memory_files import MemoryFiles

ALICE = "alice@contoso.example"
FIELDS: Mapping[str, str] = {
    "deployment": "adatum",
    "change_number": "CHG0040127",
    "approved_by": ALICE,
    "valid_from": "2026-11-28T20:00:00Z",
    "valid_until": "2026-11-29T04:00:00Z",
}
WEDNESDAY, SATURDAY, SUNDAY = (
    beginning(one, "it") for one in ("2026-11-25T10:00:00Z", "2026-11-28T22:00:00Z", "2026-11-29T12:00:00Z")
)
OPTIONS: Mapping[str, Any] = {"plan_dir": "plans", "approvals": "approvals", "require_approval": True}


class Window:
    """
    :ivar files: the controller's, by path.
    """

    def __init__(self, deployment: memory.Deployment, **options: Any) -> None:
        self.deployment = deployment
        self.options = options
        self.files = MemoryFiles()
        self.files.content["approvals/README"] = "A folder is there as soon as a file is in it."

    def task(self, at: float, check_mode: bool = False, **options: Any) -> memory.MemoryTask:
        """A task that has planned."""
        task = scene.plan_task(self.deployment, check_mode, **{**OPTIONS, **self.options, **options})
        task.clock, task.files = at, self.files
        lync_rollout_plan.run(task)
        json.dumps(task.result)
        return task

    def plan(self, at: float = WEDNESDAY, **options: Any) -> dict[str, Any]:
        """A dry run, which writes the plan; its result."""
        return self.task(at, check_mode=True, **options).result

    def run(self, at: float = SATURDAY, **options: Any) -> dict[str, Any]:
        """The plan of a real run; its result."""
        return self.task(at, **options).result

    def refusal(self, at: float = SATURDAY, **options: Any) -> str:
        """Why it is not approved."""
        result = self.run(at, **options)
        assert (result["withheld"], result["verify"], result["out_of_step"]) == ("not approved", [], {})
        assert "Nothing was changed." in result["refusal"]
        return str(result["refusal"])

    @property
    def documents(self) -> list[str]:
        """The paths of the plans, the oldest first."""
        return sorted(path for path in self.files.content if path.startswith("plans/") and path.endswith(".json"))

    def approve(self, name: str = "one.yml", plan: int = -1, **changes: Any) -> str:
        """The path of an approval of a plan, by default of the newest; ``changes`` replace its fields."""
        document = json.loads(self.files.content[self.documents[plan]]) if self.documents else {}
        fields = {**FIELDS, "fingerprint": document.get("fingerprint", ""), **changes}
        path = f"approvals/{name}"
        self.files.content[path] = "".join(f"{key}: {json.dumps(value)}\n" for key, value in fields.items())
        return path

    def sign(self, path: str, principal: str = ALICE, namespace: str = NAMESPACE) -> None:
        """As the files in memory know a signature."""
        self.files.content[f"{path}.sig"] = f"{principal} {namespace} {self.files.content[path]}"

    def applied(self, result: Mapping[str, Any]) -> None:
        """The writes of a plan have run: the last one leaves its marker."""
        last = result["planned"][-1]
        if last.get("spends"):
            self.files.create(last["spends"], last["spent"])
        self.deployment.put("hosting_providers", memory.provider("Exchange Online", "exap.um.outlook.com"))
        self.deployment.seed(AllowFederatedUsers=True)
