# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a client of WinRS needs for the collection's constant script: its command line, its input, its output."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from winrm import Protocol

from labtests.site import PASSWORD, USER
from lynclab.contract.machine import Machine
from lynclab.powershell.clixml import Writer
from lynclab.powershell.serialised import ROOT
from lynclab.server import LabServer
from lynclab.winrs.script import MARK, SCRIPT

#: As Ansible's PowerShell shell writes it.
POWERSHELL = ("PowerShell", "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Unrestricted", "-EncodedCommand")


@dataclass(frozen=True)
class Ran:
    """What a command gave."""

    stdout: bytes
    stderr: bytes
    code: int

    @property
    def lines(self) -> list[tuple[str, str]]:
        """The script's lines: kind, and text."""
        found = []
        for line in self.stdout.decode("ascii").splitlines():
            if line.startswith(MARK):
                kind, _space, data = line.removeprefix(MARK).partition(" ")
                found.append((kind, base64.b64decode(data).decode("utf-8")))
        return found

    @property
    def kinds(self) -> list[str]:
        """The kinds of the script's lines."""
        return [kind for kind, _text in self.lines]


def stripped(script: str) -> str:
    """A script as Ansible sends it, and without its comments."""
    lines = (line.strip() for line in script.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("#"))


def the_script() -> str:
    """The collection's script as it is sent."""
    return stripped(SCRIPT.read_text(encoding="utf-8"))


def encoded(script: str) -> tuple[str, ...]:
    """The words of the command line that runs a script."""
    return (*POWERSHELL, base64.b64encode(script.encode("utf-16-le")).decode())


def input_line(
    name: str, parameters: Mapping[str, Any] | None = None, secrets: Mapping[str, str] | None = None
) -> bytes:
    """One command as a line of the script's input."""
    writer = Writer()
    writer.value({"Name": name, "Parameters": dict(parameters or {}), "Secrets": dict(secrets or {})})
    return base64.b64encode(f"{ROOT}{writer.text()}</Objs>".encode()) + b"\n"


def protocol(
    lab: LabServer, machine: Machine, transport: str = "basic", secure: bool = True, **settings: Any
) -> Protocol:
    """An unmodified pywinrm that speaks to a machine."""
    options: dict[str, Any] = {
        "transport": transport,
        "username": USER,
        "password": PASSWORD,
        "ca_trust_path": str(lab.ca_file),
        "proxy": None,
        "operation_timeout_sec": 20,
        "read_timeout_sec": 30,
    }
    return Protocol(lab[machine.name].url("/wsman", secure=secure), **{**options, **settings})


def run(client: Protocol, shell: str, *words: str, stdin: bytes | None = b"") -> Ran:
    """Run a command to its end. ``stdin`` None: its standard input is a console."""
    command = client.run_command(shell, words[0], words[1:], console_mode_stdin=stdin is None)
    if stdin is not None:
        client.send_command_input(shell, command, stdin, end=True)
    output = client.get_command_output(shell, command)
    client.cleanup_command(shell, command)
    return Ran(*output)
