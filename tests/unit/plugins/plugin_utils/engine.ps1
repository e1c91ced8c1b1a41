# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs one script after another, each in a new runspace of this process, which knows nothing of the one before.
# A line of the pipe for each: the script's standard input in base64, a space, and the path of its file.
# A line of output for each: its exit code, its standard output in base64, and its standard error in base64.
param($pipe)

$answers = [Console]::Out
$utf8 = [Text.Encoding]::UTF8
foreach ($request in [IO.File]::ReadLines($pipe)) {
    $data, $file = $request -split ' ', 2
    $text = $utf8.GetString([Convert]::FromBase64String($data))
    $lines = @(if ($text) { ($text -replace '\n\z') -split '\n' })
    $stdout = [IO.StringWriter]::new()
    $stderr = [IO.StringWriter]::new()
    $shell = [PowerShell]::Create([Management.Automation.Runspaces.InitialSessionState]::CreateDefault2())
    # As a file, because "exit" in a text would be meant for this process.
    $null = $shell.AddScript('param($file, $lines) $lines | . $file').AddArgument($file).AddArgument($lines)
    [Console]::SetOut($stdout)
    try {
        foreach ($object in $shell.Invoke()) { $stdout.WriteLine("$object") }
        foreach ($record in $shell.Streams.Error) { $stderr.WriteLine("$record") }
        $code = [int]$shell.Runspace.SessionStateProxy.GetVariable('LASTEXITCODE')
    }
    catch {
        $stderr.WriteLine("$_")
        $code = 1
    }
    [Console]::SetOut($answers)
    $shell.Dispose()
    $texts = foreach ($writer in $stdout, $stderr) { [Convert]::ToBase64String($utf8.GetBytes("$writer")) }
    $answers.WriteLine("$code $($texts[0]) $($texts[1])")
}
