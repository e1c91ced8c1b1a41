# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
r"""A session over the host's own connection plugin (winrm, ssh): one process with one constant script for each pipeline.

The script is ``run_cmdlets.ps1`` beside this file. It is sent without its comment lines, blank lines and indentation, which is
what Ansible's PowerShell shell does to any script in most releases, and run as ``powershell -EncodedCommand``. Commands are its
standard input, records its standard output; both are lines of ASCII, because a console decodes anything else with a code page.

**Input**: a line for each command, in the order in which they are to run: base64 of UTF-8 CLIXML (root ``Objs``) of a hash table
with three entries, ``Name`` (text), ``Parameters`` (a hash table: values by parameter name; a switch is ``True``) and ``Secrets``
(a hash table of text by parameter name: each becomes a SecureString in the script and is passed like the others). An
empty line is no command. ``Get-CsPool`` alone is the base64 of::

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
                                         the commands is neither a ``*-Cs*`` cmdlet, nor
                                         ``Resolve-DnsName``, nor the import of the product's module;
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

import contextlib
import os
from collections.abc import Iterator, Sequence

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet, Secret
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    Failure,
    LogonRefused,
    Refused,
    SessionFailed,
    SessionLost,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.pypsrp_library import require_pypsrp
from ansible_collections.ucops.lync.plugins.plugin_utils._script.deadline import DeadlinePassed, deadline
from ansible_collections.ucops.lync.plugins.plugin_utils._script.errors import failed, output_in, overdue, unreadable
from ansible_collections.ucops.lync.plugins.plugin_utils._script.guarded_winrm import guarded_winrm
from ansible_collections.ucops.lync.plugins.plugin_utils._script.lines import (
    ENCODED_SCRIPT,
    SCRIPT,
    Output,
    input_lines,
    output_of,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._script.options import (
    ScriptEndpoint,
    allow_one_attempt,
    keep_english,
    password_of,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._script.originals import noted
from ansible_collections.ucops.lync.plugins.plugin_utils._script.shells import Shells
from ansible_collections.ucops.lync.plugins.plugin_utils._session import logon_gate
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import Answer
from ansible_collections.ucops.lync.plugins.plugin_utils._session.guard import Guard, Overdue
from ansible_collections.ucops.lync.plugins.plugin_utils._session.logon_watch import LogonWatch
from ansible_collections.ucops.lync.plugins.plugin_utils._session.readable import Unreadable
from ansible_collections.ucops.lync.plugins.plugin_utils._session.time_left import ENDLESS, TimeLeft

TICKETS = "KRB5CCNAME"
"""The environment variable that names the file with Kerberos tickets."""


class ScriptSession:
    """A process for each call. What a process knows ends with it, so an import that succeeded goes ahead of later calls."""

    restricted = False

    def __init__(self, endpoint: ScriptEndpoint) -> None:
        allow_one_attempt(endpoint)
        keep_english(endpoint.connection)
        self.where = endpoint.at.where
        self.background = None
        self._endpoint = endpoint
        self._imports: list[Cmdlet] = []
        self._logged_on = False
        self._tickets = os.environ.get(TICKETS)
        self._guard = Guard(endpoint.answer_limit)
        self._logon = LogonWatch()
        self._shells = Shells(endpoint, self._guarded, self._refused)
        self._lost = False
        self._time = ENDLESS

    def open(self) -> None:
        self._run([])

    def invoke(self, cmdlets: Sequence[Cmdlet], seconds: float | None = None) -> Answer:
        require_pypsrp(self._endpoint.at)
        self._keep_secrets(cmdlets)
        self._time = TimeLeft(seconds)
        try:
            answer = self._run([*self._imports, *cmdlets])
        finally:
            self._time = ENDLESS
        if not answer.errors:
            self._imports += [cmdlet for cmdlet in cmdlets if cmdlet.name == "Import-Module"]
        return answer

    def close(self) -> None:
        self._shells.delete_all()
        self._empty_ticket_file()

    def _empty_ticket_file(self) -> None:
        """For a password winrm fetches a Kerberos ticket into a file of its own, which Ansible's workers leave behind."""
        kind, colon, file = os.environ.get(TICKETS, "").partition(":")
        if kind == "FILE" and f"{kind}{colon}{file}" != self._tickets:
            with contextlib.suppress(OSError):
                os.truncate(file, 0)

    def _keep_secrets(self, cmdlets: Sequence[Cmdlet]) -> None:
        """:raises Refused: for a secret that would travel in the clear: PSRP encrypts it once more, this connection does not."""
        if not self._endpoint.encrypted and any(
            isinstance(value, Secret) for one in cmdlets for value in one.parameters.values()
        ):
            raise Refused(
                f"A secret is not sent to {self.where} over plain HTTP with {self._endpoint.at.authentication}: use HTTPS, or "
                "ntlm, kerberos or credssp, which encrypt (ansible_winrm_transport)."
            )

    def _run(self, cmdlets: Sequence[Cmdlet]) -> Answer:
        if self._logged_on:
            return self._exchange(cmdlets)
        with logon_gate.RUN.admitted(*self._account, self.where, left=self._time):
            answer = self._exchange(cmdlets)
        self._logged_on = True
        return answer

    @property
    def _account(self) -> tuple[str | None, str | None]:
        """Its name and its password."""
        return self._endpoint.at.user, password_of(self._endpoint)

    @property
    def _logon_unanswered(self) -> bool:
        """Whether a password has left, and whether it was accepted is not known."""
        account = self._account
        known = account[1] is None or logon_gate.RUN.has_accepted(*account, self.where)
        return self._guard.written and self._logon.unanswered and not known

    def _refused(self, message: str) -> None:
        """No session of this run logs on there again with this account."""
        self._logged_on = False
        logon_gate.RUN.refused(*self._account, self.where, message)

    def _exchange(self, cmdlets: Sequence[Cmdlet]) -> Answer:
        if self._lost:
            self._shells.leave()
        self._lost = True
        answer = self._answered(cmdlets)
        self._lost = False
        return answer

    def _answered(self, cmdlets: Sequence[Cmdlet]) -> Answer:
        last = cmdlets[-1].name if cmdlets else "the logon"
        originals: list[Exception] = []
        try:
            self._logon.begin()
            with self._guarded(self._endpoint.at.seconds), noted() as originals:
                code, stdout, stderr = self._endpoint.connection.exec_command(
                    SCRIPT if self._endpoint.encodes else ENCODED_SCRIPT, in_data=input_lines(cmdlets), sudoable=False
                )
        except DeadlinePassed:
            raise overdue(self._endpoint, last, self._logon_unanswered) from None
        except Exception as error:  # a connection plugin lets through whatever its libraries raise
            if isinstance(self._guard.refusal, Overdue):
                raise overdue(self._endpoint, last, self._logon_unanswered) from None
            self._raise_refusal(output_in(error), last)
            failure = failed(self._guard.refusal or error, originals, self._endpoint, last, self._logon_unanswered)
            if failure.details.get("logon_refused") or isinstance(failure, LogonRefused):
                self._shells.forget()
                self._refused(failure.message)
            raise failure from error
        try:
            output = output_of(stdout, self._guard.answer)
        except Unreadable as error:
            raise unreadable(error, self._endpoint, last) from error
        return self._answer(output, code, stderr, last)

    @contextlib.contextmanager
    def _guarded(self, seconds: float) -> Iterator[None]:
        """Inside, the connection plugin has that much time, as far as it is left, and what it uses looks at the guard."""
        seconds = self._time.within(seconds)
        self._guard.begin(seconds)
        with guarded_winrm(self._guard, self._logon), deadline(seconds):
            yield

    def _raise_refusal(self, text: str, last: str) -> None:
        """A script that refuses does not read its input, and winrm gives up on that."""
        with contextlib.suppress(Unreadable):
            output = output_of(text.encode(), self._guard.answer)
            if output.refusal:
                raise Failure(f"{self.where} did not run {last}: {output.refusal}")

    def _answer(self, output: Output, code: int, stderr: bytes, last: str) -> Answer:
        """
        :raises Failure: when the server does not run cmdlets for us.
        :raises SessionLost: when the process ended before its time.
        """
        if output.ended:
            return output.answer
        if output.refusal:
            raise Failure(f"{self.where} did not run {last}: {output.refusal}")
        if output.began or code == 0:
            raise SessionLost(f"The process on {self.where} ended during {last}, with exit code {code}.")
        said = stderr.decode("utf-8", errors="replace").strip().partition("\n")[0].strip()
        raise SessionFailed(
            f"{self.where} did not start PowerShell for {last} (exit code {code}{': ' + said[:200] if said else ''}): PowerShell "
            "3 or later must run there, and be allowed to run commands."
        )
