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
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.plugin_utils._script.options import ScriptEndpoint
from ansible_collections.ucops.lync.plugins.plugin_utils._script.session import ScriptSession

PWSH = shutil.which("pwsh")
needs_engine = pytest.mark.skipif(PWSH is None, reason="there is no PowerShell engine here (no pwsh on the PATH)")

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
function Get-CsMandatory {
    [CmdletBinding()] param([Parameter(Mandatory = $true)]$Identity, [ValidateSet('a', 'b')]$Level)
    $Identity
}
"""
FUNCTIONS = sorted(line.split()[1] for line in MODULE.splitlines() if "-Cs" in line and line[0] == "f")
MANIFEST = "@{{ ModuleVersion = '5.0'; RootModule = 'Lync.psm1'; FunctionsToExport = @({}) }}"


def lync_module(folder: Path) -> Path:
    """Write the module; the folder is for PSModulePath."""
    module = folder / "Lync"
    module.mkdir(parents=True)
    (module / "Lync.psm1").write_text(MODULE, encoding="utf-8")
    manifest = MANIFEST.format(", ".join(f"'{name}'" for name in FUNCTIONS))
    (module / "Lync.psd1").write_text(manifest, encoding="utf-8")
    return folder


class EngineConnection:
    """A connection plugin that runs the engine as a process of its own on this machine.

    :param ahead: source text that runs before the script, for what only a test changes.
    """

    transport = "winrm"
    connected = True

    def __init__(self, modules: Path, ahead: str = "") -> None:
        self.stdout = b""
        self.processes = 0
        self._modules = modules
        self._ahead = ahead

    def set_option(self, name: str, value: Any) -> None:
        pass

    def exec_command(self, cmd: str, in_data: bytes = b"", sudoable: bool = True) -> tuple[int, bytes, bytes]:
        assert PWSH is not None
        self.processes += 1
        encoded = base64.b64encode(f"{self._ahead}\n{cmd}".encode("utf-16-le")).decode()
        ran = subprocess.run(
            [PWSH, "-NoProfile", "-NonInteractive", "-EncodedCommand", encoded],
            input=in_data,
            capture_output=True,
            check=False,
            env={**os.environ, "PSModulePath": str(self._modules)},
        )
        self.stdout = ran.stdout
        return ran.returncode, ran.stdout, ran.stderr

    def close(self) -> None:
        """Nothing stays open."""


def session(connection: object) -> ScriptSession:
    return ScriptSession(
        ScriptEndpoint(
            connection,
            server="localhost",
            port=5985,
            user="svc",
            authentication="ntlm",
            encodes=True,
            encrypted=True,
            command_timeout=120,
        )
    )


def cmdlets(*names: str) -> Sequence[Cmdlet]:
    return [Cmdlet(name) for name in names]
