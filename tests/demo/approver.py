# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The person who approves: completes the template that the plan prints, and signs it where there is ssh-keygen."""

from __future__ import annotations

import datetime
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

APPROVER = "alice@contoso.example"
CHANGE = "CHG0040127"
NAMESPACE = "ucops.lync.approval"
HEADING = "\nApproval\n--------\n"


def template(plan: str) -> list[str]:
    """The lines of a plan's text that are there to be completed; none where it has none."""
    _before, _found, section = plan.rpartition(HEADING)
    return [line.strip() for line in section.partition("\n\n")[0].splitlines() if line.startswith("    ")]


def completed(lines: list[str], fields: Mapping[str, str]) -> str:
    """The file: each line with the value of its key, where there is one; no other line, no other key."""
    found = []
    for line in lines:
        key = line.partition(":")[0]
        found.append(f"{key}: {fields[key]}" if key in fields else line)
    return "".join(f"{line}\n" for line in found)


def fields(now: datetime.datetime) -> dict[str, str]:
    """What the approver fills in, for a window that is open today and tomorrow."""
    return {
        "change_number": CHANGE,
        "approved_by": APPROVER,
        "valid_from": f"{now:%Y-%m-%d}",
        "valid_until": f"{now + datetime.timedelta(days=1):%Y-%m-%d}",
    }


class Signer:
    """A key of the approver's, and the file that names it."""

    def __init__(self, folder: Path) -> None:
        self.key = folder / "alice"
        self.signers = folder / "signers"

    @staticmethod
    def possible() -> bool:
        return shutil.which("ssh-keygen") is not None

    def prepare(self) -> None:
        """Make the key pair, and name it in a file of allowed signers."""
        _ssh_keygen("-q", "-t", "ed25519", "-N", "", "-C", "alice", "-f", self.key)
        public = self.key.with_suffix(".pub").read_text(encoding="utf-8")
        self.signers.write_text(f"{APPROVER} {public}", encoding="utf-8")

    def sign(self, file: Path) -> None:
        _ssh_keygen("-q", "-Y", "sign", "-f", self.key, "-n", NAMESPACE, file)


def _ssh_keygen(*arguments: str | Path) -> None:
    subprocess.run(["ssh-keygen", *arguments], check=True, stdin=subprocess.DEVNULL, capture_output=True)
