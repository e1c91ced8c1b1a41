# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Command shells with an unmodified pywinrm: they open, run, read and close as against Windows."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
import xmltodict
from labtests.site import USER, Site
from labtests.stand_in import Endpoint, Machine
from labtests.winrs import Ran, encoded, input_line, protocol, run, the_script
from pypsrp.powershell import RunspacePool
from pypsrp.shell import Process as PypsrpProcess
from pypsrp.shell import SignalCode, WinRS
from winrm import Protocol, Session
from winrm.exceptions import InvalidCredentialsError, WinRMOperationTimeoutError, WinRMTransportError, WSManFaultError

from lynclab.server import LabServer
from lynclab.winrs.shell import RESOURCE_URI
from lynclab.wsman.soap import SHELL, TRANSFER

WAYS = [("basic", True), ("ntlm", True), ("ntlm", False)]


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def site(machine: Machine) -> Iterator[Site]:
    with LabServer([machine]) as lab:
        yield Site(machine, lab)


@pytest.fixture
def client(site: Site) -> Protocol:
    return protocol(site.lab, site.machine)


def waiting(client: Protocol, shell: str) -> str:
    """A process that waits for its input."""
    words = encoded(the_script())
    return str(client.run_command(shell, words[0], words[1:], console_mode_stdin=False))


# Opening and closing


@pytest.mark.parametrize(("transport", "secure"), WAYS)
def test_each_way_in(site: Site, transport: str, secure: bool) -> None:
    client = protocol(site.lab, site.machine, transport, secure)
    shell = client.open_shell(codepage=65001, noprofile=True)
    assert run(client, shell, *encoded(the_script())).kinds == ["begin", "end"]
    client.close_shell(shell)
    assert site.actions() == ["Create", "Command", "Send", "Receive", "Signal", "Delete"]
    with_action = [entry for entry in site.journal.requests() if entry.action]
    assert {entry.encrypted for entry in with_action} == {not secure}
    assert [entry.account for entry in site.journal.logons(succeeded=True)] == [USER]
    assert [(entry.event, entry.transport) for entry in site.journal.shells()] == [
        ("opened", "winrs"),
        ("closed", "winrs"),
    ]


@pytest.mark.parametrize(("transport", "secure"), WAYS)
def test_a_wrong_password_is_refused_and_counted_once(site: Site, transport: str, secure: bool) -> None:
    with pytest.raises((InvalidCredentialsError, WinRMTransportError)):
        protocol(site.lab, site.machine, transport, secure, password="wrong").open_shell()
    assert len(site.journal.logons(succeeded=False)) == 1
    assert site.journal.shells() == []


def test_access_denied(site: Site, client: Protocol) -> None:
    site.machine.endpoints["/wsman"].denied = True
    with pytest.raises(WSManFaultError, match="Access is denied") as refused:
        client.open_shell()
    assert refused.value.wsman_fault_code == 5


def test_command_shells_and_powershell_sessions_share_the_quota(site: Site, client: Protocol) -> None:
    site.machine.limits.shells_per_user = 2
    with site.connect() as connection, RunspacePool(connection):
        shell = client.open_shell()
        with pytest.raises(WSManFaultError, match="maximum number of 2 concurrent shells") as refused:
            client.open_shell()
        assert refused.value.wsman_fault_code == 2150859173
        client.close_shell(shell, close_session=False)
        client.close_shell(client.open_shell())


def test_what_a_shell_is_shows_in_what_get_tells(client: Protocol) -> None:
    shell = client.open_shell(noprofile=True, env_vars={"A": "b"}, working_directory="C:\\")
    header = client.build_wsman_header(f"{TRANSFER}/Get", SHELL, shell)
    told = client.send_message(xmltodict.unparse({"env:Envelope": {**header, "env:Body": {}}}))
    found = {element.tag.rpartition("}")[2]: element.text for element in ElementTree.fromstring(told).iter()}
    assert found["ResourceUri"] == RESOURCE_URI
    assert (found["InputStreams"], found["OutputStreams"]) == ("stdin", "stdout stderr")
    assert found["ProfileLoaded"] == "No"
    client.close_shell(shell)


def test_a_code_page_that_no_windows_has(client: Protocol) -> None:
    with pytest.raises(WSManFaultError, match="parameter is incorrect"):
        client.open_shell(codepage=1)


def test_an_idle_shell_expires(site: Site, client: Protocol) -> None:
    expired = threading.Event()
    site.journal.listen(lambda entry: expired.set() if getattr(entry, "event", "") == "expired" else None)
    shell = client.open_shell(idle_timeout="PT1S")
    assert expired.wait(30)
    with pytest.raises(WSManFaultError) as refused:
        client.run_command(shell, "ipconfig")
    assert refused.value.wsman_fault_code == 2150858843


