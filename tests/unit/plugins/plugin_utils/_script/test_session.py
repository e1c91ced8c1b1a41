# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions over a connection plugin: what is run, what is made of its answer, and of no answer."""

from __future__ import annotations

import base64
import contextlib
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleAuthenticationFailure, AnsibleConnectionFailure
from winrm.protocol import Protocol

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet, Secret
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    Failure,
    LogonRefused,
    NotAnswered,
    Refused,
    ServerDown,
    SessionFailed,
    SessionLost,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._failures import pypsrp_library
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.connection import Connection
from ansible_collections.ucops.lync.plugins.plugin_utils._script import session as module
from ansible_collections.ucops.lync.plugins.plugin_utils._script.deadline import DeadlinePassed, deadline
from ansible_collections.ucops.lync.plugins.plugin_utils._script.lines import ENCODED_SCRIPT, SCRIPT
from ansible_collections.ucops.lync.plugins.plugin_utils._script.options import SSH, WINRM, ScriptEndpoint
from ansible_collections.ucops.lync.plugins.plugin_utils._script.session import ScriptSession
from ansible_collections.ucops.lync.plugins.plugin_utils._session import logon_gate
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._script.test_lines import line, sent

POOLS = Cmdlet("Get-CsPool")
DONE = (0, "\n".join([line("begin", "1 5.1.1"), line("end")]).encode(), b"")
Said = tuple[int, bytes, bytes]


class FakeConnection:
    """A connection plugin that says what the test wants."""

    connected = False

    def __init__(self, transport: str, *answers: Said | BaseException | Callable[[], Said]) -> None:
        self.transport = transport
        self.ran: list[tuple[str, bytes, bool]] = []
        self.shell_id = 1
        self.options: dict[str, Any] = {}
        self.ended: list[str] = []
        self._answers = list(answers) or [DONE]

    def set_option(self, name: str, value: Any) -> None:
        self.options[name] = value

    def get_option(self, name: str) -> Any:
        return self.options.get(name)

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> Said:
        self.ran.append((cmd, in_data or b"", sudoable))
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, BaseException):
            raise answer  # pylint: disable=raising-bad-type
        return answer() if callable(answer) else answer

    def close(self) -> None:
        if "reset" in self.ended:
            self.ended.append("closed")
        else:
            self.ended.append("close failed")
            raise OSError("the connection is broken")

    def reset(self) -> None:
        if self.ended[0] == "reset failed":
            raise OSError("nobody answers")
        self.ended.append("reset")
        self.protocol = SimpleNamespace(close_shell=lambda shell: self.ended.append(f"shell {shell}"))


def session(
    connection: Any, encodes: bool = True, encrypted: bool = True, authentication: str = "ntlm", seconds: float = 60
) -> ScriptSession:
    variables = SSH if connection.transport == "ssh" else WINRM
    server, user = "edge01.adatum.example", "EDGE01\\svc"
    at = Connection(variables, f"{server}:5986", server, 5986, user, authentication, True, seconds=seconds)  # type: ignore[arg-type]
    return ScriptSession(ScriptEndpoint(connection, at, encodes, encrypted))


@pytest.mark.parametrize(("encodes", "script"), [(True, SCRIPT), (False, ENCODED_SCRIPT)])
def test_a_pipeline_is_one_process_with_the_script(encodes: bool, script: str) -> None:
    connection = FakeConnection("winrm")
    answer = session(connection, encodes).invoke([POOLS, Cmdlet("Get-CsSite")])
    assert (answer.records, answer.errors, answer.warnings) == ((), (), ())
    ((command, data, sudoable),) = connection.ran
    assert (command, sudoable) == (script, False)
    assert len(data.splitlines()) == 2


def test_a_logon_is_a_process_without_commands() -> None:
    connection = FakeConnection("ssh")
    session(connection).open()
    assert connection.ran == [(SCRIPT, b"\n", False)]
    with pytest.raises(SessionFailed, match="refused the logon"):
        session(FakeConnection("ssh", AnsibleAuthenticationFailure("Invalid/incorrect password"))).open()


def test_an_account_that_one_server_accepts_and_this_one_refuses_is_tried_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gate = logon_gate.LogonGate(tmp_path / "logons")
    monkeypatch.setattr(logon_gate, "RUN", gate)
    with gate.admitted("EDGE01\\svc", "swordfish", "edge02.adatum.example:5986"):
        pass
    tried = 0
    for _task in range(3):
        connection = FakeConnection("ssh", AnsibleAuthenticationFailure("Invalid/incorrect password"))
        connection.set_option("password", "swordfish")
        with pytest.raises(LogonRefused):
            session(connection).open()
        tried += len(connection.ran)
    assert tried == 1


