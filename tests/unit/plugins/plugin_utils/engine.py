# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real PowerShell engine, where there is one, with a module Lync of a few functions for tests.

The engine is that of PowerShell 7, newer than what runs beside Lync: what it refuses is refused there, too, but not the other
way round.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.connection import Connection
from ansible_collections.ucops.lync.plugins.plugin_utils._script.options import WINRM, ScriptEndpoint
from ansible_collections.ucops.lync.plugins.plugin_utils._script.session import ScriptSession

PWSH = shutil.which("pwsh") or "pwsh"
"""Tests that use it have the mark ``engine``."""
HOST = Path(__file__).with_suffix(".ps1")

MODULE = """
enum Level { Low; High }
class Provider {
    [string]$Identity = 'LyncOnline'
    [Level]$Level = 'High'
    [int]$Port = 443
    $Url = $null
    [string[]]$Names = @('a', 'b')
}

class DisplayHostingProvider {
    [string]$Identity = 'LyncOnline'; [string]$Name = 'LyncOnline'; [string]$ProxyFqdn = 'sipfed.online.lync.com'
    [bool]$Enabled = $true; [Level]$VerificationLevel = 'Low'
}
function Get-CsHostingProvider { [CmdletBinding()] param() [DisplayHostingProvider]::new() }
function Set-CsPause { [Threading.Thread]::Sleep(20000) }
function Get-CsProvider { [CmdletBinding()] param() [Provider]::new() }
function Get-CsValue {
    'text'; 7; [long]8; 1.5; $true; $null; [DayOfWeek]::Friday; @{ Key = 'x' }; , @(1, 2)
    [datetime]'2026-01-02T03:04:05'
    ([datetime]'2026-01-02T03:04:05').ToUniversalTime()
    [pscustomobject]@{ A = 1; B = [pscustomobject]@{ C = 2 } }
}
function New-Trouble($text, $id, $category) { [Management.Automation.ErrorRecord]::new([Exception]$text, $id, $category, 'thing') }
function Get-CsEcho { [CmdletBinding()] param($Value) [pscustomobject]@{ Value = $Value; Kind = "$($Value.GetType())" } }
function Set-CsTrouble {
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'High')] param([switch]$Terminating)
    if (-not $PSCmdlet.ShouldProcess('x')) { return }
    'before'
    $PSCmdlet.WriteWarning('first')
    $PSCmdlet.WriteError((New-Trouble 'not found' 'NoSuch' 'ObjectNotFound'))
    $PSCmdlet.WriteWarning('second')
    [Console]::Out.WriteLine('chatter of a cmdlet')
    if ($Terminating) { $PSCmdlet.ThrowTerminatingError((New-Trouble 'stop' 'Ended' 'InvalidData')) }
    'after'
}
function Set-CsPin {
    [CmdletBinding(SupportsShouldProcess = $true)] param([Security.SecureString]$Pin, [switch]$Show)
    $text = if ($Show) { [Net.NetworkCredential]::new('', $Pin).Password }
    [pscustomobject]@{ Length = $Pin.Length; Text = $text; Kind = "$($Pin.GetType())" }
}
function Get-CsSwitched { [CmdletBinding()] param([switch]$LocalStore) if ($LocalStore) { 'local' } else { 'central' } }
function Get-CsPlainSwitched { param([switch]$LocalStore) if ($LocalStore) { 'local' } else { 'central' } }
class DnsRecord_SRV { [string]$NameTarget; [uint16]$Port; [string]$Name; [string]$Section }
function Resolve-DnsName {
    [CmdletBinding()] param([Parameter(Mandatory = $true)][string]$Name, [string]$Type, [switch]$DnsOnly)
    if (-not $DnsOnly -or $Name -like 'unknown.*') {
        $PSCmdlet.WriteError((New-Trouble 'DNS name does not exist' 'DNS_ERROR_RCODE_NAME_ERROR' 'ResourceUnavailable'))
        return
    }
    [DnsRecord_SRV]@{ NameTarget = 'sip.adatum.example'; Port = 5061; Name = $Name; Section = 'Answer' }
    [DnsRecord_SRV]@{ NameTarget = 'other.example'; Port = 1; Name = $Name; Section = 'Additional' }
}
function Get-CsMandatory {
    [CmdletBinding()] param([Parameter(Mandatory = $true)]$Identity, [ValidateSet('a', 'b')]$Level)
    $Identity
}
"""
FUNCTIONS = sorted(line.split()[1] for line in MODULE.splitlines() if re.match("function .*-(Cs|Dns)", line))
MANIFEST = "@{{ ModuleVersion = '5.0'; RootModule = 'Lync.psm1'; FunctionsToExport = @({}) }}"


