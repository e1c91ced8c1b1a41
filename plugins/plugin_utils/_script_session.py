# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
r"""A session over the host's own connection plugin (winrm, ssh): one process with one constant script for each pipeline.

The script is ``run_cmdlets.ps1`` beside this file. It is sent without its comment lines, blank lines and indentation, which is
what Ansible's PowerShell shell does to any script in most releases, and run as ``powershell -EncodedCommand``. Commands are its
standard input, records its standard output; both are lines of ASCII, because a console decodes anything else with a code page.

**Input**: a line for each command, in the order in which they are to run: base64 of UTF-8 CLIXML (root ``Objs``) of a hash table
with three entries, ``Name`` (text), ``Parameters`` (a hash table: values by parameter name; a switch is ``True``) and ``Secrets``
(a hash table of text by parameter name: each becomes a SecureString in the script and is passed like the others). No
line, no command. ``Get-CsPool`` alone is the base64 of::

    <Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"><Obj RefId="0"><TN RefId="0">
    <T>System.Collections.Hashtable</T><T>System.Object</T></TN><DCT>
    <En><S N="Key">Name</S><S N="Value">Get-CsPool</S></En>
    <En><S N="Key">Parameters</S><Obj RefId="1" N="Value"><TNRef RefId="0" /><DCT /></Obj></En>
    <En><S N="Key">Secrets</S><Obj RefId="2" N="Value"><TNRef RefId="0" /><DCT /></Obj></En></DCT></Obj></Objs>

**Output**: lines ``ucops.lync: KIND DATA``; other lines, and what stands before the marker on a line, are the host's talk and
ignored. DATA is base64 of UTF-8 text:

=========  ============================  ===================================================================================
KIND       text in DATA                  meaning
=========  ============================  ===================================================================================
begin      ``1 5.1.14409.1005``          first line: this contract's version, ``$PSVersionTable.PSVersion``
output     CLIXML of one object          written by a cmdlet; ``<Nil />`` for ``$null``
warning    CLIXML of one text            a warning's message (its record holds the values of all parameters, so it stays there)
error      CLIXML of one ErrorRecord     a non-terminating error
thrown     CLIXML of one ErrorRecord     a terminating error: ended its command, not those after it
end        none                          last line: every command ran to its end, whatever it brought
refused    a sentence                    last line instead of end: PowerShell is too old, the input cannot be read, or one of
                                         the commands is neither a ``*-Cs*`` cmdlet nor the import of the product's module;
                                         nothing was run
=========  ============================  ===================================================================================

CLIXML here is what ``PSSerializer.Serialize`` writes with its default depth (root ``Objs``, indented): inside, the same text as
in the PSRP messages PIPELINE_OUTPUT and ERROR_RECORD. Records, warnings and errors of all commands stand in the order in
which they came. A command that wrote nothing::

    ucops.lync: begin MSA1LjEuMTQ0MDkuMTAwNQ==
    ucops.lync: end

**Exit code**: 0 after ``end``, 1 after ``refused``. Anything else, and output without either line, is a process that broke.
"""

from __future__ import annotations