def test_a_refusal_in_the_middle_of_a_session_is_known_to_the_next_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(logon_gate, "RUN", logon_gate.LogonGate(tmp_path / "logons"))
    connection = FakeConnection("ssh", DONE, AnsibleAuthenticationFailure("Invalid/incorrect password"))
    connection.set_option("password", "swordfish")
    one = session(connection)
    one.open()
    for again in (one, one, session(connection)):
        with pytest.raises(LogonRefused):
            again.open()
    assert len(connection.ran) == 2


def names(connection: FakeConnection) -> list[list[str]]:
    def name(one: bytes) -> str:
        return base64.b64decode(one).decode().split('<S N="Value">')[1].partition("<")[0]

    return [[name(one) for one in data.splitlines()] for command, data, sudoable in connection.ran]


def test_an_import_goes_ahead_of_every_later_call() -> None:
    connection = FakeConnection("winrm")
    one = session(connection)
    one.invoke([Cmdlet("Import-Module", {"Name": "Lync"})])
    one.invoke([POOLS])
    one.invoke([POOLS])
    assert names(connection) == [["Import-Module"], ["Import-Module", "Get-CsPool"], ["Import-Module", "Get-CsPool"]]


def test_an_import_that_failed_does_not() -> None:
    clixml = "<Objs><Obj RefId='0'><ToString>no such module</ToString><MS>{}</MS></Obj></Objs>".format(
        "<Obj N='Exception' RefId='1'><ToString>no such module</ToString></Obj><Nil N='TargetObject' />"
        "<S N='FullyQualifiedErrorId'>Modules_ModuleNotFound</S><Nil N='InvocationInfo' />"
        "<I32 N='ErrorCategory_Category'>21</I32><S N='ErrorCategory_Activity'>Import-Module</S>"
        "<S N='ErrorCategory_Reason'>r</S><S N='ErrorCategory_TargetName'>n</S><S N='ErrorCategory_TargetType'>t</S>"
        "<S N='ErrorCategory_Message'>ResourceUnavailable: (Lync:String) [Import-Module], r</S>"
        "<B N='SerializeExtendedInfo'>false</B>"
    )
    refused = (0, "\n".join([line("begin", "1 5.1"), line("error", clixml), line("end")]).encode(), b"")
    connection = FakeConnection("winrm", refused, DONE)
    one = session(connection)
    (error,) = one.invoke([Cmdlet("Import-Module", {"Name": "SkypeForBusiness"})]).errors
    assert error.details["error"]["category"] == "ResourceUnavailable"
    one.invoke([POOLS])
    assert names(connection)[1] == ["Get-CsPool"]


def test_close_deletes_the_shell_that_a_broken_connection_cannot() -> None:
    connection = FakeConnection("winrm")
    session(connection).close()
    assert connection.ended == ["close failed", "reset", "shell 1", "closed"]


def test_close_raises_nothing_where_no_connection_helps() -> None:
    connection = FakeConnection("winrm")
    connection.ended = ["reset failed"]
    session(connection).close()
    assert connection.ended == ["reset failed", "close failed"]


def test_without_pypsrp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pypsrp_library, "IMPORT_ERROR", "trace")
    with pytest.raises(SessionFailed, match="pypsrp"):
        session(FakeConnection("winrm")).invoke([POOLS])


def test_a_secret_does_not_travel_in_the_clear() -> None:
    connection = FakeConnection("winrm")
    secret = Cmdlet("Set-CsClientPin", {"Pin": Secret("1234")})
    with pytest.raises(Refused, match="over plain HTTP with plaintext") as refused:
        session(connection, encrypted=False, authentication="plaintext").invoke([secret])
    assert "1234" not in refused.value.message
    assert connection.ran == []
    session(connection).invoke([secret])
    assert sent(secret)[0]["Secrets"] == {"Pin": ("S", "1234")}


