# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection's constant script, as the lab runs it: by its contract, which ``_script/session.py`` of the collection states.

The lab has no PowerShell language. It recognises the script by comparing what arrived with the file in the checkout, and
then reads and writes what the script would: the lines' text is that of ``PSSerializer``.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import functools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from psrpcore.types import PSCryptoProvider
from psrpcore.types import deserialize_clixml as deserialise

from lynclab.contract.endpoint import Pause
from lynclab.powershell import records, values
from lynclab.powershell.arguments import plain
from lynclab.powershell.clixml import Writer
from lynclab.powershell.serialised import document
from lynclab.powershell.values import Command
from lynclab.winrs.process import Process

SCRIPT = Path(__file__).parents[4] / "plugins" / "plugin_utils" / "_script" / "run_cmdlets.ps1"
MARK = "ucops.lync: "
VERSION = 1
_MODULES = ("Lync", "SkypeForBusiness")
_NAME = re.compile(r"[A-Za-z]+-Cs[A-Za-z0-9]+|Resolve-DnsName")
#: What Ansible's PowerShell shell puts before and behind a script, once a script's lines are stripped.
_IN_FRONT = frozenset(
    {
        "Set-StrictMode -Version Latest",
        "try { [Console]::OutputEncoding = New-Object System.Text.UTF8Encoding } catch {}",
    }
)
_BEHIND = frozenset(
    {
        "If (-not $?) { If (Get-Variable LASTEXITCODE -ErrorAction SilentlyContinue) { exit $LASTEXITCODE } Else { exit 1 } }"
    }
)
#: The line of the script that calls a cmdlet, and the frames that it stands in.
_CALL = "& $call.Name @parameters 2>&1 3>&1"
_STACK = ("at <ScriptBlock>, <No file>: line 1", "at <ScriptBlock>, <No file>: line {line}")


class Refused(Exception):
    """The script runs none of the commands; its text is the sentence that it writes."""


class NoKey(PSCryptoProvider):
    """The script reads no SecureString: secrets arrive as text."""

    def decrypt(self, value: str) -> str:
        """There is no key."""
        raise Refused("A SecureString cannot be read here.")


@functools.cache
def _script_lines() -> tuple[str, ...]:
    """The script in the checkout; nothing where the lab was taken out of it."""
    return _normalised(SCRIPT.read_text(encoding="utf-8")) if SCRIPT.is_file() else ()


def _normalised(script: str) -> tuple[str, ...]:
    stripped = (line.strip() for line in script.splitlines())
    return tuple(line for line in stripped if line and not line.startswith("#"))


def is_the_script(script: str) -> bool:
    """Whether it is the collection's script, without comments, blank lines and indentation as Ansible sends it."""
    lines = list(_normalised(script))
    while lines and lines[0] in _IN_FRONT:
        lines.pop(0)
    while lines and lines[-1] in _BEHIND:
        lines.pop()
    return bool(lines) and tuple(lines) == _script_lines()


class CmdletScript:
    """A powershell.exe with the script: a process and a runspace of its own, so the module loads in each."""

    async def run(self, process: Process) -> int:
        """Read all input, check it, run one command after another. Returns the exit code."""
        shell = process.shell
        await asyncio.sleep(shell.machine.wire.process_start)
        runspace = shell.endpoint.open(shell.logon)
        try:
            version = str(runspace.version["PSVersion"])
            _write(process, "begin", f"{VERSION} {version}")
            try:
                if int(version.partition(".")[0]) < 3:
                    raise Refused("PowerShell 3 or later is needed: install Windows Management Framework 3.0 or later.")
                commands = list(commands_in(await process.read()))
            except Refused as refused:
                _write(process, "refused", str(refused))
                return 1
            process.journal(commands)
            for command in commands:
                for item in runspace.run([command]):
                    if isinstance(item, Pause):
                        await asyncio.sleep(item.seconds)
                    else:
                        _write_record(process, item)
            _write(process, "end", "")
            return 0
        finally:
            runspace.close()

    def cmdlets(self, data: bytes) -> frozenset[str]:
        """The names of the commands in a part of its input, in lower case."""
        return frozenset(filter(None, map(_name_in, data.splitlines())))


# In


def commands_in(data: bytes) -> Iterator[Command]:
    """The commands of the script's input. Raises Refused for the first that the script does not accept."""
    for line in filter(None, data.splitlines()):
        table = _table(line)
        name = _name_of(table)
        arguments = dict(_entry(table, "Parameters") or {})
        secrets = _entry(table, "Secrets")
        if secrets is None:
            raise Refused("You cannot call a method on a null-valued expression.")
        arguments |= {key: values.SecureString(str(text)) for key, text in secrets.items()}
        if name == "Import-Module":
            module = str(_entry(arguments, "Name") or "")
            if module not in _MODULES:
                raise Refused(f"Import of another module: {module}")
            arguments = {"Name": module}
        elif not _NAME.fullmatch(name):
            raise Refused(f"No Lync cmdlet: {name}")
        yield Command(name, tuple((str(key), value) for key, value in arguments.items()))


def _table(line: bytes) -> Mapping[Any, Any]:
    try:
        text = base64.b64decode(line, validate=True).decode("utf-8")
        found = [plain(value) for value in deserialise(text, NoKey())]
    except (binascii.Error, ValueError, TypeError, ElementTree.ParseError) as problem:
        raise Refused(f"The input cannot be read: {problem}") from problem
    if len(found) != 1 or not isinstance(found[0], Mapping):
        raise Refused("The input cannot be read: a line is no hash table.")
    return found[0]


def _name_in(line: bytes) -> str:
    try:
        return _name_of(_table(line)).lower()
    except Refused:
        return ""


def _name_of(table: Mapping[Any, Any]) -> str:
    return str(_entry(table, "Name") or "")


def _entry(table: Mapping[Any, Any], key: str) -> Any:
    """An entry of a hash table of PowerShell: keys are found in any case."""
    return next((value for name, value in table.items() if str(name).lower() == key.lower()), None)


# Out


def _write(process: Process, kind: str, text: str) -> None:
    process.write(f"{MARK}{kind} {base64.b64encode(text.encode('utf-8')).decode()}\r\n")


def _write_record(process: Process, record: values.Record) -> None:
    wire = process.shell.machine.wire

    def new_writer() -> Writer:
        return Writer(wire.edition, rich_types=wire.rich_types, date_kind=wire.date_kind)

    if isinstance(record, values.ProgressRecord):
        return  # The script asks for none.
    if isinstance(record, values.VerboseRecord):
        # Nobody merges this stream: the host prints it.
        process.write(f"VERBOSE: {record.message}\r\n")
        return
    kind = "output"
    if isinstance(record, values.WarningRecord):
        kind = "warning"
        clixml = records.output_message(record.message, new_writer)
    elif isinstance(record, values.ErrorRecord):
        kind = "thrown" if record.terminating else "error"
        clixml = records.error_message(record, new_writer, position_of(record))
    else:
        clixml = records.output_message(record.value, new_writer) or "<Nil />"
    _write(process, kind, document(clixml, wire.edition.newline))


def position_of(error: values.ErrorRecord) -> records.Position:
    """Where in the script an error arose: in the name, in the parameters, or in the call."""
    statement = _CALL
    if not error.has_invocation:
        statement = "$call.Name"
    elif not error.invocation_name:
        statement = "@parameters"
    calling = next((number for number, line in enumerate(_script_lines(), 1) if ". $run" in line), 0)
    name = "" if statement == "@parameters" else "&"
    return records.Position(_CALL, statement, name, tuple(frame.format(line=calling) for frame in _STACK))
