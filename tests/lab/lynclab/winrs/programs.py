# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a command line of WinRS turns out to be.

The lab has no command interpreter and no PowerShell language: it knows the collection's constant script, and answers
anything else honestly.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import itertools
import re
from dataclasses import dataclass

from lynclab.powershell.serialised import error_stream
from lynclab.powershell.values import Command
from lynclab.winrs.process import Process, Program
from lynclab.winrs.script import CmdletScript, is_the_script

#: The longest command line of cmd.exe, in characters (https://learn.microsoft.com/troubleshoot/windows-client/shell-experience/command-line-string-limitation).
LONGEST_FOR_CMD = 8191
#: The longest command line of CreateProcess, for a command without cmd.exe (WINRS_SKIP_CMD_SHELL).
LONGEST_FOR_WINDOWS = 32766
_BAD_COMMAND_LINE = -196608
_POWERSHELL = re.compile(r"(?:.*[\\/])?powershell(?:\.exe)?", re.IGNORECASE)
_NO_SCRIPTS = (
    "This is a lab: it runs no scripts and no programs, only the script of the collection ucops.lync "
    "(run_cmdlets.ps1). This one is another."
)


@dataclass(frozen=True)
class Refusal:
    """A process that writes one text to standard error and ends.

    ``script`` is what somebody wanted to run, for the journal; ``reads`` says that it waits for the end of its input first.
    """

    text: str
    exit_code: int = 1
    script: str | None = None
    reads: bool = False

    async def run(self, process: Process) -> int:
        """Say no."""
        if self.script is not None:
            process.journal([Command(self.script, is_script=True)])
        if self.reads:
            await asyncio.sleep(process.shell.machine.wire.process_start)
            await process.read()
        process.write_error(self.text)
        return self.exit_code

    def cmdlets(self, data: bytes) -> frozenset[str]:
        """It reads none."""
        return frozenset()


def program_for(line: str, *, skip_cmd: bool) -> Program:
    """The program of a command line. ``skip_cmd``: it goes to CreateProcess and not to cmd.exe."""
    if not skip_cmd and len(line) > LONGEST_FOR_CMD:
        return Refusal("The command line is too long.\r\n")
    words = line.split()
    if not words or not _POWERSHELL.fullmatch(words[0].strip('"')):
        name = words[0].strip('"') if words else ""
        # cmd.exe's own words, and then the truth: on Windows there might be such a program.
        text = f"'{name}' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n"
        return Refusal(f"{text}{_NO_SCRIPTS}\r\n", script=line)
    encoded = _encoded_command(words)
    if encoded is None:
        return Refusal(f"{_NO_SCRIPTS}\r\n", script=line, reads=True)
    try:
        script = base64.b64decode(encoded.strip('"'), validate=True).decode("utf-16-le")
    except (binascii.Error, UnicodeDecodeError):
        return Refusal(
            "Cannot process the command because the value specified with -EncodedCommand is not properly encoded. The "
            "value must be Base64 encoded.\r\n",
            exit_code=_BAD_COMMAND_LINE,
        )
    if is_the_script(script):
        return CmdletScript()
    return Refusal(error_stream(_NO_SCRIPTS), script=script, reads=True)


def _encoded_command(words: list[str]) -> str | None:
    """What follows ``-EncodedCommand``, in any of the spellings that powershell.exe takes."""
    for word, following in itertools.pairwise(words):
        name = word.lower()
        if name[0] in "-/" and len(name) > 1 and (name[1:] == "ec" or "encodedcommand".startswith(name[1:])):
            return following
    return None