def lync_module(folder: Path) -> Path:
    """Write the module; the folder is for PSModulePath."""
    module = folder / "Lync"
    module.mkdir(parents=True)
    (module / "Lync.psm1").write_text(MODULE, encoding="utf-8")
    manifest = MANIFEST.format(", ".join(f"'{name}'" for name in FUNCTIONS))
    (module / "Lync.psd1").write_text(manifest, encoding="utf-8")
    return folder


Ran = tuple[int, bytes, bytes]
"""Exit code, standard output, standard error."""


class Engine(Protocol):
    """Runs a script with the module Lync at hand, as a new process would."""

    def run(self, script: str, stdin: bytes) -> Ran:
        """What came of the script with that input."""


class NewEngines:
    """A process of its own for each script, as on a server.

    :param modules: the folder that :func:`lync_module` wrote, where the module is needed.
    """

    def __init__(self, modules: Path | None = None) -> None:
        self._environment = environment(modules)

    def run(self, script: str, stdin: bytes) -> Ran:
        encoded = base64.b64encode(script.encode("utf-16-le")).decode()
        command = [PWSH, "-NoProfile", "-NonInteractive", "-EncodedCommand", encoded]
        ran = subprocess.run(command, input=stdin, capture_output=True, check=False, env=self._environment)
        return ran.returncode, ran.stdout, ran.stderr


class KeptEngine:
    """One process for all scripts, a new runspace for each: a twentieth of the time.

    :param modules: the folder that :func:`lync_module` wrote.
    :param folder: where the pipe to the process and the scripts may lie.
    """

    def __init__(self, modules: Path, folder: Path) -> None:
        self._script = folder / "script.ps1"
        pipe = folder / "requests"
        os.mkfifo(pipe)
        self._process = subprocess.Popen(
            [PWSH, "-NoProfile", "-NonInteractive", "-Command", f"& '{HOST}' '{pipe}'"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            env=environment(modules),
        )
        self._requests = pipe.open("wb")  # which waits until the engine reads

    def run(self, script: str, stdin: bytes) -> Ran:
        self._script.write_text(script, encoding="utf-8")
        self._requests.write(b"%b %b\n" % (base64.b64encode(stdin), bytes(self._script)))
        self._requests.flush()
        assert self._process.stdout is not None
        code, stdout, stderr = self._process.stdout.readline().rstrip(b"\n").split(b" ")
        return int(code), base64.b64decode(stdout), base64.b64decode(stderr)

    def close(self) -> None:
        self._requests.close()
        self._process.communicate()


def environment(modules: Path | None) -> dict[str, str]:
    return dict(os.environ) | ({"PSModulePath": str(modules)} if modules else {})


class EngineConnection:
    """A connection plugin to an engine on this machine.

    :param ahead: source text that runs before the script, for what only a test changes.
    """

    transport = "winrm"
    connected = True

    def __init__(self, engine: Engine, ahead: str = "") -> None:
        self.stdout = b""
        self.runs = 0
        self._engine = engine
        self._ahead = ahead

    def set_option(self, name: str, value: Any) -> None:
        pass

    def get_option(self, name: str) -> Any:
        return None

    def exec_command(self, cmd: str, in_data: bytes = b"", sudoable: bool = True) -> Ran:
        self.runs += 1
        code, self.stdout, stderr = self._engine.run(f"{self._ahead}\n{cmd}", in_data)
        return code, self.stdout, stderr

    def close(self) -> None:
        """Nothing stays open."""


def session(connection: object) -> ScriptSession:
    return ScriptSession(
        ScriptEndpoint(
            connection,
            Connection(WINRM, "localhost:5985", "localhost", 5985, "svc", "ntlm", https=False, seconds=120),
            encodes=True,
            encrypted=True,
        )
    )


def cmdlets(*names: str) -> Sequence[Cmdlet]:
    return [Cmdlet(name) for name in names]
