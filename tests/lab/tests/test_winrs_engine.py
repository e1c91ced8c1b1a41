# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The constant script in the lab against the same script in a real PowerShell engine, where ``pwsh`` is on the PATH."""

from __future__ import annotations

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from labtests.compare import Message, differences, first_difference
from labtests.recorded_engine import PASSWORD, recorded_machine
from labtests.winrs import Ran, encoded, input_line, protocol, run, the_script

from lynclab.powershell import values
from lynclab.powershell.clixml import Writer
from lynclab.powershell.edition import CORE
from lynclab.powershell.serialised import document
from lynclab.server import LabServer

PWSH = shutil.which("pwsh") or "pwsh"
pytestmark = pytest.mark.engine

FRIDAY = values.EnumValue("System.DayOfWeek", "Friday", 5)
SAMPLES = {
    "$null": None,
    "'x'": "x",
    "''": "",
    '"a<b>&c`n_x000A_ é"': "a<b>&c\n_x000A_ é",
    "7": 7,
    "$true": True,
    "@{ a = 'x' }": {"a": "x"},
    "@{}": {},
    "[DayOfWeek]::Friday": FRIDAY,
    "[version]'1.2'": values.Version("1.2"),
    "@('a', 'b')": ["a", "b"],
    "[pscustomobject]@{ A = 'x'; N = $null; E = ''; L = @('a', 1); D = [DayOfWeek]::Friday }": values.CustomObject(
        {"A": "x", "N": None, "E": "", "L": ["a", 1], "D": FRIDAY}
    ),
    "[pscustomobject]@{ Nested = [pscustomobject]@{ A = 1 }; None = @() }": values.CustomObject(
        {"Nested": values.CustomObject({"A": 1}), "None": []}
    ),
}
INPUT = (
    input_line("Import-Module", {"Name": "SkypeForBusiness"}),
    input_line("Get-CsThatIsNotThere"),
    input_line("Get-CsPool"),
)


def engine(*arguments: str, stdin: bytes = b"") -> Ran:
    done = subprocess.run(
        [PWSH, "-NoProfile", "-NonInteractive", *arguments], input=stdin, capture_output=True, check=False
    )
    return Ran(done.stdout, done.stderr, done.returncode)


def test_values_have_the_text_of_the_serialiser() -> None:
    mark = "=" * 20
    serialise = f"{{ [Console]::Out.WriteLine([Management.Automation.PSSerializer]::Serialize($args[0]) + '{mark}') }}"
    lines = [f"$write = {serialise}", *(f"& $write ({expression})" for expression in SAMPLES)]
    ran = engine(*encoded("\n".join(lines))[-2:])
    theirs = [text.strip() for text in ran.stdout.decode("utf-8").split(mark)][:-1]
    assert len(theirs) == len(SAMPLES), ran.stderr
    for expression, their in zip(SAMPLES, theirs, strict=True):
        writer = Writer(CORE)
        writer.value(SAMPLES[expression])
        assert first_difference(document(writer.text(), "\n"), their) == "", expression


@contextmanager
def lab_of_the_engine() -> Iterator[Ran]:
    machine = recorded_machine(cmdlet_only=False)
    with LabServer([machine]) as lab:
        client = protocol(lab, machine, username="LYNCLAB\\admin", password=PASSWORD)
        shell = client.open_shell(codepage=65001)
        yield run(client, shell, *encoded(the_script()), stdin=b"".join(INPUT[:2]))
        client.close_shell(shell)


def test_errors_have_the_shape_that_the_script_gives_them() -> None:
    """A module that is not there, and a cmdlet that is not: compiled code of the engine raises both errors."""
    theirs = engine(*encoded(the_script())[-2:], stdin=b"".join(INPUT[:2]))
    with lab_of_the_engine() as ours:
        assert ours.kinds == theirs.kinds == ["begin", "error", "thrown", "end"]
        found = differences(_messages(ours), _messages(theirs))
    assert found == []


def _messages(ran: Ran) -> list[Message]:
    return [Message(kind, _levelled(text)) for kind, text in ran.lines if kind in ("error", "thrown")]


def _levelled(text: str) -> str:
    """Without stack traces, the frames of the interpreter, and the newlines of indentation."""
    text = re.sub(r">\s+<", "><", text)
    text = re.sub(r'(<S N="(?:StackTrace|TargetSite)">)[^<]*', r"\1", text)
    text = re.sub(r"(_x000A_   at |_x000A_\(stack trace\))[^<]*", "", text)
    root = ET.fromstring(text)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        for child in list(element):
            if child.get("N") == "Data":
                element.remove(child)
        if element.get("RefId"):
            element.set("RefId", "")
    return ET.tostring(root, encoding="unicode")