def test_there_are_none_behind_iis(site: Site) -> None:
    machine = Machine(endpoints={"/OcsPowershell": Endpoint("/OcsPowershell")})
    with LabServer([machine]) as lab:
        client = protocol(lab, machine)
        client.transport.endpoint = client.transport.endpoint.replace("/wsman", "/OcsPowershell")
        with pytest.raises(WSManFaultError) as refused:
            client.open_shell()
    assert refused.value.wsman_fault_code == 2150858752


# Processes


def test_a_receive_without_output_times_out_and_is_asked_again(site: Site) -> None:
    client = protocol(site.lab, site.machine, operation_timeout_sec=1)
    shell = client.open_shell()
    command = waiting(client, shell)
    client.get_command_output_raw(shell, command)
    with pytest.raises(WinRMOperationTimeoutError):
        client.get_command_output_raw(shell, command)
    client.send_command_input(shell, command, input_line("Get-CsWait", {"Seconds": 2.5}), end=True)
    _stdout, _stderr, code = client.get_command_output(shell, command)
    assert code == 0
    client.close_shell(shell)


def test_input_comes_in_parts(site: Site, client: Protocol) -> None:
    shell = client.open_shell()
    command = waiting(client, shell)
    line = input_line("Get-CsAnything")
    client.send_command_input(shell, command, line[:50])
    client.send_command_input(shell, command, line[50:], end=True)
    assert client.get_command_output(shell, command)[2] == 0
    assert [(entry.name, entry.transport) for entry in site.journal.cmdlets()] == [("Get-CsAnything", "winrs")]
    client.close_shell(shell)


def test_much_output_comes_in_envelopes_of_the_agreed_size(site: Site, client: Protocol) -> None:
    shell = client.open_shell()
    ran = run(client, shell, *encoded(the_script()), stdin=input_line("Get-CsBig", {"Count": 50, "Size": 20_000}))
    client.close_shell(shell)
    assert ran.kinds == ["begin", *["output"] * 50, "end"]
    sizes = [entry.bytes_out for entry in site.journal.requests(action="Receive")]
    assert len(sizes) > 5
    assert max(sizes) < 153_600


def test_input_for_a_process_that_ended_is_a_closed_pipe(client: Protocol) -> None:
    shell = client.open_shell()
    command = client.run_command(shell, "x" * 9000, console_mode_stdin=False)
    client.get_command_output(shell, command)
    with pytest.raises(WSManFaultError, match="pipe is being closed"):
        client.send_command_input(shell, command, b"more")
    client.close_shell(shell)


def test_a_command_is_forgotten_after_its_end_was_told(client: Protocol) -> None:
    shell = client.open_shell()
    command = client.run_command(shell, "ipconfig")
    client.get_command_output(shell, command)
    with pytest.raises(WSManFaultError, match="invalid selectors"):
        client.get_command_output_raw(shell, command)
    client.cleanup_command(shell, command)
    with pytest.raises(WSManFaultError, match="invalid selectors"):
        client.cleanup_command(shell, command)
    client.close_shell(shell)


def test_a_terminated_command_wakes_its_reader(site: Site) -> None:
    client, other = protocol(site.lab, site.machine), protocol(site.lab, site.machine)
    shell = client.open_shell()
    command = waiting(client, shell)
    client.get_command_output_raw(shell, command)
    timer = threading.Timer(0.5, other.cleanup_command, (shell, command))
    timer.start()
    with pytest.raises(WSManFaultError, match="I/O operation has been aborted"):
        client.get_command_output_raw(shell, command)
    timer.join()
    client.close_shell(shell)


def test_a_closed_shell_takes_its_processes_with_it(machine: Machine) -> None:
    with LabServer([machine]) as lab:
        client = protocol(lab, machine)
        shell = client.open_shell()
        waiting(client, shell)
        client.close_shell(shell)
    assert [runspace.closed for runspace in machine.endpoints["/wsman"].runspaces] == [1, 1]


def test_a_shell_starts_so_many_commands_in_its_life(site: Site, client: Protocol) -> None:
    site.machine.limits.commands_per_shell = 2
    shell = client.open_shell()
    for _attempt in range(2):
        run(client, shell, "ipconfig", stdin=None)
    with pytest.raises(WSManFaultError, match="concurrent operations") as refused:
        client.run_command(shell, "ipconfig")
    assert refused.value.wmierror_code == 2150859174
    client.close_shell(shell)


