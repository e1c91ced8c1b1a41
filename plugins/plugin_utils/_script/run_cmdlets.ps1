# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs Lync cmdlets that arrive on standard input and writes what they bring to standard output.
#
# This is the only script that the collection ever runs on a server, over the connections winrm and ssh. It is constant: names and
# values come as data. It runs nothing but *-Cs* cmdlets, Resolve-DnsName and the import of the product's module, writes no file, and
# needs PowerShell 3 or later. What is read and written, line by line: session.py beside this file.
#
# Comment lines and indentation are removed before it is sent: WinRS passes about 8,000 characters of command line.

$ProgressPreference = 'SilentlyContinue'
$ErrorActionPreference = $WarningPreference = 'Continue'
$utf8 = [Text.Encoding]::UTF8

function Write-Marked($kind, $text) {
    $base64 = [Convert]::ToBase64String($utf8.GetBytes($text))
    [Console]::Out.WriteLine("ucops.lync: $kind $base64")
}

function Exit-Refused($sentence) {
    Write-Marked 'refused' $sentence
    exit 1
}

# One of these for everything that comes out of a cmdlet, as soon as it comes.
filter Write-Record($errorKind = 'error') {
    $kind = 'output'
    $record = $_
    if ($_ -is [Management.Automation.ErrorRecord]) {
        $kind = $errorKind
    }
    elseif ($_ -is [Management.Automation.WarningRecord]) {
        # The text alone: the record also holds the values of all parameters.
        $kind = 'warning'
        $record = $_.Message
    }
    Write-Marked $kind ([Management.Automation.PSSerializer]::Serialize($record))
}

Write-Marked 'begin' "1 $($PSVersionTable.PSVersion)"
if ($PSVersionTable.PSVersion.Major -lt 3) {
    Exit-Refused 'PowerShell 3 or later is needed: install Windows Management Framework 3.0 or later.'
}

# All commands are checked before the first one runs.
$calls = @(
    try {
        foreach ($line in $input) {
            if ($line -eq '') { continue }
            $command = [Management.Automation.PSSerializer]::Deserialize($utf8.GetString([Convert]::FromBase64String($line)))
            $call = @{ Name = [string]$command.Name; Parameters = [hashtable]$command.Parameters }
            # A secret comes as text in a table of its own and is a SecureString from here on.
            foreach ($entry in $command.Secrets.GetEnumerator()) {
                $secret = [Activator]::CreateInstance([Security.SecureString])
                $entry.Value.ToCharArray() | ForEach-Object { $secret.AppendChar($_) }
                $call.Parameters[$entry.Key] = $secret
            }
            if ($call.Name -ceq 'Import-Module') {
                $module = [string]$call.Parameters['Name']
                if ('Lync', 'SkypeForBusiness' -cnotcontains $module) { throw "Import of another module: $module" }
                $call.Parameters = @{ Name = $module }
            }
            elseif ($call.Name -cnotmatch '\A([A-Za-z]+-Cs[A-Za-z0-9]+|Resolve-DnsName)\z') { throw "No Lync cmdlet: $($call.Name)" }
            $call
        }
    }
    catch { Exit-Refused $_.Exception.Message }
)

# Made from text because PowerShell 2 cannot read 3>&1, and would not get as far as the sentence above.
$run = [ScriptBlock]::Create('& $call.Name @parameters 2>&1 3>&1')
foreach ($call in $calls) {
    $parameters = $call.Parameters
    try { . $run | Write-Record }
    catch { $_ | Write-Record 'thrown' }
}
Write-Marked 'end' ''
[Console]::Out.Flush()
exit 0
