# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change window on a stage: folders for plans and approvals, approvals of what a dry run wrote, keys to sign them with."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.rollout import Rollout, dry_rollout
from support.stage import Stage

NAMESPACE = "ucops.lync.approval"
ALICE, BOB = "alice@contoso.example", "bob@contoso.example"
VALID: Mapping[str, str] = {
    "change_number": "CHG0040127",
    "approved_by": ALICE,
    "valid_from": "2020-01-01",
    "valid_until": "2099-12-31",
}


@dataclass(frozen=True)
class Window:
    """What a change window has on the controller, in a folder of the test."""

    stage: Stage
    further: Mapping[str, Any] = field(default_factory=dict)

    @property
    def plans(self) -> Path:
        return self.stage.folder / "plans"

    @property
    def approvals(self) -> Path:
        folder = self.stage.folder / "approvals"
        folder.mkdir(exist_ok=True)
        return folder

    @property
    def variables(self) -> dict[str, Any]:
        """Of dry runs and real ones alike, as they would stand in an inventory."""
        return {
            "hybrid_plan_dir": str(self.plans),
            "hybrid_approvals": str(self.approvals),
            "hybrid_require_approval": True,
            **self.further,
        }

    def plan(self, *options: str, **variables: Any) -> Rollout:
        """A dry run, which writes the plans."""
        return dry_rollout(self.stage, *options, variables={**self.variables, **variables})

    def planned(self) -> dict[str, dict[str, Any]]:
        """The newest plan file of each deployment, by the deployment's title."""
        found = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(self.plans.glob("*.json"))]
        return {one["plan"]["title"]: one for one in sorted(found, key=lambda one: str(one["made"]))}

    def approve(self, name: str = "approval.yml", deployment: str = "contoso.example", **changes: Any) -> Path:
        """Write an approval of the newest plan of a deployment; ``changes`` replace its fields, None leaves one out."""
        stated = {
            "deployment": deployment,
            "fingerprint": self.planned()[deployment]["fingerprint"] if "fingerprint" not in changes else "",
            **VALID,
            **changes,
        }
        file = self.approvals / name
        lines = [f"{key}: {value}" for key, value in stated.items() if value is not None]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return file

    def key(self, name: str) -> Path:
        """A key pair of its own."""
        file = self.stage.folder / f"key-{name}"
        if not file.exists():
            subprocess.run(
                ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(file)],
                check=True,
                stdin=subprocess.DEVNULL,
            )
        return file

    def signers(self, *names: str) -> Path:
        """An allowed-signers file with the keys of these."""
        file = self.stage.folder / "signers"
        keys = {
            name: self.key(name).with_suffix(".example.pub" if name.endswith(".example") else ".pub") for name in names
        }
        file.write_text(
            "".join(f"{name} {key.read_text(encoding='utf-8')}" for name, key in keys.items()), encoding="utf-8"
        )
        return file

    def sign(self, file: Path, name: str, namespace: str = NAMESPACE) -> None:
        """Sign a file as somebody."""
        Path(f"{file}.sig").unlink(missing_ok=True)
        subprocess.run(
            ["ssh-keygen", "-q", "-Y", "sign", "-f", str(self.key(name)), "-n", namespace, str(file)],
            check=True,
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
