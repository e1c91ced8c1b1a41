# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The results of the matrix: a line of JSON for each case, and the table of what held by kind."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

_CONTROLS = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd]")
"""What XML cannot hold."""


@dataclass(frozen=True)
class Result:
    """What became of one case, or of one whole run (kind ``run``). ``broken`` is what did not hold, by check.

    ``struck`` is False where the request that the fault waited for never came, or had nothing in it to spoil.
    ``waited`` is how long the client waited for the struck request, ``past`` how much of that was past the deadline, both in
    seconds; ``memory`` the largest process, in MiB.
    ``report`` is its row, ``failure`` the first sentence with which one of its hosts failed.
    """

    case: str
    kind: str
    mode: str
    struck: bool
    broken: Mapping[str, str] = field(default_factory=dict)
    waited: float = 0.0
    past: float = 0.0
    memory: int = 0
    report: str = ""
    failure: str = ""

    @property
    def held(self) -> bool:
        return not self.broken


class Results:
    """The results in a file, one a line, so that a matrix that was interrupted goes on where it stood."""

    def __init__(self, path: Path) -> None:
        self._path = path
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self.all = [Result(**json.loads(line)) for line in lines]

    def add(self, results: Iterable[Result]) -> None:
        """Keep some more."""
        found = list(results)
        self.all += found
        with self._path.open("a", encoding="utf-8") as stream:
            stream.writelines(json.dumps(asdict(one), ensure_ascii=True) + "\n" for one in found)

    def forget_broken(self) -> frozenset[str]:
        """Forget the cases that did not hold, so that they run again; their names. What befell a whole run stays."""
        broken = frozenset(one.case for one in self.all if not one.held and one.kind != "run")
        kept = [one for one in self.all if one.case not in broken]
        self.all = []
        self._path.unlink(missing_ok=True)
        self.add(kept)
        return broken

    @property
    def done(self) -> set[str]:
        """The cases that need not run again."""
        return {one.case for one in self.all}


def table(results: Sequence[Result]) -> str:
    """Cases run and held by kind, and in which modes."""
    struck = [one for one in results if one.struck]
    run, held = Counter(one.kind for one in struck), Counter(one.kind for one in struck if one.held)
    rows = [(kind, run[kind], held[kind]) for kind in sorted(run, key=lambda kind: (kind == "run", kind))]
    rows.append(("all", run.total(), held.total()))
    texts = [("kind", "run", "held", "broken"), *((kind, str(of), str(ok), str(of - ok)) for kind, of, ok in rows)]
    width = max(len(text[0]) for text in texts)
    lines = [text[0].ljust(width) + "".join(cell.rjust(9) for cell in text[1:]) for text in texts]
    idle = len(results) - len(struck)
    if idle:
        lines.append(f"{idle} more waited for a request that did not come, or had nothing in it to spoil")
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def broken_lines(results: Iterable[Result]) -> list[str]:
    """What did not hold, by check: how often, and each case with its sentence."""
    by_check: dict[str, list[str]] = {}
    for one in results:
        for check, sentence in one.broken.items():
            by_check.setdefault(check, []).append(f"  {one.case}: {sentence}")
    return [line for check, lines in sorted(by_check.items()) for line in (f"{check}: {len(lines)}", *sorted(lines))]


def write_junit(results: Sequence[Result], path: Path) -> None:
    """The results as a JUnit report: a test for each case."""
    failed = sum(not one.held for one in results)
    suite = ET.Element("testsuite", name="faults", tests=str(len(results)), failures=str(failed))
    for one in results:
        case = ET.SubElement(suite, "testcase", classname=f"{one.kind} {one.mode}".strip(), name=one.case)
        if not one.held:
            text = "; ".join(f"{check}: {sentence}" for check, sentence in one.broken.items())
            ET.SubElement(case, "failure", message=_CONTROLS.sub("?", text))
    path.parent.mkdir(parents=True, exist_ok=True)
    ET.ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)


def figures(results: Sequence[Result]) -> list[str]:
    """The longest wait for a request that was struck, and the largest process of any run."""
    waited = max((one.waited for one in results), default=0.0)
    past = max((one.past for one in results), default=0.0)
    memory = max((one.memory for one in results), default=0)
    return [
        f"longest wait for a struck request: {waited:.1f} s; longest past a deadline: {past:.1f} s",
        f"largest process: {memory} MiB",
    ]
