# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of ansible-playbook: what it showed, what it recorded, and what it must not have said."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible_output import recap

NOTICE = re.compile(r"^\[(?:WARNING|DEPRECATION WARNING|ERROR)\]: ", re.MULTILINE)


@dataclass(frozen=True)
class Result:
    """What one task had for one host; for a loop also one for each item (``item ok``, ``item failed``)."""

    status: str
    host: str
    task: str
    action: str
    data: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.data[name]

    @property
    def changed(self) -> bool:
        return bool(self.data.get("changed"))

    @property
    def message(self) -> str:
        """``msg``, on one line."""
        return " ".join(str(self.data.get("msg", "")).split())

    @property
    def cmdlets(self) -> list[str]:
        """The changing cmdlets as a person would type them."""
        return list(self.data.get("cmdlets", []))


@dataclass(frozen=True)
class Run:
    """A finished ansible-playbook. ``output`` is its plain standard output, ``notices`` its warnings and errors, each on
    one line.
    """

    status: int
    output: str
    errors: str
    results: Sequence[Result]
    notices: Sequence[str] = field(default_factory=list)

    @property
    def recap(self) -> dict[str, dict[str, int]]:
        """The counts of each host (ok, changed, unreachable, failed, ...)."""
        return recap(self.output)

    def of(self, task: str, host: str | None = None) -> list[Result]:
        """The results of a task by its name, of one host or of all; those of loop items not."""
        return [
            result
            for result in self.results
            if result.task == task and host in (None, result.host) and not result.status.startswith("item")
        ]

    def one(self, task: str | None = None, host: str | None = None) -> Result:
        """The only result of a task; without a name, the only one of the run."""
        found = self.of(task, host) if task is not None else list(self.results)
        assert len(found) == 1, f"{len(found)} results of {task!r}\n{self}"
        return found[0]

    def __str__(self) -> str:
        return f"exit code {self.status}\n{self.output}\n--- standard error\n{self.errors}"


def finished(status: int, output: str, errors: str, record: Path) -> Run:
    """A run from what its process left."""
    lines = record.read_text(encoding="utf-8").splitlines() if record.exists() else []
    results = [Result(**json.loads(line)) for line in lines]
    told = [notice for notice in _in_output(output) if not _tells_of(notice, results)]
    return Run(status, output, errors, results, [*_in_errors(errors), *told])


def _in_errors(errors: str) -> list[str]:
    """Warnings and errors of standard error, and anything else that came there, each on one line."""
    starts = [match.start() for match in NOTICE.finditer(errors)]
    pieces = [errors[start:end] for start, end in zip([0, *starts], [*starts, len(errors)], strict=True)]
    return [" ".join(piece.split()) for piece in pieces if piece.strip()]


def _in_output(output: str) -> list[str]:
    return [" ".join(piece.split()) for piece in output.split("\n\n") for piece in _from_notice(piece)]


def _from_notice(text: str) -> list[str]:
    match = NOTICE.search(text)
    return [text[match.start() :]] if match else []


def _tells_of(notice: str, results: Sequence[Result]) -> bool:
    """Whether it is only how Ansible shows a failed result, whose message the test has in the result."""
    if not notice.startswith("[ERROR]: Task failed"):
        return False
    return any(result.message in notice for result in results if "failed" in result.status and result.message)


def check_notices(run: Run, expected: Sequence[str]) -> None:
    """Fail for a warning, deprecation or error that no fragment in ``expected`` is in, and for a fragment without one."""
    surprising = [notice for notice in run.notices if not any(fragment in notice for fragment in expected)]
    missing = [fragment for fragment in expected if not any(fragment in notice for notice in run.notices)]
    assert not surprising, f"unexpected notices: {surprising}\n{run}"
    assert not missing, f"missing notices: {missing}\n{run}"