@pytest.mark.parametrize(
    ("said", "kind", "sentence"),
    [
        ((1, line("begin", "1 5.1") + "\n", b""), SessionLost, "ended during Get-CsPool, with exit code 1"),
        (
            (1, line("begin", "1 2.0") + "\n" + line("refused", "PowerShell 3 or later is needed."), b""),
            Failure,
            "edge01.adatum.example:5986 did not run Get-CsPool: PowerShell 3 or later is needed.",
        ),
        (
            (127, "", b"bash: powershell: command not found\nmore"),
            SessionFailed,
            "did not start PowerShell for Get-CsPool (exit code 127: bash: powershell: command not found)",
        ),
        (
            (0, "", b""),
            SessionLost,
            "The process on edge01.adatum.example:5986 ended during Get-CsPool, with exit code 0",
        ),
        ((0, line("begin", "9 5.1"), b""), SessionLost, "cannot be read (the contract of its script is '9 5.1')"),
    ],
)
def test_a_process_that_does_not_end_well(said: tuple[int, str, bytes], kind: type[Failure], sentence: str) -> None:
    code, stdout, stderr = said
    with pytest.raises(Failure) as raised:
        session(FakeConnection("winrm", (code, stdout.encode(), stderr))).invoke([POOLS])
    assert raised.type is kind
    assert sentence in raised.value.message


def test_a_session_that_does_not_come_about() -> None:
    connection = FakeConnection(
        "ssh", AnsibleConnectionFailure("ssh: connect to host edge01 port 22: Connection refused")
    )
    with pytest.raises(SessionFailed, match="refused the connection") as raised:
        session(connection).invoke([POOLS])
    assert raised.type is ServerDown
    assert len(connection.ran) == 1


def test_a_session_that_is_lost() -> None:
    connection = FakeConnection("winrm", KeyError("shell"))
    connection.connected = True
    with pytest.raises(SessionLost, match=r"^The session was lost during Get-CsPool: edge01"):
        session(connection).invoke([POOLS])


def test_a_text_of_the_plugin_is_not_all_that_there_is() -> None:
    def as_the_plugin_does() -> Said:
        """It makes a text of what pywinrm raises."""
        texts = []
        try:
            Protocol("http://127.0.0.1:1/wsman", "ntlm", "svc", "x", ca_trust_path=None, proxy=None).open_shell()
        except Exception as error:
            texts.append(str(error))
        raise AnsibleConnectionFailure(f"ntlm: {texts}")

    with pytest.raises(SessionFailed, match="refused the connection: check the port, and that WinRM runs there"):
        session(FakeConnection("winrm", as_the_plugin_does)).invoke([POOLS])


def stubborn() -> Said:
    """A plugin that carries on after an Exception, as winrm does while it sends."""
    with contextlib.suppress(Exception):
        time.sleep(60)
    return DONE


@pytest.mark.parametrize(
    ("connected", "kind", "sentence"),
    [
        (True, NotAnswered, "did not answer Get-CsPool within"),
        (False, ServerDown, "did not open a session within 0.05 s: check that the port is open"),
    ],
)
def test_a_command_that_does_not_end(connected: bool, kind: type[SessionFailed], sentence: str) -> None:
    connection = FakeConnection("winrm", stubborn)
    connection.connected = connected
    with pytest.raises(SessionFailed, match=sentence) as raised:
        session(connection, seconds=0.05).invoke([POOLS])
    assert raised.type is kind


@pytest.mark.parametrize("seconds", [0.05, -1])
def test_a_command_has_no_more_than_it_is_given(seconds: float) -> None:
    connection = FakeConnection("winrm", DONE, stubborn)
    connection.connected = True
    one = session(connection)
    one.invoke([POOLS], 30)
    with pytest.raises(NotAnswered):
        one.invoke([POOLS], seconds)


def test_to_leave_a_shell_has_no_more_than_its_command_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []

    def noted(seconds: float) -> contextlib.nullcontext[None]:
        given.append(seconds)
        return contextlib.nullcontext()

    monkeypatch.setattr(module, "deadline", noted)
    connection = FakeConnection("winrm", OSError("broken"), DONE)
    connection.connected = True
    one = session(connection)
    with pytest.raises(SessionFailed):
        one.invoke([POOLS])
    one.invoke([POOLS], 2)
    assert connection.ended == ["close failed", "reset", "shell 1", "closed"]
    all_of_it, *left = given
    assert all_of_it == 60
    assert len(left) == 3
    assert all(0 < seconds <= 2 for seconds in left)


def test_an_earlier_alarm_of_ansible_comes_first_and_a_later_one_is_kept() -> None:
    class OfAnsible(BaseException):
        pass

    def alarm(number: int, frame: Any) -> None:
        raise OfAnsible

    of_pytest = signal.getitimer(signal.ITIMER_REAL)
    handler = signal.signal(signal.SIGALRM, alarm)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(OfAnsible), deadline(60):
            time.sleep(60)
        signal.setitimer(signal.ITIMER_REAL, 3600)
        with pytest.raises(DeadlinePassed), deadline(0.05):
            time.sleep(60)
        assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] < 3600
        assert signal.getsignal(signal.SIGALRM) is alarm
    finally:
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, *of_pytest)