def test_a_stopped_lab_logs_what_was_left(machine: Machine) -> None:
    lab = LabServer([machine])
    lab.start()
    client = protocol(lab, machine)
    waiting(client, client.open_shell())
    lab.stop()
    assert [entry.event for entry in lab.journal.shells()] == ["opened", "left"]


def test_faults_wait_for_a_cmdlet_in_the_input(site: Site, client: Protocol) -> None:
    fault = site.machine.faults.wsman_fault(1359, cmdlet="Get-CsSecond")
    shell = client.open_shell()
    assert run(client, shell, *encoded(the_script()), stdin=input_line("Get-CsFirst")).code == 0
    command = waiting(client, shell)
    with pytest.raises(WSManFaultError, match="internal error"):
        client.send_command_input(shell, command, input_line("Get-CsSecond"), end=True)
    assert fault.struck == 1
    client.close_shell(shell)


def test_the_work_of_a_send_is_done_before_its_answer_is_lost(site: Site, client: Protocol) -> None:
    site.machine.faults.drop_after("Send", cmdlet="Get-CsAnything")
    shell = client.open_shell()
    command = waiting(client, shell)
    with pytest.raises(Exception, match="Connection"):
        client.send_command_input(shell, command, input_line("Get-CsAnything"), end=True)
    assert [command.name for command in site.machine.endpoints["/wsman"].ran] == ["Get-CsAnything"]
    client.close_shell(shell)


# Command lines


def test_a_command_line_that_is_too_long_for_cmd(site: Site, client: Protocol) -> None:
    shell = client.open_shell()
    at_most = ("PowerShell", "-EncodedCommand", "A" * (8191 - len("PowerShell -EncodedCommand ")))
    assert b"too long" not in run(client, shell, *at_most, stdin=None).stderr
    ran = run(client, shell, *at_most[:2], at_most[2] + "A", stdin=None)
    assert (ran.stdout, ran.stderr, ran.code) == (b"", b"The command line is too long.\r\n", 1)
    with pytest.raises(WSManFaultError, match="too long"):
        client.run_command(shell, "x" * 40_000, skip_cmd_shell=True)
    client.close_shell(shell)


def test_the_script_is_short_enough(client: Protocol) -> None:
    assert len(" ".join(encoded(the_script()))) <= 8191


def test_another_script_is_answered_honestly(site: Site) -> None:
    listening = site.lab[site.machine.name]
    session = Session(
        listening.url("/wsman"), auth=(USER, "p:ass wörd"), transport="basic", ca_trust_path=str(site.lab.ca_file)
    )
    answer = session.run_ps("Get-Date; 'é'")
    assert answer.status_code == 1
    assert answer.std_err.startswith(b"This is a lab: it runs no scripts")
    assert [(entry.name, entry.is_script) for entry in site.journal.cmdlets()] == [("Get-Date; 'é'", True)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ipconfig", "/all"), b"'ipconfig' is not recognized as an internal or external command"),
        (("powershell", "-File", "x.ps1"), b"This is a lab: it runs no scripts"),
        (
            ("powershell", "-EncodedCommand", "x"),
            b"Cannot process the command because the value specified with -EncodedCommand",
        ),
        (("powershell.exe", "-e", encoded("1+1")[-1]), b"#< CLIXML\r\n<Objs "),
    ],
)
def test_other_command_lines(client: Protocol, words: tuple[str, ...], said: bytes) -> None:
    shell = client.open_shell()
    ran = run(client, shell, *words, stdin=None)
    assert ran.stdout == b""
    assert ran.stderr.startswith(said)
    assert ran.code != 0
    client.close_shell(shell)


# pypsrp's own WinRS


def test_another_client(site: Site) -> None:
    with site.connect("ntlm", secure=False) as connection, WinRS(connection, codepage=65001, no_profile=True) as shell:
        process = PypsrpProcess(shell, "powershell.exe", list(encoded(the_script())[1:]))
        process.invoke()
        process.signal(SignalCode.TERMINATE)
        assert Ran(process.stdout, process.stderr, process.rc).kinds == ["begin", "end"]
        assert process.rc == 0


def test_ctrl_c_ends_a_process_that_waits(site: Site) -> None:
    client = protocol(site.lab, site.machine)
    with site.connect() as connection, WinRS(connection) as shell:
        client_side = PypsrpProcess(shell, "ignored")
        client_side.id = waiting(client, shell.id)
        client_side.signal(SignalCode.CTRL_C)
        client_side.end_invoke()
        assert client_side.rc == -1073741510
