# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the output of ansible-playbook says: its recap, and the cmdlets that it names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
RECAP_LINE = re.compile(r"^(?P<host>\S+)\s+: (?P<counts>ok=\d+.*)$", re.MULTILINE)
COUNT = re.compile(r"(\w+)=(\d+)")
CHANGING_CMDLET = re.compile(r"""\b(?!Get-|Test-)(?P<name>[A-Z][a-z]+-Cs\w+)(?P<parameters>(?:\ +-[A-Za-z]+[^\n]*))""")
WAY_BACK = re.compile(r"^ *Way back: [^\n]*\n?", re.MULTILINE)
PARAMETER = re.compile(r"""-(?P<name>[A-Za-z]+)(?::|\s+)?(?P<value>'(?:''|[^'])*'|"[^"]*"|[^\s'"-][^\s'"]*)?""")


@dataclass(frozen=True)
class Shown:
    """A changing cmdlet as some text shows it: its name, and the parameters whatever their order or quotes."""

    name: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return " ".join([self.name, *(f"-{name} {value}" for name, value in self.parameters.items())])


def without_colours(text: str) -> str:
    return ESCAPES.sub("", text)


def recap(output: str) -> dict[str, dict[str, int]]:
    """The counts (ok, changed, unreachable, failed, ...) of each host; empty where the play never got to its recap."""
    _before, found, lines = without_colours(output).rpartition("PLAY RECAP")
    if not found:
        return {}
    return {
        match["host"]: {name: int(count) for name, count in COUNT.findall(match["counts"])}
        for match in RECAP_LINE.finditer(lines)
    }


def without_way_back(output: str) -> str:
    """Without the line of a plan that says how it would be taken back."""
    return WAY_BACK.sub("", without_colours(output))


def changing_cmdlets(output: str) -> list[Shown]:
    """Every cmdlet with parameters, Get and Test apart, that the output shows; each once.

    ``-Confirm`` is left out: it says how the command is sent, not what it changes.
    """
    shown: list[Shown] = []
    for match in CHANGING_CMDLET.finditer(without_colours(output).replace('\\"', '"')):
        parameters = {
            found["name"]: _unquoted(found["value"] or "")
            for found in PARAMETER.finditer(match["parameters"])
            if found["name"] != "Confirm"
        }
        cmdlet = Shown(match["name"], parameters)
        if cmdlet not in shown:
            shown.append(cmdlet)
    return shown


def _unquoted(value: str) -> str:
    if value[:1] == "'":
        return value[1:-1].replace("''", "'")
    if value[:1] == '"':
        return value[1:-1]
    return value.rstrip(".,;:)]")
