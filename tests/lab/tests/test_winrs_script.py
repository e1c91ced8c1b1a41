# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection's constant script in the lab: recognised as Ansible sends it, and its contract line by line."""

from __future__ import annotations

import base64
import types
from collections.abc import Iterator

import pytest
from ansible.plugins.loader import shell_loader
from labtests.site import Site
from labtests.stand_in import Machine
from labtests.winrs import Ran, encoded, input_line, protocol, run, stripped, the_script
from psrpcore.types import deserialize_clixml as deserialise

from lynclab.contract.machine import Wire
from lynclab.lab import Lab
from lynclab.powershell.serialised import ROOT
from lynclab.server import LabServer
from lynclab.spec import LabSpec
from lynclab.winrs import script as winrs_script
from lynclab.winrs.script import SCRIPT, NoKey, is_the_script

WHOLE = SCRIPT.read_text(encoding="utf-8")


@pytest.fixture
def site() -> Iterator[Site]:
    machine = Machine()
    with LabServer([machine]) as lab:
        yield Site(machine, lab)


def script(site: Site, *lines: bytes) -> Ran:
    client = protocol(site.lab, site.machine)
    shell = client.open_shell(codepage=65001)
    ran = run(client, shell, *encoded(the_script()), stdin=b"".join(lines))
    client.close_shell(shell)
    return ran


# Which script it is


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("keeps_code", [False, True])
@pytest.mark.parametrize("sent", [WHOLE, stripped(WHOLE)], ids=["whole", "stripped"])
def test_it_is_recognised_after_what_ansible_does_to_it(sent: str, strict: bool, keeps_code: bool) -> None:
    shell = shell_loader.get("powershell")
    words = shell._encode_script(sent, as_list=True, strict_mode=strict, preserve_rc=keeps_code)
    assert is_the_script(base64.b64decode(words[-1]).decode("utf-16-le"))


def test_another_script_is_not_it() -> None:
    assert not is_the_script("")
    assert not is_the_script("Get-Date")
    assert not is_the_script(the_script() + "\nGet-Date")
    assert not is_the_script("Get-Date\n" + the_script())
    assert not is_the_script(the_script().replace("exit 0", "exit 1"))


# What it does


def test_no_command_is_no_command(site: Site) -> None:
    ran = script(site)
    assert ran.lines == [("begin", "1 5.1.14393.2248"), ("end", "")]
    assert ran.stdout.endswith(b"\r\nucops.lync: end \r\n")
    assert (ran.stderr, ran.code) == (b"", 0)


def test_records_warnings_and_errors_keep_their_order(site: Site) -> None:
    ran = script(
        site,
        input_line("Get-CsWrite", {"Value": "first"}),
        input_line("Get-CsWarn"),
        input_line("Get-CsComplain"),
        input_line("Get-CsFail"),
        input_line("Get-CsTell"),
        input_line("Get-CsWrite", {"Value": None}),
    )
    assert ran.kinds == ["begin", "output", "warning", "error", "thrown", "output", "end"]
    texts = dict(ran.lines)
    assert texts["warning"] == f"{ROOT}\r\n  <S>take care</S>\r\n</Objs>"
    assert texts["output"] == f"{ROOT}\r\n  <Nil />\r\n</Objs>"
    assert '<S N="FullyQualifiedErrorId">Wrong,StandIn</S>' in texts["error"]
    assert b"\r\nVERBOSE: as I said\r\n" in ran.stdout
    assert ran.code == 0


def test_arguments_arrive_typed(site: Site) -> None:
    parameters = {"Text": "é日\U0001f600\r\n", "Number": 7, "Flag": True, "List": ["a", 1], "Table": {"k": "v"}}
    assert script(site, input_line("Get-CsAnything", parameters)).code == 0
    assert dict(site.machine.endpoints["/wsman"].ran[0].arguments) == parameters


def test_a_secret_is_a_secure_string_and_does_not_show(site: Site) -> None:
    ran = script(site, input_line("Get-CsSecret", {}, {"Password": "geheim"}))
    assert deserialise(dict(ran.lines)["output"], NoKey()) == ["geheim"]
    assert site.journal.cmdlets()[0].parameters == (("Password", "********"),)
    assert "geheim" not in repr(site.journal.entries())


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (input_line("Get-Date"), "No Lync cmdlet: Get-Date"),
        (input_line("get-csx; Get-Date"), "No Lync cmdlet: get-csx; Get-Date"),
        (input_line("Get-CsX\n"), "No Lync cmdlet: Get-CsX\n"),
        (input_line("Import-Module", {"Name": "ActiveDirectory"}), "Import of another module: ActiveDirectory"),
        (b"no base64\n", "The input cannot be read"),
        (base64.b64encode(b"<Objs>") + b"\n", "The input cannot be read"),
        (base64.b64encode(f"{ROOT}<S>x</S></Objs>".encode()) + b"\n", "a line is no hash table"),
    ],
)
def test_what_it_refuses_stops_all(site: Site, line: bytes, sentence: str) -> None:
    ran = script(site, input_line("Get-CsFirst"), line)
    assert ran.kinds == ["begin", "refused"]
    assert sentence in ran.lines[-1][1]
    assert ran.code == 1
    assert site.machine.endpoints["/wsman"].ran == []
    assert site.journal.cmdlets() == []


def test_it_imports_the_module_by_its_name_alone(site: Site) -> None:
    assert script(site, input_line("Import-Module", {"Name": "Lync", "Force": True})).code == 0
    assert site.machine.endpoints["/wsman"].ran[0].arguments == (("Name", "Lync"),)


def test_a_failure_of_the_lab_itself_is_said(site: Site) -> None:
    ran = script(site, input_line("Get-CsBreak"))
    assert ran.kinds == ["begin"]
    assert b"The lab itself failed: ZeroDivisionError" in ran.stderr
    assert ran.code == 1


def test_each_process_starts_powershell_and_loads_the_module(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(winrs_script, "asyncio", types.SimpleNamespace(sleep=sleep))
    with Lab(LabSpec(sites=1, edges=1, module_load=7, process_start=3)) as lab:
        edge = lab.machine("lyncedge01.contoso.example")
        logon = lab.logon_of(edge)
        client = protocol(lab.server, edge, username=logon["user"], password=logon["password"])
        shell = client.open_shell()
        line = input_line("Get-CsHostingProvider", {"LocalStore": True})
        for _attempt in range(2):
            assert run(client, shell, *encoded(the_script()), stdin=line * 2).kinds == ["begin", "end"]
        client.close_shell(shell)
    assert waited == [3, 7, 3, 7]


def test_a_machine_serialises_as_it_does_over_psrp() -> None:
    machine = Machine(wire=Wire(date_kind="local"))
    with LabServer([machine]) as lab:
        ran = script(Site(machine, lab), input_line("Get-CsObject"))
    assert '<Obj RefId="0">\r\n    <TN RefId="0">\r\n      <T>A.Thing</T>' in dict(ran.lines)["output"]
